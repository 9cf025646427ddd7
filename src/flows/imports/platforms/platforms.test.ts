import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { testContext, useSystem } from '../../../../test/support/system.ts'
import type { Context } from '../../../kernel/context.ts'
import { inTransaction, readOnly } from '../../../kernel/database.ts'
import { newId } from '../../../kernel/ids.ts'
import { runBatch, runCommand } from '../../../kernel/runner.ts'
import { createItems, provisionCatalog } from '../../../modules/catalog/index.ts'
import { createWarehouse, provisionInventory } from '../../../modules/inventory/index.ts'
import { provisionLedger } from '../../../modules/ledger/index.ts'
import { importFile } from '../import-file.ts'
import { AMAZON_AMOUNT_HEADERS, AMAZON_UNSHIPPED_HEADERS } from './amazon.ts'
import { EBAY_HEADERS } from './ebay.ts'
import { SHOPIFY_HEADERS } from './shopify.ts'
import { WOOCOMMERCE_HEADERS } from './woocommerce.ts'

const system = useSystem()

async function business(): Promise<Context> {
  const ctx = testContext()
  await inTransaction(system.database, ctx.orgId, async (tx) => {
    await provisionLedger(tx, ctx.orgId)
    await provisionCatalog(tx, ctx.orgId)
    await provisionInventory(tx, ctx.orgId, new Date())
    await sql`insert into orders.channel (org_id, id, code, name, kind, created_at) values (${ctx.orgId}, ${newId()}, 'shop', 'Shop', 'shop', now())`.execute(
      tx,
    )
  })
  await runCommand(system, ctx, createWarehouse, { code: 'BG', name: 'Beograd', country: 'RS', postcode: '11000' })
  await runBatch(system, ctx, createItems, [
    { sku: 'CUP', name: 'Cup', price: { amount: 999, currency: 'EUR' }, tax_class: 'standard' },
    { sku: 'MUG', name: 'Mug', price: { amount: 1250, currency: 'EUR' }, tax_class: 'standard' },
  ])
  return ctx
}

type Row = Readonly<Record<string, string>>

function table(headers: readonly string[], rows: readonly Row[], delimiter = ','): string {
  const cell = (text: string) => (/[",\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return [headers, ...rows.map((row) => headers.map((header) => row[header] ?? ''))]
    .map((cells) => cells.map(cell).join(delimiter))
    .join('\r\n')
    .concat('\r\n')
}

interface StoredOrder {
  external_id: string
  currency: string
  total: number
  captured_amount: number
  tax_amount: number
  marketplace_tax_amount: number
  placed_at: Date
  ship_country: string
  lines: { sku: string; ordered: number; amount: number; discount: number; tax: number }[]
}

async function ordersOf(ctx: Context): Promise<StoredOrder[]> {
  return readOnly(system.database, ctx, async (tx) => {
    const { rows } = await sql<StoredOrder>`
      select o.external_id, o.currency, o.total, o.captured_amount, o.tax_amount, o.marketplace_tax_amount, o.placed_at, o.ship_country,
             (select jsonb_agg(jsonb_build_object('sku', l.sku, 'ordered', l.ordered, 'amount', l.amount, 'discount', l.discount, 'tax', l.tax) order by l.line_no)
                from orders.order_line l where l.org_id = o.org_id and l.order_id = o.id) as lines
        from orders.sales_order o where o.org_id = ${ctx.orgId} order by o.external_id`.execute(tx)
    return rows
  })
}

async function send(ctx: Context, content: string | Buffer, format?: string) {
  const request = { fileName: 'orders.csv', content: Buffer.from(content), preview: false, skipBad: false }
  return importFile(system, ctx, { ...request, ...(format === undefined ? {} : { kind: 'orders', format }) })
}

/** A platform's file as a test makes it: good rows, and what of them to break. */
interface Sample {
  headers: readonly string[]
  rows: readonly Row[]
  text(headers: readonly string[], rows: readonly Row[]): string
  column: { sku: string; quantity: string; price: string; date: string; currency: string | null; total: string | null; order: string }
  wrongCurrency: string
}

const shopifyRow = {
  Name: '#1001',
  Email: 'ana@example.com',
  'Financial Status': 'paid',
  'Fulfillment Status': 'unfulfilled',
  Currency: 'EUR',
  Subtotal: '32.48',
  Shipping: '3.60',
  Taxes: '6.01',
  Total: '36.08',
  'Discount Amount': '0.00',
  'Created at': '2026-11-20 14:30:00 +0100',
  'Lineitem quantity': '2',
  'Lineitem name': 'Cup',
  'Lineitem price': '9.99',
  'Lineitem sku': 'CUP',
  'Lineitem discount': '0.00',
  'Lineitem fulfillment status': 'pending',
  'Billing Name': 'Ana Anić',
  'Billing Address1': 'Knez Mihailova 1',
  'Billing City': 'Beograd',
  'Billing Country': 'RS',
  'Shipping Name': 'Ana Anić',
  'Shipping Address1': 'Knez Mihailova 1',
  'Shipping City': 'Beograd',
  'Shipping Zip': "'11000",
  'Shipping Country': 'RS',
  'Payment Method': 'Stripe',
}

const SAMPLES: Record<'shopify' | 'amazon' | 'woocommerce' | 'ebay', Sample> = {
  shopify: {
    headers: SHOPIFY_HEADERS,
    rows: [
      shopifyRow,
      { Name: '#1001', 'Lineitem quantity': '1', 'Lineitem name': 'Mug', 'Lineitem price': '12.50', 'Lineitem sku': 'MUG' },
    ],
    text: (headers, rows) => table(headers, rows),
    column: {
      sku: 'Lineitem sku',
      quantity: 'Lineitem quantity',
      price: 'Lineitem price',
      date: 'Created at',
      currency: 'Currency',
      total: 'Total',
      order: 'Name',
    },
    wrongCurrency: 'EURO',
  },
  amazon: {
    headers: [...AMAZON_UNSHIPPED_HEADERS, ...AMAZON_AMOUNT_HEADERS],
    rows: [
      {
        'order-id': '123-1234567-1234567',
        'order-item-id': '05813563777345',
        'purchase-date': '2026-11-20T14:30:00+00:00',
        'payments-date': '2026-11-20T14:31:00+00:00',
        'buyer-email': 'x@marketplace.amazon.de',
        'buyer-name': 'Ana Anić',
        sku: 'CUP',
        'product-name': 'Cup',
        'quantity-purchased': '2',
        'quantity-shipped': '0',
        'quantity-to-ship': '2',
        'recipient-name': 'Ana Anić',
        'ship-address-1': 'Hauptstr. 1',
        'ship-city': 'Berlin',
        'ship-postal-code': '10115',
        'ship-country': 'DE',
        currency: 'EUR',
        'item-price': '19.98',
        'item-tax': '3.80',
        'shipping-price': '3.60',
        'shipping-tax': '0.68',
      },
    ],
    text: (headers, rows) => table(headers, rows, '\t'),
    column: {
      sku: 'sku',
      quantity: 'quantity-purchased',
      price: 'item-price',
      date: 'purchase-date',
      currency: 'currency',
      total: 'quantity-shipped',
      order: 'order-id',
    },
    wrongCurrency: 'EURO',
  },
  woocommerce: {
    headers: WOOCOMMERCE_HEADERS,
    rows: [
      {
        'Order Number': '5001',
        'Order Status': 'Processing',
        'Order Date': '2026-11-20 14:30',
        'First Name (Billing)': 'Ana',
        'Last Name (Billing)': 'Anić',
        'Address 1&2 (Billing)': 'Knez Mihailova 1',
        'City (Billing)': 'Beograd',
        'Postcode (Billing)': '11000',
        'Country Code (Billing)': 'RS',
        'Email (Billing)': 'ana@example.com',
        'Payment Method Title': 'Card',
        'Cart Discount Amount': '2.00',
        'Order Subtotal Amount': '16.66',
        'Order Shipping Amount': '3.00',
        'Order Refund Amount': '0',
        'Order Total Amount': '21.19',
        'Order Total Tax Amount': '3.53',
        SKU: 'CUP',
        'Item #': '1',
        'Item Name': 'Cup',
        'Quantity (- Refund)': '2',
        'Item Cost': '8.33',
        'Coupon Code': 'TEA',
      },
    ],
    text: (headers, rows) => table(headers, rows),
    column: {
      sku: 'SKU',
      quantity: 'Quantity (- Refund)',
      price: 'Item Cost',
      date: 'Order Date',
      currency: null,
      total: 'Order Total Amount',
      order: 'Order Number',
    },
    wrongCurrency: '',
  },
  ebay: {
    headers: EBAY_HEADERS,
    rows: [
      {
        'Sales Record Number': '101',
        'Order Number': '11-00001-00001',
        'Buyer Username': 'ana',
        'Buyer Name': 'Ana Anić',
        'Ship To Name': 'Ana Anić',
        'Ship To Address 1': '1 High Street',
        'Ship To City': 'London',
        'Ship To Zip': 'N1 1AA',
        'Ship To Country': 'Germany',
        'Item Number': '1100',
        'Item Title': 'Cup',
        'Custom Label': 'CUP',
        Quantity: '2',
        'Sold For': '€9.99',
        'Shipping And Handling': '€3.60',
        'eBay Collected Tax': '€0.00',
        'Total Price': '€23.58',
        'Sale Date': 'Nov-20-26',
        'Paid On Date': 'Nov-20-26',
        'Transaction ID': '77',
      },
    ],
    text: (headers, rows) => `""\r\n${table(headers, rows)}\r\n"${rows.length}","record(s) downloaded,"\r\nSeller ID : shop\r\n`,
    column: {
      sku: 'Custom Label',
      quantity: 'Quantity',
      price: 'Sold For',
      date: 'Sale Date',
      currency: 'Shipping And Handling',
      total: 'Total Price',
      order: 'Order Number',
    },
    wrongCurrency: '£3.60',
  },
}

const good = (name: keyof typeof SAMPLES): string => SAMPLES[name].text(SAMPLES[name].headers, SAMPLES[name].rows)

test('Shopify: lines of several rows are one order; prices include tax when the sums say so; tax is spread over lines and shipping', async () => {
  const ctx = await business()
  const run = await send(ctx, good('shopify'))
  expect(run).toMatchObject({ kind: 'orders', format: 'shopify', status: 'done', rows_done: 2, problems: [] })
  // 2 × 9.99 + 12.50 = 32.48; with 3.60 postage 36.08, which is the total: the 6.01 of tax are in it.
  // Tax by largest remainder on 19.98 : 12.50 : 3.60 of 36.08 → 3.328, 2.082, 0.599 → 3.33, 2.08, 0.60.
  expect(await ordersOf(ctx)).toEqual([
    expect.objectContaining({
      external_id: '#1001',
      total: 3608,
      captured_amount: 3608,
      tax_amount: 601,
      placed_at: new Date('2026-11-20T13:30:00Z'),
      lines: [
        { sku: 'CUP', ordered: 2, amount: 1998, discount: 0, tax: 333 },
        { sku: 'MUG', ordered: 1, amount: 1250, discount: 0, tax: 208 },
      ],
    }),
  ])
})

test('Shopify: tax on top, an order discount, unpaid orders; canceled, refunded and fulfilled ones are left out with the reason', async () => {
  const ctx = await business()
  const one = { ...shopifyRow, 'Lineitem quantity': '1' }
  const rows = [
    // 9.99 − 1.00 = 8.99 with 3.60 postage 12.59, tax on top 2.52: 15.11.
    { ...one, Name: '#1', Subtotal: '8.99', Taxes: '2.52', Total: '15.11', 'Discount Amount': '1.00', 'Financial Status': 'pending' },
    { ...one, Name: '#2', 'Cancelled at': '2026-11-20 15:00:00 +0100' },
    { ...one, Name: '#3', 'Financial Status': 'refunded' },
    { ...one, Name: '#4', 'Fulfillment Status': 'fulfilled' },
    { ...one, Name: '#5', 'Fulfillment Status': 'partial' },
    { ...one, Name: '#6', 'Financial Status': 'partially_refunded' },
  ]
  const run = await send(ctx, table(SHOPIFY_HEADERS, rows))
  expect(run).toMatchObject({ status: 'done', rows_total: 6, rows_done: 1, totals: { skipped: 5, orders: 1 } })
  expect(run.warnings.filter((warning) => warning.code === 'order.skipped').map((warning) => [warning.row, warning.column])).toEqual([
    [3, 'Cancelled at'],
    [4, 'Financial Status'],
    [5, 'Fulfillment Status'],
    [6, 'Fulfillment Status'],
    [7, 'Financial Status'],
  ])
  expect(await ordersOf(ctx)).toEqual([expect.objectContaining({ external_id: '#1', total: 1511, captured_amount: 0, tax_amount: 252 })])
})

test('Amazon: amounts of the report of new orders; without them the own prices, said in a warning; what is shipped is left out', async () => {
  const ctx = await business()
  expect(await send(ctx, good('amazon'))).toMatchObject({ format: 'amazon', status: 'done', problems: [] })
  // 19.98 + 3.60 + tax 3.80 + 0.68 = 28.06.
  expect(await ordersOf(ctx)).toEqual([
    expect.objectContaining({
      external_id: '123-1234567-1234567',
      total: 2806,
      captured_amount: 2806,
      tax_amount: 448,
      ship_country: 'DE',
    }),
  ])
  const [row = {}] = SAMPLES.amazon.rows
  const rest = { ...row, 'order-id': '123-1234567-7654321', 'quantity-purchased': '3', 'quantity-shipped': '1', 'quantity-to-ship': '2' }
  const shipped = { ...row, 'order-id': '123-1234567-1111111', 'quantity-shipped': '2', 'quantity-to-ship': '0' }
  const run = await send(ctx, table(AMAZON_UNSHIPPED_HEADERS, [rest, shipped], '\t'))
  expect(run.warnings.map((warning) => warning.code)).toEqual(expect.arrayContaining(['price.assumed', 'order.skipped']))
  expect((await ordersOf(ctx)).map((order) => [order.external_id, order.lines[0]?.ordered, order.total])).toEqual([
    ['123-1234567-1234567', 2, 2806],
    // Two are left to ship, at the item's own 9.99.
    ['123-1234567-7654321', 2, 1998],
  ])
})

test('WooCommerce: amounts without tax, a coupon, statuses in words', async () => {
  const ctx = await business()
  const [row = {}] = SAMPLES.woocommerce.rows
  const rows = [
    row,
    { ...row, 'Order Number': '5002', 'Order Status': 'Completed' },
    { ...row, 'Order Number': '5003', 'Order Status': 'On hold' },
  ]
  expect(await send(ctx, table(WOOCOMMERCE_HEADERS, rows))).toMatchObject({ format: 'woocommerce', status: 'done', rows_done: 2 })
  // 2 × 8.33 = 16.66 less 2.00, with 3.00 shipping 17.66, tax 3.53 on top: 21.19.
  expect((await ordersOf(ctx)).map((order) => [order.external_id, order.total, order.captured_amount, order.tax_amount])).toEqual([
    ['5001', 2119, 2119, 353],
    ['5003', 2119, 0, 353],
  ])
})

test("eBay: lines around the table, several items of one order, the marketplace's own tax, countries by name", async () => {
  const ctx = await business()
  const [row = {}] = SAMPLES.ebay.rows
  const head = {
    ...row,
    'Order Number': '22',
    'Item Number': '',
    'Custom Label': '',
    Quantity: '3',
    'Sold For': '€32.48',
    'Total Price': '€38.08',
  }
  const lines: Row[] = [
    {
      'Sales Record Number': '102',
      'Order Number': '22',
      'Item Number': '1',
      'Custom Label': 'CUP',
      Quantity: '2',
      'Sold For': '€9.99',
      'eBay Collected Tax': '€2.00',
    },
    { 'Sales Record Number': '102', 'Order Number': '22', 'Item Number': '2', 'Custom Label': 'MUG', Quantity: '1', 'Sold For': '€12.50' },
  ]
  const run = await send(ctx, SAMPLES.ebay.text(EBAY_HEADERS, [row, head, ...lines]))
  expect(run).toMatchObject({ format: 'ebay', status: 'done', problems: [] })
  const orders = await ordersOf(ctx)
  // 2 × 9.99 + 12.50 + 3.60 = 36.08, and 2.00 that eBay collects: 38.08.
  expect(orders.map((order) => [order.external_id, order.total, order.captured_amount, order.ship_country])).toEqual([
    ['11-00001-00001', 2358, 2358, 'DE'],
    ['22', 3808, 3808, 'DE'],
  ])
  expect(orders[1]?.marketplace_tax_amount).toBe(200)
})

/** One way of breaking a good file: what is sent, and the code and column that must be reported. */
function breaks(name: keyof typeof SAMPLES): [string, string | Buffer, string, string | null][] {
  const { headers, rows, text, column, wrongCurrency } = SAMPLES[name]
  const [first = {}, ...rest] = rows
  const changed = (cells: Row) => text(headers, [{ ...first, ...cells }, ...rest])
  const lacking = (header: string, instead?: string) =>
    text(
      headers.flatMap((one) => (one === header ? (instead === undefined ? [] : [instead]) : [one])),
      rows,
    )
  const list: [string, string | Buffer, string, string | null][] = [
    ['a missing column', lacking(column.sku), 'header.missing', column.sku],
    ['a renamed column', lacking(column.quantity, 'Pieces'), 'header.missing', column.quantity],
    ['a header that stands twice', text([...headers, column.sku], rows), 'header.duplicate', column.sku],
    ['a bad number', changed({ [column.price]: 'abc' }), 'number', column.price],
    ['a bad date', changed({ [column.date]: '31.31.2026' }), 'date', column.date],
    ['an unknown SKU', changed({ [column.sku]: 'NO-SUCH' }), 'sku.unknown', column.sku],
    ['a negative quantity', changed({ [column.quantity]: '-2' }), 'too_small', column.quantity],
    ['a row that was cut off', cutOff(good(name), first[column.order] ?? ''), 'file.cut_short', null],
    ['a wrong encoding', inLatin(good(name)), 'file.encoding', null],
    ['a quotation mark that is not closed', good(name).replace('Cup', '"Cup'), name === 'ebay' ? 'file.quote' : 'file.cut_short', null],
    [
      'totals that disagree',
      changed({ [column.total ?? '']: name === 'ebay' ? '€99.99' : name === 'amazon' ? '1' : '99.99' }),
      'totals.disagree',
      name === 'amazon' ? 'quantity-to-ship' : column.total,
    ],
    ['no order number', changed({ [column.order]: '' }), 'required', column.order],
  ]
  if (column.currency !== null)
    list.push([
      'a wrong currency',
      changed({ [column.currency]: wrongCurrency }),
      name === 'ebay' ? 'currency.differs' : 'currency',
      column.currency,
    ])
  return list
}

/** The file in a code page that cannot be told: its letters read otherwise in Windows-1250 and Windows-1252. */
function inLatin(text: string): Buffer {
  return Buffer.from(text.replaceAll('ć', 'c').replaceAll('€', 'EUR ').replace('Cup', '\u008Aolja \u00E8'), 'latin1')
}

/** The file up to the middle of its first order's row. */
function cutOff(text: string, order: string): string {
  const at = text.indexOf(order)
  return text.slice(0, at + order.length + 12)
}

describe.each(['shopify', 'amazon', 'woocommerce', 'ebay'] as const)('%s, broken', (name) => {
  test.each(breaks(name))('%s is reported with its place and its fix, and nothing is written', async (_what, content, code, column) => {
    const ctx = await business()
    const run = await send(ctx, content, name)
    expect(run.status).toBe('failed')
    const problem = run.problems.find((one) => one.code === code)
    expect(run.problems.map((one) => one.code)).toContain(code)
    if (column !== null) expect(problem?.column?.toLowerCase()).toBe(column.toLowerCase())
    expect(problem?.fix ?? '').not.toBe('')
    if (!code.startsWith('file.')) expect(problem?.row).toBeGreaterThan(0)
    expect(await ordersOf(ctx)).toEqual([])
  })
})

test('the same file again makes no order twice; a file of no known headers is left to a person', async () => {
  const ctx = await business()
  await send(ctx, good('shopify'))
  expect((await send(ctx, good('shopify'))).totals).toMatchObject({ replayed: 1, accepted: 0 })
  expect(await ordersOf(ctx)).toHaveLength(1)
  expect(await send(ctx, 'Bestellung;Menge\n1;2\n')).toMatchObject({ kind: 'orders', format: 'tefter', status: 'failed' })
})
