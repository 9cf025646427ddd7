import { type CsvCell, type CsvNumber, csvLine, csvNumber } from '../../kernel/csv.ts'
import type { Exporter } from './exporter.ts'

const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/

/** Columns of a file: the header's name and how a row fills it. Decimal text such as "-12.50" is written as a number. */
export type CsvColumns<R> = Readonly<Record<string, (row: R) => CsvCell>>

/** An exporter of comma-separated UTF-8 with a header line, safe to open in a spreadsheet. */
export function csvExporter<R>(columns: CsvColumns<R>, read: (...args: Parameters<Exporter['write']>) => AsyncGenerator<R[]>): Exporter {
  const fills = Object.values(columns)
  return {
    contentType: 'text/csv; charset=utf-8',
    extension: 'csv',
    async *write(tx, ctx, options) {
      yield csvLine(Object.keys(columns))
      for await (const rows of read(tx, ctx, options)) yield rows.map((row) => csvLine(fills.map((fill) => cellOf(fill(row))))).join('')
    },
  }
}

function cellOf(value: CsvCell): CsvCell | CsvNumber {
  return typeof value === 'string' && PLAIN_NUMBER.test(value) ? csvNumber(value) : value
}
