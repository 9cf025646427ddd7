import writeExcelFile, { type Cell } from 'write-excel-file/node'
import type { Context } from '../../kernel/context.ts'
import { type CsvCell, type CsvNumber, csvLine } from '../../kernel/csv.ts'
import { type Database, readOnly } from '../../kernel/database.ts'
import { forbidden } from '../../kernel/errors.ts'
import type { Exporter } from '../exports/index.ts'
import { EXPORT_PERMISSION, streamExport } from '../exports/run-export.ts'
import type { OfficeList } from './lists.ts'
import { tooManyRows } from './lists.errors.ts'
import { readList } from './read-list.ts'

/** Rows of a workbook, which is built in memory (about 1 kB a row). */
export const XLSX_ROWS_AT_MOST = 50_000

/** What of a list is exported. */
export interface ListExport {
  filters: Readonly<Record<string, unknown>>
  /** Only these rows; reading ends with the last of them. */
  ids?: readonly string[] | undefined
}

/** A list as CSV, streamed from one snapshot; text that looks like a formula is made harmless. @throws `kernel.forbidden` */
export function exportListCsv(database: Database, ctx: Context, list: OfficeList, wanted: ListExport): NodeJS.ReadableStream {
  mayExport(ctx, list)
  const exporter: Exporter = {
    contentType: 'text/csv; charset=utf-8',
    extension: 'csv',
    async *write(tx) {
      yield csvLine(Object.keys(list.columns))
      for await (const rows of chosenRows(readList(tx, ctx, list, wanted.filters), list, wanted.ids))
        yield rows.map((row) => csvLine(Object.values(list.columns).map((fill) => fill(row)))).join('')
    },
  }
  return streamExport(database, ctx, exporter)
}

/**
 * A list as a workbook. Cells of text are stored as text, so no spreadsheet runs them; amounts are numbers.
 * @throws `kernel.forbidden`, `lists.too_many_rows`
 */
export async function exportListXlsx(
  database: Database,
  ctx: Context,
  list: OfficeList,
  wanted: ListExport,
): Promise<{ file: Buffer; rows: number }> {
  mayExport(ctx, list)
  const fills = Object.values(list.columns)
  const cells: Cell[][] = [Object.keys(list.columns).map((header) => ({ value: header, type: String, fontWeight: 'bold' as const }))]
  await readOnly(
    database,
    ctx,
    async (tx) => {
      for await (const rows of chosenRows(readList(tx, ctx, list, wanted.filters), list, wanted.ids)) {
        for (const row of rows) cells.push(fills.map((fill) => xlsxCell(fill(row))))
        if (cells.length > XLSX_ROWS_AT_MOST + 1) throw tooManyRows(XLSX_ROWS_AT_MOST)
      }
    },
    'repeatable read',
  )
  return { file: await writeExcelFile(cells, { stickyRowsCount: 1 }).toBuffer(), rows: cells.length - 1 }
}

function mayExport(ctx: Context, list: OfficeList): void {
  for (const permission of [EXPORT_PERMISSION, list.query.permission]) if (!ctx.may(permission)) throw forbidden(permission)
}

async function* chosenRows(
  pages: AsyncGenerator<Record<string, unknown>[]>,
  list: OfficeList,
  ids: readonly string[] | undefined,
): AsyncGenerator<Record<string, unknown>[]> {
  if (ids === undefined) {
    yield* pages
    return
  }
  const missing = new Set(ids)
  for await (const rows of pages) {
    const chosen = rows.filter((row) => missing.delete(list.idOf(row)))
    if (chosen.length > 0) yield chosen
    if (missing.size === 0) return
  }
}

/** Excel's own limit of a cell's text. */
const CELL_CHARACTERS = 32_767

function xlsxCell(cell: CsvCell | CsvNumber): Cell {
  if (cell === null || cell === undefined || cell === '') return null
  if (typeof cell === 'number' || typeof cell === 'bigint') return { value: Number(cell), type: Number }
  if (typeof cell === 'boolean') return { value: cell, type: Boolean }
  if (cell instanceof Date) return { value: cell.toISOString(), type: String }
  if (typeof cell === 'object') return { value: Number(cell.number), type: Number }
  return { value: cell.slice(0, CELL_CHARACTERS), type: String }
}
