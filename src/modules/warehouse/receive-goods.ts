import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { notFound } from '../../kernel/errors.ts'
import { extend, mulDivRound } from '../../kernel/money.ts'
import { findItemsById } from '../catalog/index.ts'
import { changeExpected, type ExpectedChange, lockPositions, type NewMovement, postGoods, virtualLocations } from '../inventory/index.ts'
import { alreadyReversed } from './warehouse.errors.ts'

export interface ReceiptHeader {
  id: string
  number: number
  kind: 'supplier' | 'opening'
  warehouseId: string
  currency: string
  baseRatePpm: number
  status: string
  expectedAt: Date | null
}

export interface ReceiptLine {
  id: string
  itemId: string
  lotId: string
  ownerId: string
  expectedQuantity: number | null
  receivedQuantity: number
  receivedValueMinor: number
  unitCost: number | null
  unitCostScale: number
  provisional: boolean
}

/** Locks a receipt and reads its lines. */
export async function lockReceipt(run: CommandRun, id: string): Promise<{ receipt: ReceiptHeader; lines: ReceiptLine[] }> {
  const { rows } = await sql<ReceiptHeader>`
    select id, number, kind, warehouse_id as "warehouseId", currency, base_rate_ppm as "baseRatePpm", status, expected_at as "expectedAt" from warehouse.goods_receipt where org_id = ${run.ctx.orgId} and id = ${id}::uuid for update`.execute(
    run.tx,
  )
  const receipt = rows[0]
  if (receipt === undefined) throw notFound('warehouse.goods_receipt', id)
  const { rows: lines } = await sql<ReceiptLine>`
    select id, item_id as "itemId", lot_id as "lotId", owner_id as "ownerId", expected_quantity as "expectedQuantity", received_quantity as "receivedQuantity", received_value_minor as "receivedValueMinor",
           unit_cost as "unitCost", unit_cost_scale as "unitCostScale", provisional
      from warehouse.goods_receipt_line where org_id = ${run.ctx.orgId} and receipt_id = ${id}::uuid order by line_no`.execute(run.tx)
  return { receipt, lines }
}

/** A receipt with the parts of it that came in together. */
export interface Booking {
  receipt: ReceiptHeader
  lines: readonly ReceiptLine[]
  parts: readonly { lineId: string; quantity: number; locationId: string }[]
  happenedAt: Date
}

/**
 * Books goods of receipts in: from the supplier (or opening) to a location, at each line's cost; cumulative value less what was
 * already booked, so that parts add up. More than expected is accepted. Waiting backorders are served in the same transaction.
 * The number of statements does not grow with the receipts. Raises `warehouse.goods_received` per receipt.
 * @throws `warehouse.not_found` for a line that is not of its receipt
 */
export async function bookReceipts(run: CommandRun, bookings: readonly Booking[]): Promise<void> {
  const { tx, ctx } = run
  if (bookings.length === 0) return
  // All positions at once, in key order, before anything else takes some of them.
  await lockPositions(
    tx,
    ctx.orgId,
    bookings.flatMap(({ receipt, lines }) =>
      lines.map((line) => ({ itemId: line.itemId, warehouseId: receipt.warehouseId, ownerId: line.ownerId })),
    ),
  )
  const items = await findItemsById(
    tx,
    ctx.orgId,
    bookings.flatMap(({ lines }) => lines.map((line) => line.itemId)),
  )
  const virtual = await virtualLocations(tx, ctx.orgId)
  const booked = bookings.map((booking) =>
    bookParts(booking, items, booking.receipt.kind === 'supplier' ? virtual.supplier : virtual.opening),
  )
  await changeExpected(
    run,
    booked.flatMap((part) => part.incoming),
  )
  const recorded = await postGoods(run, { movements: booked.flatMap((part) => part.movements) })
  const changes = new Map<string, { id: string; quantity: number; value: number }>()
  for (const movement of recorded) {
    const change = changes.get(movement.sourceLineId) ?? { id: movement.sourceLineId, quantity: 0, value: 0 }
    changes.set(change.id, { id: change.id, quantity: change.quantity + movement.quantity, value: change.value + movement.valueMinor })
  }
  await sql`
    update warehouse.goods_receipt_line l set received_quantity = l.received_quantity + c.quantity, received_value_minor = l.received_value_minor + c.value
      from ${rowsOf([...changes.values()], { id: 'uuid', quantity: 'bigint', value: 'bigint' }, 'c')} where l.org_id = ${ctx.orgId} and l.id = c.id`.execute(
    tx,
  )
  const statuses = bookings.map(({ receipt, lines }) => ({
    id: receipt.id,
    status: lines.every((line) => line.receivedQuantity >= (line.expectedQuantity ?? 0)) ? 'received' : 'partly_received',
  }))
  await sql`
    update warehouse.goods_receipt r set status = c.status, version = r.version + 1
      from ${rowsOf(statuses, { id: 'uuid', status: 'text' }, 'c')} where r.org_id = ${ctx.orgId} and r.id = c.id`.execute(tx)
  for (const { receipt, parts, happenedAt } of bookings) {
    run.emit({
      type: 'warehouse.goods_received',
      documentType: 'goods_receipt',
      documentId: receipt.id,
      payload: {
        number: receipt.number,
        received_at: happenedAt.toISOString(),
        lines: parts.slice(0, 200).map(({ lineId, quantity }) => ({ line_id: lineId, quantity })),
        quantity: parts.reduce((sum, part) => sum + part.quantity, 0),
      },
    })
  }
}

/** A change of what a receipt's line still expects. */
export function stillToCome(receipt: ReceiptHeader, line: ReceiptLine, quantity: number): ExpectedChange {
  return {
    sourceType: 'goods_receipt',
    sourceId: receipt.id,
    sourceLineId: line.id,
    itemId: line.itemId,
    warehouseId: receipt.warehouseId,
    ownerId: line.ownerId,
    quantity,
    expectedAt: receipt.expectedAt,
  }
}

/** Movements and change of expectation of one booking; raises the received quantities of its lines in place. */
function bookParts(
  { receipt, lines, parts, happenedAt }: Booking,
  items: ReadonlyMap<string, { unit_scale: number }>,
  fromLocationId: string,
) {
  const byId = new Map(lines.map((line) => [line.id, line]))
  const incoming: ExpectedChange[] = []
  const movements = parts.map((part): NewMovement => {
    const line = byId.get(part.lineId)
    if (line === undefined) throw notFound('warehouse.goods_receipt_line', part.lineId)
    const value = valueOfNext(receipt, line, part.quantity, items.get(line.itemId)?.unit_scale ?? 0)
    const stillExpected = Math.max(0, (line.expectedQuantity ?? 0) - line.receivedQuantity)
    if (stillExpected > 0) incoming.push(stillToCome(receipt, line, -Math.min(stillExpected, part.quantity)))
    line.receivedQuantity += part.quantity
    line.receivedValueMinor += value ?? 0
    return {
      itemId: line.itemId,
      lotId: line.lotId,
      ownerId: line.ownerId,
      quantity: part.quantity,
      fromLocationId,
      toLocationId: part.locationId,
      happenedAt,
      reason: receipt.kind === 'supplier' ? 'receipt' : 'opening',
      sourceType: 'goods_receipt',
      sourceId: receipt.id,
      sourceLineId: line.id,
      cost: value === null ? { kind: 'current' } : { kind: 'known', valueMinor: value, provisional: line.provisional },
    }
  })
  return { movements, incoming }
}

/** Base-currency worth of the next part of a line, or null when its cost is not known. */
function valueOfNext(receipt: ReceiptHeader, line: ReceiptLine, quantity: number, unitScale: number): number | null {
  if (line.unitCost === null) return null
  const cumulative = extend(
    { unit: line.unitCost, scale: line.unitCostScale },
    line.receivedQuantity + quantity,
    unitScale,
    receipt.currency,
  )
  return mulDivRound(cumulative, receipt.baseRatePpm, 1_000_000) - line.receivedValueMinor
}

/**
 * Takes a receipt back: every movement is reversed from where the goods were put, at the cost they came with.
 * Raises `warehouse.goods_receipt_reversed`.
 * @throws `warehouse.already_reversed` (conflict), `inventory.insufficient_stock`, `inventory.receipt_used` when goods were moved on, used or shipped
 */
export async function reverseReceipt(run: CommandRun, receiptId: string, reason: string): Promise<ReceiptHeader> {
  const { tx, ctx } = run
  const { receipt, lines } = await lockReceipt(run, receiptId)
  if (receipt.status === 'reversed') throw alreadyReversed(receipt.number)
  await lockPositions(
    tx,
    ctx.orgId,
    lines.map((line) => ({ itemId: line.itemId, warehouseId: receipt.warehouseId, ownerId: line.ownerId })),
  )
  const { rows } = await sql<{
    seq: number
    itemId: string
    lotId: string
    ownerId: string
    quantity: number
    fromLocationId: string
    toLocationId: string
    sourceLineId: string
  }>`
    select m.seq, m.item_id as "itemId", m.lot_id as "lotId", m.owner_id as "ownerId", m.quantity, m.from_location_id as "fromLocationId", m.to_location_id as "toLocationId", m.source_line_id as "sourceLineId"
      from inventory.stock_movement m where m.org_id = ${ctx.orgId} and m.source_line_id = any(${lines.map((line) => line.id)}::uuid[]) and m.reverses_seq is null
       and not exists (select 1 from inventory.stock_movement r where r.org_id = m.org_id and r.reverses_seq = m.seq) order by m.seq`.execute(
    tx,
  )
  const movements = rows.map((row): NewMovement => ({
    itemId: row.itemId,
    lotId: row.lotId,
    ownerId: row.ownerId,
    quantity: row.quantity,
    fromLocationId: row.toLocationId,
    toLocationId: row.fromLocationId,
    happenedAt: run.now,
    reason: 'receipt_reversal',
    sourceType: 'goods_receipt',
    sourceId: receiptId,
    sourceLineId: row.sourceLineId,
    reversesSeq: row.seq,
    cost: { kind: 'own_layer', openedBySeq: row.seq },
  }))
  await changeExpected(
    run,
    lines.map((line) => stillToCome(receipt, line, -Math.max(0, (line.expectedQuantity ?? 0) - line.receivedQuantity))),
  )
  if (movements.length > 0) await postGoods(run, { movements })
  await sql`update warehouse.goods_receipt_line set reversed_quantity = received_quantity where org_id = ${ctx.orgId} and receipt_id = ${receiptId}::uuid`.execute(
    tx,
  )
  await sql`update warehouse.goods_receipt set status = 'reversed', version = version + 1 where org_id = ${ctx.orgId} and id = ${receiptId}::uuid`.execute(
    tx,
  )
  run.emit({
    type: 'warehouse.goods_receipt_reversed',
    documentType: 'goods_receipt',
    documentId: receiptId,
    payload: { status: [receipt.status, 'reversed'], reason },
  })
  return receipt
}
