import { csvLine } from '../../kernel/csv.ts'

/** A column of another system's file and how a row fills it. */
export type PlatformColumns<R> = Readonly<Record<string, (row: R) => string | number>>

/** What a spreadsheet may take for the beginning of a formula. */
const FORMULA_START = /^[=+\-@]/

/**
 * A line with tabs, as marketplaces take flat files: no quotation marks, so tabs and line breaks become spaces. Text that a spreadsheet
 * would compute gets an apostrophe, as in CSV: the marketplace refuses such a row, which is better than a formula that runs at someone's desk.
 */
export function tabLine(cells: readonly (string | number)[]): string {
  return `${cells
    .map((cell) => {
      const text = String(cell).replaceAll(/[\t\r\n]+/g, ' ')
      return typeof cell === 'string' && FORMULA_START.test(text) ? `'${text}` : text
    })
    .join('\t')}\r\n`
}

/** Lines of rows in a platform's columns. */
export function platformLines<R>(columns: PlatformColumns<R>, rows: readonly R[], line: (cells: (string | number)[]) => string): string {
  return rows.map((row) => line(Object.values(columns).map((fill) => fill(row)))).join('')
}

/** Lines of CSV from cells. */
export function commaLine(cells: readonly (string | number)[]): string {
  return csvLine(cells)
}
