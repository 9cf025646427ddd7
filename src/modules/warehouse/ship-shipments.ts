import { sql } from 'kysely'
import type { CommandRun, Outcome } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { type DomainError, notFound } from '../../kernel/errors.ts'
import { type NewMovement, postGoods, readAllocations, type ReservationRelease, virtualLocations } from '../inventory/index.ts'
import { addParcels } from './pack-shipments.ts'
import { addToLines, lockShipments, readLines, type Shipment, type ShipmentLine, updateShipments } from './shipment.repo.ts'
import { splitShipments } from './split-shipment.ts'
import { moreThanOpen, wrongStep } from './warehouse.errors.ts'

export interface ShipRequest {
  shipmentId: string
  happenedAt: Date
  /** Parts to ship; all that is picked when left out. */
  lines?: readonly { shipmentLineId: string; quantity: number }[]
  carrierId?: string | null
  trackingNumber?: string | null
}

export interface Shipped {
  shipmentId: string
  remainderShipmentId: string | null
}

/** What a shipment line sent, told to flows: orders freeze its money, billing posts its revenue. */
export interface ShippedLine {
  shipmentId: string
  shipmentLineId: string
  orderId: string
  orderLineId: string
  warehouseId: string
  itemId: string
  quantity: number
  supply: 'stock' | 'none'
  happenedAt: Date
}

/**
 * Ships what is staged: goods leave for the customer, promises end, cost is taken and posted in the same transaction.
 * In part: the rest moves to a new shipment in the same step. Lines that are not stocked go with the first shipment.
 * Raises `warehouse.shipment_shipped` per shipment (news: {@link ShippedLine}[]).
 */
export async function shipShipments(run: CommandRun, requests: readonly ShipRequest[]): Promise<Outcome<Shipped>[]> {
  const { tx, ctx } = run
  const shipments = await lockShipments(tx, ctx.orgId, requests.map((request) => request.shipmentId))
  const lines = Map.groupBy(await readLines(tx, ctx.orgId, [...shipments.keys()]), (line) => line.shipmentId)
  const refusals = new Map<string, DomainError>()
  const going: Going[] = []
  for (const request of requests) {
    const shipment = shipments.get(request.shipmentId)
    const decided = shipment === undefined ? notFound('warehouse.shipment', request.shipmentId) : decide(shipment, lines.get(request.shipmentId) ?? [], request)
    if ('keep' in decided) going.push(decided)
    else refusals.set(request.shipmentId, decided)
  }
  const remainders = await splitShipments(run, going.filter((shipment) => shipment.partial))
  await sendGoods(run, going)
  return requests.map((request) => {
    const error = refusals.get(request.shipmentId)
    return error === undefined ? { ok: true, value: { shipmentId: request.shipmentId, remainderShipmentId: remainders.get(request.shipmentId) ?? null } } : { ok: false, error }
  })
}

interface Going {
  shipment: Shipment
  lines: readonly ShipmentLine[]
  keep: Map<string, number>
  partial: boolean
  request: ShipRequest
}

const SHIPPABLE = new Set(['released', 'picked', 'packed'])

function decide(shipment: Shipment, lines: readonly ShipmentLine[], request: ShipRequest): Going | DomainError {
  if (!SHIPPABLE.has(shipment.status)) return wrongStep(shipment, 'shipped', shipment.status === 'planned' ? 'Release and pick it first.' : 'It is past that step.')
  const wanted = request.lines === undefined ? null : new Map(request.lines.map((line) => [line.shipmentLineId, line.quantity]))
  for (const id of wanted?.keys() ?? []) {
    if (!lines.some((line) => line.id === id)) return notFound('warehouse.shipment_line', id)
  }
  const keep = new Map<string, number>()
  for (const line of lines) {
    const ready = line.supply === 'stock' ? line.pickedQuantity : line.quantity
    const quantity = wanted === null || line.supply === 'none' ? ready : (wanted.get(line.id) ?? 0)
    if (quantity > ready) return moreThanOpen('Shipment line', line.id, quantity, ready)
    keep.set(line.id, quantity)
  }
  const sent = [...keep.values()].reduce((sum, quantity) => sum + quantity, 0)
  if (sent === 0) return wrongStep(shipment, 'shipped', 'Nothing of it is picked yet.')
  return { shipment, lines, keep, partial: lines.some((line) => (keep.get(line.id) ?? 0) < line.quantity), request }
}

async function sendGoods(run: CommandRun, going: readonly Going[]): Promise<void> {
  if (going.length === 0) return
  const { tx, ctx } = run
  const sent = going.flatMap(({ shipment, lines, keep, request }) => lines.flatMap((line): ShippedLine[] => {
    const quantity = keep.get(line.id) ?? 0
    return quantity === 0 ? [] : [{ shipmentId: shipment.id, shipmentLineId: line.id, orderId: line.sourceId, orderLineId: line.sourceLineId, warehouseId: shipment.warehouseId, itemId: line.itemId, quantity, supply: line.supply, happenedAt: request.happenedAt }]
  }))
  const ownerOf = new Map(going.flatMap(({ lines }) => lines.map((line) => [line.id, line.ownerId])))
  const lineOf = new Map(sent.map((line) => [line.shipmentLineId, line]))
  const { customer } = await virtualLocations(tx, ctx.orgId)
  const staged = (await readAllocations(tx, ctx.orgId, sent.map((line) => line.shipmentLineId))).filter((part) => part.purpose === 'staged')
  const movements = staged.map((part): NewMovement => {
    const line = lineOf.get(part.sourceId) as ShippedLine
    return { itemId: part.itemId, lotId: part.lotId, ownerId: part.ownerId, quantity: part.quantity, fromLocationId: part.locationId, toLocationId: customer, happenedAt: line.happenedAt, reason: 'ship', sourceType: 'shipment', sourceId: line.shipmentId, sourceLineId: line.shipmentLineId }
  })
  const release = sent.filter((line) => line.supply === 'stock').map((line): ReservationRelease => ({ sourceLineId: line.orderLineId, warehouseId: line.warehouseId, itemId: line.itemId, ownerId: ownerOf.get(line.shipmentLineId) ?? '', quantity: line.quantity }))
  await postGoods(run, { movements, deallocate: staged, release })
  await addToLines(tx, ctx.orgId, sent.map((line) => ({ id: line.shipmentLineId, shipped: line.quantity })))
  await markShipped(run, going)
  const byShipment = Map.groupBy(sent, (line) => line.shipmentId)
  for (const { shipment, request } of going) {
    const parts = byShipment.get(shipment.id) ?? []
    run.emit({
      type: 'warehouse.shipment_shipped', documentType: 'shipment', documentId: shipment.id,
      payload: { status: [shipment.status, 'shipped'], shipped_at: request.happenedAt.toISOString(), lines: parts.length, quantity: parts.reduce((sum, line) => sum + line.quantity, 0), tracking_number: request.trackingNumber ?? null },
      news: parts,
    })
  }
}

/** Status, carrier and tracking of shipped shipments; a tracking number without a parcel makes the one parcel it belongs to. */
async function markShipped(run: CommandRun, going: readonly Going[]): Promise<void> {
  const { tx, ctx } = run
  await updateShipments(tx, ctx.orgId, going.map(({ shipment, request }) => ({ id: shipment.id, status: 'shipped', at: request.happenedAt })))
  const tracked = going.filter(({ request }) => (request.trackingNumber ?? null) !== null || (request.carrierId ?? null) !== null)
    .map(({ shipment, request }) => ({ id: shipment.id, carrierId: request.carrierId ?? null, trackingNumber: request.trackingNumber ?? null }))
  if (tracked.length === 0) return
  const source = rowsOf(tracked, { id: 'uuid', carrierId: 'uuid', trackingNumber: 'text' }, 't')
  await sql`update warehouse.shipment s set carrier_id = coalesce(t.carrierId, s.carrier_id) from ${source} where s.org_id = ${ctx.orgId} and s.id = t.id`.execute(tx)
  const { rows } = await sql<{ shipmentId: string }>`
    update warehouse.parcel p set tracking_number = coalesce(t.trackingNumber, p.tracking_number), carrier_id = coalesce(t.carrierId, p.carrier_id)
      from ${source} where p.org_id = ${ctx.orgId} and p.shipment_id = t.id and p.parcel_no = 1 returning p.shipment_id as "shipmentId"`.execute(tx)
  const had = new Set(rows.map((row) => row.shipmentId))
  await addParcels(run, tracked.filter((shipment) => shipment.trackingNumber !== null && !had.has(shipment.id)).map((shipment) => ({ shipmentId: shipment.id, parcels: [{ carrierId: shipment.carrierId, trackingNumber: shipment.trackingNumber }] })))
}

/** Marks shipped shipments as delivered. Raises `warehouse.shipment_delivered`. */
export async function deliverShipments(run: CommandRun, requests: readonly { shipmentId: string; happenedAt: Date }[]): Promise<Outcome<{ shipmentId: string }>[]> {
  const shipments = await lockShipments(run.tx, run.ctx.orgId, requests.map((request) => request.shipmentId))
  const lines = Map.groupBy(await readLines(run.tx, run.ctx.orgId, [...shipments.keys()]), (line) => line.shipmentId)
  const outcomes = requests.map((request): Outcome<{ shipmentId: string }> => {
    const shipment = shipments.get(request.shipmentId)
    if (shipment === undefined) return { ok: false, error: notFound('warehouse.shipment', request.shipmentId) }
    if (shipment.status !== 'shipped') return { ok: false, error: wrongStep(shipment, 'delivered', 'Only shipped shipments are delivered.') }
    return { ok: true, value: { shipmentId: shipment.id } }
  })
  const done = requests.filter((_, index) => outcomes[index]?.ok)
  await updateShipments(run.tx, run.ctx.orgId, done.map((request) => ({ id: request.shipmentId, status: 'delivered', at: request.happenedAt })))
  for (const request of done) {
    run.emit({ type: 'warehouse.shipment_delivered', documentType: 'shipment', documentId: request.shipmentId, payload: { status: ['shipped', 'delivered'], delivered_at: request.happenedAt.toISOString() }, news: { orderIds: [...new Set((lines.get(request.shipmentId) ?? []).map((line) => line.sourceId))] } })
  }
  return outcomes
}
