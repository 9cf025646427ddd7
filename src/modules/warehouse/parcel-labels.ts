import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { DomainError } from '../../kernel/errors.ts'
import { adapterOf, type CarrierAdapter, findCarriers, type LabelOutcome, type PostalAddress } from '../carriers/index.ts'
import { findItemsById } from '../catalog/index.ts'
import { findWarehouses } from '../inventory/index.ts'
import { postalAddress, senderOf } from './postal-address.ts'
import type { ShipmentLine } from './shipment.repo.ts'

/** A parcel that a carrier is asked to label. `trackingNumber` was typed by a person, or not. */
export interface ParcelToLabel {
  shipmentId: string
  carrierId: string | null
  service: string
  weightG: number | null
  lengthMm: number | null
  widthMm: number | null
  heightMm: number | null
  trackingNumber: string | null
}

/** What carriers need to know of shipments, read once for a batch. */
export interface LabelGround {
  carriers: ReadonlyMap<string, { adapter: CarrierAdapter; kind: string }>
  shipments: ReadonlyMap<string, { from: PostalAddress; to: PostalAddress }>
}

/** Reads carriers and the addresses of shipments. */
export async function readLabelGround(
  { tx, ctx }: Pick<CommandRun, 'tx' | 'ctx'>,
  shipmentIds: readonly string[],
  carrierIds: readonly (string | null)[],
): Promise<LabelGround> {
  const rows = await findCarriers(tx, ctx.orgId, { ids: carrierIds.filter((id) => id !== null) })
  if (rows.length === 0) return { carriers: new Map(), shipments: new Map() }
  const { rows: shipments } = await sql<{ id: string; warehouseId: string; shipTo: Record<string, unknown> }>`
    select id, warehouse_id as "warehouseId", ship_to as "shipTo" from warehouse.shipment where org_id = ${ctx.orgId} and id = any(${[...new Set(shipmentIds)]}::uuid[])`.execute(
    tx,
  )
  const warehouses = new Map(
    (await findWarehouses(tx, ctx.orgId, { ids: shipments.map((shipment) => shipment.warehouseId) })).map((warehouse) => [
      warehouse.id,
      warehouse,
    ]),
  )
  return {
    carriers: new Map(rows.map((row) => [row.id, { adapter: adapterOf(row), kind: row.kind }])),
    shipments: new Map(
      shipments.map((shipment) => [
        shipment.id,
        { from: senderOf(warehouses.get(shipment.warehouseId), ''), to: postalAddress(shipment.shipTo) },
      ]),
    ),
  }
}

/**
 * Asks the carrier for the parcel's label; null when there is nothing to ask: no carrier, or one that numbers nothing itself and
 * no number was typed. The adapters of today work by tables and reach nobody, so they are asked inside the transaction.
 * `serial` counts the labels of the organization.
 */
export async function labelOf(ground: LabelGround, parcel: ParcelToLabel, serial: number): Promise<LabelOutcome | null> {
  const carrier = parcel.carrierId === null ? undefined : ground.carriers.get(parcel.carrierId)
  const addresses = ground.shipments.get(parcel.shipmentId)
  if (carrier === undefined || addresses === undefined) return null
  if ((carrier.kind === 'manual') === (parcel.trackingNumber === null)) return null
  const { weightG, lengthMm, widthMm, heightMm, trackingNumber } = parcel
  // Who typed a number has the carrier's slip in hand: the weight is on it.
  const weight = weightG ?? (carrier.kind === 'manual' ? 1 : 0)
  const serviceCode = parcel.service === '' ? (carrier.adapter.services[0]?.code ?? '') : parcel.service
  return carrier.adapter.makeLabel({
    parcelId: parcel.shipmentId,
    parcelSerial: serial,
    ...addresses,
    weightG: weight,
    lengthMm,
    widthMm,
    heightMm,
    serviceCode,
    trackingNumber,
  })
}

/** The first refusal of a carrier among a shipment's parcels, or null. */
export async function whyNotCarried(ground: LabelGround, parcels: readonly ParcelToLabel[]): Promise<DomainError | null> {
  for (const [index, parcel] of parcels.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- stops at the first refusal
    const outcome = await labelOf(ground, parcel, 1)
    if (outcome !== null && outcome.outcome !== 'label') return carrierRefused(outcome, index)
  }
  return null
}

/** The carrier takes the parcel not as it is; says why and what to change. */
export function carrierRefused(outcome: Exclude<LabelOutcome, { outcome: 'label' }>, index: number): DomainError {
  const detail = { parcel: index + 1, ...(outcome.outcome === 'rejected' ? { carrier_code: outcome.code, field: outcome.field } : {}) }
  return new DomainError('rule', 'warehouse.carrier_refused', `The carrier does not take parcel ${index + 1}: ${outcome.message}`, {
    detail,
  })
}

/** Weight of goods in grams from the weights of their items, by shipment; null where an item has none. */
export async function weighContents(
  { tx, ctx }: Pick<CommandRun, 'tx' | 'ctx'>,
  lines: readonly ShipmentLine[],
): Promise<Map<string, number | null>> {
  const items = await findItemsById(
    tx,
    ctx.orgId,
    lines.filter((line) => line.supply === 'stock').map((line) => line.itemId),
  )
  const weights = new Map<string, number | null>()
  for (const line of lines) {
    if (line.supply === 'none' || line.quantity === 0) continue
    const item = items.get(line.itemId)
    const before = weights.get(line.shipmentId)
    const weight = item?.weight_g === null || item === undefined ? null : Math.ceil((item.weight_g * line.quantity) / 10 ** item.unit_scale)
    weights.set(line.shipmentId, before === null || weight === null ? null : (before ?? 0) + weight)
  }
  return new Map([...weights].map(([id, weight]) => [id, weight === 0 ? null : weight]))
}
