import type { CommandRun, Outcome } from '../../kernel/command.ts'
import { notFound } from '../../kernel/errors.ts'
import { type Allocation, findLocations, postGoods, readAllocations, standardLocations } from '../inventory/index.ts'
import { closePickLists } from './pick-goods.ts'
import {
  addToLines,
  lockShipments,
  lockShipmentsOfSources,
  openOf,
  type Pick,
  readLines,
  readPicks,
  removeParcels,
  repeatedRequests,
  type Shipment,
  type ShipmentLine,
  type ShipmentStatus,
  shrinkPick,
  stagedOf,
  uncoveredOf,
  updatePicks,
  updateShipments,
} from './shipment.repo.ts'
import { insertPickListChanges, insertTasks, type NewTask, type PickListChange } from './tasks.ts'
import { shipmentRepeated, wrongStep } from './warehouse.errors.ts'

/** A quantity taken off a shipment line; `picked` of it was already in staging, where it waits to be put back. */
export interface Withdrawn {
  shipmentId: string
  shipmentLineId: string
  warehouseId: string
  orderId: string
  orderLineId: string
  itemId: string
  ownerId: string
  quantity: number
  picked: number
  supply: 'stock' | 'none'
}

const BEFORE_SHIPPED: readonly ShipmentStatus[] = ['planned', 'released', 'picked', 'packed']

/**
 * Cancels shipments that are not shipped: picked goods wait in staging to be put back (a task each), chosen bins are free again.
 * The promises stay with the order lines; orders plan anew. Raises `warehouse.shipment_canceled` (news: {@link Withdrawn}[]).
 */
export async function cancelShipments(
  run: CommandRun,
  requests: readonly { shipmentId: string; reason: string }[],
): Promise<Outcome<{ shipmentId: string }>[]> {
  const { tx, ctx } = run
  const shipments = await lockShipments(
    tx,
    ctx.orgId,
    requests.map((request) => request.shipmentId),
  )
  const repeated = repeatedRequests(requests)
  const outcomes = requests.map((request): Outcome<{ shipmentId: string }> => {
    if (repeated.has(request)) return { ok: false, error: shipmentRepeated(request.shipmentId) }
    const shipment = shipments.get(request.shipmentId)
    if (shipment === undefined) return { ok: false, error: notFound('warehouse.shipment', request.shipmentId) }
    if (!BEFORE_SHIPPED.includes(shipment.status))
      return { ok: false, error: wrongStep(shipment, 'canceled', 'What was shipped comes back by a return.') }
    return { ok: true, value: { shipmentId: shipment.id } }
  })
  const good = requests.filter((_, index) => outcomes[index]?.ok).map((request) => request.shipmentId)
  const lines = await readLines(tx, ctx.orgId, good)
  const withdrawn = await withdraw(run, shipments, lines, new Map(lines.map((line) => [line.id, line.quantity])))
  const reasons = new Map(requests.map((request) => [request.shipmentId, request.reason]))
  for (const id of good) {
    run.emit({
      type: 'warehouse.shipment_canceled',
      documentType: 'shipment',
      documentId: id,
      payload: { status: [shipments.get(id)?.status, 'canceled'], reason: reasons.get(id) },
      news: withdrawn.filter((part) => part.shipmentId === id),
    })
  }
  return outcomes
}

/**
 * Takes quantities of order lines off their shipments that are not shipped yet: planned ones first, then released, picked, packed.
 * Locks the orders' shipments (the caller holds nothing yet). A shipment left without lines is canceled; a packed one that got
 * smaller is to be packed again. `warehouseId` limits it to the shipments of one warehouse (a promise there was lost).
 * @returns what was taken off, and what of each line's quantity stood on no open shipment.
 */
export async function withdrawOrderLines(
  run: CommandRun,
  orderIds: readonly string[],
  wanted: ReadonlyMap<string, number>,
  limit: { warehouseId?: string } = {},
): Promise<Withdrawn[]> {
  const { tx, ctx } = run
  const shipments = await lockShipmentsOfSources(tx, ctx.orgId, orderIds)
  const open = [...shipments.values()].filter(
    (shipment) => BEFORE_SHIPPED.includes(shipment.status) && (limit.warehouseId ?? shipment.warehouseId) === shipment.warehouseId,
  )
  const step = new Map(open.map((shipment) => [shipment.id, BEFORE_SHIPPED.indexOf(shipment.status)]))
  const lines = (
    await readLines(
      tx,
      ctx.orgId,
      open.map((shipment) => shipment.id),
    )
  ).toSorted((a, b) => (step.get(a.shipmentId) ?? 0) - (step.get(b.shipmentId) ?? 0))
  const left = new Map(wanted)
  const take = new Map<string, number>()
  for (const line of lines) {
    const quantity = Math.min(left.get(line.sourceLineId) ?? 0, line.quantity)
    if (quantity === 0) continue
    take.set(line.id, quantity)
    left.set(line.sourceLineId, (left.get(line.sourceLineId) ?? 0) - quantity)
  }
  const withdrawn = await withdraw(run, shipments, lines, take)
  for (const [shipmentId, parts] of Map.groupBy(withdrawn, (part) => part.shipmentId)) {
    run.emit({
      type: 'warehouse.shipment_reduced',
      documentType: 'shipment',
      documentId: shipmentId,
      payload: { lines: parts.map((part) => ({ line_id: part.shipmentLineId, quantity: -part.quantity })) },
    })
  }
  return withdrawn
}

async function withdraw(
  run: CommandRun,
  shipments: ReadonlyMap<string, Shipment>,
  lines: readonly ShipmentLine[],
  take: ReadonlyMap<string, number>,
): Promise<Withdrawn[]> {
  const { tx, ctx } = run
  const touched = lines.filter((line) => (take.get(line.id) ?? 0) > 0)
  if (touched.length === 0) return []
  const picks = await readPicks(tx, ctx.orgId, [...new Set(touched.map((line) => line.shipmentId))])
  const changed: Pick[] = []
  const tasks: NewTask[] = []
  const deallocate: Allocation[] = []
  const staged = await readAllocations(
    tx,
    ctx.orgId,
    touched.map((line) => line.id),
  )
  const shelves = await shelvesOf(run, shipments, picks)
  const withdrawn = touched.map((line) => {
    const quantity = take.get(line.id) ?? 0
    const picked = Math.max(0, quantity - (line.quantity - line.pickedQuantity))
    const own = picks.filter((pick) => pick.shipmentLineId === line.id && pick.status !== 'canceled')
    changed.push(...freeOpenPicks(own, Math.max(0, quantity - picked - uncoveredOf(line, own)), deallocate))
    changed.push(
      ...leaveInStaging(
        {
          shipment: shipments.get(line.shipmentId),
          picks: own,
          wanted: picked,
          staged: staged.filter((part) => part.sourceId === line.id),
          shelves,
        },
        deallocate,
        tasks,
      ),
    )
    return {
      shipmentId: line.shipmentId,
      shipmentLineId: line.id,
      warehouseId: shipments.get(line.shipmentId)?.warehouseId ?? '',
      orderId: line.sourceId,
      orderLineId: line.sourceLineId,
      itemId: line.itemId,
      ownerId: line.ownerId,
      quantity,
      picked,
      supply: line.supply === 'stock' ? ('stock' as const) : ('none' as const),
    }
  })
  if (deallocate.length > 0) await postGoods(run, { movements: [], deallocate })
  await insertTasks(run, tasks)
  await insertPickListChanges(run, reductionsOf(picks, deallocate))
  await updatePicks(tx, ctx.orgId, [...new Map(changed.map((pick) => [pick.id, pick])).values()], { at: run.now, actorId: null })
  await addToLines(
    tx,
    ctx.orgId,
    withdrawn.map((part) => ({ id: part.shipmentLineId, quantity: -part.quantity, canceled: part.quantity, picked: -part.picked })),
  )
  await emptyShipments(run, shipments, lines, take)
  await closePickLists(run, [...new Set(changed.map((pick) => pick.pickListId))])
  return withdrawn
}

/** Takes a quantity off picks that were not done; their bins are free again. */
function freeOpenPicks(picks: readonly Pick[], wanted: number, deallocate: Allocation[]): Pick[] {
  const changed: Pick[] = []
  let left = wanted
  for (const pick of picks.toReversed()) {
    const quantity = Math.min(left, openOf(pick))
    if (quantity === 0) continue
    left -= quantity
    deallocate.push({
      sourceId: pick.id,
      locationId: pick.locationId,
      itemId: pick.itemId,
      lotId: pick.lotId,
      ownerId: pick.ownerId,
      quantity,
      purpose: 'pick',
    })
    shrinkPick(pick, quantity)
    changed.push(pick)
  }
  return changed
}

/** Where goods of each pick go back to: the bin they came from, or receiving when nothing may be sold from that bin any more. */
async function shelvesOf(run: CommandRun, shipments: ReadonlyMap<string, Shipment>, picks: readonly Pick[]): Promise<Map<string, string>> {
  const back = picks.filter((pick) => stagedOf(pick) > 0)
  const bins = new Map(
    (await findLocations(run.tx, run.ctx.orgId, { ids: back.map((pick) => pick.locationId) })).map((bin) => [bin.id, bin]),
  )
  const standard = await standardLocations(
    run.tx,
    run.ctx.orgId,
    [...shipments.values()].map((shipment) => shipment.warehouseId),
  )
  return new Map(
    back.map((pick) => {
      const bin = bins.get(pick.locationId)
      return [pick.id, bin === undefined || bin.sellable ? pick.locationId : (standard.get(bin.warehouseId)?.RECEIVING ?? pick.locationId)]
    }),
  )
}

interface Unstaged {
  shipment: Shipment | undefined
  picks: readonly Pick[]
  wanted: number
  staged: readonly Allocation[]
  shelves: ReadonlyMap<string, string>
}

/**
 * Picked goods that no shipment needs any more stay where they stand, free to be promised, until a person has put them back: a task
 * names the bin they came from. Changes the picks in place.
 */
function leaveInStaging({ shipment, picks, wanted, staged, shelves }: Unstaged, deallocate: Allocation[], tasks: NewTask[]): Pick[] {
  const changed: Pick[] = []
  const shelf = staged.map((part) => ({ ...part }))
  let left = wanted
  for (const pick of picks.toReversed()) {
    let fromPick = Math.min(left, stagedOf(pick))
    for (const part of shelf) {
      const quantity = Math.min(fromPick, part.lotId === pick.lotId && part.ownerId === pick.ownerId ? part.quantity : 0)
      if (quantity === 0) continue
      part.quantity -= quantity
      fromPick -= quantity
      left -= quantity
      pick.lostQuantity += quantity
      deallocate.push({ ...part, quantity })
      tasks.push({
        kind: 'put_back',
        warehouseId: shipment?.warehouseId ?? '',
        documentType: 'shipment',
        documentId: pick.shipmentId,
        itemId: pick.itemId,
        lotId: pick.lotId,
        ownerId: pick.ownerId,
        locationId: part.locationId,
        toLocationId: shelves.get(pick.id) ?? pick.locationId,
        quantity,
      })
      changed.push(pick)
    }
    if (pick.quantity === pick.pickedQuantity && stagedOf(pick) === 0) pick.status = 'canceled'
  }
  return changed
}

/** What pickers are to be told: quantities that left picks they had not done yet. */
function reductionsOf(picks: readonly Pick[], freed: readonly Allocation[]): PickListChange[] {
  const byId = new Map(picks.map((pick) => [pick.id, pick]))
  return freed.flatMap((part): PickListChange[] => {
    const pick = part.purpose === 'pick' ? byId.get(part.sourceId) : undefined
    if (pick === undefined) return []
    const { pickListId, shipmentId, itemId, locationId } = pick
    return [{ pickListId, shipmentId, itemId, locationId, kind: 'reduced', quantity: part.quantity }]
  })
}

/** Shipments whose lines all reached zero are canceled; released ones with nothing left to pick are picked; packed ones are to be packed again. */
async function emptyShipments(
  run: CommandRun,
  shipments: ReadonlyMap<string, Shipment>,
  lines: readonly ShipmentLine[],
  take: ReadonlyMap<string, number>,
): Promise<void> {
  const byShipment = Map.groupBy(lines, (line) => line.shipmentId)
  const changes: { id: string; status: ShipmentStatus; at: Date }[] = []
  for (const [id, own] of byShipment) {
    if (own.every((line) => (take.get(line.id) ?? 0) === 0)) continue
    const before = shipments.get(id)?.status
    const stays = own.filter((line) => line.quantity > (take.get(line.id) ?? 0))
    if (stays.length === 0) changes.push({ id, status: 'canceled', at: run.now })
    else if (before === 'packed') changes.push({ id, status: 'picked', at: run.now })
    else if (
      before === 'released' &&
      stays.every((line) => line.supply === 'none' || line.pickedQuantity >= line.quantity - (take.get(line.id) ?? 0))
    )
      changes.push({ id, status: 'picked', at: run.now })
  }
  await updateShipments(run.tx, run.ctx.orgId, changes)
  const picked = changes.filter((change) => change.status === 'picked')
  await removeParcels(
    run.tx,
    run.ctx.orgId,
    picked.filter((change) => shipments.get(change.id)?.status === 'packed').map((change) => change.id),
  )
  for (const { id } of picked)
    run.emit({
      type: 'warehouse.shipment_picked',
      documentType: 'shipment',
      documentId: id,
      payload: { status: [shipments.get(id)?.status, 'picked'] },
    })
}
