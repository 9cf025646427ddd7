import type { RowReader } from '../row-reader.ts'
import { columnsOf, joined, spelledInstant } from './cells.ts'
import { ordersFrom, type PlatformOrder, type TranslatedRow } from './platform.ts'

/** Columns of GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING, the report of unshipped orders. It has no amounts. */
export const AMAZON_UNSHIPPED_HEADERS = [
  'order-id',
  'order-item-id',
  'purchase-date',
  'payments-date',
  'reporting-date',
  'promise-date',
  'days-past-promise',
  'buyer-email',
  'buyer-name',
  'buyer-phone-number',
  'sku',
  'product-name',
  'quantity-purchased',
  'quantity-shipped',
  'quantity-to-ship',
  'ship-service-level',
  'recipient-name',
  'ship-address-1',
  'ship-address-2',
  'ship-address-3',
  'ship-city',
  'ship-state',
  'ship-postal-code',
  'ship-country',
  'is-business-order',
  'purchase-order-number',
  'price-designation',
  'is-prime',
]

/** Columns of the report of new orders (GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING) with amounts, read when they are there. */
export const AMAZON_AMOUNT_HEADERS = [
  'currency',
  'item-price',
  'item-tax',
  'shipping-price',
  'shipping-tax',
  'item-promotion-discount',
  'ship-promotion-discount',
]

const REQUIRED = ['order-id', 'order-item-id', 'purchase-date', 'sku', 'recipient-name', 'ship-address-1', 'ship-city', 'ship-country']

/** Orders as Amazon's reports of unshipped and of new orders list them: one order item a row, tabs between cells. */
export const amazonOrders = ordersFrom({
  name: 'amazon',
  summary: "Amazon's report of unshipped orders (or of new orders, with amounts)",
  columns: columnsOf([...AMAZON_UNSHIPPED_HEADERS, ...AMAZON_AMOUNT_HEADERS], [...REQUIRED, 'quantity-purchased']),
  recognizedBy: ['order-id', 'order-item-id', 'purchase-date', 'ship-address-1'],
  orderColumn: 'order-id',
  currencyOf: (first) => first.text('currency', 40),
  translate,
  labels: {
    external_id: 'order-id',
    line_id: 'order-item-id',
    placed_at: 'purchase-date',
    promised_at: 'promise-date',
    customer_email: 'buyer-email',
    ship_name: 'recipient-name',
    ship_line1: 'ship-address-1',
    ship_city: 'ship-city',
    ship_country: 'ship-country',
    ship_postcode: 'ship-postal-code',
    sku: 'sku',
    quantity: 'quantity-to-ship',
    amount: 'item-price',
    tax_amount: 'item-tax',
    discount: 'item-promotion-discount',
    charge_shipping: 'shipping-price',
    currency: 'currency',
  },
})

interface Line {
  reader: RowReader
  quantity: number
  amount: number
  tax: number
  discount: number
  shipping: number
  shippingTax: number
}

function translate(order: PlatformOrder): TranslatedRow[] | null {
  const { first, rows, job } = order
  const lines = rows.map((reader) => readLine(order, reader)).filter((line) => line.quantity > 0 || line.reader.isBad)
  if (lines.length === 0) return order.skip('quantity-to-ship', 'all of it has been shipped')
  const priced = first.raw('item-price') !== undefined
  if (!priced) warnOfPrices(order)
  const sum = (of: (line: Line) => number) => lines.reduce((total, line) => total + of(line), 0)
  const inclusive = ['yes', 'true', '1', 'da'].includes((job.settings?.constants?.['prices_include_tax'] ?? 'no').toLowerCase())
  const tax = inclusive ? 0 : sum((line) => line.tax + line.shippingTax)
  const total = sum((line) => line.amount - line.discount + line.shipping) + tax
  const orderCells: Record<string, string | undefined> = {
    external_id: first.raw('order-id'),
    currency: order.currency,
    placed_at: spelledInstant(first.raw('purchase-date')),
    promised_at: spelledInstant(first.raw('promise-date')),
    prices_include_tax: priced && !inclusive ? 'no' : 'yes',
    // Amazon has the customer's money already; what it pays out comes with its settlement.
    payment_terms: 'prepaid',
    customer_name: first.text('buyer-name') ?? first.text('recipient-name'),
    customer_email: first.text('buyer-email', 320),
    customer_phone: first.text('buyer-phone-number', 60),
    ship_name: first.raw('recipient-name'),
    ship_line1: first.raw('ship-address-1'),
    ship_line2: joined([first.raw('ship-address-2'), first.raw('ship-address-3')]),
    ship_city: first.raw('ship-city'),
    ship_region: first.raw('ship-state'),
    ship_postcode: first.raw('ship-postal-code'),
    ship_country: first.raw('ship-country'),
    ship_phone: first.text('buyer-phone-number', 50),
    charge_shipping: sum((line) => line.shipping) > 0 ? order.text(sum((line) => line.shipping)) : undefined,
    charge_shipping_tax: sum((line) => line.shipping) > 0 ? order.text(sum((line) => line.shippingTax)) : undefined,
    paid: priced && total > 0 ? order.text(total) : undefined,
    paid_method: priced ? 'amazon' : undefined,
    total: priced ? order.text(total) : undefined,
    note: joined([first.text('ship-service-level'), first.text('purchase-order-number')]),
    tags: first.text('is-prime')?.toLowerCase() === 'true' ? 'prime' : undefined,
  }
  return lines.map((line, index) => ({
    reader: line.reader,
    cells: {
      ...(index === 0 ? orderCells : { external_id: orderCells['external_id'] }),
      line_id: line.reader.raw('order-item-id'),
      sku: line.reader.raw('sku'),
      quantity: String(line.quantity),
      item_name: line.reader.text('product-name'),
      ...(priced
        ? {
            amount: order.text(line.amount),
            tax_amount: order.text(line.tax),
            discount: line.discount > 0 ? order.text(line.discount) : undefined,
          }
        : {}),
    },
  }))
}

/** What is left to ship. Amounts are of the whole item; of one that was shipped in part the rest takes its share. */
function readLine(order: PlatformOrder, reader: RowReader): Line {
  const bought = reader.integer('quantity-purchased', { min: 1, max: 1_000_000 }) ?? 0
  const shipped = reader.integer('quantity-shipped', { min: 0, max: 1_000_000 }) ?? 0
  const left = reader.integer('quantity-to-ship', { min: 0, max: 1_000_000 }) ?? bought - shipped
  if (!reader.isBad && left + shipped !== bought)
    reader.problem(
      'quantity-to-ship',
      'totals.disagree',
      `${left} to ship and ${shipped} shipped are not the ${bought} purchased`,
      'request the report again',
    )
  const part = (name: string) => Math.floor(((order.amount(reader, name) ?? 0) * left) / Math.max(1, bought))
  return {
    reader,
    quantity: Math.max(0, left),
    amount: part('item-price'),
    tax: part('item-tax'),
    discount: part('item-promotion-discount'),
    shipping: Math.max(0, part('shipping-price') - part('ship-promotion-discount')),
    shippingTax: part('shipping-tax'),
  }
}

function warnOfPrices({ job, first }: PlatformOrder): void {
  job.report.warn({
    row: first.row,
    column: 'item-price',
    code: 'price.assumed',
    message: "The report has no amounts: the lines are taken at the items' own prices, and no payment is recorded",
    fix: 'use the report of new orders, which has them, where the books must be right from the start',
    value: null,
  })
}
