import { sql } from 'kysely'
import type { CommandRun, Outcome } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { type DomainError, notFound } from '../../kernel/errors.ts'
import { sscc } from '../carriers/index.ts'
import { lockShipments, readLines, type Shipment, type ShipmentLine, updateShipments } from './shipment.repo.ts'
import { moreThanOpen, wrongStep } from './warehouse.errors.ts'

export interface NewParcel {
  weightG?: number | null
  lengthMm?: number | null
  widthMm?: number | null
  heightMm?: number | null
  carrierId?: string | null
  service?: string
  trackingNumber?: string | null
  postageMinor?: number | null
  lines?: readonly { shipmentLineId: string; quantity: number }[]
}

export interface PackRequest {
  shipmentId: string
  carrierId: string | null
  service: string
  parcels: readonly NewParcel[]
}

/** Company prefix for SSCC of organizations without one of their own: for internal use only, not for trade with others. */
const INTERNAL_PREFIX = '0000000'

/**
 * Packs picked shipments into parcels, each with its SSCC. Packing again replaces the parcels until the shipment is shipped.
 * Raises `warehouse.shipment_packed` per shipment.
 */
export async function packShipments(run: CommandRun, requests: readonly PackRequest[]): Promise<Outcome<{ shipmentId: string }>[]> {
  const { tx, ctx } = run
  const shipments = await lockShipments(tx, ctx.orgId, requests.map((request) => request.shipmentId))
  const lines = Map.groupBy(await readLines(tx, ctx.orgId, [...shipments.keys()]), (line) => line.shipmentId)
  const outcomes = requests.map((request): Outcome<{ shipmentId: string }> => {
    const error = whyNotPackable(request, shipments.get(request.shipmentId), lines.get(request.shipmentId) ?? [])
    return error === null ? { ok: true, value: { shipmentId: request.shipmentId } } : { ok: false, error }
  })
  const good = requests.filter((_, index) => outcomes[index]?.ok)
  const again = good.filter((request) => shipments.get(request.shipmentId)?.status === 'packed').map((request) => request.shipmentId)
  await removeParcels(run, again)
  await addParcels(run, good)
  await updateShipments(tx, ctx.orgId, good.map((request) => ({ id: request.shipmentId, status: 'packed', at: run.now })))
  await sql`update warehouse.shipment s set carrier_id = coalesce(p.carrierId, s.carrier_id), service = p.service
    from ${rowsOf(good.map((request) => ({ id: request.shipmentId, carrierId: request.carrierId, service: request.service })), { id: 'uuid', carrierId: 'uuid', service: 'text' }, 'p')} where s.org_id = ${ctx.orgId} and s.id = p.id`.execute(tx)
  for (const request of good) {
    run.emit({ type: 'warehouse.shipment_packed', documentType: 'shipment', documentId: request.shipmentId, payload: { status: [shipments.get(request.shipmentId)?.status, 'packed'], parcels: request.parcels.length } })
  }
  return outcomes
}

function whyNotPackable(request: PackRequest, shipment: Shipment | undefined, lines: readonly ShipmentLine[]): DomainError | null {
  if (shipment === undefined) return notFound('warehouse.shipment', request.shipmentId)
  if (shipment.status !== 'picked' && shipment.status !== 'packed') return wrongStep(shipment, 'packed', shipment.status === 'released' ? 'Pick all of it first.' : 'Only picked shipments are packed.')
  const packed = new Map<string, number>()
  for (const part of request.parcels.flatMap((parcel) => parcel.lines ?? [])) packed.set(part.shipmentLineId, (packed.get(part.shipmentLineId) ?? 0) + part.quantity)
  for (const [lineId, quantity] of packed) {
    const line = lines.find((candidate) => candidate.id === lineId)
    if (line === undefined) return notFound('warehouse.shipment_line', lineId)
    if (quantity > line.quantity) return moreThanOpen('Shipment line', lineId, quantity, line.quantity)
  }
  return null
}

async function removeParcels(run: CommandRun, shipmentIds: readonly string[]): Promise<void> {
  if (shipmentIds.length === 0) return
  const parcels = sql`select id from warehouse.parcel where org_id = ${run.ctx.orgId} and shipment_id = any(${shipmentIds}::uuid[])`
  await sql`delete from warehouse.parcel_line where org_id = ${run.ctx.orgId} and parcel_id in (${parcels})`.execute(run.tx)
  await sql`delete from warehouse.parcel where org_id = ${run.ctx.orgId} and shipment_id = any(${shipmentIds}::uuid[])`.execute(run.tx)
}

/** Adds parcels with SSCC; the first parcel of a shipment carries the cash to collect. */
export async function addParcels(run: CommandRun, shipments: readonly { shipmentId: string; carrierId?: string | null; service?: string; parcels: readonly NewParcel[] }[]): Promise<void> {
  const parcels = shipments.flatMap((shipment) => shipment.parcels.map((parcel, index) => ({
    id: run.newId(), shipmentId: shipment.shipmentId, parcelNo: index + 1, weightG: parcel.weightG ?? null, lengthMm: parcel.lengthMm ?? null, widthMm: parcel.widthMm ?? null, heightMm: parcel.heightMm ?? null,
    carrierId: parcel.carrierId ?? shipment.carrierId ?? null, service: parcel.service ?? shipment.service ?? '', trackingNumber: parcel.trackingNumber ?? null, postageMinor: parcel.postageMinor ?? null, lines: parcel.lines ?? [],
  })))
  if (parcels.length === 0) return
  const { tx, ctx } = run
  const { rows } = await sql<{ prefix: string | null }>`select gs1_prefix as prefix from identity.organization where org_id = ${ctx.orgId}`.execute(tx)
  const prefix = rows[0]?.prefix ?? INTERNAL_PREFIX
  const first = await takeNumbers(tx, ctx.orgId, 'sscc', parcels.length)
  const numbered = parcels.map((parcel, index) => ({ ...parcel, sscc: sscc(0, prefix, first + index) }))
  await sql`
    insert into warehouse.parcel (org_id, id, shipment_id, parcel_no, sscc, weight_g, length_mm, width_mm, height_mm, carrier_id, service, tracking_number, amount_to_collect, postage_minor, created_at)
    select ${ctx.orgId}, p.id, p.shipmentId, p.parcelNo, p.sscc, p.weightG, p.lengthMm, p.widthMm, p.heightMm, p.carrierId, p.service, p.trackingNumber, case when p.parcelNo = 1 then s.amount_to_collect else 0 end, p.postageMinor, ${run.now}
      from ${rowsOf(numbered, { id: 'uuid', shipmentId: 'uuid', parcelNo: 'integer', sscc: 'text', weightG: 'integer', lengthMm: 'integer', widthMm: 'integer', heightMm: 'integer', carrierId: 'uuid', service: 'text', trackingNumber: 'text', postageMinor: 'bigint' }, 'p')}
      join warehouse.shipment s on s.org_id = ${ctx.orgId} and s.id = p.shipmentId`.execute(tx)
  const contents = numbered.flatMap((parcel) => parcel.lines.map((line) => ({ parcelId: parcel.id, ...line })))
  if (contents.length === 0) return
  await sql`
    insert into warehouse.parcel_line (org_id, parcel_id, shipment_line_id, quantity)
    select ${ctx.orgId}, c.parcelId, c.shipmentLineId, sum(c.quantity)::bigint from ${rowsOf(contents, { parcelId: 'uuid', shipmentLineId: 'uuid', quantity: 'bigint' }, 'c')} group by c.parcelId, c.shipmentLineId`.execute(tx)
}
