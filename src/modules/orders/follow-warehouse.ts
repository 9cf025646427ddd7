import { sql } from 'kysely'
import { mulDivFloor } from '../../kernel/money.ts'
import { type LostPromise, offerElsewhere, type ServedBackorder } from '../inventory/index.ts'
import {
  askAboutLostPromises,
  extendOrPlan,
  findCarriedLines,
  markShipmentsReady,
  type ShipmentPlan,
  type Withdrawn,
  withdrawOrderLines,
} from '../warehouse/index.ts'
import { readPermittedWarehouses } from './channel.repo.ts'
import { OWN } from './draft-order.ts'
import { changeLines, lockOrders, type OrderHead, type OrderLine, type OrderRun, readOrderLines, refreshOrders } from './order.repo.ts'

/** Orders learn what was picked into staging. */
export async function recordPicked(
  run: OrderRun,
  picked: readonly { orderId: string; orderLineId: string; quantity: number }[],
): Promise<void> {
  await lockOrders(
    run,
    picked.map((part) => part.orderId),
  )
  await changeLines(
    run,
    picked.map((part) => ({ id: part.orderLineId, picked: part.quantity })),
  )
}

/** Orders learn what stood picked in staging and is gone. */
export async function recordUnpicked(
  run: OrderRun,
  unpicked: readonly { orderId: string; orderLineId: string; quantity: number }[],
): Promise<void> {
  await recordPicked(
    run,
    unpicked.map((part) => ({ ...part, quantity: -part.quantity })),
  )
}

/** Orders derive their statuses anew after a shipment changed its step. */
export async function followSteps(run: OrderRun, orderIds: readonly string[]): Promise<void> {
  await lockOrders(run, orderIds)
  await refreshOrders(run, orderIds)
}

/**
 * Backorders that found stock: their lines become reserved, and join the order's planned shipment at that warehouse or get one.
 * Services of an order that had no shipment yet go along.
 */
export async function recordBackordersServed(run: OrderRun, served: readonly ServedBackorder[]): Promise<void> {
  const orderIds = [...new Set(served.map((part) => part.sourceId))]
  const lines = await readOrderLines(run, orderIds)
  await planParts(
    run,
    orderIds,
    lines,
    served.map((part) => ({
      orderId: part.sourceId,
      orderLineId: part.sourceLineId,
      warehouseId: part.warehouseId,
      itemId: part.itemId,
      ownerId: part.ownerId,
      quantity: part.quantity,
      supply: 'stock',
    })),
  )
  await markShipmentsReady(run.tx, run.ctx.orgId, completeOrders(lines, served))
  await lockOrders(run, orderIds)
  await changeLines(
    run,
    served.map((part) => ({ id: part.sourceLineId, reserved: part.quantity, backordered: -part.quantity })),
  )
  await refreshOrders(run, orderIds)
  for (const [orderId, parts] of Map.groupBy(served, (part) => part.sourceId)) {
    run.emit({
      type: 'orders.backorder_reserved',
      documentType: 'order',
      documentId: orderId,
      payload: {
        quantity: parts.reduce((sum, part) => sum + part.quantity, 0),
        warehouse_ids: [...new Set(parts.map((part) => part.warehouseId))],
      },
    })
  }
}

/**
 * A fact took promised goods away: the lines wait as backorders again, and what of them stood on shipments of that warehouse is
 * withdrawn. Shipments are locked after positions here, against the usual order: they are tried, and where a picker has one, all begins anew.
 */
export async function recordPromisesLost(run: OrderRun, lost: readonly LostPromise[]): Promise<void> {
  const orderIds = [...new Set(lost.map((part) => part.sourceId))]
  const withdrawn: Withdrawn[] = []
  for (const [warehouseId, parts] of Map.groupBy(lost, (part) => part.warehouseId)) {
    const wanted = new Map<string, number>()
    for (const part of parts) wanted.set(part.sourceLineId, (wanted.get(part.sourceLineId) ?? 0) + part.quantity)
    const orders = parts.map((part) => part.sourceId)
    // oxlint-disable-next-line no-await-in-loop -- one warehouse after another; a fact is about one
    withdrawn.push(...(await withdrawOrderLines(run, orders, wanted, { warehouseId })))
  }
  await lockOrders(run, orderIds)
  await changeLines(run, [
    ...lost.map((part) => ({ id: part.sourceLineId, reserved: -part.quantity, backordered: part.quantity })),
    ...withdrawn.filter((part) => part.picked > 0).map((part) => ({ id: part.orderLineId, picked: -part.picked })),
  ])
  await refreshOrders(run, orderIds)
  await askAboutLostPromises(run, uncovered(lost, await sourceElsewhere(run, lost)))
  for (const [orderId, parts] of Map.groupBy(lost, (part) => part.sourceId)) {
    run.emit({
      type: 'orders.promise_lost',
      documentType: 'order',
      documentId: orderId,
      payload: {
        quantity: parts.reduce((sum, part) => sum + part.quantity, 0),
        lines: parts.map((part) => ({ line_id: part.sourceLineId, quantity: part.quantity })),
      },
    })
  }
}

/** Lost promises wait at every warehouse that may serve their order, and are served at once where there is stock: backorder comes last. */
async function sourceElsewhere(run: OrderRun, lost: readonly LostPromise[]): Promise<ServedBackorder[]> {
  const warehouses = await readPermittedWarehouses(
    run.tx,
    run.ctx.orgId,
    lost.map((part) => part.sourceId),
  )
  const served = await offerElsewhere(
    run,
    lost.map((part) => ({ sourceLineId: part.sourceLineId, itemId: part.itemId, warehouseIds: warehouses.get(part.sourceId) ?? [] })),
  )
  if (served.length > 0) await recordBackordersServed(run, served)
  return served
}

/** What of lost promises still waits after it was offered everywhere: a person is asked. */
function uncovered(lost: readonly LostPromise[], served: readonly ServedBackorder[]) {
  const found = new Map<string, number>()
  for (const part of served) found.set(part.sourceLineId, (found.get(part.sourceLineId) ?? 0) + part.quantity)
  return lost.flatMap((part) => {
    const covered = Math.min(part.quantity, found.get(part.sourceLineId) ?? 0)
    found.set(part.sourceLineId, (found.get(part.sourceLineId) ?? 0) - covered)
    const quantity = part.quantity - covered
    return quantity === 0
      ? []
      : [{ orderId: part.sourceId, orderLineId: part.sourceLineId, warehouseId: part.warehouseId, itemId: part.itemId, quantity }]
  })
}

/** A canceled shipment's lines are planned anew at the same warehouse, where they are still promised. */
export async function planAgain(run: OrderRun, withdrawn: readonly Withdrawn[]): Promise<void> {
  const orderIds = [...new Set(withdrawn.map((part) => part.orderId))]
  await planParts(run, orderIds, await readOrderLines(run, orderIds), withdrawn)
  await lockOrders(run, orderIds)
  await changeLines(
    run,
    withdrawn.filter((part) => part.picked > 0).map((part) => ({ id: part.orderLineId, picked: -part.picked })),
  )
  await refreshOrders(run, orderIds)
}

interface PartToPlan {
  orderId: string
  orderLineId: string
  warehouseId: string
  itemId: string
  ownerId: string
  quantity: number
  supply: 'stock' | 'none'
}

async function planParts(
  run: OrderRun,
  orderIds: readonly string[],
  orderLines: readonly OrderLine[],
  parts: readonly PartToPlan[],
): Promise<void> {
  const heads = await readHeads(run, orderIds, orderLines)
  const companions = await unplannedCompanions(run, orderLines)
  const plans = [...Map.groupBy(parts, (part) => `${part.orderId}/${part.warehouseId}`).values()].flatMap((group): ShipmentPlan[] => {
    const [first] = group
    const head = first === undefined ? undefined : heads.get(first.orderId)
    if (first === undefined || head === undefined) return []
    const along = companions.get(first.orderId) ?? []
    companions.delete(first.orderId)
    const lines = [...group, ...along.map((line) => ({ ...line, warehouseId: first.warehouseId }))]
    return [
      {
        sourceId: head.id,
        sourceLabel: String(head.number),
        warehouseId: first.warehouseId,
        shipTo: head.shipTo,
        partyId: head.partyId,
        currency: head.currency,
        priority: head.priority,
        promisedAt: head.promisedAt,
        held: head.holdCount > 0,
        ready: head.allowSplit,
        amountToCollect: head.paymentTerms === 'cash_on_delivery' ? head.dueOf(lines) : 0,
        lines: lines.map((line) => ({
          sourceLineId: line.orderLineId,
          itemId: line.itemId,
          ownerId: line.ownerId,
          quantity: line.quantity,
          supply: line.supply,
        })),
      },
    ]
  })
  await extendOrPlan(run, plans)
}

interface PlanHead extends OrderHead {
  dueOf(lines: readonly PartToPlan[]): number
}

/** Heads of orders without locking them: shipments are planned before orders are locked. */
async function readHeads(run: OrderRun, orderIds: readonly string[], orderLines: readonly OrderLine[]): Promise<Map<string, PlanHead>> {
  const { rows } = await sql<OrderHead>`
    select o.id, o.number, o.party_id as "partyId", o.currency, o.prices_include_tax as "pricesIncludeTax", o.payment_terms as "paymentTerms", o.priority, o.ship_to as "shipTo", o.promised_at as "promisedAt", o.hold_count as "holdCount",
           coalesce((select p.allow_split from orders.sourcing_policy p where p.org_id = o.org_id and (p.channel_id = o.channel_id or p.channel_id is null) order by p.channel_id nulls last limit 1), true) as "allowSplit"
      from orders.sales_order o where o.org_id = ${run.ctx.orgId} and o.id = any(${orderIds}::uuid[])`.execute(run.tx)
  const lines = new Map(orderLines.map((line) => [line.id, line]))
  return new Map(
    rows.map((row) => [
      row.id,
      {
        ...row,
        dueOf: (parts) =>
          parts.reduce((sum, part) => {
            const line = lines.get(part.orderLineId)
            if (line === undefined) return sum
            return (
              sum +
              mulDivFloor(
                line.amount - line.discount + (row.pricesIncludeTax ? -line.marketplaceTax : line.tax),
                part.quantity,
                line.ordered,
              )
            )
          }, 0),
      },
    ]),
  )
}

/** Services and vouchers of orders that are on no open shipment yet. */
async function unplannedCompanions(run: OrderRun, lines: readonly OrderLine[]): Promise<Map<string, PartToPlan[]>> {
  const waiting = lines.filter((line) => line.supply === 'none' && line.pending > 0)
  const carried = await findCarriedLines(
    run.tx,
    run.ctx.orgId,
    waiting.map((line) => line.id),
  )
  const parts = waiting
    .filter((line) => !carried.has(line.id))
    .map((line): PartToPlan => ({
      orderId: line.orderId,
      orderLineId: line.id,
      itemId: line.itemId,
      quantity: line.pending,
      warehouseId: '',
      ownerId: OWN,
      supply: 'none',
    }))
  return Map.groupBy(parts, (part) => part.orderId)
}

/** Orders to be sent whole of which nothing is missing once these parts are served. */
function completeOrders(lines: readonly OrderLine[], served: readonly ServedBackorder[]): string[] {
  const missing = new Map<string, number>()
  for (const line of lines)
    if (line.supply === 'stock') missing.set(line.orderId, (missing.get(line.orderId) ?? 0) + line.backordered + line.pending)
  for (const part of served) missing.set(part.sourceId, (missing.get(part.sourceId) ?? 0) - part.quantity)
  return [...missing].filter(([, quantity]) => quantity === 0).map(([orderId]) => orderId)
}
