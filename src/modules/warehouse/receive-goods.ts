import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { notFound } from '../../kernel/errors.ts'
import { extend, mulDivRound } from '../../kernel/money.ts'
import { findItemsById } from '../catalog/index.ts'
import { changeIncoming, type NewMovement, postGoods, virtualLocations } from '../inventory/index.ts'
import { moreThanOpen } from './warehouse.errors.ts'

export interface ReceiptHeader {
  id: string
  number: number
  kind: 'supplier' | 'opening'
  warehouseId: string
  currency: string
  baseRatePpm: number
  status: string
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
    select id, number, kind, warehouse_id as "warehouseId", currency, base_rate_ppm as "baseRatePpm", status from warehouse.goods_receipt where org_id = ${run.ctx.orgId} and id = ${id}::uuid for update`.execute(run.tx)
  const receipt = rows[0]
  if (receipt === undefined) throw notFound('warehouse.goods_receipt', id)
  const { rows: lines } = await sql<ReceiptLine>`
    select id, item_id as "itemId", lot_id as "lotId", owner_id as "ownerId", expected_quantity as "expectedQuantity", received_quantity as "receivedQuantity", received_value_minor as "receivedValueMinor",
           unit_cost as "unitCost", unit_cost_scale as "unitCostScale", provisional
      from warehouse.goods_receipt_line where org_id = ${run.ctx.orgId} and receipt_id = ${id}::uuid order by line_no`.execute(run.tx)
  return { receipt, lines }
}

/**
 * Books goods of a receipt in: from the supplier (or opening) to a location, at the line's cost; cumulative value less what was
 * already booked, so that parts add up. More than expected is accepted. Waiting backorders are served in the same transaction.
 * Raises `warehouse.goods_received`.
 * @throws `warehouse.not_found` for a line that is not of this receipt
 */
export async function bookReceipt(run: CommandRun, receipt: ReceiptHeader, lines: readonly ReceiptLine[], parts: readonly { lineId: string; quantity: number; locationId: string }[], happenedAt: Date): Promise<void> {
  const { tx, ctx } = run
  const byId = new Map(lines.map((line) => [line.id, line]))
  const items = await findItemsById(tx, ctx.orgId, lines.map((line) => line.itemId))
  const virtual = await virtualLocations(tx, ctx.orgId)
  const from = receipt.kind === 'supplier' ? virtual.supplier : virtual.opening
  const changes = new Map<string, { id: string; quantity: number; value: number }>()
  const incoming: { itemId: string; warehouseId: string; ownerId: string; quantity: number }[] = []
  const movements = parts.map((part): NewMovement => {
    const line = byId.get(part.lineId)
    if (line === undefined) throw notFound('warehouse.goods_receipt_line', part.lineId)
    const value = valueOfNext(receipt, line, part.quantity, items.get(line.itemId)?.unit_scale ?? 0)
    const stillExpected = Math.max(0, (line.expectedQuantity ?? 0) - line.receivedQuantity)
    if (stillExpected > 0) incoming.push({ itemId: line.itemId, warehouseId: receipt.warehouseId, ownerId: line.ownerId, quantity: -Math.min(stillExpected, part.quantity) })
    line.receivedQuantity += part.quantity
    line.receivedValueMinor += value ?? 0
    const change = changes.get(line.id) ?? { id: line.id, quantity: 0, value: 0 }
    changes.set(line.id, { id: line.id, quantity: change.quantity + part.quantity, value: change.value + (value ?? 0) })
    return {
      itemId: line.itemId, lotId: line.lotId, ownerId: line.ownerId, quantity: part.quantity, fromLocationId: from, toLocationId: part.locationId, happenedAt,
      reason: receipt.kind === 'supplier' ? 'receipt' : 'opening', sourceType: 'goods_receipt', sourceId: receipt.id, sourceLineId: line.id,
      cost: value === null ? { kind: 'current' } : { kind: 'known', valueMinor: value, provisional: line.provisional },
    }
  })
  await changeIncoming(tx, ctx.orgId, incoming)
  const recorded = await postGoods(run, { movements })
  recorded.forEach((movement, index) => {
    if (movements[index]?.cost?.kind === 'current') changes.set(movement.sourceLineId, { ...(changes.get(movement.sourceLineId) ?? { id: movement.sourceLineId, quantity: 0, value: 0 }), value: (changes.get(movement.sourceLineId)?.value ?? 0) + movement.valueMinor })
  })
  await sql`
    update warehouse.goods_receipt_line l set received_quantity = l.received_quantity + c.quantity, received_value_minor = l.received_value_minor + c.value
      from ${rowsOf([...changes.values()], { id: 'uuid', quantity: 'bigint', value: 'bigint' }, 'c')} where l.org_id = ${ctx.orgId} and l.id = c.id`.execute(tx)
  const done = lines.every((line) => line.receivedQuantity >= (line.expectedQuantity ?? 0))
  await sql`update warehouse.goods_receipt set status = ${done ? 'received' : 'partly_received'}, version = version + 1 where org_id = ${ctx.orgId} and id = ${receipt.id}::uuid`.execute(tx)
  run.emit({
    type: 'warehouse.goods_received', documentType: 'goods_receipt', documentId: receipt.id,
    payload: { received_at: happenedAt.toISOString(), lines: [...changes.values()].slice(0, 200).map(({ id, quantity }) => ({ line_id: id, quantity })), quantity: parts.reduce((sum, part) => sum + part.quantity, 0) },
  })
}

/** Base-currency worth of the next part of a line, or null when its cost is not known. */
function valueOfNext(receipt: ReceiptHeader, line: ReceiptLine, quantity: number, unitScale: number): number | null {
  if (line.unitCost === null) return null
  const cumulative = extend({ unit: line.unitCost, scale: line.unitCostScale }, line.receivedQuantity + quantity, unitScale, receipt.currency)
  return mulDivRound(cumulative, receipt.baseRatePpm, 1_000_000) - line.receivedValueMinor
}

/**
 * Takes a receipt back: every movement is reversed from where the goods were put, at the cost they came with.
 * Raises `warehouse.goods_receipt_reversed`.
 * @throws `inventory.insufficient_stock`, `inventory.receipt_used` when goods were moved on, promised or shipped
 */
export async function reverseReceipt(run: CommandRun, receiptId: string, reason: string): Promise<ReceiptHeader> {
  const { tx, ctx } = run
  const { receipt, lines } = await lockReceipt(run, receiptId)
  if (receipt.status === 'reversed') throw moreThanOpen('Goods receipt', receiptId, 1, 0)
  const { rows } = await sql<{ seq: number; itemId: string; lotId: string; ownerId: string; quantity: number; fromLocationId: string; toLocationId: string; sourceLineId: string }>`
    select m.seq, m.item_id as "itemId", m.lot_id as "lotId", m.owner_id as "ownerId", m.quantity, m.from_location_id as "fromLocationId", m.to_location_id as "toLocationId", m.source_line_id as "sourceLineId"
      from inventory.stock_movement m where m.org_id = ${ctx.orgId} and m.source_line_id = any(${lines.map((line) => line.id)}::uuid[]) and m.reverses_seq is null
       and not exists (select 1 from inventory.stock_movement r where r.org_id = m.org_id and r.reverses_seq = m.seq) order by m.seq`.execute(tx)
  const movements = rows.map((row): NewMovement => ({
    itemId: row.itemId, lotId: row.lotId, ownerId: row.ownerId, quantity: row.quantity, fromLocationId: row.toLocationId, toLocationId: row.fromLocationId, happenedAt: run.now,
    reason: 'receipt_reversal', sourceType: 'goods_receipt', sourceId: receiptId, sourceLineId: row.sourceLineId, reversesSeq: row.seq, cost: { kind: 'own_layer', openedBySeq: row.seq },
  }))
  const expected = lines.map((line) => ({ itemId: line.itemId, warehouseId: receipt.warehouseId, ownerId: line.ownerId, quantity: -Math.max(0, (line.expectedQuantity ?? 0) - line.receivedQuantity) }))
  await changeIncoming(tx, ctx.orgId, expected)
  if (movements.length > 0) await postGoods(run, { movements })
  await sql`update warehouse.goods_receipt_line set reversed_quantity = received_quantity where org_id = ${ctx.orgId} and receipt_id = ${receiptId}::uuid`.execute(tx)
  await sql`update warehouse.goods_receipt set status = 'reversed', version = version + 1 where org_id = ${ctx.orgId} and id = ${receiptId}::uuid`.execute(tx)
  run.emit({ type: 'warehouse.goods_receipt_reversed', documentType: 'goods_receipt', documentId: receiptId, payload: { status: [receipt.status, 'reversed'], reason } })
  return receipt
}
