import type pg from 'pg'

/** What people ask lists for: an address of the API, and the same answer as bare SQL where the goal compares with it. */
export interface Question {
  name: string
  /** Path and query, of one of the samples. */
  path(sample: Sample): string
  /** Bare SQL of the same rows. Null: compared with itself at 10,000 orders only. */
  bare: ((sample: Sample) => { text: string; values: unknown[] }) | null
  /** Answers within so many milliseconds whatever the size; null where the goal is a ratio. */
  withinMs?: number
}

/** What one call asks about, drawn from the world. */
export interface Sample {
  orgId: number
  number: number
  externalId: string
  name: string
  email: string
  partyId: string
  tracking: string
  shipmentNumber: number
  rareSku: string
  rareItemId: string
  rareBarcode: string
  hotSku: string
  hotItemId: string
  warehouseId: string
  binId: string
  entryNumber: number
  /** An instant in the span of the orders, and a day later. */
  at: string
  dayLater: string
}

const PAGE = 51

/** A page of orders by a condition on `o`, as the list answers it. `$1` is the organization. */
function ordersWhere(condition: string, values: (sample: Sample) => unknown[] = () => []): Question['bare'] {
  const text = `
    select o.*, c.code, c.name as channel_name, s.* from (select * from orders.sales_order o where o.org_id = $1 and ${condition} order by o.placed_at desc, o.id limit ${PAGE}) o
      join orders.channel c on c.org_id = o.org_id and c.id = o.channel_id
      cross join lateral (select sum(l.ordered) as ordered, sum(l.canceled) as canceled, sum(l.pending) as pending, sum(l.reserved) as reserved, sum(l.backordered) as backordered,
          sum(l.supplied_elsewhere) as elsewhere, sum(l.shipped) as shipped, sum(l.picked) as picked, sum(l.returned) as returned, sum(l.refused) as refused, sum(l.lost) as lost
        from orders.order_line l where l.org_id = o.org_id and l.order_id = o.id and l.kind <> 'kit') s
     order by o.placed_at desc, o.id`
  return (sample) => ({ text, values: [sample.orgId, ...values(sample)] })
}

const orders = (name: string, query: (sample: Sample) => string, bare: Question['bare']): Question => ({
  name: `orders: ${name}`,
  path: (sample) => `/v1/orders?${query(sample)}`,
  bare,
})
const search = (text: string): string => `q=${encodeURIComponent(text)}`

const ORDERS: readonly Question[] = [
  orders('newest', () => '', ordersWhere('true')),
  orders(
    'older than an instant',
    (s) => `to=${s.at}`,
    ordersWhere('o.placed_at < $2', (s) => [s.at]),
  ),
  orders(
    'of a day',
    (s) => `from=${s.at}&to=${s.dayLater}`,
    ordersWhere('o.placed_at >= $2 and o.placed_at < $3', (s) => [s.at, s.dayLater]),
  ),
  orders('open', () => 'state=open', ordersWhere(`o.state = 'open'`)),
  orders('shipped', () => 'fulfillment_status=shipped', ordersWhere(`o.fulfillment_status = 'shipped'`)),
  orders('unfulfilled', () => 'fulfillment_status=unfulfilled', ordersWhere(`o.fulfillment_status = 'unfulfilled'`)),
  orders('unpaid', () => 'payment_status=unpaid', ordersWhere(`o.payment_status = 'unpaid'`)),
  orders('backordered', () => 'reservation_status=backordered', ordersWhere(`o.reservation_status = 'backordered'`)),
  orders(
    'of a channel',
    () => 'channel=bench',
    ordersWhere(`o.channel_id = (select id from orders.channel where org_id = $1 and code = 'bench')`),
  ),
  orders(
    'of a customer',
    (s) => `party_id=${s.partyId}`,
    ordersWhere('o.party_id = $2', (s) => [s.partyId]),
  ),
  orders('held', () => 'held=true', ordersWhere('o.hold_count > 0')),
  orders(
    'held by hand',
    () => 'hold_type=manual',
    ordersWhere(
      `o.hold_count > 0 and exists (select from orders.order_hold h where h.org_id = o.org_id and h.order_id = o.id and h.type = 'manual' and h.released_at is null)`,
    ),
  ),
  orders(
    'late',
    () => 'late=true',
    ordersWhere(
      `o.state = 'open' and coalesce(o.promised_at, o.first_expected_at) < now() and o.fulfillment_status not in ('shipped', 'delivered')`,
    ),
  ),
  orders(
    'search, number',
    (s) => search(`#${s.number}`),
    ordersWhere('o.number = $2', (s) => [s.number]),
  ),
  orders(
    'search, external id',
    (s) => search(s.externalId),
    ordersWhere(`o.external_id = $2 and o.channel_id = any(array(select id from orders.channel where org_id = $1))`, (s) => [s.externalId]),
  ),
  orders(
    'search, customer',
    (s) => search(s.name),
    ordersWhere('lower(o.customer_name) like $2', (s) => [`${s.name.toLowerCase()}%`]),
  ),
  orders(
    'search, beginning that all share',
    () => search('Buyer'),
    ordersWhere('lower(o.customer_name) like $2', () => ['buyer%']),
  ),
  orders(
    'search, e-mail',
    (s) => search(s.email),
    ordersWhere('o.customer_email is not null and lower(o.customer_email) like $2', (s) => [`${s.email.toLowerCase()}%`]),
  ),
  orders(
    'search, SKU of a rare item',
    (s) => search(s.rareSku),
    ordersWhere('o.id in (select order_id from orders.order_line where org_id = $1 and item_id = $2)', (s) => [s.rareItemId]),
  ),
  orders(
    'search, SKU of the hot item',
    (s) => search(s.hotSku),
    ordersWhere('exists (select from orders.order_line l where l.org_id = $1 and l.order_id = o.id and l.item_id = $2 offset 0)', (s) => [
      s.hotItemId,
    ]),
  ),
  orders(
    'search, barcode',
    (s) => search(s.rareBarcode),
    ordersWhere('o.id in (select order_id from orders.order_line where org_id = $1 and item_id = $2)', (s) => [s.rareItemId]),
  ),
  orders(
    'search, tracking number',
    (s) => search(s.tracking),
    ordersWhere(
      `o.id in (select s.source_id from warehouse.parcel p join warehouse.shipment s on s.org_id = p.org_id and s.id = p.shipment_id where p.org_id = $1 and p.tracking_number = $2)`,
      (s) => [s.tracking],
    ),
  ),
]

const plain = (name: string, path: Question['path']): Question => ({ name, path, bare: null })

const LISTS: readonly Question[] = [
  plain('orders: total of all', () => '/v1/lists/orders/total'),
  plain('orders: total of shipped', () => '/v1/lists/orders/total?fulfillment_status=shipped'),
  plain('orders: total of a search for the hot item', (s) => `/v1/lists/orders/total?${search(s.hotSku)}`),
  plain('shipments: newest', () => '/v1/shipments'),
  plain('shipments: to release', () => '/v1/shipments?status=planned'),
  plain('shipments: delivered', () => '/v1/shipments?status=delivered'),
  plain('shipments: search, number', (s) => `/v1/shipments?${search(String(s.shipmentNumber))}`),
  plain('shipments: search, tracking number', (s) => `/v1/shipments?${search(s.tracking)}`),
  plain('shipments: search, recipient', (s) => `/v1/shipments?${search(s.name)}`),
  plain('shipments: search, SKU of a rare item', (s) => `/v1/shipments?${search(s.rareSku)}`),
  plain('shipments: search, SKU of the hot item', (s) => `/v1/shipments?${search(s.hotSku)}`),
  plain('shipments: total of delivered', () => '/v1/lists/shipments/total?status=delivered'),
  plain('customers: by name', () => '/v1/parties?kind=customer'),
  plain('customers: search, name', (s) => `/v1/parties?${search(s.name)}`),
  plain('customers: search, e-mail', (s) => `/v1/parties?${search(s.email)}`),
  plain('customers: total', () => '/v1/lists/customers/total?kind=customer'),
  plain('items: search', (s) => `/v1/items?${search(s.rareSku)}`),
  plain('stock: by SKU', () => '/v1/stock'),
  plain('stock: search', (s) => `/v1/stock?${search(s.rareSku)}`),
  plain('movements: newest', () => '/v1/movements'),
  plain('movements: of a rare item', (s) => `/v1/movements?item_id=${s.rareItemId}`),
  plain('movements: of the hot item', (s) => `/v1/movements?item_id=${s.hotItemId}`),
  plain('movements: of a bin', (s) => `/v1/movements?location_id=${s.binId}`),
  plain('movements: of a day', (s) => `/v1/movements?from=${s.at}&to=${s.dayLater}`),
  plain('movements: total of the hot item', (s) => `/v1/lists/movements/total?item_id=${s.hotItemId}`),
  plain('entries: newest', () => '/v1/journal-entries'),
  plain('entries: search, number', (s) => `/v1/journal-entries?${search(String(s.entryNumber))}`),
  plain('entries: of a kind', () => '/v1/journal-entries?kind=goods.ship'),
  plain('entries: of an account', () => '/v1/journal-entries?account=4000'),
  plain('entries: of a day', (s) => `/v1/journal-entries?from=${s.at.slice(0, 10)}&to=${s.at.slice(0, 10)}`),
  plain('audit trail: newest', () => '/v1/audit'),
]

const quick = (name: string, withinMs: number, path: Question['path']): Question => ({ name, path, bare: null, withinMs })

const FIGURES: readonly Question[] = [
  quick('home: work that waits', 1000, () => '/v1/attention'),
  quick('home: counts', 1000, () => '/v1/overview'),
  quick('home: sales of 28 days', 1000, () => '/v1/reports/sales'),
  quick('home: top items of 28 days', 1000, () => '/v1/reports/items'),
  quick('home: slow items of 28 days', 1000, () => '/v1/reports/items?order=slow'),
  quick('past stock of the hot item', 20, (s) => `/v1/stock/at?at=${s.at}&item_id=${s.hotItemId}`),
  quick('past stock of an item', 20, (s) => `/v1/stock/at?at=${s.at}&item_id=${s.rareItemId}`),
]

/** The past of a whole warehouse, and a bare scan of what it has to read: the month's balances and the movements since. */
const WAREHOUSE: Question = {
  name: 'past stock of a whole warehouse',
  path: (s) => `/v1/stock/at?at=${s.at}&warehouse_id=${s.warehouseId}&limit=200`,
  bare: (s) => ({
    text: `select (select sum(on_hand) from inventory.month_balance where org_id = $1 and month = date_trunc('month', $2::timestamptz at time zone 'UTC')::date) +
      (select sum(quantity) from inventory.stock_movement where org_id = $1 and happened_at >= date_trunc('month', $2::timestamptz at time zone 'UTC') at time zone 'UTC' and happened_at <= $2)`,
    values: [s.orgId, s.at],
  }),
}

/** All that is asked of a large world. */
export const QUESTIONS: readonly Question[] = [...ORDERS, ...LISTS, ...FIGURES, WAREHOUSE]

/** Draws samples from a world: values that exist, spread over all of it. */
export async function drawSamples(client: pg.Client, orgId: number, count: number): Promise<Sample[]> {
  const { rows } = await client.query<
    Omit<Sample, 'at' | 'dayLater' | 'number' | 'shipmentNumber' | 'entryNumber'> &
      Record<'number' | 'shipmentNumber' | 'entryNumber', string> & { at: Date }
  >(SAMPLES, [orgId, count])
  return rows.map(({ at, number, shipmentNumber, entryNumber, ...row }) => ({
    ...row,
    number: Number(number),
    shipmentNumber: Number(shipmentNumber),
    entryNumber: Number(entryNumber),
    at: at.toISOString(),
    dayLater: new Date(at.getTime() + 86_400_000).toISOString(),
  }))
}

const SAMPLES = `
  with numbers as (select max(number) as last from orders.sales_order where org_id = $1),
  drawn as (select 1 + (n * 7919 * 131 % (select last from numbers)) as number, n from generate_series(1, $2) n),
  ranked as (select id, sku, row_number() over (order by sku) as place from catalog.item where org_id = $1 and kind = 'stocked')
  select o.org_id as "orgId", o.number, o.external_id as "externalId", o.customer_name as name, o.customer_email as email, o.party_id as "partyId",
         coalesce(p.tracking_number, 'none') as tracking, s.number as "shipmentNumber", rare.sku as "rareSku", rare.id as "rareItemId",
         (select min(code) from catalog.barcode b where b.org_id = $1 and b.item_id = rare.id) as "rareBarcode", hot.sku as "hotSku", hot.id as "hotItemId", s.warehouse_id as "warehouseId",
         (select id from inventory.location where org_id = $1 and code = 'P-' || lpad((d.n % 200)::text, 3, '0')) as "binId",
         (select max(seq) from ledger.journal_entry where org_id = $1) - d.n * 3 as "entryNumber", o.placed_at as at
    from drawn d join orders.sales_order o on o.org_id = $1 and o.number = d.number
    left join lateral (select * from warehouse.shipment s where s.org_id = $1 and s.source_id = o.id limit 1) s on true
    left join warehouse.parcel p on p.org_id = $1 and p.shipment_id = s.id and p.parcel_no = 1
    join ranked hot on hot.place = 1 join ranked rare on rare.place = 200 + d.n`
