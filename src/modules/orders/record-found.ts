import { sql } from 'kysely'
import { sliceOf } from '../../kernel/money.ts'
import type { FoundGoods } from '../warehouse/index.ts'
import { changeLines, lockOrders, type OrderHead, type OrderRun, refreshOrders } from './order.repo.ts'
import { insertSlices, sliceHead } from './record-shipped.ts'
import type { RevenueSlice } from './revenue.ts'

/** Money that the loss of a claim took back, by slice, with what was earned again of it. */
interface LostSlice {
  claimId: string
  orderId: string
  /** The shipped slice that it took back. */
  shippedSliceId: string
  lineId: string | null
  chargeId: string | null
  shipmentLineId: string | null
  kind: string
  quantity: number | null
  gross: number
  tax: number
  discount: number
  foundQuantity: number
  foundGross: number
  foundTax: number
  foundDiscount: number
}

/**
 * Orders learn that lost goods turned up. What the customer has after all is earned again, by the rule it was taken back with: the last
 * piece brings the last cent; charges that went with the loss come back with its first piece. What came back to us counts as refused,
 * and its money stays taken back. Money given back to the customer meanwhile is owed again.
 * @returns the slices for billing
 */
export async function recordFound(run: OrderRun, found: readonly FoundGoods[]): Promise<RevenueSlice[]> {
  const orders = await lockOrders(
    run,
    found.map((part) => part.orderId),
  )
  await changeLines(
    run,
    found.map((part) => ({
      id: part.orderLineId,
      lost: -part.quantity,
      ...(part.outcome === 'returned' ? { refused: part.quantity } : {}),
    })),
  )
  const delivered = found.filter((part) => part.outcome === 'delivered')
  const lost = await readLostSlices(
    run,
    delivered.map((part) => part.claimId),
  )
  const slices = delivered.flatMap((part) => earnAgain(orders.get(part.orderId), part, lost))
  await insertSlices(run, 'found', slices)
  await refreshOrders(run, [...orders.keys()])
  for (const [orderId, parts] of Map.groupBy(found, (part) => part.orderId))
    run.emit({
      type: 'orders.lost_goods_found',
      documentType: 'order',
      documentId: orderId,
      payload: {
        shipment_ids: [...new Set(parts.map((part) => part.shipmentId))],
        outcome: parts[0]?.outcome,
        lines: parts.map((part) => ({ line_id: part.orderLineId, found: part.quantity })),
      },
    })
  return slices
}

/** The line's part of what its loss took back, and once the charges that went with it; counts them in place. */
function earnAgain(order: OrderHead | undefined, part: FoundGoods, lost: readonly LostSlice[]): RevenueSlice[] {
  if (order === undefined) return []
  const own = lost.filter(
    (slice) =>
      slice.claimId === part.claimId &&
      slice.orderId === part.orderId &&
      (slice.chargeId !== null || slice.shipmentLineId === part.shipmentLineId),
  )
  return own.flatMap((slice): RevenueSlice[] => {
    const whole = slice.quantity ?? 1
    const units = slice.chargeId === null ? Math.min(part.quantity, whole - slice.foundQuantity) : whole - slice.foundQuantity
    if (units <= 0) return []
    const cumulative = slice.foundQuantity + units
    const gross = sliceOf(slice.gross, cumulative, whole, slice.foundGross)
    const tax = sliceOf(slice.tax, cumulative, whole, slice.foundTax)
    const discount = sliceOf(slice.discount, cumulative, whole, slice.foundDiscount)
    slice.foundQuantity = cumulative
    slice.foundGross += gross
    slice.foundTax += tax
    slice.foundDiscount += discount
    return [
      {
        ...sliceHead(order),
        lineId: slice.lineId,
        chargeId: slice.chargeId,
        kind: slice.kind,
        itemId: slice.chargeId === null ? part.itemId : null,
        warehouseId: part.warehouseId,
        documentId: part.findingId,
        documentLineId: slice.chargeId === null ? part.findingLineId : null,
        ofSliceId: slice.shippedSliceId,
        quantity: slice.quantity === null ? null : units,
        gross,
        tax,
        discount,
        happenedAt: part.happenedAt,
      },
    ]
  })
}

async function readLostSlices({ tx, ctx }: OrderRun, claimIds: readonly string[]): Promise<LostSlice[]> {
  const { rows } = await sql<LostSlice>`
    select s.document_id as "claimId", s.order_id as "orderId", s.of_slice_id as "shippedSliceId", s.line_id as "lineId", s.charge_id as "chargeId", o.document_line_id as "shipmentLineId",
           case when l.id is not null then 'line' else coalesce(c.kind, 'other') end as kind, s.quantity, s.amount as gross, s.tax, s.discount,
           case when s.charge_id is null then f.quantity else f.slices end as "foundQuantity", f.gross as "foundGross", f.tax as "foundTax", f.discount as "foundDiscount"
      from orders.revenue_slice s
      join orders.revenue_slice o on o.org_id = s.org_id and o.id = s.of_slice_id
      left join orders.order_line l on l.org_id = s.org_id and l.id = s.line_id
      left join orders.order_charge c on c.org_id = s.org_id and c.id = s.charge_id
      cross join lateral (
        select coalesce(sum(r.quantity), 0)::bigint as quantity, count(*)::bigint as slices, coalesce(sum(r.amount), 0)::bigint as gross, coalesce(sum(r.tax), 0)::bigint as tax, coalesce(sum(r.discount), 0)::bigint as discount
          from orders.revenue_slice r join warehouse.parcel_finding p on p.org_id = r.org_id and p.id = r.document_id and p.claim_id = s.document_id
         where r.org_id = s.org_id and r.of_slice_id = s.of_slice_id and r.kind = 'found') f
     where s.org_id = ${ctx.orgId} and s.kind = 'lost' and s.document_id = any(${[...new Set(claimIds)]}::uuid[]) order by s.recorded_at, s.id`.execute(
    tx,
  )
  return rows
}
