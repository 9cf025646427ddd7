import type { Context } from '../../kernel/context.ts'
import { dayIn } from '../../kernel/clock.ts'
import type { Tx } from '../../kernel/database.ts'
import { DomainError, notFound } from '../../kernel/errors.ts'
import { readOrganization } from '../identity/index.ts'
import { addressLines, type DocumentLocale, findCarriers, adapterOf, type ShippingLabel } from '../carriers/index.ts'
import { findWarehouses, type WarehouseSummary } from '../inventory/index.ts'
import type { PackingSlip } from './documents/packing-slip.ts'
import { type OrderedLine, slipLines } from './documents/slip-lines.ts'
import type { PickListDocument } from './documents/pick-list.ts'
import { postalAddress, senderOf } from './postal-address.ts'
import { getPickList } from './queries/list-pick-lists.ts'
import { readPicksOfList } from './shipment.repo.ts'
import { showShipments, type ShipmentView } from './shipment-view.ts'

/** What documents are made in: a read of one organization. */
export interface DocumentRun {
  tx: Tx
  ctx: Context
  now: Date
}

/** Languages of documents; an organization's other language falls back to English. */
function localeOf(language: string): DocumentLocale {
  return language === 'sr-Latn' || language === 'sr-Cyrl' ? language : 'en'
}

/** Number of a shipment as people read it and scanners scan it. */
export function shipmentLabel(number: number): string {
  return `S-${number}`
}

interface Ground {
  shipments: ShipmentView[]
  warehouses: ReadonlyMap<string, WarehouseSummary>
  organizationName: string
  locale: DocumentLocale
}

async function readGround({ tx, ctx }: DocumentRun, shipmentIds: readonly string[]): Promise<Ground> {
  const shipments = await showShipments(tx, ctx.orgId, ctx.org.baseCurrency, shipmentIds)
  const missing = shipmentIds.find((id) => !shipments.some((shipment) => shipment.id === id))
  if (missing !== undefined) throw notFound('warehouse.shipment', missing)
  const organization = await readOrganization(tx)
  const warehouses = await findWarehouses(tx, ctx.orgId, { ids: shipments.map((shipment) => shipment.warehouse_id) })
  return {
    shipments,
    warehouses: new Map(warehouses.map((warehouse) => [warehouse.id, warehouse])),
    organizationName: organization.name,
    locale: localeOf(organization.language),
  }
}

/** What the room of orders knows of an order for its slips: lines in their order, without the kits' own. */
export interface SlipFacts {
  channelName: string
  lines: OrderedLine[]
}

/** Reads that by order id: asked of the room above, which has the orders. */
export type ReadSlipFacts = (tx: Tx, orgId: number, orderIds: readonly string[]) => Promise<ReadonlyMap<string, SlipFacts>>

/** Packing slips of shipments, in the order asked. @throws `warehouse.not_found` */
export async function packingSlipsOf(run: DocumentRun, shipmentIds: readonly string[], readFacts: ReadSlipFacts): Promise<PackingSlip[]> {
  const { shipments, warehouses, organizationName, locale } = await readGround(run, shipmentIds)
  const facts = await readFacts(
    run.tx,
    run.ctx.orgId,
    shipments.flatMap((shipment) => shipment.order_ids),
  )
  return shipments.map((shipment) => {
    const sender = senderOf(warehouses.get(shipment.warehouse_id), organizationName)
    return {
      locale,
      organizationName,
      organizationAddress: addressLines(sender, locale).slice(1),
      shipmentNumber: shipmentLabel(shipment.number),
      orderNumbers: shipment.orders.map((order) => order.number).filter((number) => number !== ''),
      channelName: [...new Set(shipment.order_ids.flatMap((id) => facts.get(id)?.channelName ?? []))].join(', '),
      shipTo: postalAddress(shipment.ship_to),
      date: dayIn(run.ctx.org.timeZone, new Date(shipment.shipped_at ?? shipment.packed_at ?? run.now)),
      lines: slipLines(
        shipment.lines
          .filter((line) => line.quantity > 0)
          .map((line) => ({
            orderLineId: line.order_line_id,
            quantity: line.quantity,
            sku: line.sku,
            name: line.name,
            scale: line.unit_scale,
            unit: line.unit === 'piece' || line.unit === 'pcs' ? '' : line.unit,
          })),
        shipment.order_ids.flatMap((id) => facts.get(id)?.lines ?? []),
        shipment.shipped_at !== null,
      ),
    }
  })
}

/**
 * Labels of all parcels of shipments, in the order asked. A parcel without a tracking number carries our own reference as its barcode.
 * @throws `warehouse.not_found`, `warehouse.no_parcel` (rule) for a shipment that is not packed
 */
export async function shippingLabelsOf(run: DocumentRun, shipmentIds: readonly string[]): Promise<ShippingLabel[]> {
  const { shipments, warehouses, organizationName, locale } = await readGround(run, shipmentIds)
  const codes = shipments.flatMap((shipment) => shipment.parcels.flatMap((parcel) => parcel.carrier ?? []))
  const carriers = new Map(
    (await findCarriers(run.tx, run.ctx.orgId, { codes })).map((carrier) => [
      carrier.code,
      { name: carrier.name, services: adapterOf(carrier).services },
    ]),
  )
  return shipments.flatMap((shipment) => {
    if (shipment.parcels.length === 0)
      throw new DomainError('rule', 'warehouse.no_parcel', `Shipment ${shipmentLabel(shipment.number)} has no parcel yet. Pack it first.`, {
        detail: { shipment_id: shipment.id },
      })
    return shipment.parcels.map((parcel): ShippingLabel => {
      const carrier = carriers.get(parcel.carrier ?? '')
      return {
        locale,
        from: senderOf(warehouses.get(shipment.warehouse_id), organizationName),
        to: postalAddress(shipment.ship_to),
        carrierName: carrier?.name ?? '',
        serviceName: carrier?.services.find((service) => parcel.service === '' || service.code === parcel.service)?.name ?? parcel.service,
        trackingNumber: parcel.tracking_number ?? `${shipmentLabel(shipment.number)}-${parcel.parcel_no}`,
        sscc: parcel.sscc,
        weightG: parcel.weight_g ?? 0,
        lengthMm: parcel.length_mm,
        widthMm: parcel.width_mm,
        heightMm: parcel.height_mm,
        parcelNumber: parcel.parcel_no,
        parcelCount: shipment.parcels.length,
        shipmentNumber: shipmentLabel(shipment.number),
        orderReference: shipment.orders
          .map((order) => order.number)
          .filter((number) => number !== '')
          .join(', '),
        amountToCollect: parcel.amount_to_collect,
        shippedOn: dayIn(run.ctx.org.timeZone, new Date(shipment.shipped_at ?? run.now)),
      }
    })
  })
}

/** A pick list on paper: takes of one item, lot and bin together, in walking order. @throws `warehouse.not_found` */
export async function pickListDocumentOf(run: DocumentRun, pickListId: string): Promise<PickListDocument> {
  const list = await getPickList.run(run, { pick_list_id: pickListId })
  const organization = await readOrganization(run.tx)
  const [warehouse] = await findWarehouses(run.tx, run.ctx.orgId, { ids: [list.warehouse_id] })
  const numbers = new Map(
    (await readPicksOfList(run.tx, run.ctx.orgId, [pickListId])).map((pick) => [pick.shipmentId, pick.shipmentNumber]),
  )
  const takes = Map.groupBy(
    list.picks.filter((pick) => pick.quantity > 0),
    (pick) => `${pick.location_id}/${pick.item_id}/${pick.lot ?? ''}`,
  )
  return {
    locale: localeOf(organization.language),
    organizationName: organization.name,
    pickListNumber: `P-${list.number}`,
    warehouseName: warehouse?.name ?? '',
    date: dayIn(run.ctx.org.timeZone, new Date(list.created_at)),
    lines: [...takes.values()].flatMap((picks) => {
      const [first] = picks
      if (first === undefined) return []
      const quantity = picks.reduce((sum, pick) => sum + pick.quantity, 0)
      const unit = first.unit === 'piece' || first.unit === 'pcs' ? '' : first.unit
      return [
        {
          bin: first.location_code,
          sku: first.sku,
          name: first.name,
          quantity,
          scale: first.unit_scale,
          unit,
          lot: first.lot,
          shipmentNumbers: [...new Set(picks.map((pick) => shipmentLabel(numbers.get(pick.shipment_id) ?? 0)))],
        },
      ]
    }),
  }
}
