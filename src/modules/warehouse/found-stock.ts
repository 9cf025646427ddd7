import type { CommandRun } from '../../kernel/command.ts'
import { sql } from 'kysely'
import { notFound } from '../../kernel/errors.ts'
import { type Allocation, postAdjustment, postGoods } from '../inventory/index.ts'
import { pickGoods } from './pick-goods.ts'
import {
  insertPicks,
  lockShipments,
  openOf,
  type Pick,
  readLines,
  readPicks,
  shrinkPick,
  type ShipmentLine,
  updatePicks,
} from './shipment.repo.ts'
import { insertTasks } from './tasks.ts'
import { moreThanOpen, wrongStep } from './warehouse.errors.ts'

/** Goods that stand where the system has none. */
export interface FoundGoods {
  warehouseId: string
  locationId: string
  itemId: string
  lotId: string
  ownerId: string
  quantity: number
  note: string
}

/**
 * Books goods that the system lacks as found, at the current layer's cost, marked for recount: a task to count the bin.
 * @returns id and number of the adjustment
 */
export async function bookFound(
  run: CommandRun,
  goods: FoundGoods,
  document?: { type: string; id: string },
): Promise<{ id: string; number: number }> {
  const id = run.newId()
  const { warehouseId, note, ...line } = goods
  const number = await postAdjustment(
    run,
    {
      id,
      warehouseId,
      kind: 'found',
      note,
      happenedAt: run.now,
      reversesId: null,
      lines: [{ ...line, id: run.newId(), unitCost: null, unitCostScale: 2, needsRecount: true }],
    },
    () => ({ kind: 'current' }),
  )
  await insertTasks(run, [
    {
      ...line,
      kind: 'recount',
      warehouseId,
      documentType: document?.type ?? 'adjustment',
      documentId: document?.id ?? id,
      note: note === '' ? 'Goods found that the system lacked' : note,
    },
  ])
  return { id, number }
}

/**
 * A picker takes goods for a shipment line from a bin where the system has none: they are found first, then picked. Picks that were
 * open for the line shrink by as much, their bins are free again.
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_open`
 */
export async function pickFound(
  run: CommandRun,
  request: { shipmentLineId: string; locationId: string; lotId: string; quantity: number; note: string },
): Promise<{ pickId: string; shipmentId: string; adjustmentId: string }> {
  const { tx, ctx } = run
  const { rows } = await sql<{ shipmentId: string }>`
    select shipment_id as "shipmentId" from warehouse.shipment_line where org_id = ${ctx.orgId} and id = ${request.shipmentLineId}`.execute(
    tx,
  )
  const shipmentId = rows[0]?.shipmentId
  const shipment = shipmentId === undefined ? undefined : (await lockShipments(tx, ctx.orgId, [shipmentId])).get(shipmentId)
  const lines = shipment === undefined ? [] : await readLines(tx, ctx.orgId, [shipment.id])
  const line = lines.find((candidate) => candidate.id === request.shipmentLineId)
  if (shipment === undefined || line === undefined) throw notFound('warehouse.shipment_line', request.shipmentLineId)
  if (shipment.status !== 'released' || shipment.pickListId === null)
    throw wrongStep(shipment, 'picked', 'Only released shipments are picked.')
  const left = line.supply === 'stock' ? line.quantity - line.pickedQuantity : 0
  if (request.quantity > left) throw moreThanOpen('Shipment line', line.id, request.quantity, left)
  const found = await bookFound(
    run,
    {
      warehouseId: shipment.warehouseId,
      locationId: request.locationId,
      itemId: line.itemId,
      lotId: request.lotId,
      ownerId: line.ownerId,
      quantity: request.quantity,
      note: request.note,
    },
    { type: 'shipment', id: shipment.id },
  )
  const id = run.newId()
  await replacePicks(run, line, { id, pickListId: shipment.pickListId, ...request })
  await pickGoods(run, [{ pickId: id, quantity: request.quantity }])
  return { pickId: id, shipmentId: shipment.id, adjustmentId: found.id }
}

/** The new pick takes over what of the line is uncovered, then what others had open. */
async function replacePicks(
  run: CommandRun,
  line: ShipmentLine,
  fresh: { id: string; pickListId: string; locationId: string; lotId: string; quantity: number },
): Promise<void> {
  const { tx, ctx } = run
  const picks = (await readPicks(tx, ctx.orgId, [line.shipmentId])).filter((pick) => pick.shipmentLineId === line.id)
  const open = picks.reduce((sum, pick) => sum + openOf(pick), 0)
  let excess = Math.max(0, open + fresh.quantity - (line.quantity - line.pickedQuantity))
  const deallocate: Allocation[] = []
  const changed: Pick[] = []
  for (const pick of picks.toReversed()) {
    const quantity = Math.min(excess, openOf(pick))
    if (quantity === 0) continue
    excess -= quantity
    const { itemId, lotId, ownerId, locationId } = pick
    deallocate.push({ sourceId: pick.id, locationId, itemId, lotId, ownerId, quantity, purpose: 'pick' })
    shrinkPick(pick, quantity)
    changed.push(pick)
  }
  const { itemId, ownerId } = line
  const allocate: Allocation[] = [
    { sourceId: fresh.id, locationId: fresh.locationId, itemId, lotId: fresh.lotId, ownerId, quantity: fresh.quantity, purpose: 'pick' },
  ]
  await postGoods(run, { movements: [], deallocate, allocate })
  await updatePicks(tx, ctx.orgId, changed, { at: run.now, actorId: null })
  await insertPicks(tx, ctx.orgId, [
    {
      ...fresh,
      rootId: fresh.id,
      shipmentId: line.shipmentId,
      shipmentLineId: line.id,
      itemId,
      ownerId,
      pickedQuantity: 0,
      putBackQuantity: 0,
      lostQuantity: 0,
      status: 'open',
    },
  ])
}
