import { sql } from 'kysely'
import type { HandlerRun } from '../../kernel/events.ts'
import { rowsOf } from '../../kernel/database.ts'
import { summarizeShipments } from '../warehouse/index.ts'
import { axesOf } from './axes.ts'
import { MEASURE } from './owed.ts'

/** What changing an order needs: commands and handlers alike. */
export type OrderRun = HandlerRun

export interface OrderHead {
  id: string
  number: number
  channelId: string
  partyId: string | null
  currency: string
  baseRatePpm: number
  pricesIncludeTax: boolean
  paymentTerms: string
  priority: number
  shipTo: Record<string, unknown>
  promisedAt: Date | null
  total: number
  authorized: number
  captured: number
  refunded: number
  holdCount: number
  state: string
  allowSplit: boolean
}

export interface OrderLine {
  id: string
  orderId: string
  itemId: string
  kind: string
  supply: string
  parentLineId: string | null
  kitQuantity: number | null
  amount: number
  discount: number
  tax: number
  marketplaceTax: number
  ordered: number
  canceled: number
  pending: number
  reserved: number
  backordered: number
  shipped: number
  suppliedElsewhere: number
  picked: number
  returned: number
  slicedQuantity: number
  slicedAmount: number
  slicedDiscount: number
  slicedTax: number
  /** What was sliced when the line was last changed: the cut rule applies to what is after. */
  cutQuantity: number
  cutAmount: number
  cutDiscount: number
  cutTax: number
}

/** Locks orders in key order: the last lock of every transaction that changes one. Missing ones are left out. */
export async function lockOrders(run: Pick<OrderRun, 'tx' | 'ctx'>, ids: readonly string[]): Promise<Map<string, OrderHead>> {
  const { rows } = await sql<OrderHead>`
    select o.id, o.number, o.channel_id as "channelId", o.party_id as "partyId", o.currency, o.base_rate_ppm as "baseRatePpm", o.prices_include_tax as "pricesIncludeTax", o.payment_terms as "paymentTerms", o.priority,
           o.ship_to as "shipTo", o.promised_at as "promisedAt", o.total, o.authorized_amount as authorized, o.captured_amount as captured, o.refunded_amount as refunded, o.hold_count as "holdCount", o.state,
           coalesce((select p.allow_split from orders.sourcing_policy p where p.org_id = o.org_id and (p.channel_id = o.channel_id or p.channel_id is null) order by p.channel_id nulls last limit 1), true) as "allowSplit"
      from orders.sales_order o where o.org_id = ${run.ctx.orgId} and o.id = any(${[...new Set(ids)]}::uuid[]) order by o.id for update of o`.execute(
    run.tx,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** Lines of locked orders that carry a vector; with `ids`, only those. Kit parents are left out. */
export async function readOrderLines(
  run: Pick<OrderRun, 'tx' | 'ctx'>,
  orderIds: readonly string[],
  ids?: readonly string[],
): Promise<OrderLine[]> {
  const only = ids === undefined ? sql`` : sql`and l.id = any(${ids}::uuid[])`
  const { rows } = await sql<OrderLine>`
    select l.id, l.order_id as "orderId", l.item_id as "itemId", l.kind, l.supply, l.parent_line_id as "parentLineId", l.kit_quantity as "kitQuantity", l.amount, l.discount, l.tax, l.marketplace_tax as "marketplaceTax", l.ordered, l.canceled, l.pending, l.reserved, l.backordered,
           l.shipped, l.supplied_elsewhere as "suppliedElsewhere", l.picked, l.returned, l.sliced_quantity as "slicedQuantity", l.sliced_amount as "slicedAmount", l.sliced_discount as "slicedDiscount", l.sliced_tax as "slicedTax",
           l.cut_quantity as "cutQuantity", l.cut_amount as "cutAmount", l.cut_discount as "cutDiscount", l.cut_tax as "cutTax"
      from orders.order_line l where l.org_id = ${run.ctx.orgId} and l.order_id = any(${[...new Set(orderIds)]}::uuid[]) and l.kind <> 'kit' ${only} order by l.order_id, l.line_no`.execute(
    run.tx,
  )
  return rows
}

/** What a line gains or loses, and the slices it has given by now. */
export interface LineChange {
  id: string
  canceled?: number
  pending?: number
  reserved?: number
  backordered?: number
  suppliedElsewhere?: number
  shipped?: number
  picked?: number
  returned?: number
  refused?: number
  lost?: number
  slicedQuantity?: number
  slicedAmount?: number
  slicedDiscount?: number
  slicedTax?: number
}

const CHANGES = [
  'canceled',
  'pending',
  'reserved',
  'backordered',
  'suppliedElsewhere',
  'shipped',
  'picked',
  'returned',
  'refused',
  'lost',
  'slicedQuantity',
  'slicedAmount',
  'slicedDiscount',
  'slicedTax',
] as const

/** Adds to lines by increment; several changes of one line are summed. */
export async function changeLines(run: Pick<OrderRun, 'tx' | 'ctx'>, changes: readonly LineChange[]): Promise<void> {
  if (changes.length === 0) return
  const rows = [...Map.groupBy(changes, (change) => change.id)].map(([id, group]) => ({
    id,
    ...Object.fromEntries(CHANGES.map((name) => [name, group.reduce((sum, change) => sum + (change[name] ?? 0), 0)])),
  })) as ({ id: string } & Record<(typeof CHANGES)[number], number>)[]
  await sql`
    update orders.order_line l set canceled = l.canceled + c.canceled, pending = l.pending + c.pending, reserved = l.reserved + c.reserved, backordered = l.backordered + c.backordered, supplied_elsewhere = l.supplied_elsewhere + c.suppliedElsewhere, shipped = l.shipped + c.shipped, picked = l.picked + c.picked,
           returned = l.returned + c.returned, refused = l.refused + c.refused, lost = l.lost + c.lost, sliced_quantity = l.sliced_quantity + c.slicedQuantity, sliced_amount = l.sliced_amount + c.slicedAmount, sliced_discount = l.sliced_discount + c.slicedDiscount, sliced_tax = l.sliced_tax + c.slicedTax
      from ${rowsOf(rows, { id: 'uuid', canceled: 'bigint', pending: 'bigint', reserved: 'bigint', backordered: 'bigint', suppliedElsewhere: 'bigint', shipped: 'bigint', picked: 'bigint', returned: 'bigint', refused: 'bigint', lost: 'bigint', slicedQuantity: 'bigint', slicedAmount: 'bigint', slicedDiscount: 'bigint', slicedTax: 'bigint' }, 'c')}
     where l.org_id = ${run.ctx.orgId} and l.id = c.id`.execute(run.tx)
}

interface SumsRow {
  orderId: string
  ordered: number
  canceled: number
  pending: number
  pendingStock: number
  reserved: number
  backordered: number
  suppliedElsewhere: number
  shipped: number
  returned: number
  refused: number
  lost: number
  total: number
  authorized: number
  captured: number
  refunded: number
  writtenOff: number
}

/** Derives the statuses of locked orders anew from lines, payments and shipments, and raises their version. */
export async function refreshOrders(run: Pick<OrderRun, 'tx' | 'ctx'>, orderIds: readonly string[]): Promise<void> {
  const ids = [...new Set(orderIds)]
  if (ids.length === 0) return
  const { rows } = await sql<SumsRow>`
    select o.id as "orderId", ${MEASURE} as total, o.authorized_amount as authorized, o.captured_amount as captured, o.refunded_amount as refunded, o.written_off_amount as "writtenOff", s.*
      from orders.sales_order o cross join lateral (
        select sum(l.ordered)::bigint as ordered, sum(l.canceled)::bigint as canceled, sum(l.pending)::bigint as pending, coalesce(sum(l.pending) filter (where l.supply = 'stock'), 0)::bigint as "pendingStock", sum(l.reserved)::bigint as reserved,
               sum(l.backordered)::bigint as backordered, sum(l.supplied_elsewhere)::bigint as "suppliedElsewhere", sum(l.shipped)::bigint as shipped, sum(l.returned)::bigint as returned, sum(l.refused)::bigint as refused, sum(l.lost)::bigint as lost
          from orders.order_line l where l.org_id = o.org_id and l.order_id = o.id and l.kind <> 'kit') s
     where o.org_id = ${run.ctx.orgId} and o.id = any(${ids}::uuid[])`.execute(run.tx)
  const shipments = await summarizeShipments(run.tx, run.ctx.orgId, ids)
  const none = { planned: 0, working: 0, sent: 0, delivered: 0 }
  const axes = rows.map((row) => ({ id: row.orderId, ...axesOf({ ...row, shipments: shipments.get(row.orderId) ?? none }) }))
  await sql`
    update orders.sales_order o set state = a.state, payment_status = a.payment_status, reservation_status = a.reservation_status, fulfillment_status = a.fulfillment_status, return_status = a.return_status, version = o.version + 1
      from ${rowsOf(axes, { id: 'uuid', state: 'text', payment_status: 'text', reservation_status: 'text', fulfillment_status: 'text', return_status: 'text' }, 'a')} where o.org_id = ${run.ctx.orgId} and o.id = a.id`.execute(
    run.tx,
  )
}
