import { sql } from 'kysely'
import type { CommandRun, Outcome } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { type DomainError, notFound } from '../../kernel/errors.ts'
import { type Allocation, chooseBins, lockPositions, postGoods, readFreeStock } from '../inventory/index.ts'
import {
  insertPicks,
  lockShipments,
  type Pick,
  readLines,
  readPicks,
  type Shipment,
  type ShipmentLine,
  uncoveredOf,
  updateShipments,
} from './shipment.repo.ts'
import { noBin, shipmentHeld, wrongStep } from './warehouse.errors.ts'

/** A released shipment and the pick list it is on (null when it has nothing to pick). */
export interface Released {
  shipmentId: string
  pickListId: string | null
}

/**
 * Releases planned shipments to the floor: bins and lots are chosen now, one pick list a warehouse. A held shipment, a wrong step
 * or goods without a free bin refuse that shipment only. Shipments with nothing to pick go straight to picked. A released shipment
 * of which goods lost their bin is released again for those.
 * Raises `warehouse.shipment_released` per shipment.
 */
export async function releaseShipments(run: CommandRun, shipmentIds: readonly string[]): Promise<Outcome<Released>[]> {
  const { tx, ctx } = run
  const shipments = await lockShipments(tx, ctx.orgId, shipmentIds)
  const refusals = new Map<string, DomainError>()
  const lines = await readLines(tx, ctx.orgId, [...shipments.keys()])
  const before = await readPicks(tx, ctx.orgId, [...shipments.keys()])
  const needed = new Map(lines.map((line) => [line.id, uncoveredOf(line, before)]))
  const waiting = new Set(lines.filter((line) => (needed.get(line.id) ?? 0) > 0).map((line) => line.shipmentId))
  for (const id of shipmentIds) {
    const refusal = whyNotReleasable(id, shipments.get(id), waiting.has(id))
    if (refusal !== null) refusals.set(id, refusal)
  }
  const candidates = [...new Set(shipmentIds)].flatMap((id) => (refusals.has(id) ? [] : [shipments.get(id) as Shipment]))
  const candidateIds = new Set(candidates.map((shipment) => shipment.id))
  const { picks, short } = await choosePicks(
    run,
    candidates,
    lines.filter((line) => candidateIds.has(line.shipmentId)),
    needed,
  )
  for (const [id, refusal] of short) refusals.set(id, refusal)
  const released = candidates.filter((shipment) => !refusals.has(shipment.id))
  const listOf = await createPickLists(run, released, picks)
  await insertPicks(
    tx,
    ctx.orgId,
    picks.map((pick) => ({ ...pick, pickListId: listOf.get(pick.shipmentId) ?? '' })),
  )
  await updateShipments(
    tx,
    ctx.orgId,
    released.map((shipment) => ({
      id: shipment.id,
      status: listOf.has(shipment.id) ? 'released' : 'picked',
      pickListId: listOf.get(shipment.id) ?? null,
      at: run.now,
    })),
  )
  for (const shipment of released) {
    run.emit({
      type: 'warehouse.shipment_released',
      documentType: 'shipment',
      documentId: shipment.id,
      payload: {
        status: [shipment.status, listOf.has(shipment.id) ? 'released' : 'picked'],
        pick_list_id: listOf.get(shipment.id) ?? null,
      },
      news: { orderIds: [...new Set(lines.filter((line) => line.shipmentId === shipment.id).map((line) => line.sourceId))] },
    })
  }
  return shipmentIds.map((id) => {
    const error = refusals.get(id)
    return error === undefined ? { ok: true, value: { shipmentId: id, pickListId: listOf.get(id) ?? null } } : { ok: false, error }
  })
}

function whyNotReleasable(id: string, shipment: Shipment | undefined, waits: boolean): DomainError | null {
  if (shipment === undefined) return notFound('warehouse.shipment', id)
  if (shipment.status !== 'planned' && !(shipment.status === 'released' && waits))
    return wrongStep(shipment, 'released', 'Only planned shipments are released.')
  if (shipment.held) return shipmentHeld(shipment)
  if (!shipment.ready) return wrongStep(shipment, 'released', 'Its order is to be sent whole and waits for missing stock.')
  return null
}

/** Chooses bins for what the lines need; `short` says of which shipments some is missing, and nothing is chosen for those. */
async function choosePicks(
  run: CommandRun,
  shipments: readonly Shipment[],
  lines: readonly ShipmentLine[],
  needed: ReadonlyMap<string, number>,
): Promise<{ picks: Pick[]; short: Map<string, DomainError> }> {
  const { tx, ctx } = run
  const shipmentOf = new Map(shipments.map((shipment) => [shipment.id, shipment]))
  const needs = lines
    .filter((line) => (needed.get(line.id) ?? 0) > 0)
    .map((line) => ({
      needId: line.id,
      itemId: line.itemId,
      ownerId: line.ownerId,
      warehouseId: shipmentOf.get(line.shipmentId)?.warehouseId ?? '',
      quantity: needed.get(line.id) ?? 0,
    }))
  await lockPositions(tx, ctx.orgId, needs)
  const lineOf = new Map(lines.map((line) => [line.id, line]))
  // One shipment after another, so that a refused one leaves its bins to the next.
  const stock = needs.length === 0 ? [] : await readFreeStock(tx, ctx.orgId, needs)
  const picks: Pick[] = []
  const short = new Map<string, DomainError>()
  const needsOf = Map.groupBy(needs, (need) => lineOf.get(need.needId)?.shipmentId ?? '')
  for (const shipment of shipments) {
    const { chosen, missing } = chooseBins(needsOf.get(shipment.id) ?? [], stock)
    if (missing.length > 0) {
      short.set(
        shipment.id,
        noBin(
          shipment,
          missing.map(({ needId, quantity }) => ({ item_id: lineOf.get(needId)?.itemId ?? '', quantity })),
        ),
      )
      for (const bin of chosen) giveFree(stock, bin)
      continue
    }
    for (const bin of chosen) {
      const id = run.newId()
      picks.push({
        id,
        rootId: id,
        pickListId: '',
        shipmentId: shipment.id,
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
      })
    }
  }
  const allocate = picks.map((pick): Allocation => ({
    sourceId: pick.id,
    locationId: pick.locationId,
    itemId: pick.itemId,
    lotId: pick.lotId,
    ownerId: pick.ownerId,
    quantity: pick.quantity,
    purpose: 'pick',
  }))
  if (allocate.length > 0) await postGoods(run, { movements: [], allocate })
  return { picks, short }
}

function giveFree(
  stock: Awaited<ReturnType<typeof readFreeStock>>,
  bin: { locationId: string; lotId: string; itemId: string; ownerId: string; quantity: number },
): void {
  const free = stock.find(
    (candidate) =>
      candidate.locationId === bin.locationId &&
      candidate.lotId === bin.lotId &&
      candidate.itemId === bin.itemId &&
      candidate.ownerId === bin.ownerId,
  )
  if (free !== undefined) free.free += bin.quantity
}

/** One pick list a warehouse; answers the list of each shipment that has picks. */
async function createPickLists(run: CommandRun, released: readonly Shipment[], picks: readonly Pick[]): Promise<Map<string, string>> {
  const withPicks = new Set(picks.map((pick) => pick.shipmentId))
  const toPick = released.filter((shipment) => withPicks.has(shipment.id))
  const warehouses = [...new Set(toPick.map((shipment) => shipment.warehouseId))]
  if (warehouses.length === 0) return new Map()
  const first = await takeNumbers(run.tx, run.ctx.orgId, 'pick_list', warehouses.length)
  const lists = warehouses.map((warehouseId, index) => ({ id: run.newId(), warehouseId, number: first + index }))
  await sql`
    insert into warehouse.pick_list (org_id, id, number, warehouse_id, status, created_at)
    select ${run.ctx.orgId}, p.id, p.number, p.warehouseId, 'open', ${run.now} from ${rowsOf(lists, { id: 'uuid', number: 'bigint', warehouseId: 'uuid' }, 'p')}`.execute(
    run.tx,
  )
  for (const list of lists)
    run.emit({
      type: 'warehouse.pick_list_created',
      documentType: 'pick_list',
      documentId: list.id,
      payload: { number: list.number, warehouse_id: list.warehouseId },
    })
  const listOf = new Map(lists.map((list) => [list.warehouseId, list.id]))
  return new Map(toPick.map((shipment) => [shipment.id, listOf.get(shipment.warehouseId) ?? '']))
}
