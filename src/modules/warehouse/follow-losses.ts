import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import {
  type Allocation,
  chooseBins,
  type ChosenBin,
  lockPositions,
  type LostAllocation,
  postGoods,
  readFreeStock,
} from '../inventory/index.ts'
import { closePickLists } from './pick-goods.ts'
import {
  addToLines,
  insertPicks,
  lockShipments,
  type Pick,
  readLines,
  readPicks,
  removeParcels,
  type Shipment,
  type ShipmentLine,
  shrinkPick,
  stagedOf,
  uncoveredOf,
  updatePicks,
  updateShipments,
} from './shipment.repo.ts'
import { insertPickListChanges, insertTasks, type PickListChange } from './tasks.ts'

/** A quantity of an order line that stood picked in staging and is gone. */
export interface Unpicked {
  orderId: string
  orderLineId: string
  quantity: number
}

/**
 * A fact took goods from bins that were chosen, or from staging (`inventory.allocations_lost`): the picks lose them, other bins
 * are chosen in the same transaction as far as goods are free, and what finds none waits, with a task, to be released again.
 * Shipments that were picked or packed go back to released. Raises `warehouse.picks_rechosen` per shipment; nothing else hears.
 *
 * To be heard before `inventory.promises_lost`: orders then withdraw what is no longer promised, what waits first.
 * @returns what of order lines no longer counts as picked
 */
export async function followLostAllocations(run: CommandRun, lost: readonly LostAllocation[]): Promise<Unpicked[]> {
  const { tx, ctx } = run
  const shipments = await lockShipments(tx, ctx.orgId, await shipmentsOf(run, lost))
  if (shipments.size === 0) return []
  const ids = [...shipments.keys()]
  const picks = await readPicks(tx, ctx.orgId, ids)
  const lines = await readLines(tx, ctx.orgId, ids)
  const changed = loseFromPicks(lost, picks)
  await updatePicks(tx, ctx.orgId, changed, { at: run.now, actorId: null })
  await addToLines(tx, ctx.orgId, loseFromLines(lost, lines))
  const { fresh, waiting } = await chooseAgain(run, shipments, lines, picks)
  await reopen(run, shipments, [...fresh.map((pick) => pick.shipmentId), ...waiting.map((need) => need.shipmentId)])
  await insertTasks(
    run,
    waiting.map((need) => ({ ...need, kind: 'rechoose', documentType: 'shipment', documentId: need.shipmentId })),
  )
  await insertPickListChanges(run, [...lostPicks(lost, picks), ...fresh.map((pick) => ({ ...pick, kind: 'added' as const }))])
  await closePickLists(run, [...new Set(changed.map((pick) => pick.pickListId))])
  for (const id of ids) {
    const quantity = (parts: readonly { shipmentId: string; quantity: number }[]) =>
      parts.reduce((sum, part) => (part.shipmentId === id ? sum + part.quantity : sum), 0)
    run.emit({
      type: 'warehouse.picks_rechosen',
      documentType: 'shipment',
      documentId: id,
      payload: { rechosen: quantity(fresh), waiting: quantity(waiting) },
    })
  }
  const lineOf = new Map(lines.map((line) => [line.id, line]))
  return lost.flatMap((part) => {
    const line = part.purpose === 'staged' ? lineOf.get(part.sourceId) : undefined
    return line === undefined ? [] : [{ orderId: line.sourceId, orderLineId: line.sourceLineId, quantity: part.quantity }]
  })
}

/** What of picks is gone, for the pickers who have them on a list. */
function lostPicks(lost: readonly LostAllocation[], picks: readonly Pick[]): PickListChange[] {
  const byId = new Map(picks.map((pick) => [pick.id, pick]))
  return lost.flatMap((part): PickListChange[] => {
    const pick = part.purpose === 'pick' ? byId.get(part.sourceId) : undefined
    return pick === undefined ? [] : [{ ...pick, kind: 'reduced', quantity: part.quantity }]
  })
}

async function shipmentsOf({ tx, ctx }: CommandRun, lost: readonly LostAllocation[]): Promise<string[]> {
  const sources = lost.map((part) => part.sourceId)
  const { rows } = await sql<{ id: string }>`
    select shipment_id as id from warehouse.pick where org_id = ${ctx.orgId} and id = any(${sources}::uuid[])
    union select shipment_id from warehouse.shipment_line where org_id = ${ctx.orgId} and id = any(${sources}::uuid[])`.execute(tx)
  return rows.map((row) => row.id)
}

/** Takes lost goods off picks in place: off what was open, or off what stood staged (newest pick of the lot first). */
function loseFromPicks(lost: readonly LostAllocation[], picks: readonly Pick[]): Pick[] {
  const changed = new Set<Pick>()
  for (const part of lost) {
    let left = part.quantity
    for (const pick of picks.toReversed()) {
      const own =
        part.purpose === 'pick'
          ? pick.id === part.sourceId
          : pick.shipmentLineId === part.sourceId && pick.lotId === part.lotId && pick.ownerId === part.ownerId
      const quantity = own ? Math.min(left, part.purpose === 'pick' ? left : stagedOf(pick)) : 0
      if (quantity === 0) continue
      left -= quantity
      if (part.purpose === 'pick') shrinkPick(pick, quantity)
      else pick.lostQuantity += quantity
      changed.add(pick)
    }
  }
  return [...changed]
}

/** Staged goods that were lost are no longer picked; lowers the lines in place too. */
function loseFromLines(lost: readonly LostAllocation[], lines: readonly ShipmentLine[]): { id: string; picked: number }[] {
  return lost.flatMap((part) => {
    const line = part.purpose === 'staged' ? lines.find((candidate) => candidate.id === part.sourceId) : undefined
    if (line === undefined) return []
    line.pickedQuantity -= part.quantity
    return [{ id: line.id, picked: -part.quantity }]
  })
}

/** What of a shipment found no bin. */
export interface Waiting {
  shipmentId: string
  warehouseId: string
  itemId: string
  quantity: number
}

/**
 * Chooses bins for what lines of shipments on a pick list need and have not; the fresh picks join the shipment's list. Bins in `not` are passed over.
 * The caller holds the shipments; positions are locked here.
 */
// oxlint-disable-next-line eslint/max-params -- shipments with what they hold, and what is passed over
export async function chooseAgain(
  run: CommandRun,
  shipments: ReadonlyMap<string, Shipment>,
  lines: readonly ShipmentLine[],
  picks: readonly Pick[],
  not: ReadonlySet<string> = new Set(),
): Promise<{ fresh: Pick[]; waiting: Waiting[] }> {
  const { tx, ctx } = run
  const needs = lines.flatMap((line) => {
    const shipment = shipments.get(line.shipmentId)
    const quantity = uncoveredOf(line, picks)
    return shipment === undefined || shipment.pickListId === null || quantity === 0
      ? []
      : [
          {
            needId: line.id,
            shipmentId: shipment.id,
            pickListId: shipment.pickListId,
            itemId: line.itemId,
            ownerId: line.ownerId,
            warehouseId: shipment.warehouseId,
            quantity,
          },
        ]
  })
  if (needs.length === 0) return { fresh: [], waiting: [] }
  await lockPositions(tx, ctx.orgId, needs)
  const { chosen, missing } = chooseBins(
    needs,
    (await readFreeStock(tx, ctx.orgId, needs)).filter((bin) => !not.has(bin.locationId)),
  )
  const needOf = new Map(needs.map((need) => [need.needId, need]))
  const fresh = chosen.map((bin) => freshPick(run, bin, needOf.get(bin.needId)))
  await insertPicks(tx, ctx.orgId, fresh)
  const allocate = fresh.map((pick): Allocation => ({
    sourceId: pick.id,
    locationId: pick.locationId,
    itemId: pick.itemId,
    lotId: pick.lotId,
    ownerId: pick.ownerId,
    quantity: pick.quantity,
    purpose: 'pick',
  }))
  if (allocate.length > 0) await postGoods(run, { movements: [], allocate })
  await sql`
    update warehouse.pick_list set status = 'open', done_at = null
     where org_id = ${ctx.orgId} and status = 'done' and id = any(${[...new Set(fresh.map((pick) => pick.pickListId))]}::uuid[])`.execute(
    tx,
  )
  const waiting = missing.flatMap(({ needId, quantity }) => {
    const need = needOf.get(needId)
    return need === undefined ? [] : [{ shipmentId: need.shipmentId, warehouseId: need.warehouseId, itemId: need.itemId, quantity }]
  })
  return { fresh, waiting }
}

function freshPick(run: CommandRun, bin: ChosenBin, need: { pickListId: string; shipmentId: string } | undefined): Pick {
  const id = run.newId()
  return {
    id,
    rootId: id,
    pickListId: need?.pickListId ?? '',
    shipmentId: need?.shipmentId ?? '',
    shipmentLineId: bin.needId,
    locationId: bin.locationId,
    itemId: bin.itemId,
    lotId: bin.lotId,
    ownerId: bin.ownerId,
    quantity: bin.quantity,
    pickedQuantity: 0,
    putBackQuantity: 0,
    lostQuantity: 0,
    status: 'open',
  }
}

/** Shipments that were picked or packed are to be picked again; parcels are packed anew then. */
async function reopen(run: CommandRun, shipments: ReadonlyMap<string, Shipment>, ids: readonly string[]): Promise<void> {
  const again = [...new Set(ids)]
    .flatMap((id) => shipments.get(id) ?? [])
    .filter((shipment) => shipment.status === 'picked' || shipment.status === 'packed')
  await updateShipments(
    run.tx,
    run.ctx.orgId,
    again.map((shipment) => ({ id: shipment.id, status: 'released', at: run.now })),
  )
  await removeParcels(
    run.tx,
    run.ctx.orgId,
    again.map((shipment) => shipment.id),
  )
}
