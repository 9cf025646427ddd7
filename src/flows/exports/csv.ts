import type { Exporter } from './exporter.ts'

export type CsvValue = string | number | boolean | Date | null | undefined

const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/
/** A spreadsheet would run text that begins with one of these as a formula. */
const FORMULA_START = /^[=+\-@\t\r]/

/**
 * One field of RFC 4180. Text that a spreadsheet would take for a formula gets an apostrophe in front; plain numbers stay.
 * Instants are ISO 8601 in UTC, null is empty.
 */
export function csvField(value: CsvValue): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  const text = String(value)
  const safe = FORMULA_START.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Columns of a file: the header's name and how a row fills it. */
export type CsvColumns<R> = Readonly<Record<string, (row: R) => CsvValue>>

/** An exporter of comma-separated UTF-8 with a header line, one column after another. */
export function csvExporter<R>(columns: CsvColumns<R>, read: (...args: Parameters<Exporter['write']>) => AsyncGenerator<R[]>): Exporter {
  const fills = Object.values(columns)
  return {
    contentType: 'text/csv; charset=utf-8',
    extension: 'csv',
    async *write(tx, ctx) {
      yield `${Object.keys(columns).join(',')}\r\n`
      for await (const rows of read(tx, ctx)) yield rows.map((row) => `${fills.map((fill) => csvField(fill(row))).join(',')}\r\n`).join('')
    },
  }
}
