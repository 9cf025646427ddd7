import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { formatMinor, formatScaled } from '../../kernel/money.ts'
import { type CsvColumns, csvExporter } from './csv.ts'
import { CHUNK_ROWS, readChunks } from './exporter.ts'

interface OrderRow {
  order_id: string
  number: number
  channel: string
  external_id: string | null
  placed_at: Date
  state: string
  payment_status: string
  fulfillment_status: string
  payment_terms: string
  customer: string | null
  ship_country: string
  currency: string
  prices_include_tax: boolean
  base_rate_ppm: number
  row: 'line' | 'charge'
  row_id: string
  parent_row_id: string | null
  line_no: number
  sku: string | null
  name: string
  kind: string
  supply: string | null
  unit_scale: number
  ordered: number | null
  canceled: number | null
  pending: number | null
  reserved: number | null
  backordered: number | null
  supplied_elsewhere: number | null
  shipped: number | null
  returned: number | null
  refused: number | null
  lost: number | null
  amount: number
  discount: number
  tax: number
  marketplace_tax: number
}

const quantity = (read: (row: OrderRow) => number | null) => (row: OrderRow) => {
  const value = read(row)
  return value === null ? null : formatScaled(value, row.unit_scale)
}
const money = (read: (row: OrderRow) => number) => (row: OrderRow) => formatMinor(read(row), row.currency)

const columns: CsvColumns<OrderRow> = {
  order_number: (row) => row.number,
  channel: (row) => row.channel,
  external_id: (row) => row.external_id,
  placed_at: (row) => row.placed_at,
  state: (row) => row.state,
  payment_status: (row) => row.payment_status,
  fulfillment_status: (row) => row.fulfillment_status,
  payment_terms: (row) => row.payment_terms,
  customer: (row) => row.customer,
  ship_country: (row) => row.ship_country,
  currency: (row) => row.currency,
  prices_include_tax: (row) => row.prices_include_tax,
  base_rate_ppm: (row) => row.base_rate_ppm,
  row: (row) => row.row,
  row_id: (row) => row.row_id,
  parent_row_id: (row) => row.parent_row_id,
  line_no: (row) => row.line_no,
  sku: (row) => row.sku,
  name: (row) => row.name,
  kind: (row) => row.kind,
  supply: (row) => row.supply,
  ordered: quantity((row) => row.ordered),
  canceled: quantity((row) => row.canceled),
  pending: quantity((row) => row.pending),
  reserved: quantity((row) => row.reserved),
  backordered: quantity((row) => row.backordered),
  supplied_elsewhere: quantity((row) => row.supplied_elsewhere),
  shipped: quantity((row) => row.shipped),
  returned: quantity((row) => row.returned),
  refused: quantity((row) => row.refused),
  lost: quantity((row) => row.lost),
  amount: money((row) => row.amount),
  discount: money((row) => row.discount),
  tax: money((row) => row.tax),
  marketplace_tax: money((row) => row.marketplace_tax),
}

/** Orders read at once; an order with its lines is never cut in two chunks. */
const ORDERS_AT_ONCE = 250

/** Orders, one row for each line and charge, amounts as stated in the order's currency. */
export const ordersCsv = csvExporter<OrderRow>(columns, async function* (tx, ctx) {
  const chunks = readChunks(
    async (after: number | null) => {
      const { rows } = await sql<{ number: number; id: string }>`
        select number, id from orders.sales_order where org_id = ${ctx.orgId} and number > ${after ?? 0} order by number limit ${CHUNK_ROWS}`.execute(
        tx,
      )
      return rows
    },
    (row) => row.number,
  )
  for await (const orders of chunks) {
    for (let start = 0; start < orders.length; start += ORDERS_AT_ONCE) {
      const ids = orders.slice(start, start + ORDERS_AT_ONCE).map((order) => order.id)
      // oxlint-disable-next-line no-await-in-loop -- one chunk after another on one connection
      yield await readRows(tx, ctx.orgId, ids)
    }
  }
})

async function readRows(tx: Tx, orgId: number, orderIds: readonly string[]): Promise<OrderRow[]> {
  const wanted = sql`select o.*, c.code as channel from orders.sales_order o join orders.channel c on c.org_id = o.org_id and c.id = o.channel_id
                      where o.org_id = ${orgId} and o.id = any(${[...orderIds]}::uuid[])`
  const header = sql.raw(
    'o.id as order_id, o.number, o.channel, o.external_id, o.placed_at, o.state, o.payment_status, o.fulfillment_status, o.payment_terms, o.customer_name as customer, o.ship_country, o.currency, o.prices_include_tax, o.base_rate_ppm',
  )
  const { rows } = await sql<OrderRow>`
    with o as (${wanted}), part as (${lines(header)} union all ${charges(header)})
    select * from part order by number, row desc, line_no`.execute(tx)
  return rows
}

function lines(header: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select ${header}, 'line' as row, l.id as row_id, l.parent_line_id as parent_row_id, l.line_no, l.sku, l.name, l.kind, l.supply, i.unit_scale,
           l.ordered, l.canceled, l.pending, l.reserved, l.backordered, l.supplied_elsewhere, l.shipped, l.returned, l.refused, l.lost,
           l.amount, l.discount, l.tax, l.marketplace_tax
      from o join orders.order_line l on l.org_id = o.org_id and l.order_id = o.id join catalog.item i on i.org_id = l.org_id and i.id = l.item_id`
}

function charges(header: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select ${header}, 'charge', c.id, null, c.line_no, null, c.name, c.kind, null, 0, null, null, null, null, null, null, null, null, null, null,
           c.amount, c.discount, c.tax, c.marketplace_tax
      from o join orders.order_charge c on c.org_id = o.org_id and c.order_id = o.id`
}
