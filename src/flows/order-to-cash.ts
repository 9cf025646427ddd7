import type { HandlerRun, NewEvent, SyncHandler } from '../kernel/events.ts'
import { askOnPlacement, foreseePlacement } from '../modules/automation/index.ts'
import {
  deferRevenue,
  postClaims,
  postEnded,
  postFound,
  postPayments,
  postReturns,
  postRevenue,
  postRevenueAdjusted,
  postSentBack,
  postUnknownReturns,
  releaseDelivered,
  releaseTakenBack,
} from '../modules/billing/index.ts'
import type { LostAllocation, LostPromise, ServedBackorder } from '../modules/inventory/index.ts'
import {
  collectOnDelivery,
  type Ending,
  followSteps,
  planAgain,
  recordBackordersServed,
  recordEnded,
  recordFound,
  type RecordedPayment,
  recordMoved,
  recordPicked,
  recordPromiseDates,
  recordPromisesLost,
  recordReturned,
  recordSentBack,
  recordShipped,
  recordUnpicked,
  type RevenueAdjusted,
  type RevenueSlice,
} from '../modules/orders/index.ts'
import {
  finishRecounts,
  followLostAllocations,
  type FoundGoods,
  type HandSplit,
  type MovedShipment,
  reduceCollections,
  type SentBack,
  type SettledClaim,
  type ReturnedLine,
  type SentBackLine,
  type ShippedLine,
  type Withdrawn,
} from '../modules/warehouse/index.ts'

/** All news of one type, in the order they were raised. */
function newsOf<T>(events: readonly NewEvent[]): T[] {
  return events.flatMap((event) => event.news as T[])
}

function ordersOf(events: readonly NewEvent[]): string[] {
  return events.flatMap((event) => (event.news as { orderIds: string[] }).orderIds)
}

/**
 * From the order to the money, in the transaction of whatever happened in the warehouse: orders learn it, billing posts it.
 * They run in this order; each gets all events of its
 * type at once and raises none that others hear.
 */
export const orderToCash: ReadonlyMap<string, SyncHandler> = new Map<string, SyncHandler>([
  // Holds of rules stand before anybody can see the order.
  ['orders.order_placed', { foresee: foreseePlacement, hear: askOnPlacement }],
  // Picks lose their bins before orders withdraw what is no longer promised.
  [
    'inventory.allocations_lost',
    async (run, events) => recordUnpicked(run, await followLostAllocations(run, newsOf<LostAllocation>(events))),
  ],
  ['inventory.promises_lost', (run, events) => recordPromisesLost(run, newsOf<LostPromise>(events))],
  ['inventory.backorders_reserved', (run, events) => recordBackordersServed(run, newsOf<ServedBackorder>(events))],
  [
    'inventory.stock_counted',
    (run, events) =>
      finishRecounts(
        run,
        newsOf<{ taskId: string | null }>(events).flatMap((count) => count.taskId ?? []),
      ),
  ],
  [
    'warehouse.goods_picked',
    (run, events) => recordPicked(run, newsOf<{ orderId: string; orderLineId: string; quantity: number }>(events)),
  ],
  ['warehouse.shipment_released', (run, events) => followSteps(run, ordersOf(events))],
  [
    'warehouse.shipment_packed',
    (run, events) =>
      collectOnDelivery(
        run,
        events.map((event) => event.documentId),
        'packed',
      ),
  ],
  ['warehouse.shipment_delivered', delivered],
  ['warehouse.shipment_canceled', (run, events) => planAgain(run, newsOf<Withdrawn>(events))],
  ['warehouse.shipment_shipped', shipped],
  ['warehouse.goods_returned', returned],
  ['warehouse.shipment_divided', divided],
  ['warehouse.shipments_combined', (run, events) => followSteps(run, ordersOf(events))],
  ['warehouse.shipment_moved', (run, events) => recordMoved(run, newsOf<MovedShipment>(events))],
  ['warehouse.goods_refused', (run, events) => ended(run, 'refused', events)],
  ['warehouse.goods_lost', (run, events) => ended(run, 'lost', events)],
  ['warehouse.shipment_voided', (run, events) => ended(run, 'voided', events)],
  ['warehouse.goods_found', async (run, events) => postFound(run, await recordFound(run, newsOf<FoundGoods>(events)))],
  ['warehouse.claim_settled', (run, events) => postClaims(run, newsOf<SettledClaim>(events))],
  ['warehouse.goods_inspected', async (run, events) => postSentBack(run, await recordSentBack(run, newsOf<SentBackLine>(events)))],
  ['orders.supplied_elsewhere', (run, events) => postRevenue(run, newsOf<RevenueSlice>(events), 'sale.supplied_elsewhere')],
  [
    'orders.revenue_adjusted',
    (run, events) =>
      postRevenueAdjusted(
        run,
        events.map((event) => event.news as RevenueAdjusted),
      ),
  ],
  [
    'orders.payment_recorded',
    (run, events) =>
      postPayments(
        run,
        events.map((event) => event.news as RecordedPayment),
      ),
  ],
  // Dates follow once everything above has changed the queue.
  ['inventory.waiting_changed', (run, events) => recordPromiseDates(run, newsOf<string>(events))],
])

async function shipped(run: HandlerRun, events: readonly NewEvent[]): Promise<void> {
  const slices = await recordShipped(run, newsOf<ShippedLine>(events))
  await collectOnDelivery(run, [...new Set(slices.map((slice) => slice.documentId))], 'shipped')
  await postRevenue(run, slices)
  await deferRevenue(run, slices)
}

/** What was sent and is earned on delivery is earned now. */
async function delivered(run: HandlerRun, events: readonly NewEvent[]): Promise<void> {
  await followSteps(run, ordersOf(events))
  await releaseDelivered(
    run,
    events.map((event) => ({
      shipmentId: event.documentId,
      at: new Date((event.payload as { delivered_at: string }).delivered_at),
    })),
  )
}

async function divided(run: HandlerRun, events: readonly NewEvent[]): Promise<void> {
  const splits = newsOf<HandSplit>(events)
  await followSteps(
    run,
    splits.flatMap((split) => split.orderIds),
  )
  await collectOnDelivery(
    run,
    splits.flatMap((split) => [split.shipmentId, split.newShipmentId]),
    'open',
  )
}

/** Sent goods that are not the customer's any more: their money goes back, and a courier collects as much less. */
async function ended(run: HandlerRun, kind: Ending, events: readonly NewEvent[]): Promise<void> {
  const parts = newsOf<SentBack>(events)
  const slices = await recordEnded(run, kind, parts)
  await postEnded(run, kind, slices)
  await releaseTakenBack(
    run,
    kind,
    parts.map((part) => ({ ...part, shipmentIds: [part.shipmentId] })),
  )
  if (kind === 'voided') return
  const shipmentOf = new Map(parts.map((part) => [`${part.documentId}/${part.orderId}`, part.shipmentId]))
  await reduceCollections(
    run.tx,
    run.ctx.orgId,
    [...Map.groupBy(slices, (slice) => `${slice.documentId}/${slice.orderId}`)].map(([key, group]) => ({
      shipmentId: shipmentOf.get(key) ?? '',
      sourceId: group[0]?.orderId ?? '',
      quantity: group.reduce((sum, slice) => sum + (slice.quantity ?? 0), 0),
      amount: group.reduce((sum, slice) => sum + slice.gross, 0),
    })),
  )
}

async function returned(run: HandlerRun, events: readonly NewEvent[]): Promise<void> {
  const lines = newsOf<ReturnedLine>(events)
  await postReturns(run, await recordReturned(run, lines))
  await releaseTakenBack(
    run,
    'returned',
    lines.map((line) => ({ ...line, shipmentIds: line.shipmentId === null ? [] : [line.shipmentId] })),
  )
  await postUnknownReturns(
    run,
    lines.flatMap((line) =>
      line.orderId !== null || line.statedAmount === null
        ? []
        : [
            {
              receiptId: line.receiptId,
              receiptLineId: line.receiptLineId,
              partyId: line.partyId,
              warehouseId: line.warehouseId,
              itemId: line.itemId,
              amount: line.statedAmount,
              tax: line.statedTax ?? 0,
              happenedAt: line.happenedAt,
            },
          ],
    ),
  )
}
