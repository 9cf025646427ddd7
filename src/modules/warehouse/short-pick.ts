import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { notFound } from '../../kernel/errors.ts'
import { type Allocation, findWarehouses, postAdjustment, postMove, standardLocations } from '../inventory/index.ts'
import { chooseAgain } from './follow-losses.ts'
import { closePickLists } from './pick-goods.ts'
import { lockShipments, openOf, type Pick, readLines, readPicks, type Shipment, shrinkPick, updatePicks } from './shipment.repo.ts'
import { insertPickListChanges, insertTasks } from './tasks.ts'
import { moreThanOpen, wrongStep } from './warehouse.errors.ts'

/** Why a picker found less than the pick says. */
export const SHORT_REASONS = ['not_found', 'damaged', 'wrong_item', 'other'] as const
export type ShortReason = (typeof SHORT_REASONS)[number]

export interface ShortRequest {
  pickId: string
  /** What is missing, in base units. */
  quantity: number
  reason: ShortReason
  note: string
}

/** Id of the short-pick document, and what of the missing was chosen in other bins at once. */
export interface ShortOutcome {
  shortId: string
  shipmentId: string
  rechosen: number
}

/**
 * A picker finds less than the pick says. What is not there is booked, because a fact is never refused: not found, wrong item and
 * other as a loss (shrinkage), with a task to count the bin again; damaged goods are moved to DAMAGED, with a task to inspect them.
 * What the shipment still needs is chosen in other bins in the same transaction; promises that the warehouse no longer covers are
 * freed by the posting, and orders source them elsewhere (`inventory.promises_lost`). Raises `warehouse.pick_short`.
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_open`
 */
export async function shortPick(run: CommandRun, request: ShortRequest): Promise<ShortOutcome> {
  const { tx, ctx } = run
  const { rows } = await sql<{ shipmentId: string }>`
    select shipment_id as "shipmentId" from warehouse.pick where org_id = ${ctx.orgId} and id = ${request.pickId}`.execute(tx)
  const shipmentId = rows[0]?.shipmentId ?? ''
  const shipments = rows.length === 0 ? new Map<string, Shipment>() : await lockShipments(tx, ctx.orgId, [shipmentId])
  const shipment = shipments.get(shipmentId)
  const picks = await readPicks(tx, ctx.orgId, [...shipments.keys()])
  const pick = picks.find((candidate) => candidate.id === request.pickId)
  if (shipment === undefined || pick === undefined) throw notFound('warehouse.pick', request.pickId)
  if (shipment.status !== 'released') throw wrongStep(shipment, 'short', 'Only released shipments are picked.')
  if (request.quantity > openOf(pick)) throw moreThanOpen('Pick', pick.id, request.quantity, openOf(pick))
  shrinkPick(pick, request.quantity)
  if (pick.status === 'canceled') pick.status = 'short'
  await updatePicks(tx, ctx.orgId, [pick], { at: run.now, actorId: ctx.actor.id })
  const booked = await book(run, shipment, pick, request)
  const { fresh, waiting } = await chooseAgain(
    run,
    shipments,
    await readLines(tx, ctx.orgId, [shipmentId]),
    picks,
    new Set([pick.locationId]),
  )
  await insertPickListChanges(
    run,
    fresh.map((chosen) => ({ ...chosen, kind: 'added' })),
  )
  const rechosen = fresh.reduce((sum, chosen) => sum + chosen.quantity, 0)
  const shortId = await record(run, pick, request, { ...booked, rechosen })
  await leaveTasks(run, shipment, pick, request, waiting)
  await closePickLists(run, [pick.pickListId])
  return { shortId, shipmentId, rechosen }
}

interface Booked {
  adjustmentId: string | null
  stockMoveId: string | null
}

/** Loss or move of what is not there as it should be; the bin chosen for it is given up with it. */
async function book(run: CommandRun, shipment: Shipment, pick: Pick, { quantity, reason, note }: ShortRequest): Promise<Booked> {
  const goods = { itemId: pick.itemId, lotId: pick.lotId, ownerId: pick.ownerId, quantity }
  const deallocate: Allocation[] = [{ ...goods, sourceId: pick.id, locationId: pick.locationId, purpose: 'pick' }]
  const id = run.newId()
  const text = `Short pick on S-${shipment.number}: ${reason}${note === '' ? '' : ` (${note})`}`
  if (reason === 'damaged') {
    const damaged = (await standardLocations(run.tx, run.ctx.orgId, [shipment.warehouseId])).get(shipment.warehouseId)?.DAMAGED ?? ''
    const line = { ...goods, id: run.newId(), fromLocationId: pick.locationId, toLocationId: damaged }
    await postMove(run, { id, warehouseId: shipment.warehouseId, note: text, lines: [line], deallocate })
    return { adjustmentId: null, stockMoveId: id }
  }
  await postAdjustment(
    run,
    {
      id,
      warehouseId: shipment.warehouseId,
      kind: 'loss',
      note: text,
      happenedAt: run.now,
      reversesId: null,
      lines: [{ ...goods, id: run.newId(), locationId: pick.locationId, unitCost: null, unitCostScale: 2, needsRecount: true }],
      deallocate,
    },
    () => ({ kind: 'current' }),
  )
  return { adjustmentId: id, stockMoveId: null }
}

async function record(
  run: CommandRun,
  pick: Pick,
  { quantity, reason, note }: ShortRequest,
  { adjustmentId, stockMoveId, rechosen }: Booked & { rechosen: number },
): Promise<string> {
  const id = run.newId()
  await sql`
    insert into warehouse.pick_short (org_id, id, pick_id, pick_list_id, shipment_id, shipment_line_id, location_id, item_id, quantity, reason, note, adjustment_id, stock_move_id, rechosen_quantity, created_at, created_by)
    values (${run.ctx.orgId}, ${id}, ${pick.id}, ${pick.pickListId}, ${pick.shipmentId}, ${pick.shipmentLineId}, ${pick.locationId}, ${pick.itemId}, ${quantity}, ${reason}, ${note}, ${adjustmentId}::uuid, ${stockMoveId}::uuid, ${rechosen}, ${run.now}, ${run.ctx.actor.id}::uuid)`.execute(
    run.tx,
  )
  run.emit({
    type: 'warehouse.pick_short',
    documentType: 'shipment',
    documentId: pick.shipmentId,
    payload: {
      pick_id: pick.id,
      item_id: pick.itemId,
      location_id: pick.locationId,
      quantity,
      reason,
      rechosen,
      adjustment_id: adjustmentId,
      stock_move_id: stockMoveId,
    },
  })
  return id
}

// oxlint-disable-next-line eslint/max-params -- what was short, where, and what of it waits
async function leaveTasks(
  run: CommandRun,
  shipment: Shipment,
  pick: Pick,
  { quantity, reason, note }: ShortRequest,
  waiting: readonly { quantity: number }[],
): Promise<void> {
  const goods = { itemId: pick.itemId, lotId: pick.lotId, ownerId: pick.ownerId, warehouseId: shipment.warehouseId }
  const [warehouse] = await findWarehouses(run.tx, run.ctx.orgId, { ids: [shipment.warehouseId] })
  const about = `${reason}${note === '' ? '' : `: ${note}`} (${warehouse?.code ?? ''} S-${shipment.number})`
  const document = { documentType: 'shipment', documentId: shipment.id }
  const damaged =
    reason === 'damaged'
      ? (await standardLocations(run.tx, run.ctx.orgId, [shipment.warehouseId])).get(shipment.warehouseId)?.DAMAGED
      : undefined
  const waits = waiting.reduce((sum, part) => sum + part.quantity, 0)
  await insertTasks(run, [
    reason === 'damaged'
      ? { ...goods, ...document, kind: 'inspect', locationId: damaged ?? null, quantity, note: about }
      : { ...goods, ...document, kind: 'recount', locationId: pick.locationId, quantity, note: about },
    ...(waits === 0 ? [] : [{ ...goods, ...document, kind: 'rechoose' as const, quantity: waits, note: about }]),
  ])
}
