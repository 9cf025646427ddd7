import type { Context } from '../../../kernel/context.ts'
import { DomainError } from '../../../kernel/errors.ts'
import { runCommand, runQuery, type System } from '../../../kernel/runner.ts'
import { BadFile } from '../bad-file.ts'
import { looksLikeWorkbook, readWorkbook } from '../read-xlsx.ts'
import { getOpening, loadOpening, noteOpening, OpeningTried, tryOpening } from './openings.ts'
import { type Opening, OPENING_PARTS, type OpeningPart } from './opening-document.ts'

/** A file of an opening: a workbook with a sheet for each part, or CSV whose name begins with the part. */
export interface OpeningFile {
  name: string
  content: Uint8Array
}

/**
 * Loads the sheets of an opening, writes them on trial and answers totals and faults. Nothing is in the books until it is accepted.
 * @throws `imports.no_parts`, `imports.bad_file` (invalid), `kernel.forbidden`
 */
export async function loadOpeningFiles(system: System, ctx: Context, files: readonly OpeningFile[]): Promise<Opening> {
  const parts = new Map<OpeningPart, Uint8Array>()
  for (const file of files) {
    // oxlint-disable-next-line no-await-in-loop -- at most a handful of files
    for (const [part, content] of await partsOf(file)) parts.set(part, content)
  }
  if (parts.size === 0) throw noParts()
  const file_name = files
    .map((file) => file.name.split(/[\\/]/).at(-1) ?? '')
    .join(', ')
    .slice(0, 300)
  const listed = [...parts].map(([part, content]) => ({ part, content }))
  const { id } = await runCommand(system, ctx, loadOpening, { file_name, parts: listed })
  return checkOpening(system, ctx, id)
}

/**
 * Writes a loaded opening on trial again, because the books may have moved on, and answers its totals and faults.
 * @throws `imports.not_found`, `imports.opening_closed` (conflict), `kernel.forbidden`
 */
export async function checkOpening(system: System, ctx: Context, openingId: string): Promise<Opening> {
  const outcome: unknown = await runCommand(system, ctx, tryOpening, { opening_id: openingId }).catch((error: unknown) => error)
  if (!(outcome instanceof OpeningTried)) throw outcome
  const { totals, problems, problemCount } = outcome.written
  const report = { problems, problem_count: problemCount }
  await runCommand(system, ctx, noteOpening, { opening_id: openingId, computed: totals, report })
  return runQuery(system, { ...ctx, may: () => true }, getOpening, { opening_id: openingId })
}

async function partsOf({ name, content }: OpeningFile): Promise<[OpeningPart, Uint8Array][]> {
  if (!looksLikeWorkbook(content)) {
    const part = OPENING_PARTS.find((known) => (name.split(/[\\/]/).at(-1) ?? '').toLowerCase().startsWith(known))
    if (part === undefined) throw noParts()
    return [[part, content]]
  }
  try {
    const sheets = await readWorkbook(content)
    return sheets.flatMap(({ name: sheet, rows }): [OpeningPart, Uint8Array][] => {
      const part = OPENING_PARTS.find((known) => known === sheet.trim().toLowerCase())
      return part === undefined ? [] : [[part, Buffer.from(plainCsv(rows))]]
    })
  } catch (error) {
    if (!(error instanceof BadFile)) throw error
    throw new DomainError('invalid', 'imports.bad_file', `${error.message}; ${error.fix}.`, { cause: error })
  }
}

/** Cells as CSV, as they are: this text is only read again by us. */
function plainCsv(rows: readonly (readonly string[])[]): string {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0)
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
  return rows.map((row) => `${Array.from({ length: width }, (_, index) => cell(row[index] ?? '')).join(',')}\r\n`).join('')
}

function noParts(): DomainError {
  return new DomainError(
    'invalid',
    'imports.no_parts',
    `The file has none of the parts of an opening. Name the sheets of the workbook, or begin the names of CSV files, with ${OPENING_PARTS.join(', ')}.`,
  )
}
