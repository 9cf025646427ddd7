import { sql } from 'kysely'
import { DomainError } from '../../kernel/errors.ts'
import type { SentBack } from '../warehouse/index.ts'
import { changeLines, type LineChange, lockOrders, type OrderHead, type OrderRun, readOrderLines, refreshOrders } from './order.repo.ts'
import { insertSlices, sliceHead } from './record-shipped.ts'
import type { RevenueSlice } from './revenue.ts'
import { keptOf, readSliceStates, type SliceState, takeUnits } from './slice-state.ts'

/** How a shipment ended otherwise than delivered: came back undelivered, lost on its way, never left. */
export type Ending = 'refused' | 'lost' | 'voided'

/**
 * Orders learn that sent goods were refused, lost or never left. What the shipment froze of the lines' money is taken back, by the rule
 * it was cut with. Charges go back with it when nothing of the order stays with the customer and nothing is to come: always for lost
 * goods; for refused ones only where nothing was paid (cash on delivery): postage that was paid and done stays earned. A voided
 * shipment gives back all it froze, and its charges go with the next one.
 * @throws `orders.void_after_refund` (rule)
 * @returns the slices for billing, and what each order no longer owes by shipment
 */
export async function recordEnded(run: OrderRun, kind: Ending, parts: readonly SentBack[]): Promise<RevenueSlice[]> {
  const orders = await lockOrders(
    run,
    parts.map((part) => part.orderId),
  )
  const states = await readSliceStates(run, { orderIds: [...orders.keys()] })
  const byLine = new Map(states.filter((state) => state.documentLineId !== null).map((state) => [state.documentLineId, state]))
  const changes: LineChange[] = []
  const slices: RevenueSlice[] = []
  for (const part of parts) {
    const order = orders.get(part.orderId)
    const state = byLine.get(part.shipmentLineId)
    if (order === undefined || state === undefined) continue
    if (kind === 'voided' && (state.takenUnits > 0 || state.cutGross !== 0)) throw voidAfterRefund(order)
    const taken = takeUnits(state, part.quantity)
    changes.push(changeOf(kind, part, taken, order.pricesIncludeTax))
    if (taken.quantity > 0) slices.push(sliceOfLine(order, part, state, taken))
  }
  await changeLines(run, changes)
  if (kind === 'voided') await cutFromHere(run, changes)
  slices.push(...(await chargesBack(run, kind, { orders, states, parts })))
  await insertSlices(run, kind, slices)
  await refreshOrders(run, [...orders.keys()])
  for (const [orderId, group] of Map.groupBy(parts, (part) => part.orderId))
    run.emit({
      type: `orders.order_${kind}`,
      documentType: 'order',
      documentId: orderId,
      payload: {
        shipment_ids: [...new Set(group.map((part) => part.shipmentId))],
        lines: group.map((part) => ({ line_id: part.orderLineId, [kind]: part.quantity })),
      },
    })
  return slices
}

/** A void lowers what was shipped and sliced; the others leave that and count beside it. */
function changeOf(kind: Ending, part: SentBack, taken: { gross: number; tax: number; discount: number }, inclusive: boolean): LineChange {
  const { quantity, orderLineId: id } = part
  if (kind === 'refused') return { id, refused: quantity }
  if (kind === 'lost') return { id, lost: quantity }
  const again = part.supply === 'stock' ? { reserved: quantity, picked: quantity } : { pending: quantity }
  return {
    id,
    shipped: -quantity,
    ...again,
    slicedQuantity: -quantity,
    slicedAmount: -(inclusive ? taken.gross : taken.gross - taken.tax),
    slicedDiscount: -taken.discount,
    slicedTax: -taken.tax,
  }
}

function sliceOfLine(
  order: OrderHead,
  part: SentBack,
  state: SliceState,
  taken: { quantity: number; gross: number; tax: number; discount: number },
): RevenueSlice {
  return {
    ...sliceHead(order),
    lineId: part.orderLineId,
    chargeId: null,
    kind: state.kind,
    itemId: part.itemId,
    warehouseId: part.warehouseId,
    documentId: part.documentId,
    documentLineId: part.documentLineId,
    ofSliceId: state.id,
    happenedAt: part.happenedAt,
    ...taken,
  }
}

/** Slices that stay are facts; what is cut of a line from now on is a part of the rest. */
async function cutFromHere(run: OrderRun, changes: readonly LineChange[]): Promise<void> {
  await sql`
    update orders.order_line set cut_quantity = sliced_quantity, cut_amount = sliced_amount, cut_discount = sliced_discount, cut_tax = sliced_tax
     where org_id = ${run.ctx.orgId} and id = any(${changes.map((change) => change.id)}::uuid[])`.execute(run.tx)
}

interface Ended {
  orders: ReadonlyMap<string, OrderHead>
  states: readonly SliceState[]
  parts: readonly SentBack[]
}

async function chargesBack(run: OrderRun, kind: Ending, { orders, states, parts }: Ended): Promise<RevenueSlice[]> {
  const over = kind === 'voided' ? new Set<string>() : await ordersOver(run, [...orders.keys()])
  const first = new Map<string, SentBack>()
  for (const part of parts) if (!first.has(part.orderId)) first.set(part.orderId, part)
  const shipments = new Set(parts.map((part) => part.shipmentId))
  const slices = states.flatMap((state): RevenueSlice[] => {
    const order = orders.get(state.orderId)
    const part = first.get(state.orderId)
    if (state.chargeId === null || order === undefined || part === undefined) return []
    const unpaid = order.paymentTerms === 'cash_on_delivery' && order.captured === 0
    const back = kind === 'voided' ? shipments.has(state.documentId) : over.has(order.id) && (kind === 'lost' || unpaid)
    const kept = keptOf(state)
    if (!back || (kept.gross === 0 && kept.tax === 0)) return []
    return [
      {
        ...sliceHead(order),
        lineId: null,
        chargeId: state.chargeId,
        kind: state.kind,
        itemId: null,
        warehouseId: part.warehouseId,
        documentId: part.documentId,
        documentLineId: null,
        ofSliceId: state.id,
        quantity: null,
        gross: kept.gross,
        tax: kept.tax,
        discount: state.discount,
        happenedAt: part.happenedAt,
      },
    ]
  })
  if (kind === 'voided')
    await sql`
      update orders.order_charge set recognized_shipment_id = null where org_id = ${run.ctx.orgId} and recognized_shipment_id = any(${[...shipments]}::uuid[])
         and order_id = any(${[...orders.keys()]}::uuid[])`.execute(run.tx)
  return slices
}

/** Orders of which nothing stays with the customer and nothing is to come. */
async function ordersOver(run: OrderRun, orderIds: readonly string[]): Promise<Set<string>> {
  const lines = await readOrderLines(run, orderIds)
  const { rows } = await sql<{ id: string; back: number }>`
    select order_id as id, sum(returned + refused + lost)::bigint as back from orders.order_line
     where org_id = ${run.ctx.orgId} and order_id = any(${orderIds}::uuid[]) and kind not in ('kit', 'voucher') group by 1`.execute(run.tx)
  const back = new Map(rows.map((row) => [row.id, row.back]))
  return new Set(
    orderIds.filter((id) => {
      const own = lines.filter((line) => line.orderId === id)
      const sent = own.reduce((sum, line) => sum + (line.kind === 'voucher' ? 0 : line.shipped + line.suppliedElsewhere), 0)
      return sent === back.get(id) && own.every((line) => line.pending + line.reserved + line.backordered === 0)
    }),
  )
}

function voidAfterRefund(order: OrderHead): DomainError {
  return new DomainError(
    'rule',
    'orders.void_after_refund',
    `Money of this shipment was given back already (order ${order.number}). It cannot be voided; take the goods back by a return.`,
    { detail: { order_id: order.id } },
  )
}
