import { sql } from 'kysely'
import { dayIn } from '../../kernel/clock.ts'
import type { Context } from '../../kernel/context.ts'
import type { Tx } from '../../kernel/database.ts'
import { formatScaled } from '../../kernel/money.ts'
import { CHUNK_ROWS, type Exporter, type ExportOptions, readChunks } from './exporter.ts'
import { commaLine, type PlatformColumns, platformLines, tabLine } from './platform-lines.ts'

/** One line of an order in one parcel. Kits stand as what the customer bought, not as their components. */
export interface TrackingRow {
  parcel_id: string
  line_id: string
  order_number: number
  external_id: string | null
  external_line_id: string | null
  channel: string
  sku: string
  quantity: number
  unit_scale: number
  shipment: number
  shipped_at: Date
  carrier: string
  service: string
  tracking_number: string
  /** Whether all of the order has been shipped by now. */
  complete: boolean
  shipped_day: string
}

const quantity = (row: TrackingRow) => formatScaled(row.quantity, row.unit_scale)
const orderName = (row: TrackingRow) => row.external_id ?? String(row.order_number)

/** Codes that Amazon lists for carrier-code; any other carrier is "Other" with its name beside it. */
const AMAZON_CARRIERS = [
  'DHL',
  'UPS',
  'USPS',
  'FedEx',
  'GLS',
  'TNT',
  'DPD',
  'Royal Mail',
  'Aramex',
  'Parcelforce',
  'Hermes Logistik Gruppe',
]
const amazonCarrier = (row: TrackingRow) =>
  AMAZON_CARRIERS.find((code) => code.toLowerCase() === row.carrier.toLowerCase()) ?? (row.carrier === '' ? '' : 'Other')

const generic: PlatformColumns<TrackingRow> = {
  order_number: (row) => row.order_number,
  channel: (row) => row.channel,
  external_id: (row) => row.external_id ?? '',
  external_line_id: (row) => row.external_line_id ?? '',
  sku: (row) => row.sku,
  quantity,
  shipment: (row) => row.shipment,
  shipped_at: (row) => row.shipped_at.toISOString(),
  carrier: (row) => row.carrier,
  service: (row) => row.service,
  tracking_number: (row) => row.tracking_number,
}

const amazon: PlatformColumns<TrackingRow> = {
  'order-id': orderName,
  'order-item-id': (row) => row.external_line_id ?? '',
  quantity,
  'ship-date': (row) => row.shipped_day,
  'carrier-code': amazonCarrier,
  'carrier-name': (row) => (amazonCarrier(row) === 'Other' ? row.carrier : ''),
  'tracking-number': (row) => row.tracking_number,
  'ship-method': (row) => row.service,
}

const shopify: PlatformColumns<TrackingRow> = {
  Name: orderName,
  Command: () => 'UPDATE',
  'Line: Type': () => 'Fulfillment Line',
  'Line: SKU': (row) => row.sku,
  'Line: Quantity': quantity,
  'Fulfillment: Status': () => 'success',
  'Fulfillment: Tracking Company': (row) => row.carrier,
  'Fulfillment: Tracking Number': (row) => row.tracking_number,
}

const woocommerce: PlatformColumns<TrackingRow> = {
  order_id: orderName,
  tracking_provider: (row) => row.carrier,
  tracking_number: (row) => row.tracking_number,
  date_shipped: (row) => row.shipped_day.split('-').toReversed().join('-'),
  // 1: shipped, 2: shipped in part.
  status_shipped: (row) => (row.complete ? 1 : 2),
  sku: (row) => row.sku,
  qty: quantity,
}

const ebay: PlatformColumns<TrackingRow> = {
  Action: () => 'Status',
  'Order ID': orderName,
  ItemID: (row) => row.external_line_id?.split('-')[0] ?? '',
  TransactionID: (row) => row.external_line_id?.split('-')[1] ?? '',
  ShippingStatus: () => 1,
  ShippingCarrierUsed: (row) => row.carrier,
  ShipmentTrackingNumber: (row) => row.tracking_number,
}

/** What was shipped with its tracking numbers, in the files that shops and marketplaces take back (docs/guides/exports.md). */
export const trackingExporters: ReadonlyMap<string, Exporter> = new Map([
  ['csv', exporterOf(generic, commaLine)],
  ['amazon', exporterOf(amazon, tabLine)],
  ['shopify', exporterOf(shopify, commaLine)],
  ['woocommerce', exporterOf(woocommerce, commaLine)],
  ['ebay', exporterOf(ebay, commaLine)],
])

function exporterOf(columns: PlatformColumns<TrackingRow>, line: (cells: (string | number)[]) => string): Exporter {
  const tabs = line === tabLine
  return {
    contentType: tabs ? 'text/tab-separated-values; charset=utf-8' : 'text/csv; charset=utf-8',
    extension: tabs ? 'txt' : 'csv',
    async *write(tx, ctx, options = {}) {
      yield line(Object.keys(columns))
      for await (const rows of readTracking(tx, ctx, options)) yield platformLines(columns, rows, line)
    },
  }
}

function readTracking(tx: Tx, ctx: Context, { channel, since }: ExportOptions): AsyncGenerator<TrackingRow[]> {
  return readChunks(
    async (after: TrackingRow | null) => {
      const start = after === null ? sql`` : sql`and (t.parcel_id, t.line_id) > (${after.parcel_id}::uuid, ${after.line_id}::uuid)`
      const { rows } = await sql<Omit<TrackingRow, 'shipped_day'>>`
        select * from (
          select p.id as parcel_id, coalesce(l.parent_line_id, l.id) as line_id, o.number as order_number, o.external_id, ch.code as channel,
                 min(coalesce(k.external_line_id, l.external_line_id)) as external_line_id, min(coalesce(k.sku, l.sku)) as sku,
                 min(i.unit_scale) as unit_scale, s.number as shipment, s.shipped_at, coalesce(c.name, '') as carrier, p.service,
                 p.tracking_number, o.fulfillment_status in ('shipped', 'delivered') as complete,
                 -- As many kits as every component allows.
                 min(coalesce(pl.quantity, sl.shipped_quantity) / greatest(coalesce(l.kit_quantity, 1), 1)) as quantity
            from warehouse.shipment s
            join warehouse.parcel p on p.org_id = s.org_id and p.shipment_id = s.id and p.tracking_number is not null
            join warehouse.shipment_line sl on sl.org_id = s.org_id and sl.shipment_id = s.id and sl.shipped_quantity > 0
            left join warehouse.parcel_line pl on pl.org_id = s.org_id and pl.parcel_id = p.id and pl.shipment_line_id = sl.id
            join orders.order_line l on l.org_id = s.org_id and l.id = sl.source_line_id
            left join orders.order_line k on k.org_id = l.org_id and k.id = l.parent_line_id
            join catalog.item i on i.org_id = l.org_id and i.id = coalesce(k.item_id, l.item_id)
            join orders.sales_order o on o.org_id = l.org_id and o.id = l.order_id
            join orders.channel ch on ch.org_id = o.org_id and ch.id = o.channel_id
            left join carriers.carrier c on c.org_id = p.org_id and c.id = p.carrier_id
           where s.org_id = ${ctx.orgId} and s.status in ('shipped', 'delivered') and s.shipped_at is not null
             and (${channel ?? null}::text is null or ch.code = ${channel ?? null}) and (${since ?? null}::timestamptz is null or s.shipped_at >= ${since ?? null})
             -- Parcels packed by scan say what is in them; of others the first stands for the whole shipment.
             and (pl.quantity is not null or (p.parcel_no = 1 and not exists (
                   select 1 from warehouse.parcel_line x join warehouse.parcel y on y.org_id = x.org_id and y.id = x.parcel_id
                    where y.org_id = s.org_id and y.shipment_id = s.id)))
           group by p.id, coalesce(l.parent_line_id, l.id), o.number, o.external_id, ch.code, s.number, s.shipped_at, c.name, p.service, p.tracking_number,
                    o.fulfillment_status) t
         where t.quantity > 0 ${start}
         order by t.parcel_id, t.line_id limit ${CHUNK_ROWS}`.execute(tx)
      return rows.map((row) => ({ ...row, shipped_day: dayIn(ctx.org.timeZone, row.shipped_at) }))
    },
    (row) => row,
  )
}
