import { sql } from 'kysely'
import type { CommandRun } from '../../../kernel/command.ts'
import { DomainError } from '../../../kernel/errors.ts'
import { takeItems } from '../../../modules/catalog/index.ts'
import { placeOrders } from '../../../modules/orders/index.ts'
import { type PartyFromOutside, upsertParties } from '../../../modules/parties/index.ts'
import { receiveGoodsBatch } from '../../../modules/warehouse/index.ts'
import { BadFile } from '../bad-file.ts'
import { chunksOf, findFileItems } from '../file-values.ts'
import type { ImportColumn } from '../import-format.ts'
import { itemColumns, noteRefused, type ReadItem, readDraft } from '../import-items.ts'
import { noteOrder } from '../import-orders.ts'
import { ImportReport } from '../import-report.ts'
import { bodyOf, noteReceipt, readStockRow, stockColumns, toReceipts } from '../import-stock.ts'
import { readOrderRows } from '../read-order-rows.ts'
import { readRows } from '../read-rows.ts'
import type { RowReader } from '../row-reader.ts'
import { OPENING_PARTS, type OpeningPart, type OpeningProblem, type OpeningTotals } from './opening-document.ts'

/** What became of the sheets: totals of what was written, and every fault. */
export interface WrittenOpening {
  totals: OpeningTotals
  problems: OpeningProblem[]
  problemCount: number
}

const customerColumns: readonly ImportColumn[] = [
  { name: 'external_id', required: true, about: 'Number of the customer in the old system' },
  { name: 'name', required: true, about: 'Name' },
  { name: 'company', about: 'Company' },
  { name: 'email', about: 'E-mail address' },
  { name: 'phone', about: 'Phone' },
]

const RECEIPTS_AT_ONCE = 10
const ORDERS_AT_ONCE = 500

/** What reading one sheet needs. */
interface Sheet {
  ctx: CommandRun['ctx']
  tx: CommandRun['tx']
  content: Uint8Array
  encoding: null
  fileName: string
  report: ImportReport
}

/**
 * Writes the sheets of an opening in the caller's transaction, in an order in which each finds what it names: items, customers, stock through
 * opening receipts (against opening equity), then open orders, which reserve that stock. Faults are gathered, not thrown: the caller rolls
 * back when there are any.
 */
export async function writeOpening(
  run: CommandRun,
  files: ReadonlyMap<OpeningPart, Uint8Array>,
  fileName: string,
): Promise<WrittenOpening> {
  const totals: OpeningTotals = { items: 0, customers: 0, stock_units: 0, stock_value: 0, open_orders: 0, open_orders_total: 0 }
  const problems: OpeningProblem[] = []
  let problemCount = 0
  for (const part of OPENING_PARTS) {
    const content = files.get(part)
    if (content === undefined) continue
    const report = new ImportReport()
    const sheet: Sheet = { ctx: run.ctx, tx: run.tx, content, encoding: null, fileName, report }
    try {
      // oxlint-disable-next-line no-await-in-loop -- each sheet names what the ones before have made
      Object.assign(totals, await WRITERS[part](run, sheet))
    } catch (error) {
      if (!(error instanceof BadFile)) throw error
      report.breakOff({ row: error.row, code: error.code, message: error.message, fix: error.fix })
    }
    const summary = report.summary()
    problems.push(...summary.problems.map((problem) => ({ part, ...problem })))
    problemCount += summary.problem_count
    // What names items that were not made would be reported as unknown, which is not what is wrong with it.
    if (part === 'items' && problemCount > 0) break
  }
  return { totals, problems: problems.slice(0, 1000), problemCount }
}

const WRITERS: Readonly<Record<OpeningPart, (run: CommandRun, sheet: Sheet) => Promise<Partial<OpeningTotals>>>> = {
  items: writeItems,
  customers: writeCustomers,
  stock: writeStock,
  orders: writeOrders,
}

async function writeItems(run: CommandRun, sheet: Sheet): Promise<Partial<OpeningTotals>> {
  const items: ReadItem[] = []
  const seen = new Map<string, number>()
  for await (const reader of readRows(sheet, itemColumns)) {
    const draft = readDraft(reader, run.ctx.org.baseCurrency)
    if (draft === undefined) continue
    noteTwice(seen, reader, 'sku', draft.sku)
    if (!reader.isBad) items.push({ reader, draft })
  }
  if (items.length === 0) return {}
  try {
    const { written } = await takeItems.run(run, { items: items.map((item) => item.draft), skip_refused: false, dry_run: false })
    return { items: written.length }
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'catalog.items_refused') throw error
    noteRefused(items, error)
    return {}
  }
}

async function writeCustomers(run: CommandRun, sheet: Sheet): Promise<Partial<OpeningTotals>> {
  const rows: PartyFromOutside[] = []
  const seen = new Map<string, number>()
  for await (const reader of readRows(sheet, customerColumns)) {
    const externalId = reader.required('external_id', 200)
    const name = reader.required('name')
    if (externalId === undefined || name === undefined) continue
    noteTwice(seen, reader, 'external_id', externalId)
    const email = reader.text('email', 320)
    if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email))
      reader.problem('email', 'email', `"${email}" is no e-mail address`, 'correct it')
    rows.push({ external_id: externalId, name, company: reader.text('company'), email, phone: reader.text('phone', 60), is_customer: true })
  }
  if (sheet.report.rowsBad > 0) return {}
  const ids = await upsertParties(run.tx, run.ctx, rows, run.now)
  return { customers: ids.size }
}

async function writeStock(run: CommandRun, sheet: Sheet): Promise<Partial<OpeningTotals>> {
  const readers: RowReader[] = []
  for await (const reader of readRows(sheet, stockColumns)) readers.push(reader)
  const items = await findFileItems(sheet, readers)
  const rows = readers.flatMap((reader) => readStockRow(sheet, reader, items) ?? []).filter((row) => !row.reader.isBad)
  const ids: string[] = []
  for (const chunk of chunksOf(toReceipts(rows), RECEIPTS_AT_ONCE)) {
    const bodies = chunk.flatMap((receipt) => bodyOf(receipt) ?? [])
    // oxlint-disable-next-line no-await-in-loop -- one after another on one connection
    const outcomes = await receiveGoodsBatch.run(run, bodies)
    chunk.forEach((receipt, index) => noteReceipt(receipt, outcomes[index]))
    ids.push(...outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value.id] : [])))
  }
  const { rows: sums } = await sql<{ units: number; value: number }>`
    select coalesce(sum(c.quantity), 0)::bigint as units, coalesce(sum(c.value_minor), 0)::bigint as value
      from inventory.stock_movement m join inventory.cost_layer c on c.org_id = m.org_id and c.movement_seq = m.seq
     where m.org_id = ${run.ctx.orgId} and m.source_id = any(${ids}::uuid[])`.execute(run.tx)
  return { stock_units: Number(sums[0]?.units ?? 0), stock_value: Number(sums[0]?.value ?? 0) }
}

async function writeOrders(run: CommandRun, sheet: Sheet): Promise<Partial<OpeningTotals>> {
  const orders = await readOrderRows(sheet)
  const ids: string[] = []
  for (const chunk of chunksOf(
    orders.filter((order) => order.body !== null),
    ORDERS_AT_ONCE,
  )) {
    const bodies = chunk.flatMap((order) => order.body ?? [])
    // oxlint-disable-next-line no-await-in-loop -- one after another on one connection
    const outcomes = await placeOrders.run(run, bodies)
    // oxlint-disable-next-line no-await-in-loop -- what was left for the end is counted below
    await run.flush()
    chunk.forEach((order, index) => noteOrder(sheet, order, outcomes[index]))
    ids.push(...outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value.id] : [])))
  }
  const { rows } = await sql<{ orders: number; total: number }>`
    select count(*)::int as orders, coalesce(sum(round(total::numeric * base_rate_ppm / 1000000)), 0)::bigint as total
      from orders.sales_order where org_id = ${run.ctx.orgId} and id = any(${ids}::uuid[])`.execute(run.tx)
  return { open_orders: rows[0]?.orders ?? 0, open_orders_total: Number(rows[0]?.total ?? 0) }
}

function noteTwice(seen: Map<string, number>, reader: RowReader, column: string, value: string): void {
  const before = seen.get(value)
  if (before === undefined) seen.set(value, reader.row)
  else reader.problem(column, 'duplicate', `"${value}" stands in row ${before} already`, 'keep one row for each')
}
