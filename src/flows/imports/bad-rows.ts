import { type Static, Type } from 'typebox'
import type { Context } from '../../kernel/context.ts'
import { csvLine } from '../../kernel/csv.ts'
import { runQuery, type System } from '../../kernel/runner.ts'
import { exactly } from '../../kernel/schema.ts'
import { readStored } from './import-file.ts'
import { getImport } from './import-run.ts'
import { headerKey } from './import-settings.ts'
import { importers } from './importers.ts'
import { editedRow } from './read-rows.ts'
import { openTable } from './read-table.ts'

/** Rows of a file with a fault, as they stand with their corrections, for editing in place. */
export const BadRows = exactly({
  header: Type.Array(Type.String()),
  rows: Type.Array(exactly({ row: Type.Integer(), cells: Type.Array(Type.String()), edited: Type.Boolean() })),
})
export type BadRows = Static<typeof BadRows>

/** Most rows that are shown for editing. */
const MAX_ROWS = 500

/**
 * The rows of a previewed file that have problems or were corrected, with their cells.
 * @throws `imports.not_found`: no such import, or it has ended and its bytes are gone
 */
export async function readBadRows(system: System, ctx: Context, importId: string): Promise<BadRows> {
  const run = await runQuery(system, ctx, getImport, { import_id: importId })
  const stored = await readStored(system, ctx, importId)
  const wanted = new Set([...run.problems.flatMap((problem) => problem.row ?? []), ...Object.keys(run.edits).map(Number)])
  const format = importers.get(run.kind)?.get(run.format)
  const table = await openTable(stored.content, run.settings.encoding ?? null, { sheet: run.settings.sheet, ...format?.layout })
  const names = table.header.map(headerKey)
  const rows: BadRows['rows'] = []
  for await (const record of table.rows) {
    if (!wanted.has(record.row)) continue
    const edit = run.edits[String(record.row)]
    const cells = editedRow(record, names, edit === null ? {} : run.edits)?.cells ?? record.cells
    rows.push({ row: record.row, cells: table.header.map((_, index) => cells[index] ?? ''), edited: edit !== undefined })
    if (rows.length >= MAX_ROWS) break
  }
  return { header: table.header, rows }
}

/**
 * The report of an import as CSV: one problem a row, with row, column, value, reason and fix.
 * @throws `imports.not_found`
 */
export async function reportCsv(system: System, ctx: Context, importId: string): Promise<string> {
  const { problems, warnings } = await runQuery(system, ctx, getImport, { import_id: importId })
  const lines = [
    ...problems.map((problem) => ({ kind: 'problem', ...problem })),
    ...warnings.map((problem) => ({ kind: 'warning', ...problem })),
  ].map(({ kind, row, column, value, code, message, fix }) => csvLine([kind, row, column, value, code, message, fix]))
  return `\ufeff${csvLine(['kind', 'row', 'column', 'value', 'code', 'message', 'fix'])}${lines.join('')}`
}
