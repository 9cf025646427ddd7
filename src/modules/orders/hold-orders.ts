import { sql } from 'kysely'
import { rowsOf } from '../../kernel/database.ts'
import { setShipmentsHeld } from '../warehouse/index.ts'
import { type HoldType, releaseOrderHold } from './holds.ts'
import { lockOrders, type OrderRun } from './order.repo.ts'
import { DUE } from './owed.ts'

/** A hold that a rule puts on an order. */
export interface RuleHold {
  orderId: string
  type: HoldType
  note: string
  ruleId: string
  /** `paid`: released by itself once everything was captured. */
  releaseWhen: 'paid' | null
}

/**
 * Holds many orders at once, set-based, for rules. An order that an earlier occurrence of the same rule still holds is passed over.
 * Locks shipments, then orders. Raises `orders.order_held` per hold. Answers the orders that were held now.
 */
export async function holdOrders(run: OrderRun, holds: readonly RuleHold[]): Promise<Set<string>> {
  if (holds.length === 0) return new Set()
  const { tx, ctx } = run
  const orderIds = [...new Set(holds.map((hold) => hold.orderId))]
  await setShipmentsHeld(tx, ctx.orgId, orderIds, true)
  const orders = await lockOrders(run, orderIds)
  const rows = holds.filter((hold) => orders.has(hold.orderId)).map((hold) => ({ ...hold, id: run.newId() }))
  const { rows: placed } = await sql<{ id: string; orderId: string }>`
    insert into orders.order_hold (org_id, id, order_id, type, note, placed_at, placed_by, rule_id, release_when)
    select ${ctx.orgId}, h.id, h.orderId, h.type, h.note, ${run.now}, ${ctx.actor.id}::uuid, h.ruleId, h.releaseWhen
      from ${rowsOf(rows, { id: 'uuid', orderId: 'uuid', type: 'text', note: 'text', ruleId: 'uuid', releaseWhen: 'text' }, 'h')}
     where not exists (select from orders.order_hold x where x.org_id = ${ctx.orgId} and x.order_id = h.orderId and x.rule_id = h.ruleId and x.type = h.type and x.released_at is null)
    returning id, order_id as "orderId"`.execute(tx)
  await sql`
    update orders.sales_order o set hold_count = o.hold_count + c.holds, version = o.version + 1
      from (select x.orderId, count(*)::integer as holds from ${rowsOf(placed, { orderId: 'uuid' }, 'x')} group by x.orderId) c
     where o.org_id = ${ctx.orgId} and o.id = c.orderId`.execute(tx)
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const { id, orderId } of placed) {
    const { type, note, ruleId } = byId.get(id) ?? { type: '', note: '', ruleId: '' }
    run.emit({
      type: 'orders.order_held',
      documentType: 'order',
      documentId: orderId,
      payload: { hold_id: id, type, note, rule_id: ruleId },
    })
  }
  return new Set(placed.map((hold) => hold.orderId))
}

/**
 * Releases an order's open holds that rules put: of one type, or (`paid`) those that wait for the money, if everything the order
 * costs is captured. Holds of people and checks stay. Locks shipments, then the order. Answers how many were released.
 */
export async function releaseRuleHolds(run: OrderRun, orderId: string, which: HoldType | 'paid'): Promise<number> {
  const { tx, ctx } = run
  const chosen =
    which === 'paid' ? sql`h.release_when = 'paid' and o.captured_amount >= ${DUE} and o.refunded_amount = 0` : sql`h.type = ${which}`
  const { rows } = await sql<{ id: string }>`
    select h.id from orders.order_hold h join orders.sales_order o on o.org_id = h.org_id and o.id = h.order_id
     where h.org_id = ${ctx.orgId} and h.order_id = ${orderId}::uuid and h.released_at is null and h.rule_id is not null and ${chosen} order by h.id`.execute(
    tx,
  )
  // oxlint-disable-next-line no-await-in-loop -- an order has a few holds
  for (const { id } of rows) await releaseOrderHold(run, orderId, id)
  return rows.length
}
