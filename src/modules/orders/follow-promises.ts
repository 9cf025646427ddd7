import { sql } from 'kysely'
import { rowsOf } from '../../kernel/database.ts'
import { type PromiseDate, promiseDates } from '../inventory/index.ts'
import { lockOrders, type OrderRun } from './order.repo.ts'

interface DatedLine {
  id: string
  orderId: string
  waits: boolean
  before: Date | null
  after: Date | null
}

/**
 * Orders learn when their waiting lines can be served, after the queue or the expected receipts of items changed. Runs last: the
 * queue is final then. Raises `orders.promise_changed` for an order whose waiting lines got another date, or lost or found one; a line
 * that waits no more loses its date without a word, because what ended the wait is told already.
 */
export async function recordPromiseDates(run: OrderRun, itemIds: readonly string[]): Promise<void> {
  const changed = await changedLines(run, await promiseDates(run, itemIds))
  if (changed.length === 0) return
  const orderIds = [...new Set(changed.map((line) => line.orderId))]
  await lockOrders(run, orderIds)
  await writeLines(run, changed)
  const heads = await writeHeads(run, orderIds)
  for (const [orderId, lines] of Map.groupBy(
    changed.filter((line) => line.waits),
    (line) => line.orderId,
  )) {
    const head = heads.get(orderId)
    run.emit({
      type: 'orders.promise_changed',
      documentType: 'order',
      documentId: orderId,
      payload: {
        expected_at: [text(head?.before), text(head?.after)],
        promised_at: text(head?.promisedAt),
        lines: lines.slice(0, 100).map((line) => ({ line_id: line.id, expected_at: [text(line.before), text(line.after)] })),
      },
    })
  }
}

function text(instant: Date | null | undefined): string | null {
  return instant?.toISOString() ?? null
}

async function changedLines({ tx, ctx }: OrderRun, dates: readonly PromiseDate[]): Promise<DatedLine[]> {
  if (dates.length === 0) return []
  const { rows } = await sql<Omit<DatedLine, 'after'>>`
    select id, order_id as "orderId", backordered > 0 as waits, expected_at as before from orders.order_line
     where org_id = ${ctx.orgId} and id = any(${dates.map((date) => date.sourceLineId)}::uuid[])`.execute(tx)
  const after = new Map(dates.map((date) => [date.sourceLineId, date.expectedAt]))
  return rows
    .map((row) => ({ ...row, after: row.waits ? (after.get(row.id) ?? null) : null }))
    .filter((line) => line.before?.getTime() !== line.after?.getTime())
}

async function writeLines({ tx, ctx }: OrderRun, lines: readonly DatedLine[]): Promise<void> {
  await sql`
    update orders.order_line l set expected_at = c.after, first_expected_at = coalesce(l.first_expected_at, c.after)
      from ${rowsOf(lines, { id: 'uuid', after: 'timestamptz' }, 'c')} where l.org_id = ${ctx.orgId} and l.id = c.id`.execute(tx)
}

/** The order's date is the latest of its waiting lines; none while one of them has none. */
async function writeHeads(
  { tx, ctx }: OrderRun,
  orderIds: readonly string[],
): Promise<Map<string, { before: Date | null; after: Date | null; promisedAt: Date | null }>> {
  const { rows } = await sql<{ id: string; before: Date | null; after: Date | null; promisedAt: Date | null }>`
    with due as (
      select l.order_id, case when bool_and(l.expected_at is not null) then max(l.expected_at) end as expected_at
        from orders.order_line l where l.org_id = ${ctx.orgId} and l.order_id = any(${orderIds}::uuid[]) and l.backordered > 0 and l.kind <> 'kit' group by 1)
    update orders.sales_order o set expected_at = d.expected_at, first_expected_at = coalesce(o.first_expected_at, d.expected_at)
      from orders.sales_order b left join due d on d.order_id = b.id
     where o.org_id = ${ctx.orgId} and o.id = any(${orderIds}::uuid[]) and b.org_id = o.org_id and b.id = o.id
    returning o.id, b.expected_at as before, o.expected_at as after, coalesce(o.promised_at, o.first_expected_at) as "promisedAt"`.execute(
    tx,
  )
  return new Map(rows.map((row) => [row.id, row]))
}
