import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { DomainError, notFound } from '../../kernel/errors.ts'
import { StartOver } from '../../kernel/start-over.ts'
import { lockPositions, type PositionKey, positionKey, releasePromises, withdrawBackorders } from '../inventory/index.ts'
import { lockOrderShipments, markShipmentsReady, type Withdrawn, withdrawOrderLines } from '../warehouse/index.ts'
import { collectAnew } from './collect-anew.ts'
import { OWN } from './draft-order.ts'
import { changeLines, type LineChange, lockOrders, type OrderLine, readOrderLines, refreshOrders } from './order.repo.ts'
import { moreThanOpen, nothingOpen } from './orders.errors.ts'
import { takeSlice } from './slice-money.ts'

/** Why an order or a part of it is canceled. */
export const CANCEL_REASONS = [
  'changed_mind',
  'out_of_stock',
  'price_error',
  'fraud',
  'duplicate',
  'address',
  'unpaid',
  'late',
  'substituted',
  'other',
] as const
export type CancelReason = (typeof CANCEL_REASONS)[number]

export interface Cancellation {
  orderId: string
  reason: string
  reasonCode?: CancelReason
  /** Parts to cancel, kits by kits; all that is open when left out. */
  lines?: readonly { lineId: string; quantity: number }[]
}

/**
 * Cancels what of an order is not shipped: goods go back to their bins, promises and backorders end exactly, and what is free
 * again is offered to other backorders. Locks shipments, then positions, then the order.
 * @throws `orders.not_found`, `orders.nothing_open`, `orders.more_than_open`, `orders.part_of_kit`
 */
export async function cancelOrderLines(run: CommandRun, cancellation: Cancellation): Promise<{ canceled: number }> {
  const { tx, ctx } = run
  const { orderId } = cancellation
  await lockOrderShipments(tx, ctx.orgId, [orderId])
  // The vector of a line changes only under its shipments' or its positions' locks, so it stands still from here on.
  await lockPromisedPositions(run, orderId)
  const lines = await readOrderLines(run, [orderId])
  if (lines.length === 0) throw notFound('orders.order', orderId)
  const parts = cancelParts(cancellation.lines, lines)
  if (parts.length === 0) throw nothingOpen((await lockOrders(run, [orderId])).get(orderId)?.number ?? 0)
  const withdrawn = await withdrawParts(run, orderId, parts)
  await lockOrders(run, [orderId])
  await writeCancellation(run, cancellation, parts, withdrawn)
  await refreshOrders(run, [orderId])
  await collectAnew(run, orderId)
  return { canceled: parts.reduce((sum, part) => sum + quantityOf(part), 0) }
}

/** A quantity of a line to cancel, by where it stands. */
export interface CancelPart {
  line: OrderLine
  backordered: number
  pending: number
  reserved: number
}

function quantityOf(part: CancelPart): number {
  return part.backordered + part.pending + part.reserved
}

/** How many of a line, or of a kit by its components, are still open: whole kits only. */
export function openOfLine(lineId: string, lines: readonly OrderLine[]): number {
  const open = (line: OrderLine) => line.backordered + line.pending + line.reserved
  const components = lines.filter((line) => line.parentLineId === lineId)
  if (components.length > 0) return Math.min(...components.map((line) => Math.floor(open(line) / (line.kitQuantity ?? 1))))
  const line = lines.find((candidate) => candidate.id === lineId)
  return line === undefined ? 0 : open(line)
}

/**
 * What is taken where: backordered first, then pending, then reserved. A kit is named by its own line and canceled by whole kits;
 * without lines all that is open goes, whatever kits are between.
 * @throws `orders.not_found`, `orders.more_than_open`, `orders.part_of_kit`
 */
export function cancelParts(wanted: Cancellation['lines'], lines: readonly OrderLine[]): CancelPart[] {
  const quantities = wanted === undefined ? null : componentsWanted(wanted, lines)
  return lines.flatMap((line) => {
    const open = line.backordered + line.pending + line.reserved
    const quantity = quantities === null ? open : (quantities.get(line.id) ?? 0)
    if (quantity === 0) return []
    const backordered = Math.min(quantity, line.backordered)
    const pending = Math.min(quantity - backordered, line.pending)
    return [{ line, backordered, pending, reserved: quantity - backordered - pending }]
  })
}

function componentsWanted(wanted: NonNullable<Cancellation['lines']>, lines: readonly OrderLine[]): Map<string, number> {
  const quantities = new Map<string, number>()
  for (const { lineId, quantity } of wanted) {
    const own = lines.filter((line) => line.id === lineId || line.parentLineId === lineId)
    if (own.length === 0) throw notFound('orders.order_line', lineId)
    const part = own.find((line) => line.id === lineId && line.parentLineId !== null)
    if (part !== undefined) throw partOfKit(part.id, part.parentLineId ?? '')
    const open = openOfLine(lineId, lines)
    if (quantity > open) throw moreThanOpen(lineId, quantity, open)
    for (const line of own)
      quantities.set(line.id, (quantities.get(line.id) ?? 0) + quantity * (line.parentLineId === null ? 1 : (line.kitQuantity ?? 1)))
  }
  return quantities
}

function partOfKit(lineId: string, kitLineId: string): DomainError {
  return new DomainError(
    'rule',
    'orders.part_of_kit',
    `Line ${lineId} is a component of a kit and goes as the kit does. Name the kit's line ${kitLineId} and a number of kits.`,
    { detail: { line_id: lineId, kit_line_id: kitLineId } },
  )
}

/** Takes parts off shipments, queue and promises. The caller holds shipments and positions, and locks the order afterwards. */
export async function withdrawParts(run: CommandRun, orderId: string, parts: readonly CancelPart[]): Promise<Withdrawn[]> {
  const withdrawn = await withdrawOrderLines(run, [orderId], new Map(parts.map((part) => [part.line.id, part.reserved + part.pending])))
  await withdrawBackorders(
    run,
    parts.filter((part) => part.backordered > 0).map((part) => ({ sourceLineId: part.line.id, quantity: part.backordered })),
  )
  await releasePromises(
    run,
    withdrawn
      .filter((part) => part.supply === 'stock')
      .map((part) => ({
        sourceLineId: part.orderLineId,
        warehouseId: part.warehouseId,
        itemId: part.itemId,
        ownerId: part.ownerId,
        quantity: part.quantity,
      })),
  )
  return withdrawn
}

/**
 * Locks the positions that an order's promises and backorders stand on, and `more`. A promise may be lost and wait at another warehouse
 * while this waits for the first: what stands elsewhere by then is locked as well, until nothing is missing.
 */
export async function lockPromisedPositions(run: CommandRun, orderId: string, more: readonly PositionKey[] = []): Promise<void> {
  const held = new Map<string, PositionKey>()
  let missing = [...more, ...(await promisedPositions(run, orderId))]
  while (missing.length > 0) {
    for (const key of missing) held.set(positionKey(key), key)
    /* oxlint-disable no-await-in-loop -- what is missing is known under the locks only; an order has a handful of warehouses */
    await lockPositions(run.tx, run.ctx.orgId, [...held.values()])
    missing = (await promisedPositions(run, orderId)).filter((key) => !held.has(positionKey(key)))
    /* oxlint-enable no-await-in-loop */
  }
}

async function promisedPositions(run: CommandRun, orderId: string): Promise<PositionKey[]> {
  const { rows } = await sql<{ itemId: string; warehouseId: string }>`
    select r.item_id as "itemId", r.warehouse_id as "warehouseId" from inventory.reservation r join orders.order_line l on l.org_id = r.org_id and l.id = r.source_line_id where l.org_id = ${run.ctx.orgId} and l.order_id = ${orderId}::uuid
    union
    select b.item_id, w from inventory.backorder b join orders.order_line l on l.org_id = b.org_id and l.id = b.source_line_id cross join unnest(b.warehouse_ids) w where l.org_id = ${run.ctx.orgId} and l.order_id = ${orderId}::uuid`.execute(
    run.tx,
  )
  return rows.map((row) => ({ ...row, ownerId: OWN }))
}

/**
 * What stands on no shipment and no position, such as a service whose goods were canceled, is held by the order's lock alone, which comes
 * last. Another may have taken it since the parts were decided: then all is decided anew.
 * @throws StartOver
 */
export function refuseTakenMeanwhile(parts: readonly CancelPart[], lineOf: ReadonlyMap<string, OrderLine>): void {
  for (const { line, backordered, pending, reserved } of parts) {
    const now = lineOf.get(line.id)
    if (now === undefined || now.backordered < backordered || now.pending < pending || now.reserved < reserved)
      throw new StartOver(`Line ${line.id} was taken meanwhile`)
  }
}

/**
 * Writes a cancellation on a locked order: vectors, slices of money that nobody owes any more, charges when all is canceled. Raises
 * `orders.order_canceled`; the caller refreshes the order.
 */
export async function writeCancellation(
  run: CommandRun,
  cancellation: Omit<Cancellation, 'lines'>,
  parts: readonly CancelPart[],
  withdrawn: readonly Withdrawn[],
): Promise<void> {
  const { orderId } = cancellation
  const { rows: orders } = await sql<{ inclusive: boolean }>`
    select prices_include_tax as inclusive from orders.sales_order where org_id = ${run.ctx.orgId} and id = ${orderId}::uuid`.execute(
    run.tx,
  )
  // Read again under the order's lock: money of a line is changed under it.
  const lines = await readOrderLines(run, [orderId])
  const lineOf = new Map(lines.map((line) => [line.id, line]))
  refuseTakenMeanwhile(parts, lineOf)
  const picked = new Map<string, number>()
  for (const part of withdrawn) picked.set(part.orderLineId, (picked.get(part.orderLineId) ?? 0) + part.picked)
  let amount = 0
  const changes = parts.map((part): LineChange => {
    const quantity = quantityOf(part)
    const line = lineOf.get(part.line.id) ?? part.line
    const { gross, tax: _tax, discount: _discount, ...sliced } = takeSlice(line, quantity, orders[0]?.inclusive ?? true)
    amount += gross
    return {
      id: part.line.id,
      canceled: quantity,
      backordered: -part.backordered,
      pending: -part.pending,
      reserved: -part.reserved,
      picked: -(picked.get(part.line.id) ?? 0),
      ...sliced,
    }
  })
  await changeLines(run, changes)
  const gone = new Map(parts.map((part) => [part.line.id, quantityOf(part)]))
  const whole = lines.every((line) => line.shipped === 0 && line.canceled + (gone.get(line.id) ?? 0) === line.ordered)
  if (whole) amount += await cancelCharges(run, orderId)
  else if (lines.every((line) => line.supply !== 'stock' || line.backordered + line.pending - waitingOf(parts, line.id) === 0))
    await markShipmentsReady(run.tx, run.ctx.orgId, [orderId])
  await sql`update orders.sales_order set canceled_amount = canceled_amount + ${amount} where org_id = ${run.ctx.orgId} and id = ${orderId}::uuid`.execute(
    run.tx,
  )
  run.emit({
    type: 'orders.order_canceled',
    documentType: 'order',
    documentId: orderId,
    payload: {
      reason: cancellation.reason,
      ...(cancellation.reasonCode === undefined ? {} : { reason_code: cancellation.reasonCode }),
      whole,
      amount,
      lines: changes.map((change) => ({ line_id: change.id, canceled: change.canceled })),
    },
  })
}

function waitingOf(parts: readonly CancelPart[], lineId: string): number {
  const part = parts.find((candidate) => candidate.line.id === lineId)
  return part === undefined ? 0 : part.backordered + part.pending
}

/** Charges that no shipment has brought are not owed any more; answers what they came to. */
async function cancelCharges(run: CommandRun, orderId: string): Promise<number> {
  const { rows } = await sql<{ amount: number }>`
    update orders.order_charge c set canceled_at = ${run.now} from orders.sales_order o
     where c.org_id = ${run.ctx.orgId} and c.order_id = ${orderId}::uuid and c.recognized_shipment_id is null and c.canceled_at is null and o.org_id = c.org_id and o.id = c.order_id
    returning c.amount - c.discount + case when o.prices_include_tax then -c.marketplace_tax else c.tax end as amount`.execute(run.tx)
  return rows.reduce((sum, row) => sum + row.amount, 0)
}
