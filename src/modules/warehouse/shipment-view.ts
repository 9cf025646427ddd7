import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Tx } from '../../kernel/database.ts'
import { exactly, nullable, Uuid } from '../../kernel/schema.ts'
import { findCarriers } from '../carriers/index.ts'
import { findItemsById, type ItemSummary } from '../catalog/index.ts'
import { findLocations, findLotCodes, findWarehouses } from '../inventory/index.ts'
import { AllowedAction, shipmentActions } from './allowed-actions.ts'
import { Money } from './schemas.ts'
import { type CombinedOrder, readCombinedOrders } from './shipment-orders.ts'
import { openOf, type Pick, readLines, readPicks, type ShipmentLine, type ShipmentStatus, uncoveredOf } from './shipment.repo.ts'

const text = Type.String()
const time = nullable(Type.String())

export const PickView = exactly({
  id: Uuid,
  pick_list_id: Uuid,
  shipment_id: Uuid,
  shipment_number: Type.Integer(),
  shipment_line_id: Uuid,
  location_id: Uuid,
  location_code: text,
  item_id: Uuid,
  sku: text,
  name: text,
  unit: text,
  unit_scale: Type.Integer(),
  lot: nullable(text),
  quantity: Type.Integer(),
  picked_quantity: Type.Integer(),
  put_back_quantity: Type.Integer(),
  status: text,
})
export type PickView = Static<typeof PickView>

const LineView = exactly({
  id: Uuid,
  order_id: Uuid,
  order_line_id: Uuid,
  item_id: Uuid,
  sku: text,
  name: text,
  unit: text,
  unit_scale: Type.Integer(),
  supply: text,
  quantity: Type.Integer(),
  canceled_quantity: Type.Integer(),
  picked_quantity: Type.Integer(),
  shipped_quantity: Type.Integer(),
  returned_quantity: Type.Integer(),
  refused_quantity: Type.Integer(),
  lost_quantity: Type.Integer(),
  picks: Type.Array(PickView),
})

const ParcelView = exactly({
  id: Uuid,
  parcel_no: Type.Integer(),
  sscc: text,
  weight_g: nullable(Type.Integer()),
  length_mm: nullable(Type.Integer()),
  width_mm: nullable(Type.Integer()),
  height_mm: nullable(Type.Integer()),
  carrier: nullable(text),
  service: text,
  tracking_number: nullable(text),
  tracking_url: nullable(text),
  postage: Type.Union([Money, Type.Null()]),
  amount_to_collect: Type.Union([Money, Type.Null()]),
  lines: Type.Array(exactly({ shipment_line_id: Uuid, quantity: Type.Integer() })),
})

const header = {
  id: Uuid,
  number: Type.Integer(),
  status: text,
  warehouse_id: Uuid,
  warehouse_code: text,
  order_ids: Type.Array(Uuid),
  orders: Type.Array(exactly({ id: Uuid, number: text })),
  ship_to: Type.Record(Type.String(), Type.Unknown()),
  party_id: nullable(Uuid),
  held: Type.Boolean(),
  ready: Type.Boolean(),
  priority: Type.Integer(),
  currency: text,
  amount_to_collect: Type.Union([Money, Type.Null()]),
  carrier: nullable(text),
  service: text,
  pick_list_id: nullable(Uuid),
  promised_at: time,
  created_at: text,
  released_at: time,
  picked_at: time,
  packed_at: time,
  shipped_at: time,
  delivered_at: time,
  split_from_id: nullable(Uuid),
  line_count: Type.Integer(),
  quantity: Type.Integer(),
  picked_quantity: Type.Integer(),
  shipped_quantity: Type.Integer(),
  parcel_count: Type.Integer(),
  tracking_numbers: Type.Array(text),
  version: Type.Integer(),
  allowed_actions: Type.Array(AllowedAction),
}

/** A shipment in a list. Quantities are sums over its lines. */
export const ShipmentRow = exactly(header)
export type ShipmentRow = Static<typeof ShipmentRow>

/** A shipment with its lines, picks and parcels. */
export const ShipmentView = exactly({ ...header, lines: Type.Array(LineView), parcels: Type.Array(ParcelView) })
export type ShipmentView = Static<typeof ShipmentView>

/** A shipment that was just shipped, and the new one that holds what stayed behind. */
export const ShippedShipmentView = exactly({ ...ShipmentView.properties, remainder_shipment_id: nullable(Uuid) })

interface StoredShipment {
  id: string
  number: number
  status: ShipmentStatus
  warehouse_id: string
  source_id: string
  source_label: string
  ship_to: Record<string, unknown>
  party_id: string | null
  held: boolean
  ready: boolean
  priority: number
  currency: string
  amount: number
  carrier_id: string | null
  service: string
  pick_list_id: string | null
  promised_at: Date | null
  created_at: Date
  released_at: Date | null
  picked_at: Date | null
  packed_at: Date | null
  shipped_at: Date | null
  delivered_at: Date | null
  split_from_id: string | null
  version: number
}

interface StoredParcel {
  id: string
  shipment_id: string
  parcel_no: number
  sscc: string
  weight_g: number | null
  length_mm: number | null
  width_mm: number | null
  height_mm: number | null
  carrier_id: string | null
  service: string
  tracking_number: string | null
  amount_to_collect: number
  postage_minor: number | null
  lines: { shipment_line_id: string; quantity: number }[]
}

/** Shipments as the API shows them, in the order of the ids; a dozen statements whatever their number. Missing ones are left out. */
export async function showShipments(tx: Tx, orgId: number, baseCurrency: string, ids: readonly string[]): Promise<ShipmentView[]> {
  if (ids.length === 0) return []
  const { rows: stored } = await sql<StoredShipment>`
    select id, number, status, warehouse_id, source_id, source_label, ship_to, party_id, held, ready, priority, currency::text, amount_to_collect as amount, carrier_id, service, pick_list_id, promised_at, created_at,
           released_at, picked_at, packed_at, shipped_at, delivered_at, split_from_id, version
      from warehouse.shipment where org_id = ${orgId} and id = any(${ids}::uuid[])`.execute(tx)
  const lines = await readLines(tx, orgId, ids)
  const picks = await readPicks(tx, orgId, ids)
  const parcels = await readParcels(tx, orgId, ids)
  const warehouses = new Map(
    (await findWarehouses(tx, orgId, { ids: stored.map((row) => row.warehouse_id) })).map((row) => [row.id, row.code]),
  )
  const carriers = new Map(
    (await findCarriers(tx, orgId, { ids: [...stored, ...parcels].flatMap((row) => row.carrier_id ?? []) })).map((row) => [row.id, row]),
  )
  const items = await findItemsById(
    tx,
    orgId,
    lines.map((line) => line.itemId),
  )
  const pickViews = Map.groupBy(
    await showPicks(tx, orgId, picks, new Map(stored.map((row) => [row.id, row.number]))),
    (pick) => pick.shipment_line_id,
  )
  const byId = new Map(stored.map((row) => [row.id, row]))
  const labels = Map.groupBy(await readCombinedOrders(tx, orgId, ids), (order) => order.shipmentId)
  return ids.flatMap((id) => {
    const row = byId.get(id)
    if (row === undefined) return []
    const own = lines.filter((line) => line.shipmentId === id)
    const boxes = parcels.filter((parcel) => parcel.shipment_id === id)
    return [
      {
        ...headerOf(row, own, boxes, picks, labels.get(id)),
        warehouse_code: warehouses.get(row.warehouse_id) ?? '',
        carrier: carriers.get(row.carrier_id ?? '')?.code ?? null,
        lines: own.map((line) => showLine(line, items.get(line.itemId), pickViews.get(line.id) ?? [])),
        parcels: boxes.map((parcel) =>
          showParcel(parcel, carriers.get(parcel.carrier_id ?? ''), { postage: baseCurrency, collect: row.currency }),
        ),
      },
    ]
  })
}

function showLine(line: ShipmentLine, item: ItemSummary | undefined, picks: PickView[]): Static<typeof LineView> {
  return {
    id: line.id,
    order_id: line.sourceId,
    order_line_id: line.sourceLineId,
    item_id: line.itemId,
    sku: item?.sku ?? '',
    name: item?.name ?? '',
    unit: item?.unit ?? '',
    unit_scale: item?.unit_scale ?? 0,
    supply: line.supply,
    quantity: line.quantity,
    canceled_quantity: line.canceledQuantity,
    picked_quantity: line.pickedQuantity,
    shipped_quantity: line.shippedQuantity,
    returned_quantity: line.returnedQuantity,
    refused_quantity: line.refusedQuantity,
    lost_quantity: line.lostQuantity,
    picks,
  }
}

/** A parcel with its carrier; postage is in the organization's currency, what is collected in the order's. */
function showParcel(
  parcel: StoredParcel,
  carrier: { code: string; tracking_url: string | null } | undefined,
  currencies: { postage: string; collect: string },
): Static<typeof ParcelView> {
  const { shipment_id: _shipment, carrier_id: _carrier, postage_minor, amount_to_collect, ...plain } = parcel
  return {
    ...plain,
    carrier: carrier?.code ?? null,
    tracking_url: trackingUrl(carrier?.tracking_url ?? null, parcel.tracking_number),
    postage: postage_minor === null ? null : { amount: postage_minor, currency: currencies.postage },
    amount_to_collect: amount_to_collect === 0 ? null : { amount: amount_to_collect, currency: currencies.collect },
  }
}

/** A shipment without lines, picks and parcels, for lists. */
export function toRow(shipment: ShipmentView): ShipmentRow {
  const { lines: _lines, parcels: _parcels, ...row } = shipment
  return row
}

// oxlint-disable-next-line eslint/max-params -- a shipment with what hangs on it
function headerOf(
  row: StoredShipment,
  lines: readonly ShipmentLine[],
  parcels: readonly StoredParcel[],
  picks: readonly Pick[],
  combined: readonly CombinedOrder[] = [],
) {
  const {
    source_id,
    source_label,
    amount,
    carrier_id: _,
    promised_at,
    created_at,
    released_at,
    picked_at,
    packed_at,
    shipped_at,
    delivered_at,
    ...plain
  } = row
  const orderIds = [...new Set([source_id, ...lines.map((line) => line.sourceId)])]
  const sum = (of: (line: ShipmentLine) => number) => lines.reduce((total, line) => total + of(line), 0)
  const facts = {
    ...row,
    waiting: lines.some((line) => uncoveredOf(line, picks) > 0),
    openPicks: picks.some((pick) => pick.shipmentId === row.id && openOf(pick) > 0),
    picked: lines.some((line) => line.supply === 'none' || line.pickedQuantity > 0),
    started: lines.some((line) => line.pickedQuantity > line.shippedQuantity),
    elsewhere: lines.some((line) => line.supply === 'elsewhere'),
    back: lines.some((line) => line.returnedQuantity + line.refusedQuantity + line.lostQuantity > 0),
  }
  return {
    ...plain,
    warehouse_code: '',
    carrier: null as string | null,
    order_ids: orderIds,
    orders: orderIds.map((id) => ({
      id,
      number: id === source_id ? source_label : (combined.find((order) => order.sourceId === id)?.sourceLabel ?? ''),
    })),
    amount_to_collect: amount === 0 ? null : { amount, currency: row.currency },
    promised_at: iso(promised_at),
    created_at: created_at.toISOString(),
    released_at: iso(released_at),
    picked_at: iso(picked_at),
    packed_at: iso(packed_at),
    shipped_at: iso(shipped_at),
    delivered_at: iso(delivered_at),
    line_count: lines.filter((line) => line.quantity > 0).length,
    quantity: sum((line) => line.quantity),
    picked_quantity: sum((line) => line.pickedQuantity),
    shipped_quantity: sum((line) => line.shippedQuantity),
    parcel_count: parcels.length,
    tracking_numbers: parcels.flatMap((parcel) => parcel.tracking_number ?? []),
    allowed_actions: shipmentActions(facts),
  }
}

function iso(at: Date | null): string | null {
  return at === null ? null : at.toISOString()
}

function trackingUrl(template: string | null, number: string | null): string | null {
  return template === null || number === null ? null : template.replaceAll('{tracking_number}', () => encodeURIComponent(number))
}

async function readParcels(tx: Tx, orgId: number, shipmentIds: readonly string[]): Promise<StoredParcel[]> {
  const { rows } = await sql<StoredParcel>`
    select p.id, p.shipment_id, p.parcel_no, p.sscc::text, p.weight_g, p.length_mm, p.width_mm, p.height_mm, p.carrier_id, p.service, p.tracking_number, p.amount_to_collect, p.postage_minor,
           coalesce((select jsonb_agg(jsonb_build_object('shipment_line_id', c.shipment_line_id, 'quantity', c.quantity) order by c.shipment_line_id) from warehouse.parcel_line c where c.org_id = p.org_id and c.parcel_id = p.id), '[]') as lines
      from warehouse.parcel p where p.org_id = ${orgId} and p.shipment_id = any(${shipmentIds}::uuid[]) order by p.shipment_id, p.parcel_no`.execute(
    tx,
  )
  return rows
}

/** Picks as the API shows them, in walking order: by the location's sort key, then SKU, then shipment. */
export async function showPicks(tx: Tx, orgId: number, picks: readonly Pick[], numbers: ReadonlyMap<string, number>): Promise<PickView[]> {
  const locations = new Map(
    (await findLocations(tx, orgId, { ids: picks.map((pick) => pick.locationId) })).map((location) => [location.id, location]),
  )
  const items = await findItemsById(
    tx,
    orgId,
    picks.map((pick) => pick.itemId),
  )
  const lots = await findLotCodes(
    tx,
    orgId,
    picks.map((pick) => pick.lotId),
  )
  const views = picks.map((pick) => ({
    walk: locations.get(pick.locationId)?.sortKey ?? '',
    view: {
      id: pick.id,
      pick_list_id: pick.pickListId,
      shipment_id: pick.shipmentId,
      shipment_number: numbers.get(pick.shipmentId) ?? 0,
      shipment_line_id: pick.shipmentLineId,
      location_id: pick.locationId,
      location_code: locations.get(pick.locationId)?.code ?? '',
      item_id: pick.itemId,
      sku: items.get(pick.itemId)?.sku ?? '',
      name: items.get(pick.itemId)?.name ?? '',
      unit: items.get(pick.itemId)?.unit ?? '',
      unit_scale: items.get(pick.itemId)?.unit_scale ?? 0,
      lot: lots.get(pick.lotId) ?? null,
      quantity: pick.quantity,
      picked_quantity: pick.pickedQuantity,
      put_back_quantity: pick.putBackQuantity,
      status: pick.status,
    },
  }))
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  return views
    .toSorted(
      (a, b) =>
        compare(a.walk, b.walk) ||
        compare(a.view.location_code, b.view.location_code) ||
        compare(a.view.sku, b.view.sku) ||
        a.view.shipment_number - b.view.shipment_number,
    )
    .map(({ view }) => view)
}
