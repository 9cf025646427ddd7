import type { ReturnedLine } from '../warehouse/index.ts'
import { lockOrders, changeLines, type OrderRun, refreshOrders } from './order.repo.ts'
import { insertSlices, sliceHead } from './record-shipped.ts'
import type { RevenueSlice } from './revenue.ts'
import { answerAuthorizations } from './rma.repo.ts'
import { readSliceStates, takeUnits } from './slice-state.ts'

/**
 * Orders learn what came back: the returned part of each shipment line's frozen slice, by the same rule as it was cut, so that the
 * last piece brings the last cent. Goods of no known sale are not an order's; billing takes their stated amount. Authorizations
 * learn what of theirs came, and what came beside them.
 */
export async function recordReturned(run: OrderRun, returned: readonly ReturnedLine[]): Promise<RevenueSlice[]> {
  const known = returned.filter((part) => part.orderId !== null && part.orderLineId !== null)
  const orders = await lockOrders(
    run,
    known.map((part) => part.orderId ?? ''),
  )
  await answerAuthorizations(run, returned)
  if (known.length === 0) return []
  const frozen = new Map(
    (
      await readSliceStates(run, {
        shipmentLineIds: known.map((part) => part.shipmentLineId ?? ''),
      })
    ).map((slice) => [slice.documentLineId, slice]),
  )
  const slices = known.flatMap((part): RevenueSlice[] => {
    const order = orders.get(part.orderId ?? '')
    const slice = frozen.get(part.shipmentLineId)
    if (order === undefined || slice === undefined) return []
    const { gross, tax, discount } = takeUnits(slice, part.quantity)
    return [
      {
        ...sliceHead(order),
        lineId: part.orderLineId,
        chargeId: null,
        kind: slice.kind,
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
