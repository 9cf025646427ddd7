import { sql } from 'kysely'
import type { Context } from '../../kernel/context.ts'
import type { Tx } from '../../kernel/database.ts'
import { formatScaled } from '../../kernel/money.ts'
import { CHUNK_ROWS, type Exporter, readChunks } from './exporter.ts'
import { commaLine, type PlatformColumns, platformLines, tabLine } from './platform-lines.ts'

interface AvailableRow {
  item_id: string
  sku: string
  unit_scale: number
  on_hand: number
  reserved: number
  held: number
  incoming: number
}

const whole = (row: AvailableRow) => Math.floor((row.on_hand - row.reserved - row.held) / 10 ** row.unit_scale)
const scaled = (of: (row: AvailableRow) => number) => (row: AvailableRow) => formatScaled(of(row), row.unit_scale)

const generic: PlatformColumns<AvailableRow> = {
  sku: (row) => row.sku,
  on_hand: scaled((row) => row.on_hand),
  reserved: scaled((row) => row.reserved),
  held: scaled((row) => row.held),
  available: scaled((row) => row.on_hand - row.reserved - row.held),
  incoming: scaled((row) => row.incoming),
}

/** Amazon's price and quantity file: an empty price stays as it is. */
const amazon: PlatformColumns<AvailableRow> = {
  sku: (row) => row.sku,
  price: () => '',
  'minimum-seller-allowed-price': () => '',
  'maximum-seller-allowed-price': () => '',
  quantity: whole,
  'handling-time': () => '',
}

/** The importer of products that is part of WooCommerce; existing products are updated by SKU. */
const woocommerce: PlatformColumns<AvailableRow> = {
  SKU: (row) => row.sku,
  'In stock?': (row) => (whole(row) > 0 ? 1 : 0),
  Stock: whole,
}

/** eBay's file of revisions, for listings tracked by their custom label. */
const ebay: PlatformColumns<AvailableRow> = {
  Action: () => 'Revise',
  CustomLabel: (row) => row.sku,
  Quantity: whole,
}

/** What can be sold of each item, over all warehouses, in the files that shops and marketplaces take (docs/guides/exports.md). */
export const inventoryExporters: ReadonlyMap<string, Exporter> = new Map([
  ['csv', exporterOf(() => Promise.resolve(generic), commaLine)],
  ['amazon', exporterOf(() => Promise.resolve(amazon), tabLine)],
  ['shopify', exporterOf(shopifyColumns, commaLine)],
  ['woocommerce', exporterOf(() => Promise.resolve(woocommerce), commaLine)],
  ['ebay', exporterOf(() => Promise.resolve(ebay), commaLine)],
])

/** Variants by SKU with a column for the location, named as the one warehouse is; "Default" when there are several, whose stock is added up. */
async function shopifyColumns(tx: Tx, ctx: Context): Promise<PlatformColumns<AvailableRow>> {
  const { rows } = await sql<{
    name: string
  }>`select name from inventory.warehouse where org_id = ${ctx.orgId} and kind in ('own', 'store') limit 2`.execute(tx)
  const location = rows.length === 1 ? (rows[0]?.name ?? 'Default') : 'Default'
  return { 'Variant SKU': (row) => row.sku, 'Variant Command': () => 'UPDATE', [`Inventory Available: ${location}`]: whole }
}

function exporterOf(
  columnsOf: (tx: Tx, ctx: Context) => Promise<PlatformColumns<AvailableRow>>,
  line: (cells: (string | number)[]) => string,
): Exporter {
  const tabs = line === tabLine
  return {
    contentType: tabs ? 'text/tab-separated-values; charset=utf-8' : 'text/csv; charset=utf-8',
    extension: tabs ? 'txt' : 'csv',
    async *write(tx, ctx) {
      const columns = await columnsOf(tx, ctx)
      yield line(Object.keys(columns))
      for await (const rows of readAvailable(tx, ctx)) yield platformLines(columns, rows, line)
    },
  }
}

/** Our own stock only: what belongs to others is never offered. Items without any are offered with 0. */
function readAvailable(tx: Tx, ctx: Context): AsyncGenerator<AvailableRow[]> {
  return readChunks(
    async (after: string | null) => {
      const { rows } = await sql<AvailableRow>`
        select i.id as item_id, i.sku, i.unit_scale, coalesce(sum(p.on_hand), 0)::bigint as on_hand, coalesce(sum(p.reserved), 0)::bigint as reserved,
               coalesce(sum(p.held), 0)::bigint as held, coalesce(sum(p.incoming), 0)::bigint as incoming
          from catalog.item i
          left join inventory.owner w on w.org_id = i.org_id and w.code = 'self'
          left join inventory.stock_position p on p.org_id = i.org_id and p.item_id = i.id and p.owner_id = w.id
         where i.org_id = ${ctx.orgId} and i.kind = 'stocked' and i.status = 'active' and (${after}::uuid is null or i.id > ${after}::uuid)
         group by i.id, i.sku, i.unit_scale order by i.id limit ${CHUNK_ROWS}`.execute(tx)
      return rows
    },
    (row) => row.item_id,
  )
}
