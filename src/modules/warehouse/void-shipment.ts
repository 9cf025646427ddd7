import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { notFound } from '../../kernel/errors.ts'
import { findItemsById } from '../catalog/index.ts'
import { type Allocation, type NewMovement, type NewReservation, postGoods } from '../inventory/index.ts'
import { newsOf } from './refuse-shipment.ts'
import { readSentGoods, SENT_ELSEWHERE, type SentGoods } from './sent-goods.ts'
import { lockLinePositions } from './line-positions.ts'
import { followCombinedOrders } from './shipment-orders.ts'
import { lockShipments, readLines, type Shipment, type ShipmentLine, updateShipments } from './shipment.repo.ts'
import { wrongStep } from './warehouse.errors.ts'

/**
 * Takes back a shipment that was marked shipped by mistake: each movement is reversed by one that points at it, at the cost the goods
 * left with, and the promises are made again in the same posting. The shipment is voided; a new one, picked, has its lines, picks,
 * staged goods and cash to collect. Its parcels stay with the voided one: their labels are void.
 * Raises `warehouse.shipment_voided` (news: SentBack[]).
 * @throws `warehouse.not_found`, `warehouse.wrong_step`
 */
export async function voidShipment(run: CommandRun, request: { shipmentId: string; reason: string }): Promise<string> {
  const { tx, ctx } = run
  const shipment = (await lockShipments(tx, ctx.orgId, [request.shipmentId])).get(request.shipmentId)
  if (shipment === undefined) throw notFound('warehouse.shipment', request.shipmentId)
  if (shipment.status !== 'shipped')
    throw wrongStep(
      shipment,
      'voided',
      'Only a shipped shipment that was not delivered is voided; what the customer has comes back by a return.',
    )
  const lines = (await readLines(tx, ctx.orgId, [shipment.id])).filter((line) => line.shippedQuantity > 0)
  if (lines.some((line) => line.returnedQuantity + line.refusedQuantity + line.lostQuantity > 0))
    throw wrongStep(shipment, 'voided', 'Some of it came back or was lost, so it did leave.')
  if (lines.some((line) => line.supply === 'elsewhere')) throw wrongStep(shipment, 'voided', SENT_ELSEWHERE)
  const items = await findItemsById(
    tx,
    ctx.orgId,
    lines.map((line) => line.itemId),
  )
  if (lines.some((line) => items.get(line.itemId)?.kind === 'voucher'))
    throw wrongStep(shipment, 'voided', 'It issued a voucher, which its buyer may have by now. Take the goods back by a return.')
  await lockLinePositions(run, [{ shipment, lines }])
  const freshId = run.newId()
  const lineOf = new Map(lines.map((line) => [line.id, run.newId()]))
  await insertFresh(run, shipment, lines, { freshId, lineOf })
  await reverseGoods(run, shipment, lines, lineOf)
  await updateShipments(tx, ctx.orgId, [{ id: shipment.id, status: 'voided', at: run.now }])
  await sql`update warehouse.shipment set ended_reason = ${request.reason}, amount_to_collect = 0 where org_id = ${ctx.orgId} and id = ${shipment.id}`.execute(
    tx,
  )
  await followCombinedOrders(tx, ctx.orgId, [{ fromShipmentId: shipment.id, toShipmentId: freshId, lines }])
  const take = new Map(lines.map((line) => [line.id, line.shippedQuantity]))
  run.emit({
    type: 'warehouse.shipment_voided',
    documentType: 'shipment',
    documentId: shipment.id,
    payload: { status: ['shipped', 'voided'], reason: request.reason, new_shipment_id: freshId },
    news: newsOf({ shipment, lines, take, whole: true }, { documentId: shipment.id, lineOf: (lineId) => lineId, happenedAt: run.now }),
  })
  return freshId
}

/** The new shipment with its lines; picks go over to it. */
async function insertFresh(
  run: CommandRun,
  shipment: Shipment,
  lines: readonly ShipmentLine[],
  { freshId, lineOf }: { freshId: string; lineOf: ReadonlyMap<string, string> },
): Promise<void> {
  const { tx, ctx } = run
  const number = await takeNumbers(tx, ctx.orgId, 'shipment', 1)
  await sql`
    insert into warehouse.shipment (org_id, id, number, warehouse_id, status, source_id, source_label, ship_to, ship_to_hash, party_id, currency, priority, held, ready, carrier_id, service, amount_to_collect, pick_list_id, promised_at, created_at, released_at, picked_at, replaces_id)
    select s.org_id, ${freshId}::uuid, ${number}, s.warehouse_id, 'picked', s.source_id, s.source_label, s.ship_to, s.ship_to_hash, s.party_id, s.currency, s.priority, s.held, s.ready, s.carrier_id, s.service, s.amount_to_collect, s.pick_list_id, s.promised_at, ${run.now}, s.released_at, s.picked_at, s.id
      from warehouse.shipment s where s.org_id = ${ctx.orgId} and s.id = ${shipment.id}`.execute(tx)
  const rows = lines.map((line) => ({
    old: line.id,
    id: lineOf.get(line.id) ?? '',
    picked: line.supply === 'stock' ? line.shippedQuantity : 0,
  }))
  const source = rowsOf(rows, { old: 'uuid', id: 'uuid', picked: 'bigint' }, 'r')
  await sql`
    insert into warehouse.shipment_line (org_id, id, shipment_id, source_id, source_line_id, item_id, owner_id, supply, quantity, picked_quantity)
    select l.org_id, r.id, ${freshId}::uuid, l.source_id, l.source_line_id, l.item_id, l.owner_id, l.supply, l.shipped_quantity, r.picked
      from warehouse.shipment_line l join ${source} on r.old = l.id where l.org_id = ${ctx.orgId}`.execute(tx)
  await sql`
    update warehouse.pick p set shipment_id = ${freshId}::uuid, shipment_line_id = r.id from ${source} where p.org_id = ${ctx.orgId} and p.shipment_line_id = r.old`.execute(
    tx,
  )
  run.emit({
    type: 'warehouse.shipment_replaced',
    documentType: 'shipment',
    documentId: freshId,
    payload: { number, replaces: shipment.id, status: 'picked' },
  })
}

async function reverseGoods(
  run: CommandRun,
  shipment: Shipment,
  lines: readonly ShipmentLine[],
  lineOf: ReadonlyMap<string, string>,
): Promise<void> {
  const sent = await readSentGoods(
    run,
    lines.map((line) => line.id),
  )
  const stocked = lines.filter((line) => line.supply === 'stock')
  await postGoods(run, {
    movements: sent.map((goods) => reversal(run, shipment, goods)),
    allocate: sent.map((goods): Allocation => ({
      sourceId: lineOf.get(goods.shipmentLineId) ?? '',
      locationId: goods.fromLocationId,
      itemId: goods.itemId,
      lotId: goods.lotId,
      ownerId: goods.ownerId,
      quantity: goods.open,
      purpose: 'staged',
    })),
    reserve: stocked.map((line): NewReservation => ({
      sourceId: line.sourceId,
      sourceLineId: line.sourceLineId,
      warehouseId: shipment.warehouseId,
      itemId: line.itemId,
      ownerId: line.ownerId,
      quantity: line.shippedQuantity,
      priority: shipment.priority,
    })),
  })
}

function reversal(run: CommandRun, shipment: Shipment, goods: SentGoods): NewMovement {
  return {
    itemId: goods.itemId,
    lotId: goods.lotId,
    ownerId: goods.ownerId,
    quantity: goods.open,
    fromLocationId: goods.customerLocationId,
    toLocationId: goods.fromLocationId,
    happenedAt: run.now,
    reason: 'void',
    sourceType: 'shipment',
    sourceId: shipment.id,
    sourceLineId: goods.shipmentLineId,
    reversesSeq: goods.movementSeq,
    cost: { kind: 'back', shippedLineId: goods.shipmentLineId },
  }
}
