import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { notFound } from '../../kernel/errors.ts'
import { lockOrderShipments, markShipmentsReady, recordSentElsewhere, type ToldParcel } from '../warehouse/index.ts'
import { type CancelPart, cancelParts, lockPromisedPositions, openOfLine, refuseTakenMeanwhile, withdrawParts } from './cancel-order.ts'
import { readPermittedWarehouses } from './channel.repo.ts'
import { collectAnew } from './collect-anew.ts'
import { OWN } from './draft-order.ts'
import { lockOrders, type OrderLine, readOrderLines } from './order.repo.ts'
import { moreThanOpenElsewhere, noWarehouse, nothingOpen } from './orders.errors.ts'
import { freezeSent } from './record-shipped.ts'

/** Goods that a channel sent itself. */
export interface ElsewhereSupply {
  orderId: string
  /** Quantities by top line, kits by kits. */
  lines: readonly { lineId: string; quantity: number }[]
  parcels: readonly ToldParcel[]
  happenedAt: Date
}

interface HeadRow {
  number: number
  shipTo: Record<string, unknown>
  partyId: string | null
  currency: string
  priority: number
}

/**
 * Books what a channel sent itself (its own warehouse, its supplier): promises, backorders and picks for it end, the line counts it as
 * supplied elsewhere, and its money is frozen and earned at once, at no cost of ours. Services that still wait go along once no goods
 * are left to send. A shipment of its own keeps the tracking numbers. Locks shipments, then positions, then the order.
 * Raises `orders.supplied_elsewhere` (news: RevenueSlice[]).
 * @throws `orders.not_found`, `orders.more_than_open`, `orders.part_of_kit`, `orders.nothing_open`, `orders.no_warehouse` (rule)
 * @returns how many units were booked
 */
export async function supplyElsewhere(run: CommandRun, supply: ElsewhereSupply): Promise<{ shipmentId: string; quantity: number }> {
  const { tx, ctx } = run
  const { orderId } = supply
  await lockOrderShipments(tx, ctx.orgId, [orderId])
  await lockPromisedPositions(run, orderId)
  const head = await readHead(run, orderId)
  const lines = await readOrderLines(run, [orderId])
  const parts = [...cancelParts(checked(supply.lines, lines), lines)]
  if (parts.length === 0) throw nothingOpen(head.number)
  parts.push(...servicesAlong(parts, lines))
  const withdrawn = await withdrawParts(run, orderId, parts)
  const warehouseId = withdrawn[0]?.warehouseId ?? (await readPermittedWarehouses(tx, ctx.orgId, [orderId])).get(orderId)?.[0]
  if (warehouseId === undefined) throw noWarehouse(head.number)
  const sent = await recordSentElsewhere(run, {
    ...head,
    orderId,
    orderLabel: String(head.number),
    warehouseId,
    happenedAt: supply.happenedAt,
    parcels: supply.parcels,
    lines: parts.map((part) => ({
      orderLineId: part.line.id,
      itemId: part.line.itemId,
      ownerId: OWN,
      quantity: quantityOf(part),
      supply: part.line.supply === 'stock' ? 'elsewhere' : 'none',
    })),
  })
  await lockOrders(run, [orderId])
  refuseTakenMeanwhile(parts, new Map((await readOrderLines(run, [orderId])).map((line) => [line.id, line])))
  const picked = Map.groupBy(withdrawn, (part) => part.orderLineId)
  const partOf = new Map(parts.map((part) => [part.line.id, part]))
  const slices = await freezeSent(run, sent, ({ orderLineId, quantity, supply: kind }) => {
    const part = partOf.get(orderLineId)
    return {
      ...(kind === 'elsewhere' ? { suppliedElsewhere: quantity } : { shipped: quantity }),
      backordered: -(part?.backordered ?? 0),
      pending: -(part?.pending ?? 0),
      reserved: -(part?.reserved ?? 0),
      picked: -(picked.get(orderLineId) ?? []).reduce((sum, one) => sum + one.picked, 0),
    }
  })
  await followRest(run, orderId)
  const shipmentId = sent[0]?.shipmentId ?? ''
  run.emit({
    type: 'orders.supplied_elsewhere',
    documentType: 'order',
    documentId: orderId,
    payload: {
      shipment_id: shipmentId,
      lines: sent.map((line) => ({ line_id: line.orderLineId, quantity: line.quantity })),
    },
    news: slices,
  })
  return { shipmentId, quantity: parts.reduce((sum, part) => sum + quantityOf(part), 0) }
}

function quantityOf(part: CancelPart): number {
  return part.backordered + part.pending + part.reserved
}

/** The wanted lines, none of which asks for more than is open. */
function checked(wanted: ElsewhereSupply['lines'], lines: readonly OrderLine[]): ElsewhereSupply['lines'] {
  for (const { lineId, quantity } of wanted) {
    const known = lines.some((line) => line.id === lineId || line.parentLineId === lineId)
    const open = openOfLine(lineId, lines)
    if (known && quantity > open) throw moreThanOpenElsewhere(lineId, quantity, open)
  }
  return wanted
}

/** Services that wait for a first shipment, once every line of goods is sent or canceled. */
function servicesAlong(parts: readonly CancelPart[], lines: readonly OrderLine[]): CancelPart[] {
  const taken = new Map(parts.map((part) => [part.line.id, quantityOf(part)]))
  const open = (line: OrderLine) => line.pending + line.reserved + line.backordered - (taken.get(line.id) ?? 0)
  if (lines.some((line) => line.supply === 'stock' && open(line) > 0)) return []
  return lines
    .filter((line) => line.supply !== 'stock' && !taken.has(line.id) && line.pending > 0)
    .map((line) => ({ line, backordered: 0, pending: line.pending, reserved: 0 }))
}

async function readHead({ tx, ctx }: CommandRun, orderId: string): Promise<HeadRow> {
  const { rows } = await sql<HeadRow>`
    select number, ship_to as "shipTo", party_id as "partyId", currency::text, priority from orders.sales_order where org_id = ${ctx.orgId} and id = ${orderId}::uuid`.execute(
    tx,
  )
  const [head] = rows
  if (head === undefined) throw notFound('orders.order', orderId)
  return head
}

/** Shipments that waited for nothing but what was sent elsewhere may go, and couriers collect as much less. */
async function followRest(run: CommandRun, orderId: string): Promise<void> {
  const lines = await readOrderLines(run, [orderId])
  if (lines.every((line) => line.supply !== 'stock' || line.backordered + line.pending === 0))
    await markShipmentsReady(run.tx, run.ctx.orgId, [orderId])
  await collectAnew(run, orderId)
}
