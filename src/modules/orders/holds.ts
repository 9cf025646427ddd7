import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { DomainError, notFound } from '../../kernel/errors.ts'
import { setShipmentsHeld } from '../warehouse/index.ts'
import { lockOrders } from './order.repo.ts'
import { holdNotOpen } from './orders.errors.ts'

export const HOLD_TYPES = ['fraud', 'address', 'payment', 'total_mismatch', 'channel_changed', 'manual'] as const
export type HoldType = (typeof HOLD_TYPES)[number]

/** A hold to place: why, and until when where it ends by itself. */
export interface NewHold {
  type: HoldType
  note: string
  until?: Date | null
}

/**
 * Holds an order: its shipments are not released until every hold is released; what is released already goes on. Locks shipments, then
 * the order.
 */
export async function holdOrder(run: CommandRun, orderId: string, hold: NewHold): Promise<string> {
  await setShipmentsHeld(run.tx, run.ctx.orgId, [orderId], true)
  if (!(await lockOrders(run, [orderId])).has(orderId)) throw notFound('orders.order', orderId)
  return insertHold(run, orderId, hold.type, hold.note, hold.until)
}

/** Writes a hold on a locked order. Raises `orders.order_held`. */
// oxlint-disable-next-line eslint/max-params -- the end is rarely given
export async function insertHold(
  run: CommandRun,
  orderId: string,
  type: HoldType,
  note: string,
  until: Date | null = null,
): Promise<string> {
  const id = run.newId()
  await sql`insert into orders.order_hold (org_id, id, order_id, type, note, placed_at, placed_by, until_at) values (${run.ctx.orgId}, ${id}::uuid, ${orderId}::uuid, ${type}, ${note}, ${run.now}, ${run.ctx.actor.id}::uuid, ${until})`.execute(
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

/** Open holds to release together: of an order, all, those of one type, or one of them. */
export interface HoldRelease {
  orderId: string
  type?: HoldType
  holdId?: string
}

/**
 * Releases open holds of many orders, set-based; orders whose last hold goes may be released again. Locks shipments, then orders, each in key
 * order. Raises `orders.hold_released` per hold. Answers which went, by order; orders that are not there are missing.
 */
export async function releaseHoldsOf(run: CommandRun, releases: readonly HoldRelease[]): Promise<Map<string, string[]>> {
  const { tx, ctx } = run
  const ids = [...new Set(releases.map((release) => release.orderId))]
  await setShipmentsHeld(tx, ctx.orgId, ids, true)
  const orders = await lockOrders(run, ids)
  const { rows } = await sql<{ id: string; orderId: string; type: string }>`
    update orders.order_hold h set released_at = ${run.now}, released_by = ${ctx.actor.id}::uuid
      from ${rowsOf(
        releases.map((release) => ({ orderId: release.orderId, type: release.type ?? null, holdId: release.holdId ?? null })),
        { orderId: 'uuid', type: 'text', holdId: 'uuid' },
        'r',
      )}
     where h.org_id = ${ctx.orgId} and h.order_id = r.orderId and (r.type is null or h.type = r.type) and (r.holdId is null or h.id = r.holdId) and h.released_at is null returning h.id, h.order_id as "orderId", h.type`.execute(
    tx,
  )
  const gone = new Map([...orders.keys()].map((id) => [id, rows.filter((row) => row.orderId === id).map((row) => row.id)]))
  await lowerHoldCounts(run, gone)
  const free = [...orders.values()].filter((order) => order.holdCount - (gone.get(order.id)?.length ?? 0) === 0).map((order) => order.id)
  if (free.length > 0) await setShipmentsHeld(tx, ctx.orgId, free, false)
  for (const { id, orderId, type } of rows)
    run.emit({ type: 'orders.hold_released', documentType: 'order', documentId: orderId, payload: { hold_id: id, type } })
  return gone
}

async function lowerHoldCounts(run: CommandRun, gone: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const counts = [...gone].filter(([, holds]) => holds.length > 0).map(([orderId, holds]) => ({ orderId, quantity: holds.length }))
  if (counts.length === 0) return
  await sql`
    update orders.sales_order o set hold_count = o.hold_count - g.quantity, version = o.version + 1
      from ${rowsOf(counts, { orderId: 'uuid', quantity: 'integer' }, 'g')} where o.org_id = ${run.ctx.orgId} and o.id = g.orderId`.execute(
    run.tx,
  )
}

/** Most holds ended by one run of the job. */
const MAX_DUE = 500

/** Releases holds whose time is over, one after another. Answers how many went. */
export async function releaseDueHolds(run: CommandRun): Promise<number> {
  const { rows } = await sql<{ id: string; orderId: string }>`
    select id, order_id as "orderId" from orders.order_hold where org_id = ${run.ctx.orgId} and released_at is null and until_at <= ${run.now} order by order_id, id limit ${MAX_DUE}`.execute(
    run.tx,
  )
  await setShipmentsHeld(
    run.tx,
    run.ctx.orgId,
    rows.map((row) => row.orderId),
    true,
  )
  let released = 0
  for (const { id, orderId } of rows) {
    // Somebody may have released it in between: then it is done.
    // oxlint-disable-next-line no-await-in-loop -- one after another on one connection
    await releaseOrderHold(run, orderId, id).then(
      () => (released += 1),
      (error: unknown) => {
        if (!(error instanceof DomainError)) throw error
      },
    )
  }
  return released
}
