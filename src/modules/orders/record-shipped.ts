import { sql } from 'kysely'
import { rowsOf } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'
import type { ShippedLine } from '../warehouse/index.ts'
import { changeLines, type LineChange, lockOrders, type OrderHead, type OrderRun, readOrderLines, refreshOrders } from './order.repo.ts'
import type { RevenueSlice, SliceKind } from './revenue.ts'
import { takeSlice } from './slice-money.ts'

/**
 * Orders learn what shipped: vectors move, each shipment line freezes its slice of the order's money, charges go with the first
 * shipment. Answers the slices for billing. Locks the orders, last of all.
 */
export async function recordShipped(run: OrderRun, shipped: readonly ShippedLine[]): Promise<RevenueSlice[]> {
  const slices = await freezeSent(run, shipped, (part) => ({
    shipped: part.quantity,
    ...(part.supply === 'stock' ? { reserved: -part.quantity, picked: -part.quantity } : { pending: -part.quantity }),
  }))
  for (const [orderId, parts] of Map.groupBy(shipped, (part) => part.orderId)) {
    run.emit({
      type: 'orders.order_shipped',
      documentType: 'order',
      documentId: orderId,
      payload: {
        shipment_ids: [...new Set(parts.map((part) => part.shipmentId))],
        quantity: parts.reduce((sum, part) => sum + part.quantity, 0),
      },
    })
  }
  return slices
}

/**
 * Freezes the money of sent lines and moves their vectors as `moved` says, charges with the first shipment, and derives the orders'
 * statuses anew. Locks the orders.
 */
export async function freezeSent(
  run: OrderRun,
  sent: readonly ShippedLine[],
  moved: (part: ShippedLine) => Omit<LineChange, 'id'>,
): Promise<RevenueSlice[]> {
  const orderIds = sent.map((part) => part.orderId)
  const orders = await lockOrders(run, orderIds)
  const ids = sent.map((part) => part.orderLineId)
  const lines = new Map((await readOrderLines(run, orderIds, ids)).map((line) => [line.id, line]))
  const changes: LineChange[] = []
  const slices: RevenueSlice[] = []
  for (const part of sent) {
    const order = orders.get(part.orderId)
    const line = lines.get(part.orderLineId)
    if (order === undefined || line === undefined) continue
    const { gross, tax, discount, ...sliced } = takeSlice(line, part.quantity, order.pricesIncludeTax)
    changes.push({ id: line.id, ...moved(part), ...sliced })
    slices.push({
      ...sliceHead(order),
      lineId: line.id,
      chargeId: null,
      kind: line.kind === 'voucher' ? 'voucher' : 'line',
      itemId: line.itemId,
      warehouseId: part.warehouseId,
      documentId: part.shipmentId,
      documentLineId: part.shipmentLineId,
      ofSliceId: null,
      quantity: part.quantity,
      gross,
      tax,
      discount,
      happenedAt: part.happenedAt,
    })
  }
  await changeLines(run, changes)
  slices.push(...(await recognizeCharges(run, orders, sent)))
  await insertSlices(run, 'shipped', slices)
  await refreshOrders(run, orderIds)
  return slices
}

/** What every slice of an order carries. */
export function sliceHead(
  order: OrderHead,
): Pick<RevenueSlice, 'id' | 'orderId' | 'orderNumber' | 'partyId' | 'channelId' | 'currency' | 'baseRatePpm'> {
  return {
    id: newId(),
    orderId: order.id,
    orderNumber: order.number,
    partyId: order.partyId,
    channelId: order.channelId,
    currency: order.currency,
    baseRatePpm: order.baseRatePpm,
  }
}

/** Charges of orders go with their first shipment. */
async function recognizeCharges(
  run: OrderRun,
  orders: ReadonlyMap<string, OrderHead>,
  shipped: readonly ShippedLine[],
): Promise<RevenueSlice[]> {
  const first = new Map<string, ShippedLine>()
  for (const part of shipped) if (!first.has(part.orderId)) first.set(part.orderId, part)
  const rows = [...first.values()].map((part) => ({ orderId: part.orderId, shipmentId: part.shipmentId }))
  const { rows: charges } = await sql<{
    id: string
    orderId: string
    kind: string
    amount: number
    discount: number
    tax: number
    marketplaceTax: number
  }>`
    update orders.order_charge c set recognized_shipment_id = f.shipmentId
      from ${rowsOf(rows, { orderId: 'uuid', shipmentId: 'uuid' }, 'f')}
     where c.org_id = ${run.ctx.orgId} and c.order_id = f.orderId and c.recognized_shipment_id is null and c.canceled_at is null
    returning c.id, c.order_id as "orderId", c.kind, c.amount, c.discount, c.tax, c.marketplace_tax as "marketplaceTax"`.execute(run.tx)
  return charges.flatMap((charge): RevenueSlice[] => {
    const order = orders.get(charge.orderId)
    const part = first.get(charge.orderId)
    if (order === undefined || part === undefined) return []
    const base = charge.amount - charge.discount
    const gross = order.pricesIncludeTax ? base - charge.marketplaceTax : base + charge.tax
    return [
      {
        ...sliceHead(order),
        lineId: null,
        chargeId: charge.id,
        kind: charge.kind,
        itemId: null,
        warehouseId: part.warehouseId,
        documentId: part.shipmentId,
        documentLineId: null,
        ofSliceId: null,
        quantity: null,
        gross,
        tax: charge.tax,
        discount: charge.discount,
        happenedAt: part.happenedAt,
      },
    ]
  })
}

/** Writes slices as facts. */
export async function insertSlices(run: OrderRun, kind: SliceKind, slices: readonly RevenueSlice[]): Promise<void> {
  if (slices.length === 0) return
  await sql`
    insert into orders.revenue_slice (org_id, id, order_id, line_id, charge_id, kind, document_id, document_line_id, of_slice_id, quantity, amount, discount, tax, recorded_at)
    select ${run.ctx.orgId}, s.id, s.orderId, s.lineId, s.chargeId, ${kind}, s.documentId, s.documentLineId, s.ofSliceId, s.quantity, s.gross, s.discount, s.tax, ${run.now}
      from ${rowsOf(slices, { id: 'uuid', orderId: 'uuid', lineId: 'uuid', chargeId: 'uuid', documentId: 'uuid', documentLineId: 'uuid', ofSliceId: 'uuid', quantity: 'bigint', gross: 'bigint', discount: 'bigint', tax: 'bigint' }, 's')}`.execute(
    run.tx,
  )
}
