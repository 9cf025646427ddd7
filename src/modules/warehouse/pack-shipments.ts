import { sql } from 'kysely'
import type { CommandRun, Outcome } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { type DomainError, notFound } from '../../kernel/errors.ts'
import { sscc } from '../carriers/index.ts'
import { readOrganization } from '../identity/index.ts'
import {
  carrierRefused,
  type LabelGround,
  labelOf,
  type ParcelToLabel,
  readLabelGround,
  weighContents,
  whyNotCarried,
} from './parcel-labels.ts'
import {
  lockShipments,
  readLines,
  removeParcels,
  repeatedRequests,
  type Shipment,
  type ShipmentLine,
  updateShipments,
} from './shipment.repo.ts'
import { moreThanOpen, shipmentRepeated, wrongStep } from './warehouse.errors.ts'

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
  /** One parcel with everything, of the weight of its contents, when left out. */
  parcels?: readonly NewParcel[]
}

/** Company prefix for SSCC of organizations without one of their own: for internal use only, not for trade with others. */
const INTERNAL_PREFIX = '0000000'

/**
 * Packs picked shipments into parcels, each with its SSCC and, where the carrier numbers parcels, its tracking number and postage.
 * Packing again replaces the parcels until the shipment is shipped. A carrier's refusal refuses that shipment only.
 * Raises `warehouse.shipment_packed` per shipment.
 */
export async function packShipments(run: CommandRun, requests: readonly PackRequest[]): Promise<Outcome<{ shipmentId: string }>[]> {
  const { tx, ctx } = run
  const shipments = await lockShipments(
    tx,
    ctx.orgId,
    requests.map((request) => request.shipmentId),
  )
  const allLines = await readLines(tx, ctx.orgId, [...shipments.keys()])
  const lines = Map.groupBy(allLines, (line) => line.shipmentId)
  const weights = await weighContents(run, allLines)
  const ground = await readLabelGround(
    run,
    [...shipments.keys()],
    requests.map((request) => request.carrierId),
  )
  const repeated = repeatedRequests(requests)
  const outcomes: Outcome<{ shipmentId: string }>[] = []
  const good: (PackRequest & { parcels: readonly NewParcel[] })[] = []
  for (const request of requests) {
    const parcels = request.parcels ?? [{ weightG: weights.get(request.shipmentId) ?? null }]
    const labels = parcels.map((parcel) => toLabel(request, parcel))
    const error = repeated.has(request)
      ? shipmentRepeated(request.shipmentId)
      : (whyNotPackable({ ...request, parcels }, shipments.get(request.shipmentId), lines.get(request.shipmentId) ?? []) ??
        // oxlint-disable-next-line no-await-in-loop -- the adapters reach nobody
        (await whyNotCarried(ground, labels)))
    outcomes.push(error === null ? { ok: true, value: { shipmentId: request.shipmentId } } : { ok: false, error })
    if (error === null) good.push({ ...request, parcels })
  }
  if (good.length === 0) return outcomes
  await removeParcels(
    tx,
    ctx.orgId,
    good.filter((request) => shipments.get(request.shipmentId)?.status === 'packed').map((request) => request.shipmentId),
  )
  await addParcels(run, good, ground)
  await updateShipments(
    tx,
    ctx.orgId,
    good.map((request) => ({ id: request.shipmentId, status: 'packed', at: run.now })),
  )
  await sql`update warehouse.shipment s set carrier_id = coalesce(p.carrierId, s.carrier_id), service = p.service
    from ${rowsOf(
      good.map((request) => ({ id: request.shipmentId, carrierId: request.carrierId, service: request.service })),
      { id: 'uuid', carrierId: 'uuid', service: 'text' },
      'p',
    )} where s.org_id = ${ctx.orgId} and s.id = p.id`.execute(tx)
  for (const request of good) {
    run.emit({
      type: 'warehouse.shipment_packed',
      documentType: 'shipment',
      documentId: request.shipmentId,
      payload: { status: [shipments.get(request.shipmentId)?.status, 'packed'], parcels: request.parcels.length },
    })
  }
  return outcomes
}

function toLabel(shipment: { shipmentId: string; carrierId?: string | null; service?: string }, parcel: NewParcel): ParcelToLabel {
  return {
    shipmentId: shipment.shipmentId,
    carrierId: parcel.carrierId ?? shipment.carrierId ?? null,
    service: parcel.service ?? shipment.service ?? '',
    weightG: parcel.weightG ?? null,
    lengthMm: parcel.lengthMm ?? null,
    widthMm: parcel.widthMm ?? null,
    heightMm: parcel.heightMm ?? null,
    trackingNumber: parcel.trackingNumber ?? null,
  }
}

function whyNotPackable(
  request: PackRequest & { parcels: readonly NewParcel[] },
  shipment: Shipment | undefined,
  lines: readonly ShipmentLine[],
): DomainError | null {
  if (shipment === undefined) return notFound('warehouse.shipment', request.shipmentId)
  if (shipment.status !== 'picked' && shipment.status !== 'packed')
    return wrongStep(shipment, 'packed', shipment.status === 'released' ? 'Pick all of it first.' : 'Only picked shipments are packed.')
  const packed = new Map<string, number>()
  for (const part of request.parcels.flatMap((parcel) => parcel.lines ?? []))
    packed.set(part.shipmentLineId, (packed.get(part.shipmentLineId) ?? 0) + part.quantity)
  for (const [lineId, quantity] of packed) {
    const line = lines.find((candidate) => candidate.id === lineId)
    if (line === undefined) return notFound('warehouse.shipment_line', lineId)
    if (quantity > line.quantity) return moreThanOpen('Shipment line', lineId, quantity, line.quantity)
  }
  return null
}

/** Labels that carriers of the parcels make, in the order of the parcels. */
async function makeLabels(
  run: CommandRun,
  ground: LabelGround,
  parcels: readonly ParcelToLabel[],
): Promise<{ trackingNumber: string | null; postageMinor: number | null }[]> {
  if (ground.carriers.size === 0 || parcels.every((parcel) => parcel.carrierId === null))
    return parcels.map((parcel) => ({ trackingNumber: parcel.trackingNumber, postageMinor: null }))
  const first = await takeNumbers(run.tx, run.ctx.orgId, 'parcel_label', parcels.length)
  return Promise.all(
    parcels.map(async (parcel, index) => {
      const outcome = await labelOf(ground, parcel, first + index)
      if (outcome === null) return { trackingNumber: parcel.trackingNumber, postageMinor: null }
      if (outcome.outcome !== 'label') throw carrierRefused(outcome, index)
      return {
        trackingNumber: outcome.trackingNumber,
        postageMinor: outcome.price?.currency === run.ctx.org.baseCurrency ? outcome.price.amount : null,
      }
    }),
  )
}

/** Adds parcels with SSCC; the first parcel of a shipment carries the cash to collect. Postage is in the base currency. */
export async function addParcels(
  run: CommandRun,
  shipments: readonly { shipmentId: string; carrierId?: string | null; service?: string; parcels: readonly NewParcel[] }[],
  ground: LabelGround,
): Promise<void> {
  const wanted = shipments.flatMap((shipment) =>
    shipment.parcels.map((parcel, index) => ({
      ...toLabel(shipment, parcel),
      id: run.newId(),
      parcelNo: index + 1,
      postage: parcel.postageMinor ?? null,
      lines: parcel.lines ?? [],
    })),
  )
  if (wanted.length === 0) return
  const { tx, ctx } = run
  const labels = await makeLabels(run, ground, wanted)
  const prefix = (await readOrganization(tx)).gs1_prefix ?? INTERNAL_PREFIX
  const first = await takeNumbers(tx, ctx.orgId, 'sscc', wanted.length)
  const numbered = wanted.map((parcel, index) => ({
    ...parcel,
    trackingNumber: labels[index]?.trackingNumber ?? null,
    postageMinor: parcel.postage ?? labels[index]?.postageMinor ?? null,
    sscc: sscc(0, prefix, first + index),
  }))
  await sql`
    insert into warehouse.parcel (org_id, id, shipment_id, parcel_no, sscc, weight_g, length_mm, width_mm, height_mm, carrier_id, service, tracking_number, amount_to_collect, postage_minor, created_at)
    select ${ctx.orgId}, p.id, p.shipmentId, p.parcelNo, p.sscc, p.weightG, p.lengthMm, p.widthMm, p.heightMm, p.carrierId, p.service, p.trackingNumber, case when p.parcelNo = 1 then s.amount_to_collect else 0 end, p.postageMinor, ${run.now}
      from ${rowsOf(numbered, { id: 'uuid', shipmentId: 'uuid', parcelNo: 'integer', sscc: 'text', weightG: 'integer', lengthMm: 'integer', widthMm: 'integer', heightMm: 'integer', carrierId: 'uuid', service: 'text', trackingNumber: 'text', postageMinor: 'bigint' }, 'p')}
      join warehouse.shipment s on s.org_id = ${ctx.orgId} and s.id = p.shipmentId`.execute(tx)
  const contents = numbered.flatMap((parcel) => parcel.lines.map((line) => ({ parcelId: parcel.id, ...line })))
  if (contents.length === 0) return
  await sql`
    insert into warehouse.parcel_line (org_id, parcel_id, shipment_line_id, quantity)
    select ${ctx.orgId}, c.parcelId, c.shipmentLineId, sum(c.quantity)::bigint from ${rowsOf(contents, { parcelId: 'uuid', shipmentLineId: 'uuid', quantity: 'bigint' }, 'c')} group by c.parcelId, c.shipmentLineId`.execute(
    tx,
  )
}
