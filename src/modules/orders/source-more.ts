import { sql } from 'kysely'
import { lockPositions, positionKey, promiseStock, readPreorderRoom } from '../inventory/index.ts'
import { findItemsById } from '../catalog/index.ts'
import { extendOrPlan, markShipmentsWaiting, type ShipmentPlan } from '../warehouse/index.ts'
import { loadChannels } from './channel.repo.ts'
import { OWN } from './draft-order.ts'
import type { Vector } from './line.repo.ts'
import type { OrderHead, OrderRun } from './order.repo.ts'
import { refuseShortage } from './preorder.ts'
import { type SourcingReasons, sourceOrder } from './source-order.ts'

/** A quantity an order needs more of: of a line it has, or of one about to be written. */
export interface MorePart {
  lineId: string
  itemId: string
  sku: string
  quantity: number
  supply: 'stock' | 'none'
  /** It may only come from this warehouse. */
  onlyCode: string | null
}

/** An order as sourcing sees it, read before it is locked. */
export interface SourcingHead extends OrderHead {
  channelCode: string
  version: number
  hasBackorders: boolean
}

/**
 * Sources more of an order exactly as intake does: warehouses by the channel's policy, promises or backorders, and planned
 * shipments — the order's planned one at that warehouse, else a new one. Services go with a shipment that is planned anyway. Locks
 * positions; the caller holds the order's shipments and locks the order afterwards.
 * @throws `orders.insufficient_stock` (rule) where the policy takes no backorders
 */
export async function sourceMore(
  run: OrderRun,
  head: SourcingHead,
  parts: readonly MorePart[],
  planned: readonly { warehouseId: string }[],
): Promise<{ vectors: Map<string, Vector>; reasons: SourcingReasons | null }> {
  const { tx, ctx } = run
  const stocked = parts.filter((part) => part.supply === 'stock')
  const channel = (await loadChannels(tx, ctx.orgId, [head.channelCode])).get(head.channelCode)
  const warehouses = channel?.warehouses ?? []
  const positions = await lockPositions(
    tx,
    ctx.orgId,
    stocked.flatMap((part) => warehouses.map((warehouse) => ({ itemId: part.itemId, warehouseId: warehouse.id, ownerId: OWN }))),
  )
  const policy = channel?.policy
  const to = head.shipTo as { country: string; postcode?: string }
  const answer =
    policy === undefined
      ? null
      : sourceOrder({
          lines: stocked.map((part) => ({ ...part, key: part.lineId })),
          warehouses,
          policy,
          shipTo: { country: to.country, postcode: to.postcode ?? '' },
          available: (itemId, warehouseId) => {
            const position = positions.get(positionKey({ itemId, warehouseId, ownerId: OWN }))
            return position === undefined ? 0 : position.onHand - position.reserved - position.held
          },
        })
  const partOf = new Map(parts.map((part) => [part.lineId, part]))
  if (answer !== null && answer.missing.length > 0) {
    const ids = answer.missing.map((part) => partOf.get(part.key)?.itemId ?? '')
    const items = await findItemsById(tx, ctx.orgId, ids)
    const waiting = answer.missing.flatMap((part, index) => {
      const item = items.get(ids[index] ?? '')
      return item === undefined ? [] : [{ item, quantity: part.quantity, warehouseIds: part.warehouseIds }]
    })
    refuseShortage(waiting, {
      onShortage: policy?.on_shortage ?? 'backorder',
      now: run.now,
      room: await readPreorderRoom(tx, ctx.orgId, ids),
    })
  }
  const promise = (key: string) => ({
    sourceId: head.id,
    sourceLineId: key,
    itemId: partOf.get(key)?.itemId ?? '',
    ownerId: OWN,
    priority: head.priority,
  })
  const missing = (answer?.missing ?? []).filter((part) => part.warehouseIds.length > 0)
  await promiseStock(
    run,
    (answer?.assigned ?? []).map((part) => ({ ...promise(part.key), warehouseId: part.warehouseId, quantity: part.quantity })),
    missing.map((part) => ({ ...promise(part.key), warehouseIds: part.warehouseIds, quantity: part.quantity })),
  )
  const waits = (answer?.missing.length ?? 0) > 0
  const [best] = answer?.reasons.candidates ?? []
  await extendOrPlan(
    run,
    planMore(head, parts, {
      assigned: answer?.assigned ?? [],
      fallback: planned[0]?.warehouseId ?? warehouses.find((warehouse) => warehouse.code === best?.code)?.id ?? null,
      waits,
    }),
  )
  if (waits && !head.allowSplit) await markShipmentsWaiting(tx, ctx.orgId, [head.id])
  return { vectors: vectorsOf(parts, answer?.assigned ?? [], missing), reasons: answer?.reasons ?? null }
}

function vectorsOf(
  parts: readonly MorePart[],
  assigned: readonly { key: string; quantity: number }[],
  missing: readonly { key: string; quantity: number }[],
): Map<string, Vector> {
  const sum = (rows: readonly { key: string; quantity: number }[], key: string) =>
    rows.reduce((total, row) => (row.key === key ? total + row.quantity : total), 0)
  return new Map(
    parts.map((part) => {
      const reserved = sum(assigned, part.lineId)
      const backordered = sum(missing, part.lineId)
      return [part.lineId, { reserved, backordered, pending: part.quantity - reserved - backordered }]
    }),
  )
}

interface MorePlan {
  assigned: readonly { key: string; warehouseId: string; quantity: number }[]
  fallback: string | null
  waits: boolean
}

/** Goods by warehouse; services with the first of them, or with what is planned already, unless the order waits for stock anyway. */
function planMore(head: SourcingHead, parts: readonly MorePart[], { assigned, fallback, waits }: MorePlan): ShipmentPlan[] {
  const partOf = new Map(parts.map((part) => [part.lineId, part]))
  const goods = [...Map.groupBy(assigned, (part) => part.warehouseId)].map(([warehouseId, group]) => ({
    warehouseId,
    lines: group.map((part) => ({ lineId: part.key, quantity: part.quantity })),
  }))
  const along = parts.filter((part) => part.supply === 'none').map(({ lineId, quantity }) => ({ lineId, quantity }))
  const [first] = goods
  if (along.length > 0 && first !== undefined) first.lines.push(...along)
  else if (along.length > 0 && fallback !== null && !waits && !head.hasBackorders) goods.push({ warehouseId: fallback, lines: along })
  return goods.map(({ warehouseId, lines }): ShipmentPlan => ({
    sourceId: head.id,
    sourceLabel: String(head.number),
    warehouseId,
    shipTo: head.shipTo,
    partyId: head.partyId,
    currency: head.currency,
    priority: head.priority,
    promisedAt: head.promisedAt,
    held: head.holdCount > 0,
    ready: head.allowSplit || !(waits || head.hasBackorders),
    amountToCollect: 0,
    lines: lines.flatMap(({ lineId, quantity }) => {
      const part = partOf.get(lineId)
      return part === undefined ? [] : [{ sourceLineId: lineId, itemId: part.itemId, ownerId: OWN, quantity, supply: part.supply }]
    }),
  }))
}

/** Keeps why these warehouses: the next attempt of the order's sourcing. The caller holds the order. */
export async function insertDecision(run: OrderRun, orderId: string, reasons: SourcingReasons | null): Promise<void> {
  if (reasons === null) return
  await sql`
    insert into orders.sourcing_decision (org_id, order_id, attempt, decided_at, reasons)
    select ${run.ctx.orgId}, ${orderId}::uuid, coalesce(max(d.attempt), 0) + 1, ${run.now}, ${JSON.stringify(reasons)}::jsonb
      from orders.sourcing_decision d where d.org_id = ${run.ctx.orgId} and d.order_id = ${orderId}::uuid`.execute(run.tx)
}
