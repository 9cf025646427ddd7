import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { notFound } from '../../kernel/errors.ts'
import { lockPositions, type PositionKey, releasePromises, withdrawBackorders } from '../inventory/index.ts'
import { lockOrderShipments, type Withdrawn, withdrawOrderLines } from '../warehouse/index.ts'
import { OWN } from './draft-order.ts'
import { changeLines, type LineChange, lockOrders, type OrderLine, readOrderLines, refreshOrders } from './order.repo.ts'
import { moreThanOpen, nothingOpen } from './orders.errors.ts'
import { takeSlice } from './slice-money.ts'

export interface Cancellation {
  orderId: string
  reason: string
  /** Parts to cancel; all that is open when left out. */
  lines?: readonly { lineId: string; quantity: number }[]
}

/**
 * Cancels what of an order is not shipped: goods go back to their bins, promises and backorders end exactly, and what is free
 * again is offered to other backorders. Locks shipments, then positions, then the order.
 * @throws `orders.not_found`, `orders.nothing_open`, `orders.more_than_open`
 */
export async function cancelOrderLines(run: CommandRun, cancellation: Cancellation): Promise<{ canceled: number }> {
  const { tx, ctx } = run
  const { orderId } = cancellation
  await lockOrderShipments(tx, ctx.orgId, [orderId])
  // The vector of a line changes only under its shipments' or its positions' locks, so it stands still from here on.
  await lockPositions(tx, ctx.orgId, await promisedPositions(run, orderId))
  const lines = await readOrderLines(run, [orderId])
  if (lines.length === 0) throw notFound('orders.order', orderId)
  const parts = decide(cancellation, lines)
  if (parts.length === 0) throw nothingOpen((await lockOrders(run, [orderId])).get(orderId)?.number ?? 0)

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
  await writeCancellation(run, cancellation, { lines, parts, withdrawn })
  return { canceled: parts.reduce((sum, part) => sum + part.backordered + part.pending + part.reserved, 0) }
}

interface Part {
  line: OrderLine
  backordered: number
  pending: number
  reserved: number
}

/** What is taken where: backordered first, then pending, then reserved. Lines of a kit are canceled as the kit is. */
function decide(cancellation: Cancellation, lines: readonly OrderLine[]): Part[] {
  const wanted = cancellation.lines === undefined ? null : new Map(cancellation.lines.map((line) => [line.lineId, line.quantity]))
  for (const lineId of wanted?.keys() ?? []) if (!lines.some((line) => line.id === lineId)) throw notFound('orders.order_line', lineId)
  return lines.flatMap((line) => {
    const open = line.backordered + line.pending + line.reserved
    const quantity = wanted === null ? open : (wanted.get(line.id) ?? 0)
    if (quantity > open) throw moreThanOpen(line.id, quantity, open)
    if (quantity === 0) return []
    const backordered = Math.min(quantity, line.backordered)
    const pending = Math.min(quantity - backordered, line.pending)
    return [{ line, backordered, pending, reserved: quantity - backordered - pending }]
  })
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

async function writeCancellation(
  run: CommandRun,
  cancellation: Cancellation,
  { lines, parts, withdrawn }: { lines: readonly OrderLine[]; parts: readonly Part[]; withdrawn: readonly Withdrawn[] },
): Promise<void> {
  const { orderId } = cancellation
  const order = (await lockOrders(run, [orderId])).get(orderId)
  const picked = new Map<string, number>()
  for (const part of withdrawn) picked.set(part.orderLineId, (picked.get(part.orderLineId) ?? 0) + part.picked)
  const changes = parts.map((part): LineChange => {
    const quantity = part.backordered + part.pending + part.reserved
    const { gross: _gross, tax: _tax, discount: _discount, ...sliced } = takeSlice(part.line, quantity, order?.pricesIncludeTax ?? true)
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
  const gone = new Map(parts.map((part) => [part.line.id, part.backordered + part.pending + part.reserved]))
  const whole = lines.every((line) => line.shipped === 0 && line.canceled + (gone.get(line.id) ?? 0) === line.ordered)
  if (whole)
    await sql`update orders.order_charge set canceled_at = ${run.now} where org_id = ${run.ctx.orgId} and order_id = ${orderId}::uuid and recognized_shipment_id is null`.execute(
      run.tx,
    )
  await refreshOrders(run, [orderId])
  run.emit({
    type: 'orders.order_canceled',
    documentType: 'order',
    documentId: orderId,
    payload: { reason: cancellation.reason, whole, lines: changes.map((change) => ({ line_id: change.id, canceled: change.canceled })) },
  })
}
