import { sql } from 'kysely'
import { sliceOf } from '../../kernel/money.ts'
import type { ReturnedLine } from '../warehouse/index.ts'
import { changeLines, lockOrders, type OrderRun, refreshOrders } from './order.repo.ts'
import { insertSlices, sliceHead } from './record-shipped.ts'
import type { RevenueSlice } from './revenue.ts'

/** What a shipment line froze, and what of it came back already. */
interface ShippedSlice {
  id: string
  shipmentLineId: string
  kind: string
  quantity: number
  gross: number
  tax: number
  discount: number
  returnedQuantity: number
  returnedGross: number
  returnedTax: number
  returnedDiscount: number
}

/**
 * Orders learn what came back: the returned part of each shipment line's frozen slice, by the same rule as it was cut, so that the
 * last piece brings the last cent. Goods of no known sale are not an order's; billing takes their stated amount.
 */
export async function recordReturned(run: OrderRun, returned: readonly ReturnedLine[]): Promise<RevenueSlice[]> {
  const known = returned.filter((part) => part.orderId !== null && part.orderLineId !== null)
  if (known.length === 0) return []
  const orders = await lockOrders(
    run,
    known.map((part) => part.orderId ?? ''),
  )
  const frozen = await readShippedSlices(
    run,
    known.map((part) => part.shipmentLineId ?? ''),
  )
  const slices = known.flatMap((part): RevenueSlice[] => {
    const order = orders.get(part.orderId ?? '')
    const slice = frozen.get(part.shipmentLineId ?? '')
    if (order === undefined || slice === undefined) return []
    const cumulative = slice.returnedQuantity + part.quantity
    const gross = sliceOf(slice.gross, cumulative, slice.quantity, slice.returnedGross)
    const tax = sliceOf(slice.tax, cumulative, slice.quantity, slice.returnedTax)
    const discount = sliceOf(slice.discount, cumulative, slice.quantity, slice.returnedDiscount)
    Object.assign(slice, {
      returnedQuantity: cumulative,
      returnedGross: slice.returnedGross + gross,
      returnedTax: slice.returnedTax + tax,
      returnedDiscount: slice.returnedDiscount + discount,
    })
    return [
      {
        ...sliceHead(order),
        lineId: part.orderLineId,
        chargeId: null,
        kind: slice.kind === 'voucher' ? 'voucher' : 'line',
        itemId: part.itemId,
        warehouseId: part.warehouseId,
        documentId: part.receiptId,
        documentLineId: part.receiptLineId,
        ofSliceId: slice.id,
        quantity: part.quantity,
        gross,
        tax,
        discount,
        happenedAt: part.happenedAt,
      },
    ]
  })
  await changeLines(
    run,
    known.map((part) => ({ id: part.orderLineId ?? '', returned: part.quantity })),
  )
  await insertSlices(run, 'returned', slices)
  await refreshOrders(run, [...orders.keys()])
  for (const [orderId, parts] of Map.groupBy(known, (part) => part.orderId ?? '')) {
    run.emit({
      type: 'orders.order_returned',
      documentType: 'order',
      documentId: orderId,
      payload: {
        return_receipt_ids: [...new Set(parts.map((part) => part.receiptId))],
        quantity: parts.reduce((sum, part) => sum + part.quantity, 0),
      },
    })
  }
  return slices
}

async function readShippedSlices(run: OrderRun, shipmentLineIds: readonly string[]): Promise<Map<string, ShippedSlice>> {
  const { rows } = await sql<ShippedSlice>`
    select s.id, s.document_line_id as "shipmentLineId", l.kind, s.quantity, s.amount as gross, s.tax, s.discount,
           coalesce(sum(r.quantity), 0)::bigint as "returnedQuantity", coalesce(sum(r.amount), 0)::bigint as "returnedGross", coalesce(sum(r.tax), 0)::bigint as "returnedTax", coalesce(sum(r.discount), 0)::bigint as "returnedDiscount"
      from orders.revenue_slice s
      join orders.order_line l on l.org_id = s.org_id and l.id = s.line_id
      left join orders.revenue_slice r on r.org_id = s.org_id and r.of_slice_id = s.id and r.kind = 'returned'
     where s.org_id = ${run.ctx.orgId} and s.kind = 'shipped' and s.document_line_id = any(${shipmentLineIds}::uuid[])
     group by s.id, s.document_line_id, l.kind, s.quantity, s.amount, s.tax, s.discount`.execute(run.tx)
  return new Map(rows.map((row) => [row.shipmentLineId, row]))
}
