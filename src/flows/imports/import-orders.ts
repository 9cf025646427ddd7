import { createHash } from 'node:crypto'
import type { Outcome } from '../../kernel/command.ts'
import { stableJson } from '../../kernel/events.ts'
import { runBatch } from '../../kernel/runner.ts'
import { placeOrders, type TakenOrder } from '../../modules/orders/index.ts'
import { chunksOf } from './file-values.ts'
import type { ImportFormat, ImportJob, PreparedImport } from './import-format.ts'
import { lineColumns, orderColumns } from './order-columns.ts'
import { type ReadOrder, readOrderRows } from './read-order-rows.ts'
import { tryBatch } from './try-batch.ts'

/** Orders written in one transaction. */
const CHUNK = 500

/** Orders in our own format: one line of an order a row. The same order again is the same order. */
export const importOrders: ImportFormat = {
  kind: 'orders',
  name: 'tefter',
  summary: 'Orders, one line a row; rows with the same channel and external_id are one order',
  columns: [...orderColumns, ...lineColumns],
  recognizedBy: ['channel', 'external_id', 'sku', 'quantity', 'ship_line1'],

  async prepare(job: ImportJob): Promise<PreparedImport> {
    return prepareOrders(job, await readOrderRows(job))
  },
}

/** Checks read orders as intake would decide, and makes them ready to be written. */
export async function prepareOrders(job: ImportJob, orders: readonly ReadOrder[]): Promise<PreparedImport> {
  job.report.totals = { ...job.report.totals, orders: orders.length }
  if (!job.report.isBroken) {
    for (const chunk of chunksOf(
      orders.filter((order) => order.body !== null),
      CHUNK,
    )) {
      // oxlint-disable-next-line no-await-in-loop -- chunks follow each other so that counters and stock are locked briefly
      const outcomes = await tryBatch(
        job.system,
        job.ctx,
        placeOrders,
        chunk.map((order) => order.body),
      )
      chunk.forEach((order, index) => noteOrder(job, order, outcomes[index]))
    }
  }
  return { write: () => write(job, orders) }
}

async function write(job: ImportJob, orders: readonly ReadOrder[]): Promise<void> {
  const counts = { accepted: 0, replayed: 0, held: 0 }
  const good = orders.filter((order) => order.body !== null && !order.rows.some((reader) => reader.isBad))
  for (const chunk of chunksOf(good, CHUNK)) {
    const bodies = chunk.map((order) => order.body)
    const idempotencyKey = `import:${job.importId}:${createHash('sha256').update(stableJson(bodies)).digest('hex').slice(0, 16)}`
    // oxlint-disable-next-line no-await-in-loop -- chunks follow each other: the first order of a file is served first
    const outcomes = await runBatch(job.system, job.ctx, placeOrders, bodies, { idempotencyKey })
    const made: string[] = []
    for (const [index, order] of chunk.entries()) {
      const outcome = outcomes[index]
      noteOrder(job, order, outcome)
      if (outcome?.ok !== true) continue
      if (outcome.value.status === 'accepted') made.push(outcome.value.id)
      job.report.rowsDone += order.rows.length
      counts[outcome.value.status] += 1
      if (outcome.value.held) counts.held += 1
    }
    // oxlint-disable-next-line no-await-in-loop -- as above
    await job.made('order', made)
    // oxlint-disable-next-line no-await-in-loop -- as above
    await job.progress(job.report.rowsDone)
  }
  job.report.totals = { ...job.report.totals, ...counts }
}

/** A refused order is bad with all its rows; one whose total does not add up is taken, held, and worth a warning. */
export function noteOrder(job: Pick<ImportJob, 'report'>, order: ReadOrder, outcome: Outcome<TakenOrder> | undefined): void {
  const first = order.rows[0]
  if (first === undefined || outcome === undefined) return
  if (outcome.ok) {
    const { held, status } = outcome.value
    if (held && status === 'accepted')
      job.report.warn({
        row: first.row,
        column: 'total',
        code: 'total_mismatch',
        message: 'The stated total is not what the lines, charges, discounts and tax add up to',
        fix: 'the order is taken and held until someone has looked at it',
        value: first.raw('total') ?? null,
      })
    return
  }
  const { error } = outcome
  if (error.fields.length === 0) first.problem('external_id', error.code, error.message, 'correct the order, or leave its rows out')
  for (const { pointer, code, message } of error.fields) {
    const [, part = '', index = '', field = ''] = pointer.split('/')
    const reader = part === 'lines' ? (order.rows[Number(index)] ?? first) : first
    reader.problem(columnOf(part, index, field), code, message, 'correct the cell')
  }
  job.report.alsoBad(order.rows.map((reader) => reader.row))
}

const LINE_COLUMNS: Readonly<Record<string, string>> = {
  external_line_id: 'line_id',
  name: 'item_name',
  tax_rate_ppm: 'tax_rate',
  warehouse_code: 'warehouse',
}
const ORDER_COLUMNS: Readonly<Record<string, string>> = {
  exchange_rate_ppm: 'exchange_rate',
  discounts: 'order_discount',
  payments: 'paid',
  charges: 'charge_shipping',
  customer: 'customer_name',
}

/** The column a field of the order's body was read from. */
function columnOf(part: string, index: string, field: string): string {
  if (part === 'lines') return LINE_COLUMNS[field] ?? (field === '' ? 'sku' : field)
  if (part === 'ship_to') return `ship_${index}`
  if (part === 'bill_to') return `bill_${index}`
  return ORDER_COLUMNS[part] ?? (part === '' ? 'external_id' : part)
}
