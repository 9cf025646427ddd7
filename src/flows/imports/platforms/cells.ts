import type { ImportColumn } from '../import-format.ts'
import { headerKey } from '../import-settings.ts'
import type { RowReader } from '../row-reader.ts'

/** Columns of another system by their headers as they stand there; those of `required` must be in the file. */
export function columnsOf(headers: readonly string[], required: readonly string[]): ImportColumn[] {
  return headers.map((label) => ({ name: headerKey(label), label, required: required.includes(label), about: '' }))
}

/** An instant as other systems write it (2026-11-20 14:30:00 +0100) in the way we read it. */
export function spelledInstant(text: string | undefined): string | undefined {
  return text?.trim().replace(/\s*([+-]\d{2})(\d{2})$/, '$1:$2')
}

/** A code that a spreadsheet guarded with an apostrophe, so that its zeros stay. */
export function unguarded(text: string | undefined): string | undefined {
  return text?.trim().replace(/^'/, '')
}

/** Parts of a text that are not empty, joined. */
export function joined(parts: readonly (string | undefined)[], by = ', '): string | undefined {
  const filled = parts.map((part) => part?.trim() ?? '').filter((part) => part !== '')
  return filled.length === 0 ? undefined : filled.join(by)
}

/** Tags separated by commas as we read them. */
export function tagsOf(text: string | undefined): string {
  return (text ?? '')
    .split(',')
    .map((tag) => tag.trim().replaceAll('|', '/').slice(0, 60))
    .filter((tag) => tag !== '')
    .slice(0, 30)
    .join('|')
}

const countries = new Map<string, string>()

/** Two letters of a country written in English or as two letters already; as it stands when it is neither. */
export function countryCode(text: string | undefined): string | undefined {
  const written = text?.trim()
  if (written === undefined || written.length <= 2) return written?.toUpperCase()
  if (countries.size === 0) {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
    for (const code of letters.flatMap((a) => letters.map((b) => a + b))) {
      // Codes that are no longer used (DD, YU) become today's; they must not win over those.
      const name = new Intl.Locale(`und-${code}`).region === code ? names.of(code) : undefined
      if (name !== undefined && !countries.has(name.toLowerCase())) countries.set(name.toLowerCase(), code)
    }
    // Names that marketplaces write otherwise than CLDR.
    for (const [name, code] of [
      ['bosnia and herzegovina', 'BA'],
      ['czech republic', 'CZ'],
      ['macedonia', 'MK'],
      ['korea, south', 'KR'],
      ['russian federation', 'RU'],
      ['hong kong', 'HK'],
      ['great britain', 'GB'],
    ] as const)
      countries.set(name, code)
  }
  return countries.get(written.toLowerCase()) ?? written
}

/** Notes on a row that the file's own amounts contradict each other: nothing of the order is written. */
// oxlint-disable-next-line eslint/max-params -- where, what is said, what is found and how
export function noteDisagreement(reader: RowReader, column: string, stated: string, computed: string, how: string): void {
  reader.problem(
    column,
    'totals.disagree',
    `says ${stated}, but ${how} gives ${computed}`,
    'correct the amounts, or export the file again: its rows may have been lost or changed on the way',
  )
}
