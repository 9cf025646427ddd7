import { sql } from 'kysely'
import { sliceOf } from '../../kernel/money.ts'
import type { SentBackLine } from '../warehouse/index.ts'
import { lockOrders, type OrderRun, refreshOrders } from './order.repo.ts'
import { insertSlices, sliceHead } from './record-shipped.ts'
import type { RevenueSlice } from './revenue.ts'

interface ReturnedSlice {
  id: string
  orderId: string
  lineId: string
  kind: string
  receiptLineId: string
  quantity: number
  gross: number
  tax: number
  discount: number
  backQuantity: number
  backGross: number
  backTax: number
  backDiscount: number
}

/**
 * Orders learn that returned goods went back to the customer (a refused return, a repaired piece): the money that their return took
 * back is earned again, by the same rule as it was cut. Goods of no known sale earn nothing here.
 */
export async function recordSentBack(run: OrderRun, sent: readonly SentBackLine[]): Promise<RevenueSlice[]> {
  if (sent.length === 0) return []
  const returned = await readReturnedSlices(
    run,
    sent.map((part) => part.receiptLineId),
  )
  const orders = await lockOrders(
    run,
    [...returned.values()].map((slice) => slice.orderId),
  )
  const slices = sent.flatMap((part): RevenueSlice[] => {
    const slice = returned.get(part.receiptLineId)
    const order = orders.get(slice?.orderId ?? '')
    if (slice === undefined || order === undefined) return []
    const cumulative = slice.backQuantity + part.quantity
    const gross = sliceOf(slice.gross, cumulative, slice.quantity, slice.backGross)
    const tax = sliceOf(slice.tax, cumulative, slice.quantity, slice.backTax)
    const discount = sliceOf(slice.discount, cumulative, slice.quantity, slice.backDiscount)
    Object.assign(slice, {
      backQuantity: cumulative,
      backGross: slice.backGross + gross,
      backTax: slice.backTax + tax,
      backDiscount: slice.backDiscount + discount,
    })
    return [
      {
        ...sliceHead(order),
        lineId: slice.lineId,
        chargeId: null,
        kind: slice.kind,
        itemId: part.itemId,
        warehouseId: part.warehouseId,
        documentId: part.inspectionId,
        documentLineId: part.inspectionLineId,
        ofSliceId: slice.id,
        quantity: part.quantity,
        gross,
        tax,
        discount,
        happenedAt: part.happenedAt,
      },
    ]
  })
  await insertSlices(run, 'sent_back', slices)
  // What is owed again may make a paid order partly paid.
  await refreshOrders(run, [...orders.keys()])
  for (const [orderId, parts] of Map.groupBy(slices, (slice) => slice.orderId)) {
    run.emit({
      type: 'orders.return_sent_back',
      documentType: 'order',
      documentId: orderId,
      payload: {
        inspection_ids: [...new Set(parts.map((part) => part.documentId))],
        quantity: parts.reduce((sum, part) => sum + (part.quantity ?? 0), 0),
      },
    })
  }
  return slices
}

async function readReturnedSlices(run: OrderRun, receiptLineIds: readonly string[]): Promise<Map<string, ReturnedSlice>> {
  const { rows } = await sql<ReturnedSlice>`
    select s.id, s.order_id as "orderId", s.line_id as "lineId", case l.kind when 'voucher' then 'voucher' else 'line' end as kind, s.document_line_id as "receiptLineId", s.quantity, s.amount as gross, s.tax, s.discount,
           coalesce(sum(b.quantity), 0)::bigint as "backQuantity", coalesce(sum(b.amount), 0)::bigint as "backGross", coalesce(sum(b.tax), 0)::bigint as "backTax", coalesce(sum(b.discount), 0)::bigint as "backDiscount"
      from orders.revenue_slice s join orders.order_line l on l.org_id = s.org_id and l.id = s.line_id
      left join orders.revenue_slice b on b.org_id = s.org_id and b.of_slice_id = s.id and b.kind = 'sent_back'
     where s.org_id = ${run.ctx.orgId} and s.kind = 'returned' and s.document_line_id = any(${[...new Set(receiptLineIds)]}::uuid[])
     group by s.id, s.order_id, s.line_id, l.kind, s.document_line_id, s.quantity, s.amount, s.tax, s.discount`.execute(run.tx)
  return new Map(rows.map((row) => [row.receiptLineId, row]))
}
