import { sql } from 'kysely'
import { rowsOf } from '../../kernel/database.ts'
import { lockOrders, type OrderRun } from './order.repo.ts'

/** Tags an order gains and loses. */
export interface TagChange {
  orderId: string
  add: readonly string[]
  remove: readonly string[]
}

/** Most tags an order has, as at intake. */
const MAX_TAGS = 30

/**
 * Adds tags to orders and takes others off, set-based; one change an order. Tags an order already has are no change, and more than
 * 30 it does not get. Locks orders. Raises `orders.order_tagged` with what changed. Answers what each order gained and lost, for the orders that changed.
 */
export async function tagOrders(
  run: OrderRun,
  changes: readonly TagChange[],
): Promise<Map<string, { added: string[]; removed: string[] }>> {
  if (changes.length === 0) return new Map()
  const { tx, ctx } = run
  const ids = changes.map((change) => change.orderId)
  await lockOrders(run, ids)
  const { rows } = await sql<{ id: string; tags: string[] }>`
    select id, tags from orders.sales_order where org_id = ${ctx.orgId} and id = any(${ids}::uuid[])`.execute(tx)
  const before = new Map(rows.map((row) => [row.id, row.tags]))
  const written: { id: string; tags: string[]; added: string[]; removed: string[] }[] = []
  for (const { orderId, add, remove } of changes) {
    const had = before.get(orderId)
    if (had === undefined) continue
    const removed = had.filter((tag) => remove.includes(tag))
    const left = had.filter((tag) => !remove.includes(tag))
    const added = [...new Set(add)].filter((tag) => !left.includes(tag)).slice(0, MAX_TAGS - left.length)
    if (added.length + removed.length > 0) written.push({ id: orderId, tags: [...left, ...added], added, removed })
  }
  if (written.length === 0) return new Map()
  await sql`
    update orders.sales_order o set tags = array(select jsonb_array_elements_text(t.tags)), version = o.version + 1
      from ${rowsOf(
        written.map(({ id, tags }) => ({ id, tags })),
        { id: 'uuid', tags: 'jsonb' },
        't',
      )} where o.org_id = ${ctx.orgId} and o.id = t.id`.execute(tx)
  for (const { id, added, removed } of written)
    run.emit({ type: 'orders.order_tagged', documentType: 'order', documentId: id, payload: { added, removed } })
  return new Map(written.map(({ id, added, removed }) => [id, { added, removed }]))
}
