import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { notFound } from '../../kernel/errors.ts'
import { setShipmentsHeld } from '../warehouse/index.ts'
import { lockOrders } from './order.repo.ts'
import { holdNotOpen } from './orders.errors.ts'

export type HoldType = 'fraud' | 'address' | 'payment' | 'total_mismatch' | 'channel_changed' | 'manual'

/** Holds an order: its shipments are not released until every hold is released. Locks shipments, then the order. */
export async function holdOrder(run: CommandRun, orderId: string, type: HoldType, note: string): Promise<string> {
  await setShipmentsHeld(run.tx, run.ctx.orgId, [orderId], true)
  if (!(await lockOrders(run, [orderId])).has(orderId)) throw notFound('orders.order', orderId)
  return insertHold(run, orderId, type, note)
}

/** Writes a hold on a locked order. Raises `orders.order_held`. */
export async function insertHold(run: CommandRun, orderId: string, type: HoldType, note: string): Promise<string> {
  const id = run.newId()
  await sql`insert into orders.order_hold (org_id, id, order_id, type, note, placed_at, placed_by) values (${run.ctx.orgId}, ${id}::uuid, ${orderId}::uuid, ${type}, ${note}, ${run.now}, ${run.ctx.actor.id}::uuid)`.execute(
    run.tx,
  )
  await sql`update orders.sales_order set hold_count = hold_count + 1, version = version + 1 where org_id = ${run.ctx.orgId} and id = ${orderId}::uuid`.execute(
    run.tx,
  )
  run.emit({ type: 'orders.order_held', documentType: 'order', documentId: orderId, payload: { hold_id: id, type, note } })
  return id
}

/** Releases one hold; with the last one the order's shipments may be released. Raises `orders.hold_released`. */
export async function releaseOrderHold(run: CommandRun, orderId: string, holdId: string): Promise<{ open: number }> {
  const { tx, ctx } = run
  // Shipments come before orders in the lock order, so they are locked as held first and freed below.
  await setShipmentsHeld(tx, ctx.orgId, [orderId], true)
  const order = (await lockOrders(run, [orderId])).get(orderId)
  if (order === undefined) throw notFound('orders.order', orderId)
  const { rows } = await sql<{ type: string }>`
    update orders.order_hold set released_at = ${run.now}, released_by = ${ctx.actor.id}::uuid where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid and id = ${holdId}::uuid and released_at is null returning type`.execute(
    tx,
  )
  if (rows.length === 0) throw holdNotOpen(holdId)
  await sql`update orders.sales_order set hold_count = hold_count - 1, version = version + 1 where org_id = ${ctx.orgId} and id = ${orderId}::uuid`.execute(
    tx,
  )
  const open = order.holdCount - 1
  if (open === 0) await setShipmentsHeld(tx, ctx.orgId, [orderId], false)
  run.emit({
    type: 'orders.hold_released',
    documentType: 'order',
    documentId: orderId,
    payload: { hold_id: holdId, type: rows[0]?.type ?? '' },
  })
  return { open }
}
