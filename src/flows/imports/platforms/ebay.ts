import type { RowReader } from '../row-reader.ts'
import { columnsOf, countryCode, joined, noteDisagreement } from './cells.ts'
import { ordersFrom, type PlatformOrder, type TranslatedRow } from './platform.ts'

/** Columns of eBay's orders report, in its order. */
export const EBAY_HEADERS = [
  'Sales Record Number',
  'Order Number',
  'Buyer Username',
  'Buyer Name',
  'Buyer Email',
  'Buyer Note',
  'Buyer Address 1',
  'Buyer Address 2',
  'Buyer City',
  'Buyer State',
  'Buyer Zip',
  'Buyer Country',
  'Buyer Tax Identifier Name',
  'Buyer Tax Identifier Value',
  'Ship To Name',
  'Ship To Phone',
  'Ship To Address 1',
  'Ship To Address 2',
  'Ship To City',
  'Ship To State',
  'Ship To Zip',
  'Ship To Country',
  'Item Number',
  'Item Title',
  'Custom Label',
  'Sold Via Promoted Listings',
  'Quantity',
  'Sold For',
  'Shipping And Handling',
  'Item Location',
  'Item Zip Code',
  'Item Country',
  'eBay Collect And Remit Tax Rate',
  'eBay Collect And Remit Tax Type',
  'eBay Reference Name',
  'eBay Reference Value',
  'Tax Status',
  'Seller Collected Tax',
  'eBay Collected Tax',
  'Electronic Waste Recycling Fee',
  'Mattress Recycling Fee',
  'Battery Recycling Fee',
  'White Goods Disposal Tax',
  'Tire Recycling Fee',
  'Additional Fee',
  'Lumber Fee',
  'Prepaid Wireless Fee',
  'Road Improvement And Food Delivery Fee',
  'eBay Collected Charges',
  'Total Price',
  'eBay Collected Tax and Fees Included in Total',
  'Payment Method',
  'Sale Date',
  'Paid On Date',
  'Ship By Date',
  'Minimum Estimated Delivery Date',
  'Maximum Estimated Delivery Date',
  'Shipped On Date',
  'Feedback Left',
  'Feedback Received',
  'My Item Note',
  'PayPal Transaction ID',
  'Shipping Service',
  'Tracking Number',
  'Transaction ID',
  'Variation Details',
  'Global Shipping Program',
  'Global Shipping Reference ID',
  'Click And Collect',
  'Click And Collect Reference Number',
  'eBay Plus',
]

const REQUIRED = [
  'Order Number',
  'Ship To Name',
  'Ship To Address 1',
  'Ship To City',
  'Ship To Country',
  'Custom Label',
  'Quantity',
  'Sold For',
  'Shipping And Handling',
  'Total Price',
  'Sale Date',
  'Paid On Date',
  'Shipped On Date',
]

/** The line under the table: "2","record(s) downloaded," or "2 record(s) downloaded,". */
function isFooter(cells: readonly string[]): boolean {
  return /record\(s\) downloaded|^\s*seller id\s*:/i.test(cells.slice(0, 3).join(' '))
}

/** How many records the file says it has; with fewer rows it was cut. */
function statedRows(cells: readonly string[]): number | null {
  const match = /(\d+)[\s,"]*record\(s\) downloaded/i.exec(cells.join(' '))
  return match === null ? null : Number(match[1])
}

/** Orders as eBay's Seller Hub downloads them: lines above the header, a count below, one row an order or, for several items, one more for each. */
export const ebayOrders = ordersFrom({
  name: 'ebay',
  summary: "eBay's orders report of Seller Hub",
  columns: columnsOf(EBAY_HEADERS, REQUIRED),
  recognizedBy: ['sales_record_number', 'order_number', 'custom_label', 'sold_for'],
  layout: { headerMark: 'Sales Record Number', isFooter, statedRows },
  orderColumn: 'order_number',
  currencyOf: (first) => currencyOf(first.text('total_price', 40) ?? first.text('sold_for', 40)),
  translate,
  labels: {
    external_id: 'Order Number',
    placed_at: 'Sale Date',
    customer_name: 'Buyer Name',
    customer_email: 'Buyer Email',
    ship_name: 'Ship To Name',
    ship_line1: 'Ship To Address 1',
    ship_city: 'Ship To City',
    ship_country: 'Ship To Country',
    ship_postcode: 'Ship To Zip',
    sku: 'Custom Label',
    quantity: 'Quantity',
    unit_price: 'Sold For',
    amount: 'Sold For',
    charge_shipping: 'Shipping And Handling',
    tax_amount: 'Seller Collected Tax',
    total: 'Total Price',
    currency: 'Total Price',
  },
})

const SIGNS: Readonly<Record<string, string>> = { $: 'USD', 'US $': 'USD', 'AU $': 'AUD', 'C $': 'CAD', '£': 'GBP', '€': 'EUR' }

/** The currency an amount is written in, such as "AU $12.99" or "EUR 12.99"; as written when it is none. */
function currencyOf(amount: string | undefined): string | undefined {
  const sign = amount?.replace(/[\d.,\s-]+$/, '').trim()
  return sign === undefined || sign === '' ? undefined : (SIGNS[sign] ?? sign)
}

interface Line {
  reader: RowReader
  amount: number
  tax: number
  marketplaceTax: number
}

function translate(order: PlatformOrder): TranslatedRow[] | null {
  const { first, rows } = order
  if (first.text('shipped_on_date') !== undefined) return order.skip('shipped_on_date', 'it has been shipped')
  // The first row of an order with several items has its totals and address, and no item.
  const itemRows =
    rows.length > 1 && first.text('item_number') === undefined && first.text('custom_label') === undefined ? rows.slice(1) : rows
  const lines = itemRows.map((reader) => readLine(order, reader))
  const shipping = money(order, first, 'shipping_and_handling')
  const total = money(order, first, 'total_price')
  first.required('total_price', 40)
  if (lines.some((line) => line.reader.isBad) || first.isBad) return lines.map(({ reader }) => ({ reader, cells: headCells(order) }))
  const sum = (of: (line: Line) => number) => lines.reduce((all, line) => all + of(line), 0)
  const before = sum((line) => line.amount + line.tax) + shipping
  const marketplace = sum((line) => line.marketplaceTax)
  if (total !== before && total !== before + marketplace)
    noteDisagreement(first, 'total_price', order.text(total), order.text(before), 'Sold For × Quantity with Shipping And Handling and tax')
  const paid = first.text('paid_on_date') !== undefined
  const taxed = sum((line) => line.tax + line.marketplaceTax) > 0
  const orderCells: Record<string, string | undefined> = {
    ...headCells(order),
    prices_include_tax: taxed ? 'no' : 'yes',
    payment_terms: 'prepaid',
    charge_shipping: shipping > 0 ? order.text(shipping) : undefined,
    charge_shipping_tax: shipping > 0 && taxed ? order.text(0) : undefined,
    // eBay pays its own tax to the state, but the customer has paid it with the order.
    paid: paid ? order.text(before + marketplace) : undefined,
    paid_method: paid ? (first.text('payment_method', 100) ?? 'ebay') : undefined,
    paid_reference: paid ? first.text('paypal_transaction_id', 200) : undefined,
    total: order.text(before + marketplace),
  }
  return lines.map((line, index) => ({
    reader: line.reader,
    cells: {
      ...(index === 0 ? orderCells : { external_id: orderCells['external_id'] }),
      line_id: joined([line.reader.raw('item_number'), line.reader.raw('transaction_id')], '-'),
      sku: line.reader.raw('custom_label'),
      quantity: line.reader.raw('quantity'),
      item_name: line.reader.text('item_title'),
      amount: order.text(line.amount),
      // Where any tax is stated, a line without has none; where none is, prices are as the customer paid them.
      ...(taxed ? { tax_amount: order.text(line.marketplaceTax > 0 ? line.marketplaceTax : line.tax) } : {}),
      ...(line.marketplaceTax > 0 ? { tax_collected_by: 'marketplace' } : {}),
    },
  }))
}

function readLine(order: PlatformOrder, reader: RowReader): Line {
  const quantity = reader.integer('quantity', { min: 1, max: 1_000_000 }) ?? 0
  return {
    reader,
    amount: quantity * money(order, reader, 'sold_for'),
    tax: money(order, reader, 'seller_collected_tax'),
    marketplaceTax: money(order, reader, 'ebay_collected_tax'),
  }
}

/** An amount with its sign of currency in front, in minor units; an empty one is 0. */
function money(order: PlatformOrder, reader: RowReader, column: string): number {
  const written = reader.text(column, 40)
  if (written === undefined) return 0
  const currency = currencyOf(written)
  const match = /(\d+)\.(\d{2})$/.exec(written.replaceAll(/(\d),(?=\d{3}(\D|$))/g, '$1'))
  if (match === null || /-\s*\D*\d/.test(written)) {
    reader.problem(column, 'number', `"${written}" is no amount`, 'write it as eBay does, such as $12.99')
    return 0
  }
  if (currency !== undefined && currency !== order.currency)
    reader.problem(
      column,
      'currency.differs',
      `is in ${currency}, other amounts of the order in ${order.currency}`,
      'correct one of the two',
    )
  return Number(match[1]) * 10 ** order.digits + (order.digits === 2 ? Number(match[2]) : 0)
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Nov-20-26 or Nov-20-2026 as 2026-11-20; as it stands when it is neither. */
function dayOf(text: string | undefined): string | undefined {
  const match = /^([a-z]{3})-(\d{2})-(\d{2}|\d{4})$/i.exec(text?.trim() ?? '')
  const month = MONTHS.indexOf(match?.[1]?.toLowerCase() ?? '') + 1
  if (match === null || month === 0) return text
  return `${match[3]?.padStart(4, '20')}-${String(month).padStart(2, '0')}-${match[2]}`
}

function headCells({ first, currency }: PlatformOrder): Record<string, string | undefined> {
  return {
    external_id: first.raw('order_number'),
    currency,
    placed_at: dayOf(first.raw('sale_date')),
    promised_at: dayOf(first.raw('maximum_estimated_delivery_date')),
    customer_id: first.text('buyer_username', 200),
    customer_name: first.text('buyer_name') ?? first.text('ship_to_name'),
    customer_email: first.text('buyer_email', 320),
    ship_name: first.raw('ship_to_name'),
    ship_line1: first.raw('ship_to_address_1'),
    ship_line2: first.raw('ship_to_address_2'),
    ship_city: first.raw('ship_to_city'),
    ship_region: first.raw('ship_to_state'),
    ship_postcode: first.raw('ship_to_zip'),
    ship_country: countryCode(first.raw('ship_to_country')),
    ship_phone: first.text('ship_to_phone', 50),
    note: joined([first.text('buyer_note', 4000), first.text('shipping_service')], '\n'),
  }
}
