import { sql } from 'kysely'
import type { CommandRun, Outcome } from '../../kernel/command.ts'
import { type DomainError, notFound } from '../../kernel/errors.ts'
import { type Allocation, type NewMovement, postGoods, standardLocations } from '../inventory/index.ts'
import {
  addToLines,
  lockShipments,
  openOf,
  type Pick,
  readLines,
  readPicks,
  type Shipment,
  uncoveredOf,
  updatePicks,
  updateShipments,
} from './shipment.repo.ts'
import { moreThanOpen, wrongStep } from './warehouse.errors.ts'

export interface PickRequest {
  pickId: string
  quantity: number
}

export interface Picked {
  pickId: string
  shipmentId: string
  shipmentStatus: string
}

/**
 * Takes goods from their bins into staging, where they stay on hand and reserved until shipped. A pick may be done in several
 * scans; when the last pick of a shipment is done, the shipment is picked, and its list is done with the last shipment.
 * Raises `warehouse.goods_picked` per shipment (news: quantities by order line).
 */
export async function pickGoods(run: CommandRun, requests: readonly PickRequest[]): Promise<Outcome<Picked>[]> {
  const { tx, ctx } = run
  const { rows: owners } = await sql<{
    id: string
    shipmentId: string
  }>`select id, shipment_id as "shipmentId" from warehouse.pick where org_id = ${ctx.orgId} and id = any(${requests.map((request) => request.pickId)}::uuid[])`.execute(
    tx,
  )
  const shipments = await lockShipments(
    tx,
    ctx.orgId,
    owners.map((owner) => owner.shipmentId),
  )
  const all = await readPicks(tx, ctx.orgId, [...shipments.keys()])
  const byId = new Map(all.map((pick) => [pick.id, pick]))
  const outcomes: Outcome<Picked>[] = []
  const done: { pick: Pick; quantity: number }[] = []
  for (const request of requests) {
    const pick = byId.get(request.pickId)
    const shipment = pick === undefined ? undefined : shipments.get(pick.shipmentId)
    const refusal = whyNotPickable(request, pick, shipment)
    if (refusal !== null || pick === undefined) {
      outcomes.push({ ok: false, error: refusal ?? notFound('warehouse.pick', request.pickId) })
      continue
    }
    pick.pickedQuantity += request.quantity
    if (pick.pickedQuantity === pick.quantity) pick.status = 'picked'
    done.push({ pick, quantity: request.quantity })
    outcomes.push({ ok: true, value: { pickId: pick.id, shipmentId: pick.shipmentId, shipmentStatus: 'released' } })
  }
  if (done.length === 0) return outcomes
  await stage(run, done, shipments)
  const finished = await finishShipments(run, new Set(done.map(({ pick }) => pick.shipmentId)), all, shipments)
  return outcomes.map((outcome) =>
    outcome.ok && finished.has(outcome.value.shipmentId) ? { ok: true, value: { ...outcome.value, shipmentStatus: 'picked' } } : outcome,
  )
}

function whyNotPickable(request: PickRequest, pick: Pick | undefined, shipment: Shipment | undefined): DomainError | null {
  if (pick === undefined || shipment === undefined) return notFound('warehouse.pick', request.pickId)
  if (shipment.status !== 'released') return wrongStep(shipment, 'picked', 'Only released shipments are picked.')
  const open = openOf(pick)
  return request.quantity > open ? moreThanOpen('Pick', pick.id, request.quantity, open) : null
}

/** Moves picked goods from their bins to staging, with their allocations. */
async function stage(
  run: CommandRun,
  done: readonly { pick: Pick; quantity: number }[],
  shipments: ReadonlyMap<string, Shipment>,
): Promise<void> {
  const { tx, ctx } = run
  const standard = await standardLocations(
    tx,
    ctx.orgId,
    [...shipments.values()].map((shipment) => shipment.warehouseId),
  )
  const movements: NewMovement[] = []
  const deallocate: Allocation[] = []
  const allocate: Allocation[] = []
  for (const { pick, quantity } of done) {
    const staging = standard.get(shipments.get(pick.shipmentId)?.warehouseId ?? '')?.STAGING ?? ''
    const goods = { itemId: pick.itemId, lotId: pick.lotId, ownerId: pick.ownerId, quantity }
    movements.push({
      ...goods,
      fromLocationId: pick.locationId,
      toLocationId: staging,
      happenedAt: run.now,
      reason: 'pick',
      sourceType: 'pick',
      sourceId: pick.pickListId,
      sourceLineId: pick.rootId,
    })
    deallocate.push({ ...goods, sourceId: pick.id, locationId: pick.locationId, purpose: 'pick' })
    allocate.push({ ...goods, sourceId: pick.shipmentLineId, locationId: staging, purpose: 'staged' })
  }
  await postGoods(run, { movements, deallocate, allocate })
  await updatePicks(tx, ctx.orgId, [...new Map(done.map(({ pick }) => [pick.id, pick])).values()], { at: run.now, actorId: ctx.actor.id })
  await addToLines(
    tx,
    ctx.orgId,
    done.map(({ pick, quantity }) => ({ id: pick.shipmentLineId, picked: quantity })),
  )
  const lines = await sourceLines(
    run,
    done.map(({ pick }) => pick.shipmentLineId),
  )
  for (const [shipmentId, parts] of Map.groupBy(done, ({ pick }) => pick.shipmentId)) {
    run.emit({
      type: 'warehouse.goods_picked',
      documentType: 'shipment',
      documentId: shipmentId,
      payload: { picks: parts.length, quantity: parts.reduce((sum, part) => sum + part.quantity, 0) },
      news: parts.map(({ pick, quantity }) => ({ ...lines.get(pick.shipmentLineId), quantity })),
    })
  }
}

/** Order line and order of shipment lines. */
export async function sourceLines(
  run: CommandRun,
  lineIds: readonly string[],
): Promise<Map<string, { orderId: string; orderLineId: string }>> {
  const { rows } = await sql<{ id: string; orderId: string; orderLineId: string }>`
    select id, source_id as "orderId", source_line_id as "orderLineId" from warehouse.shipment_line where org_id = ${run.ctx.orgId} and id = any(${[...new Set(lineIds)]}::uuid[])`.execute(
    run.tx,
  )
  return new Map(rows.map((row) => [row.id, { orderId: row.orderId, orderLineId: row.orderLineId }]))
}

/** Released shipments of which nothing is left to pick (some of them may be released no longer) are picked; answers those. The caller holds them. */
export async function settleSteps(run: CommandRun, shipmentIds: readonly string[], picks: readonly Pick[]): Promise<Set<string>> {
  const shipments = await lockShipments(run.tx, run.ctx.orgId, shipmentIds)
  const released = [...shipments.values()].filter((shipment) => shipment.status === 'released').map((shipment) => shipment.id)
  return finishShipments(run, new Set(released), picks, shipments)
}

/** Marks shipments whose picks are all done as picked, and lists without open picks as done. */
async function finishShipments(
  run: CommandRun,
  touched: ReadonlySet<string>,
  picks: readonly Pick[],
  shipments: ReadonlyMap<string, Shipment>,
): Promise<Set<string>> {
  const lines = Map.groupBy(await readLines(run.tx, run.ctx.orgId, [...touched]), (line) => line.shipmentId)
  const waits = (id: string): boolean => (lines.get(id) ?? []).some((line) => uncoveredOf(line, picks) > 0)
  const finished = [...touched].filter((id) => picks.every((pick) => pick.shipmentId !== id || pick.status !== 'open') && !waits(id))
  await updateShipments(
    run.tx,
    run.ctx.orgId,
    finished.map((id) => ({ id, status: 'picked', at: run.now })),
  )
  for (const id of finished)
    run.emit({ type: 'warehouse.shipment_picked', documentType: 'shipment', documentId: id, payload: { status: ['released', 'picked'] } })
  await closePickLists(run, [...new Set(finished.map((id) => shipments.get(id)?.pickListId ?? null))])
  return new Set(finished)
}

/** Closes pick lists on which no pick is open any more. */
export async function closePickLists(run: CommandRun, ids: readonly (string | null)[]): Promise<void> {
  const lists = ids.filter((id) => id !== null)
  if (lists.length === 0) return
  await sql`
    update warehouse.pick_list l set status = 'done', done_at = ${run.now}
     where l.org_id = ${run.ctx.orgId} and l.id = any(${lists}::uuid[]) and l.status = 'open'
       and not exists (select 1 from warehouse.pick p where p.org_id = l.org_id and p.pick_list_id = l.id and p.status = 'open')`.execute(
    run.tx,
  )
}
