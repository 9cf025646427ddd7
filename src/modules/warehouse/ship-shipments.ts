import { sql } from 'kysely'
import type { CommandRun, Outcome } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { type DomainError, invariant, notFound } from '../../kernel/errors.ts'
import { type NewMovement, postGoods, readAllocations, type ReservationRelease, virtualLocations } from '../inventory/index.ts'
import { lockLinePositions } from './line-positions.ts'
import { addParcels } from './pack-shipments.ts'
import { labelOf, readLabelGround, weighContents, whyNotCarried } from './parcel-labels.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import {
  addToLines,
  type LineSupply,
  lockShipments,
  readLines,
  repeatedRequests,
  type Shipment,
  type ShipmentLine,
  updateShipments,
} from './shipment.repo.ts'
import { splitShipments } from './split-shipment.ts'
import { moreThanOpen, shipmentRepeated, wrongStep } from './warehouse.errors.ts'

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
  supply: LineSupply
  happenedAt: Date
}

/**
 * Ships what is staged: goods leave for the customer, promises end, cost is taken and posted in the same transaction.
 * In part: the rest moves to a new shipment in the same step. Lines that are not stocked go with the first shipment.
 * Raises `warehouse.shipment_shipped` per shipment (news: {@link ShippedLine}[]).
 */
export async function shipShipments(run: CommandRun, requests: readonly ShipRequest[]): Promise<Outcome<Shipped>[]> {
  const { tx, ctx } = run
  const shipments = await lockShipments(
    tx,
    ctx.orgId,
    requests.map((request) => request.shipmentId),
  )
  const allLines = await readLines(tx, ctx.orgId, [...shipments.keys()])
  const lines = Map.groupBy(allLines, (line) => line.shipmentId)
  const parcels = await parcelsToSend(run, requests, allLines)
  const ground = await readLabelGround(
    run,
    [...shipments.keys()],
    parcels.map((parcel) => parcel.carrierId),
  )
  const repeated = repeatedRequests(requests)
  const refusals = new Map<ShipRequest, DomainError>()
  const going: Going[] = []
  for (const request of requests) {
    const shipment = shipments.get(request.shipmentId)
    const decided = repeated.has(request)
      ? shipmentRepeated(request.shipmentId)
      : shipment === undefined
        ? notFound('warehouse.shipment', request.shipmentId)
        : decide(shipment, lines.get(request.shipmentId) ?? [], request)
    const own = parcels.filter((parcel) => parcel.shipmentId === request.shipmentId)
    // oxlint-disable-next-line no-await-in-loop -- the adapters reach nobody
    const refusal = 'keep' in decided ? await whyNotCarried(ground, own) : decided
    if (refusal !== null) refusals.set(request, refusal)
    else if ('keep' in decided) going.push(decided)
  }
  await lockLinePositions(run, going)
  const remainders = await splitShipments(
    run,
    going.filter((shipment) => shipment.partial),
  )
  await sendGoods(run, going, parcels)
  return requests.map((request) => {
    const error = refusals.get(request)
    return error === undefined
      ? { ok: true, value: { shipmentId: request.shipmentId, remainderShipmentId: remainders.get(request.shipmentId) ?? null } }
      : { ok: false, error }
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
  if (!SHIPPABLE.has(shipment.status))
    return wrongStep(shipment, 'shipped', shipment.status === 'planned' ? 'Release and pick it first.' : 'It is past that step.')
  const wanted = request.lines === undefined ? null : new Map<string, number>()
  for (const { shipmentLineId, quantity } of request.lines ?? []) wanted?.set(shipmentLineId, (wanted.get(shipmentLineId) ?? 0) + quantity)
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
  // Services go along with goods; they do not go alone while there are goods to send.
  const stocked = lines.filter((line) => line.supply === 'stock' && line.quantity > 0)
  const sent = (stocked.length > 0 ? stocked : lines).reduce((sum, line) => sum + (keep.get(line.id) ?? 0), 0)
  if (sent === 0) return wrongStep(shipment, 'shipped', 'Nothing of it is picked yet.')
  return { shipment, lines, keep, partial: lines.some((line) => (keep.get(line.id) ?? 0) < line.quantity), request }
}

async function sendGoods(run: CommandRun, going: readonly Going[], parcels: readonly ParcelToSend[]): Promise<void> {
  if (going.length === 0) return
  const { tx, ctx } = run
  const sent = sentLines(going)
  const staged = (
    await readAllocations(
      tx,
      ctx.orgId,
      sent.map((line) => line.shipmentLineId),
    )
  ).filter((part) => part.purpose === 'staged')
  const { customer } = await virtualLocations(tx, ctx.orgId)
  const ownerOf = new Map(going.flatMap(({ lines }) => lines.map((line) => [line.id, line.ownerId])))
  const release = sent
    .filter((line) => line.supply === 'stock')
    .map((line): ReservationRelease => ({
      sourceLineId: line.orderLineId,
      warehouseId: line.warehouseId,
      itemId: line.itemId,
      ownerId: ownerOf.get(line.shipmentLineId) ?? '',
      quantity: line.quantity,
    }))
  await postGoods(run, { movements: leavingMovements(sent, staged, customer), deallocate: staged, release })
  await addToLines(
    tx,
    ctx.orgId,
    sent.map((line) => ({ id: line.shipmentLineId, shipped: line.quantity })),
  )
  await markShipped(run, going, parcels)
  tellShipped(run, going, sent)
}

/** What each line of the shipments sends; lines that send nothing are left out. */
function sentLines(going: readonly Going[]): ShippedLine[] {
  return going.flatMap(({ shipment, lines, keep, request }) =>
    lines.flatMap((line): ShippedLine[] => {
      const quantity = keep.get(line.id) ?? 0
      return quantity === 0
        ? []
        : [
            {
              shipmentId: shipment.id,
              shipmentLineId: line.id,
              orderId: line.sourceId,
              orderLineId: line.sourceLineId,
              warehouseId: shipment.warehouseId,
              itemId: line.itemId,
              quantity,
              supply: line.supply,
              happenedAt: request.happenedAt,
            },
          ]
    }),
  )
}

/** From staging to the customer. Together they carry exactly what the stocked lines send. */
function leavingMovements(
  sent: readonly ShippedLine[],
  staged: Awaited<ReturnType<typeof readAllocations>>,
  customer: string,
): NewMovement[] {
  const lineOf = new Map(sent.map((line) => [line.shipmentLineId, line]))
  const movements = staged.map((part): NewMovement => {
    const line = lineOf.get(part.sourceId) as ShippedLine
    return {
      itemId: part.itemId,
      lotId: part.lotId,
      ownerId: part.ownerId,
      quantity: part.quantity,
      fromLocationId: part.locationId,
      toLocationId: customer,
      happenedAt: line.happenedAt,
      reason: 'ship',
      sourceType: 'shipment',
      sourceId: line.shipmentId,
      sourceLineId: line.shipmentLineId,
    }
  })
  const leaving = movements.reduce((sum, movement) => sum + movement.quantity, 0)
  invariant(
    leaving === sent.reduce((sum, line) => sum + (line.supply === 'stock' ? line.quantity : 0), 0),
    'what is picked and not shipped stands staged for its line',
  )
  return movements
}

function tellShipped(run: CommandRun, going: readonly Going[], sent: readonly ShippedLine[]): void {
  const byShipment = Map.groupBy(sent, (line) => line.shipmentId)
  for (const { shipment, request } of going) {
    const parts = byShipment.get(shipment.id) ?? []
    run.emit({
      type: 'warehouse.shipment_shipped',
      documentType: 'shipment',
      documentId: shipment.id,
      payload: {
        status: [shipment.status, 'shipped'],
        shipped_at: request.happenedAt.toISOString(),
        lines: parts.length,
        quantity: parts.reduce((sum, line) => sum + line.quantity, 0),
        tracking_number: request.trackingNumber ?? null,
      },
      news: parts,
    })
  }
}

/** A parcel that the shipping of its shipment gives a carrier or a number. */
interface ParcelToSend {
  id: string | null
  shipmentId: string
  parcelNo: number
  carrierId: string | null
  service: string
  weightG: number | null
  lengthMm: number | null
  widthMm: number | null
  heightMm: number | null
  trackingNumber: string | null
}

/**
 * Parcels of shipments that are shipped with a carrier or a tracking number: those packed before, or the one that everything goes in.
 * A typed number is the first parcel's.
 */
async function parcelsToSend(run: CommandRun, requests: readonly ShipRequest[], lines: readonly ShipmentLine[]): Promise<ParcelToSend[]> {
  const tracked = requests.filter((request) => (request.trackingNumber ?? request.carrierId ?? null) !== null)
  if (tracked.length === 0) return []
  const { rows } = await sql<ParcelToSend>`
    select id, shipment_id as "shipmentId", parcel_no as "parcelNo", carrier_id as "carrierId", service, weight_g as "weightG", length_mm as "lengthMm", width_mm as "widthMm", height_mm as "heightMm", tracking_number as "trackingNumber"
      from warehouse.parcel where org_id = ${run.ctx.orgId} and shipment_id = any(${tracked.map((request) => request.shipmentId)}::uuid[]) order by shipment_id, parcel_no`.execute(
    run.tx,
  )
  const packed = Map.groupBy(rows, (row) => row.shipmentId)
  const weights = await weighContents(run, lines)
  return tracked.flatMap(({ shipmentId, carrierId, trackingNumber }) => {
    const parcels = packed.get(shipmentId) ?? [
      {
        id: null,
        shipmentId,
        parcelNo: 1,
        carrierId: null,
        service: '',
        weightG: weights.get(shipmentId) ?? null,
        lengthMm: null,
        widthMm: null,
        heightMm: null,
        trackingNumber: null,
      },
    ]
    return parcels.map((parcel) => ({
      ...parcel,
      carrierId: carrierId ?? parcel.carrierId,
      service: carrierId !== null && carrierId !== undefined && carrierId !== parcel.carrierId ? '' : parcel.service,
      trackingNumber: parcel.parcelNo === 1 ? (trackingNumber ?? parcel.trackingNumber) : parcel.trackingNumber,
    }))
  })
}

/** Status, carrier and tracking of shipped shipments. */
async function markShipped(run: CommandRun, going: readonly Going[], parcels: readonly ParcelToSend[]): Promise<void> {
  const { tx, ctx } = run
  await updateShipments(
    tx,
    ctx.orgId,
    going.map(({ shipment, request }) => ({ id: shipment.id, status: 'shipped', at: request.happenedAt })),
  )
  const carried = going
    .filter(({ request }) => (request.carrierId ?? null) !== null)
    .map(({ shipment, request }) => ({ id: shipment.id, carrierId: request.carrierId ?? null }))
  if (carried.length > 0)
    await sql`update warehouse.shipment s set carrier_id = t.carrierId from ${rowsOf(carried, { id: 'uuid', carrierId: 'uuid' }, 't')} where s.org_id = ${ctx.orgId} and s.id = t.id`.execute(
      tx,
    )
  const ids = new Set(going.map(({ shipment }) => shipment.id))
  const mine = parcels.filter((parcel) => ids.has(parcel.shipmentId))
  if (mine.length === 0) return
  const ground = await readLabelGround(
    run,
    [...ids],
    mine.map((parcel) => parcel.carrierId),
  )
  await labelPacked(
    run,
    mine.filter((parcel) => parcel.id !== null),
    ground,
  )
  await addParcels(
    run,
    mine.filter((parcel) => parcel.id === null).map((parcel) => ({ shipmentId: parcel.shipmentId, parcels: [parcel] })),
    ground,
  )
}

async function labelPacked(
  run: CommandRun,
  parcels: readonly ParcelToSend[],
  ground: Awaited<ReturnType<typeof readLabelGround>>,
): Promise<void> {
  if (parcels.length === 0) return
  const first = await takeNumbers(run.tx, run.ctx.orgId, 'parcel_label', parcels.length)
  const rows = await Promise.all(
    parcels.map(async (parcel, index) => {
      const outcome = await labelOf(ground, parcel, first + index)
      const label = outcome?.outcome === 'label' ? outcome : null
      return {
        id: parcel.id,
        carrierId: parcel.carrierId,
        trackingNumber: label?.trackingNumber ?? parcel.trackingNumber,
        postageMinor: label?.price?.currency === run.ctx.org.baseCurrency ? label.price.amount : null,
      }
    }),
  )
  await sql`
    update warehouse.parcel p set tracking_number = t.trackingNumber, carrier_id = t.carrierId, postage_minor = coalesce(t.postageMinor, p.postage_minor)
      from ${rowsOf(rows, { id: 'uuid', carrierId: 'uuid', trackingNumber: 'text', postageMinor: 'bigint' }, 't')} where p.org_id = ${run.ctx.orgId} and p.id = t.id`.execute(
    run.tx,
  )
}

/** Marks shipped shipments as delivered. Raises `warehouse.shipment_delivered`. */
export async function deliverShipments(
  run: CommandRun,
  requests: readonly { shipmentId: string; happenedAt: Date }[],
): Promise<Outcome<{ shipmentId: string }>[]> {
  const shipments = await lockShipments(
    run.tx,
    run.ctx.orgId,
    requests.map((request) => request.shipmentId),
  )
  const lines = Map.groupBy(await readLines(run.tx, run.ctx.orgId, [...shipments.keys()]), (line) => line.shipmentId)
  const repeated = repeatedRequests(requests)
  const outcomes = requests.map((request): Outcome<{ shipmentId: string }> => {
    const shipment = shipments.get(request.shipmentId)
    if (repeated.has(request)) return { ok: false, error: shipmentRepeated(request.shipmentId) }
    if (shipment === undefined) return { ok: false, error: notFound('warehouse.shipment', request.shipmentId) }
    if (shipment.status !== 'shipped')
      return { ok: false, error: wrongStep(shipment, 'delivered', 'Only shipped shipments are delivered.') }
    return { ok: true, value: { shipmentId: shipment.id } }
  })
  const done = requests.filter((_, index) => outcomes[index]?.ok)
  await updateShipments(
    run.tx,
    run.ctx.orgId,
    done.map((request) => ({ id: request.shipmentId, status: 'delivered', at: request.happenedAt })),
  )
  for (const request of done) {
    run.emit({
      type: 'warehouse.shipment_delivered',
      documentType: 'shipment',
      documentId: request.shipmentId,
      payload: { status: ['shipped', 'delivered'], delivered_at: request.happenedAt.toISOString() },
      news: { orderIds: [...new Set((lines.get(request.shipmentId) ?? []).map((line) => line.sourceId))] },
    })
  }
  return outcomes
}
