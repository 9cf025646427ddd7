import type { Query } from '../../kernel/command.ts'
import { formatMinor, formatScaled } from '../../kernel/money.ts'
import { csvNumber, type CsvCell, type CsvNumber } from '../../kernel/csv.ts'
import { listItems, totalItems } from '../../modules/catalog/index.ts'
import { listMovements, listStock, totalMovements, totalStock } from '../../modules/inventory/index.ts'
import { listEntries, totalEntries } from '../../modules/ledger/index.ts'
import { listOrders, totalOrders } from '../../modules/orders/index.ts'
import { listParties, totalParties } from '../../modules/parties/index.ts'
import { listShipments, totalShipments } from '../../modules/warehouse/index.ts'

/** The lists of the office, by the name they have in addresses. */
export const LIST_NAMES = ['orders', 'shipments', 'items', 'stock', 'movements', 'customers', 'entries'] as const
export type ListName = (typeof LIST_NAMES)[number]

/** Columns of a list as a file: header by fill. Amounts and quantities are decimal text marked as numbers. */
type FileColumns<Row> = Readonly<Record<string, (row: Row) => CsvCell | CsvNumber>>

/** A list: the query that answers its pages, the one that counts and sums it, and how its rows stand in a file. */
export interface OfficeList {
  query: Query
  total: Query
  columns: FileColumns<Record<string, unknown>>
  /** Id of a row, for what is done with selected rows. */
  idOf: (row: Record<string, unknown>) => string
}

type RowOf<Q> = Q extends { run: (...args: never[]) => Promise<{ data: (infer Row)[] }> } ? Row : never

function officeList<Q>(query: Q, total: unknown, columns: FileColumns<RowOf<Q>>, idOf: (row: RowOf<Q>) => string): OfficeList {
  return { query, total, columns, idOf } as unknown as OfficeList
}

interface Money {
  amount: number
  currency: string
}
const money = ({ amount, currency }: Money) => csvNumber(formatMinor(amount, currency))
const textOf = (value: unknown) => (typeof value === 'string' ? value : null)
const scaled = (quantity: number, scale: number) => csvNumber(formatScaled(quantity, scale))

const orders = officeList(
  listOrders,
  totalOrders,
  {
    number: (row) => row.number,
    channel: (row) => row.channel.code,
    external_id: (row) => row.external_id,
    placed_at: (row) => row.placed_at,
    customer: (row) => row.customer.name,
    email: (row) => row.customer.email,
    ship_country: (row) => row.ship_to.country,
    state: (row) => row.state,
    fulfillment_status: (row) => row.fulfillment_status,
    payment_status: (row) => row.payment_status,
    reservation_status: (row) => row.reservation_status,
    held: (row) => row.held,
    promised_at: (row) => row.promised_at,
    ordered: (row) => row.quantities.ordered,
    shipped: (row) => row.quantities.shipped,
    total: (row) => money(row.totals.total),
    due: (row) => money(row.totals.due),
    captured: (row) => money(row.paid.captured),
    currency: (row) => row.currency,
    tags: (row) => row.tags.join(', '),
  },
  (row) => row.id,
)

const shipments = officeList(
  listShipments,
  totalShipments,
  {
    number: (row) => row.number,
    status: (row) => row.status,
    warehouse: (row) => row.warehouse_code,
    orders: (row) => row.orders.map((order) => order.number).join(', '),
    recipient: (row) => textOf(row.ship_to['name']),
    country: (row) => textOf(row.ship_to['country']),
    carrier: (row) => row.carrier,
    tracking_numbers: (row) => row.tracking_numbers.join(', '),
    held: (row) => row.held,
    quantity: (row) => row.quantity,
    shipped_quantity: (row) => row.shipped_quantity,
    promised_at: (row) => row.promised_at,
    created_at: (row) => row.created_at,
    shipped_at: (row) => row.shipped_at,
  },
  (row) => row.id,
)

const items = officeList(
  listItems,
  totalItems,
  {
    sku: (row) => row.sku,
    name: (row) => row.name,
    kind: (row) => row.kind,
    status: (row) => row.status,
    unit: (row) => row.unit,
    barcodes: (row) => row.barcodes.map((barcode) => barcode.code).join(', '),
    price: (row) => (row.price === null ? null : scaled(row.price.amount, row.price.scale)),
    currency: (row) => row.price?.currency,
    weight_g: (row) => row.weight_g,
  },
  (row) => row.id,
)

const stock = officeList(
  listStock,
  totalStock,
  {
    sku: (row) => row.sku,
    name: (row) => row.name,
    warehouse: (row) => row.warehouse_code,
    unit: (row) => row.unit,
    on_hand: (row) => scaled(row.on_hand, row.unit_scale),
    reserved: (row) => scaled(row.reserved, row.unit_scale),
    held: (row) => scaled(row.held, row.unit_scale),
    available: (row) => scaled(row.available, row.unit_scale),
    incoming: (row) => scaled(row.incoming, row.unit_scale),
    backordered: (row) => scaled(row.backordered, row.unit_scale),
    threshold: (row) => (row.threshold === null ? null : scaled(row.threshold, row.unit_scale)),
  },
  (row) => `${row.item_id}:${row.warehouse_id}`,
)

const movements = officeList(
  listMovements,
  totalMovements,
  {
    number: (row) => row.seq,
    recorded_at: (row) => row.recorded_at,
    happened_at: (row) => row.happened_at,
    sku: (row) => row.sku,
    quantity_base_units: (row) => row.quantity,
    from: (row) => row.from_location_code,
    to: (row) => row.to_location_code,
    reason: (row) => row.reason,
    source_type: (row) => row.source_type,
    source_id: (row) => row.source_id,
    reverses: (row) => row.reverses_seq,
  },
  (row) => String(row.seq),
)

const customers = officeList(
  listParties,
  totalParties,
  {
    name: (row) => row.name,
    company: (row) => row.company,
    email: (row) => row.email,
    phone: (row) => row.phone,
    external_id: (row) => row.external_id,
    customer: (row) => row.is_customer,
    supplier: (row) => row.is_supplier,
  },
  (row) => row.id,
)

const entries = officeList(
  listEntries,
  totalEntries,
  {
    number: (row) => row.number,
    accounting_date: (row) => row.accounting_date,
    recorded_at: (row) => row.recorded_at,
    kind: (row) => row.kind,
    memo: (row) => row.memo,
    total: (row) => money(row.total),
    currency: (row) => row.total.currency,
    source_type: (row) => row.source_type,
    source_id: (row) => row.source_id,
  },
  (row) => row.id,
)

/** Every list by name. */
export const LISTS: Readonly<Record<ListName, OfficeList>> = { orders, shipments, items, stock, movements, customers, entries }
