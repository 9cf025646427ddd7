import { sql } from 'kysely'
import { rowsOf } from '../../kernel/database.ts'
import { noteWaiting, prioritizePromises } from '../inventory/index.ts'
import { prioritizeShipments } from '../warehouse/index.ts'
import { lockOrders, type OrderRun } from './order.repo.ts'

/**
 * Gives orders another priority (lower is served first): their shipments not yet picked, promises and backorders, and the orders
 * themselves. Locks shipments, positions, orders. Raises `orders.order_prioritized` where it changed. Answers the orders that changed, each
 * with the priority it had.
 */
export async function prioritizeOrders(
  run: OrderRun,
  changes: readonly { orderId: string; priority: number }[],
): Promise<Map<string, number>> {
  if (changes.length === 0) return new Map()
  const { tx, ctx } = run
  const source = rowsOf(changes, { orderId: 'uuid', priority: 'integer' }, 'c')
  await prioritizeShipments(tx, ctx.orgId, changes)
  const { rows: lines } = await sql<{ sourceLineId: string; itemId: string; priority: number }>`
    select l.id as "sourceLineId", l.item_id as "itemId", c.priority from orders.order_line l join ${source} on c.orderId = l.order_id where l.org_id = ${ctx.orgId} and l.supply = 'stock'`.execute(
    tx,
  )
  await prioritizePromises(tx, ctx.orgId, lines)
  await noteWaiting(
    run,
    lines.map((line) => line.itemId),
  )
  await lockOrders(
    run,
    changes.map((change) => change.orderId),
  )
  const { rows } = await sql<{ id: string; priority: number; before: number }>`
    with old as (select o.id, o.priority from orders.sales_order o join ${source} on o.id = c.orderId where o.org_id = ${ctx.orgId} and o.priority <> c.priority)
    update orders.sales_order o set priority = c.priority, version = o.version + 1 from ${source} join old on old.id = c.orderId
     where o.org_id = ${ctx.orgId} and o.id = c.orderId returning o.id, o.priority, old.priority as before`.execute(tx)
  for (const { id, priority } of rows)
    run.emit({ type: 'orders.order_prioritized', documentType: 'order', documentId: id, payload: { priority } })
  return new Map(rows.map((row) => [row.id, row.before]))
}
