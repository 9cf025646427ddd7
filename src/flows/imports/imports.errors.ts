import { DomainError } from '../../kernel/errors.ts'

/** No importer reads this kind or format. */
export function unknownFormat(kind: string, format: string, known: readonly string[]): DomainError {
  return new DomainError(
    'invalid',
    'imports.unknown_format',
    `There is no import of "${kind}" in the format "${format}"; known are ${known.join(', ')}.`,
    { detail: { kind, format, known } },
  )
}

/** Only a file that was previewed, and not written yet, can be written. */
export function notPreviewed(status: string): DomainError {
  const why =
    {
      running: 'it is being written just now; wait until it ends',
      done: 'it was written already; upload the file again to take it in anew',
      failed: 'it failed; correct the file and upload it again',
    }[status] ?? 'look at its report'
  return new DomainError('conflict', 'imports.not_previewed', `This import cannot be run: ${why}.`, { detail: { status } })
}

/** The same stock file would count the same goods twice. */
export function alreadyImported(importId: string, at: Date): DomainError {
  return new DomainError(
    'conflict',
    'imports.already_imported',
    `This very file was imported at ${at.toISOString()}; opening stock would be counted twice. Change the file or reverse those receipts first.`,
    {
      detail: { import_id: importId },
    },
  )
}

/** The upload holds no file. */
export function noFile(): DomainError {
  return new DomainError('invalid', 'imports.no_file', 'The request holds no file; send it as multipart/form-data in a part named file.')
}

/** An opening with faults is never accepted in part. */
export function openingRefused(problems: number): DomainError {
  return new DomainError(
    'rule',
    'imports.opening_refused',
    `The sheets have ${problems} faults, so nothing was written. Correct them and load the file again.`,
    { detail: { problems } },
  )
}

/** One total of the old system that is not what the sheets give; both in the unit of the total. */
export interface TotalDifference {
  total: string
  stated: number
  computed: number
}

/** The totals of the old system and of the sheets must be the same. */
export function totalsDiffer(differences: readonly TotalDifference[]): DomainError {
  const list = differences.map(({ total, stated, computed }) => `${total}: ${stated} in the old system, ${computed} in the sheets`)
  return new DomainError('rule', 'imports.totals_differ', `The totals do not match, so nothing was written: ${list.join('; ')}.`, {
    detail: { differences },
  })
}

/** Only an opening that is loaded can be changed, accepted or discarded. */
export function openingClosed(status: string): DomainError {
  return new DomainError('conflict', 'imports.opening_closed', `This opening is ${status} already; load the file as a new one.`, {
    detail: { status },
  })
}
