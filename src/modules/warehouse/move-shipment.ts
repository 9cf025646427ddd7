import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { DomainError, notFound } from '../../kernel/errors.ts'
import { ZERO_ID } from '../../kernel/ids.ts'
import {
  type Allocation,
  findWarehouses,
  lockPositions,
  type NewReservation,
  positionKey,
  postGoods,
  promiseStock,
} from '../inventory/index.ts'
import { closePickLists } from './pick-goods.ts'
import {
  addToLines,
  lockShipments,
  openOf,
  type Pick,
  readLines,
  readPicks,
  type Shipment,
  type ShipmentLine,
  updatePicks,
} from './shipment.repo.ts'
import { insertPickListChanges } from './tasks.ts'
import { wrongStep } from './warehouse.errors.ts'

/** A shipment that another warehouse sends now, told to flows: orders learn what waits and why. */
export interface MovedShipment {
  shipmentId: string
  fromWarehouseId: string
  toWarehouseId: string
  fromCode: string
  toCode: string
  reason: string
  lines: { orderId: string; orderLineId: string; quantity: number; missing: number }[]
}

/**
 * Another warehouse is to send a shipment that nothing was picked of: chosen bins are free again, the promises end here and are made
 * there, under both warehouses' positions at once, so nobody is served in between. What the target lacks refuses the move, or waits
 * there with `backorder`. The shipment is planned again. Raises `warehouse.shipment_moved` (news: {@link MovedShipment}).
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.target_short`
 */
export async function moveShipment(
  run: CommandRun,
  request: { shipmentId: string; warehouseId: string; backorder: boolean; reason: string },
): Promise<void> {
  const { tx, ctx } = run
  const shipment = (await lockShipments(tx, ctx.orgId, [request.shipmentId])).get(request.shipmentId)
  if (shipment === undefined) throw notFound('warehouse.shipment', request.shipmentId)
  const warehouses = new Map(
    (await findWarehouses(tx, ctx.orgId, { ids: [request.warehouseId, shipment.warehouseId] })).map((row) => [row.id, row.code]),
  )
  if (!warehouses.has(request.warehouseId)) throw notFound('inventory.warehouse', request.warehouseId)
  const lines = await readLines(tx, ctx.orgId, [shipment.id])
  const picks = await readPicks(tx, ctx.orgId, [shipment.id])
  refuseMove(shipment, request.warehouseId, lines)
  const goods = lines.filter((line) => line.supply === 'stock' && line.quantity > 0)
  const missing = await decideMissing(run, shipment, request, goods)
  await exchangePromises(run, { shipment, goods, picks, missing, warehouseId: request.warehouseId })
  await writeMoved(run, shipment, { lines, picks, missing, warehouseId: request.warehouseId })
  const news: MovedShipment = {
    shipmentId: shipment.id,
    fromWarehouseId: shipment.warehouseId,
    toWarehouseId: request.warehouseId,
    fromCode: warehouses.get(shipment.warehouseId) ?? '',
    toCode: warehouses.get(request.warehouseId) ?? '',
    reason: request.reason,
    lines: goods.map((line) => ({
      orderId: line.sourceId,
      orderLineId: line.sourceLineId,
      quantity: line.quantity,
      missing: missing.get(line.id) ?? 0,
    })),
  }
  run.emit({
    type: 'warehouse.shipment_moved',
    documentType: 'shipment',
    documentId: shipment.id,
    payload: { warehouse_id: [shipment.warehouseId, request.warehouseId], status: [shipment.status, 'planned'], reason: request.reason },
    news,
  })
}

function refuseMove(shipment: Shipment, warehouseId: string, lines: readonly ShipmentLine[]): void {
  if (shipment.status !== 'planned' && shipment.status !== 'released')
    throw wrongStep(
      shipment,
      'moved',
      'Only planned and released shipments go to another warehouse; cancel it to put its goods back first.',
    )
  if (shipment.warehouseId === warehouseId) throw wrongStep(shipment, 'moved', 'It is at that warehouse already.')
  if (lines.some((line) => line.pickedQuantity > 0))
    throw wrongStep(shipment, 'moved', 'Some of it is picked: split that part off and ship it, or cancel the shipment to put it back.')
}

/** What the target cannot promise of each line, first lines first. Locks the positions of both warehouses. */
async function decideMissing(
  run: CommandRun,
  shipment: Shipment,
  request: { warehouseId: string; backorder: boolean },
  goods: readonly ShipmentLine[],
): Promise<Map<string, number>> {
  const keys = goods.flatMap(({ itemId, ownerId }) =>
    [shipment.warehouseId, request.warehouseId].map((warehouseId) => ({ itemId, ownerId, warehouseId })),
  )
  const positions = await lockPositions(run.tx, run.ctx.orgId, keys)
  const free = new Map([...positions].map(([key, position]) => [key, position.onHand - position.reserved - position.held]))
  const missing = new Map<string, number>()
  for (const line of goods) {
    const key = positionKey({ itemId: line.itemId, ownerId: line.ownerId, warehouseId: request.warehouseId })
    const available = Math.max(0, free.get(key) ?? 0)
    free.set(key, available - Math.min(available, line.quantity))
    if (available < line.quantity) missing.set(line.id, line.quantity - available)
  }
  if (missing.size > 0 && !request.backorder)
    throw new DomainError(
      'rule',
      'warehouse.target_short',
      'The other warehouse does not have all of it free to promise. Choose another, split the shipment, or let the rest wait there (backorder).',
      {
        detail: {
          short: goods
            .filter((line) => missing.has(line.id))
            .map((line) => ({ line_id: line.id, item_id: line.itemId, wanted: line.quantity, missing: missing.get(line.id) ?? 0 })),
        },
      },
    )
  return missing
}

interface Exchange {
  shipment: Shipment
  goods: readonly ShipmentLine[]
  picks: readonly Pick[]
  missing: ReadonlyMap<string, number>
  warehouseId: string
}

/** Promises end at one warehouse and begin at the other in one posting; what is missing waits at the other. */
async function exchangePromises(run: CommandRun, { shipment, goods, picks, missing, warehouseId }: Exchange): Promise<void> {
  const deallocate = picks
    .filter((pick) => openOf(pick) > 0)
    .map((pick): Allocation => ({
      sourceId: pick.id,
      locationId: pick.locationId,
      itemId: pick.itemId,
      lotId: pick.lotId,
      ownerId: pick.ownerId,
      quantity: openOf(pick),
      purpose: 'pick',
    }))
  const promise = (line: ShipmentLine, quantity: number): NewReservation => ({
    sourceId: line.sourceId,
    sourceLineId: line.sourceLineId,
    warehouseId,
    itemId: line.itemId,
    ownerId: line.ownerId,
    quantity,
    priority: shipment.priority,
  })
  await postGoods(run, {
    movements: [],
    deallocate,
    release: goods.map((line) => ({
      sourceLineId: line.sourceLineId,
      warehouseId: shipment.warehouseId,
      itemId: line.itemId,
      ownerId: line.ownerId,
      quantity: line.quantity,
    })),
    reserve: goods.flatMap((line) => {
      const quantity = line.quantity - (missing.get(line.id) ?? 0)
      return quantity === 0 ? [] : [promise(line, quantity)]
    }),
  })
  const waiting = goods.filter((line) => (missing.get(line.id) ?? 0) > 0)
  await promiseStock(
    run,
    [],
    waiting.map((line) => ({ ...promise(line, missing.get(line.id) ?? 0), ownerId: ZERO_ID, warehouseIds: [warehouseId] })),
  )
}

async function writeMoved(
  run: CommandRun,
  shipment: Shipment,
  {
    lines,
    picks,
    missing,
    warehouseId,
  }: { lines: readonly ShipmentLine[]; picks: readonly Pick[]; missing: ReadonlyMap<string, number>; warehouseId: string },
): Promise<void> {
  const { tx, ctx } = run
  const open = picks.filter((pick) => openOf(pick) > 0)
  await insertPickListChanges(
    run,
    open.map((pick) => ({
      pickListId: pick.pickListId,
      shipmentId: shipment.id,
      itemId: pick.itemId,
      locationId: pick.locationId,
      kind: 'moved_away',
      quantity: openOf(pick),
    })),
  )
  await updatePicks(
    tx,
    ctx.orgId,
    open.map((pick) => ({ ...pick, status: 'canceled' })),
    { at: run.now, actorId: null },
  )
  await addToLines(
    tx,
    ctx.orgId,
    [...missing].map(([id, quantity]) => ({ id, quantity: -quantity, canceled: quantity })),
  )
  const empty = lines.every((line) => line.quantity === (missing.get(line.id) ?? 0))
  await sql`
    update warehouse.shipment set warehouse_id = ${warehouseId}, status = ${empty ? 'canceled' : 'planned'}, pick_list_id = null, released_at = null, version = version + 1
     where org_id = ${ctx.orgId} and id = ${shipment.id}`.execute(tx)
  await closePickLists(run, [...new Set(open.map((pick) => pick.pickListId))])
}
