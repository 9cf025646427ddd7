/** A cell: text is made safe for spreadsheets, numbers stand as they are, null and undefined are empty. */
export type CsvCell = string | number | bigint | boolean | Date | null | undefined

/** What a spreadsheet may take for the beginning of a formula (OWASP, "CSV Injection"). */
const FORMULA_START = /^[=+\-@\t\r]/

/**
 * One line of CSV (RFC 4180, comma, CRLF), safe to open in a spreadsheet: text that would be taken for a formula gets an apostrophe in front.
 * Numbers given as numbers are untouched, so -5 stays a number; give amounts as decimal text through {@link csvNumber}.
 */
export function csvLine(cells: readonly (CsvCell | CsvNumber)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** Decimal text that is a number, such as "-12.50", and must not be escaped. */
export interface CsvNumber {
  readonly number: string
}

/**
 * Marks decimal text as a number.
 * @throws RangeError when it is none, so that no text can slip through unescaped
 */
export function csvNumber(text: string): CsvNumber {
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) throw new RangeError(`"${text}" is not a plain decimal number`)
  return { number: text }
}

function csvCell(cell: CsvCell | CsvNumber): string {
  if (cell === null || cell === undefined) return ''
  if (cell instanceof Date) return cell.toISOString()
  if (typeof cell === 'object') return cell.number
  if (typeof cell !== 'string') return String(cell)
  const safe = FORMULA_START.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}
