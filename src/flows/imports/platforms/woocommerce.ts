import { allocate } from '../../../kernel/money.ts'
import type { RowReader } from '../row-reader.ts'
import { columnsOf, joined, noteDisagreement, spelledInstant } from './cells.ts'
import { ordersFrom, type PlatformOrder, type TranslatedRow } from './platform.ts'

/** Columns that the plugin "Advanced Order Export For WooCommerce" exports by default, in its order. */
export const WOOCOMMERCE_HEADERS = [
  'Order Number',
  'Order Status',
  'Order Date',
  'Customer Note',
  'First Name (Billing)',
  'Last Name (Billing)',
  'Company (Billing)',
  'Address 1&2 (Billing)',
  'City (Billing)',
  'State Code (Billing)',
  'Postcode (Billing)',
  'Country Code (Billing)',
  'Email (Billing)',
  'Phone (Billing)',
  'First Name (Shipping)',
  'Last Name (Shipping)',
  'Address 1&2 (Shipping)',
  'City (Shipping)',
  'State Code (Shipping)',
  'Postcode (Shipping)',
  'Country Code (Shipping)',
  'Payment Method Title',
  'Cart Discount Amount',
  'Order Subtotal Amount',
  'Shipping Method Title',
  'Order Shipping Amount',
  'Order Refund Amount',
  'Order Total Amount',
  'Order Total Tax Amount',
  'SKU',
  'Item #',
  'Item Name',
  'Quantity (- Refund)',
  'Item Cost',
  'Coupon Code',
  'Discount Amount',
  'Discount Amount Tax',
]

/** Columns of the plugin that can be added, read when they are there. */
const OPTIONAL = ['Order Line (w/o tax)', 'Order Currency', 'Company (Shipping)', 'Transaction ID']

const REQUIRED = [
  'Order Number',
  'Order Status',
  'Order Date',
  'Order Total Amount',
  'Order Total Tax Amount',
  'Order Shipping Amount',
  'SKU',
  'Quantity (- Refund)',
  'Item Cost',
  'Address 1&2 (Billing)',
  'City (Billing)',
  'Country Code (Billing)',
]

/** Orders as the plugin exports them: one line a row, the order's columns on each row or on its first only. */
export const woocommerceOrders = ordersFrom({
  name: 'woocommerce',
  summary: 'WooCommerce orders as the plugin "Advanced Order Export For WooCommerce" exports them by default',
  columns: columnsOf([...WOOCOMMERCE_HEADERS, ...OPTIONAL], REQUIRED),
  recognizedBy: ['order_number', 'order_status', 'order_date', 'order_total_amount', 'item_cost'],
  orderColumn: 'order_number',
  currencyOf: (first) => first.text('order_currency', 40),
  translate,
  labels: {
    external_id: 'Order Number',
    currency: 'Order Currency',
    placed_at: 'Order Date',
    customer_name: 'First Name (Billing)',
    customer_email: 'Email (Billing)',
    ship_name: 'First Name (Shipping)',
    ship_line1: 'Address 1&2 (Shipping)',
    ship_city: 'City (Shipping)',
    ship_country: 'Country Code (Shipping)',
    ship_postcode: 'Postcode (Shipping)',
    sku: 'SKU',
    quantity: 'Quantity (- Refund)',
    unit_price: 'Item Cost',
    amount: 'Item Cost',
    order_discount: 'Cart Discount Amount',
    charge_shipping: 'Order Shipping Amount',
    tax_amount: 'Order Total Tax Amount',
    total: 'Order Total Amount',
  },
})

const STATUSES = [
  'processing',
  'on hold',
  'pending payment',
  'pending',
  'completed',
  'cancelled',
  'refunded',
  'failed',
  'draft',
  'trash',
] as const
const SKIPPED: Readonly<Record<string, string>> = {
  completed: 'it is completed already',
  cancelled: 'it was canceled',
  refunded: 'it was refunded',
  failed: 'its payment failed',
  draft: 'it is a draft',
  trash: 'it is in the trash',
}

interface Line {
  reader: RowReader
  amount: number
}

function translate(order: PlatformOrder): TranslatedRow[] | null {
  const { first, rows } = order
  const status = first.choice('order_status', STATUSES)
  const why = SKIPPED[status ?? '']
  if (why !== undefined) return order.skip('order_status', why)
  const lines = rows.map((reader) => readLine(order, reader))
  const money = readMoney(order, lines)
  if (money === null) return lines.map(({ reader }) => ({ reader, cells: headCells(order) }))
  const { discount, shipping, tax, total } = money
  const method = first.text('payment_method_title', 100)
  const cod = /cash on delivery|pouze|\bcod\b/i.test(method ?? '')
  const paid = status === 'processing' && !cod ? total : 0
  const net = allocate(
    discount,
    lines.map((line) => line.amount),
  ).map((share, index) => (lines[index]?.amount ?? 0) - share)
  const shares = allocate(tax, [...net, shipping])
  const orderCells: Record<string, string | undefined> = {
    ...headCells(order),
    prices_include_tax: 'no',
    payment_terms: cod ? 'cash_on_delivery' : 'prepaid',
    charge_shipping: shipping > 0 ? order.text(shipping) : undefined,
    charge_shipping_tax: shipping > 0 ? order.text(shares.at(-1) ?? 0) : undefined,
    order_discount: discount > 0 ? order.text(discount) : undefined,
    order_discount_code: discount > 0 ? first.text('coupon_code', 100) : undefined,
    paid: paid > 0 ? order.text(paid) : undefined,
    paid_method: paid > 0 ? method : undefined,
    paid_reference: paid > 0 ? first.text('transaction_id', 200) : undefined,
    total: order.text(total),
  }
  return lines.map((line, index) => ({
    reader: line.reader,
    cells: {
      ...(index === 0 ? orderCells : { external_id: orderCells['external_id'] }),
      line_id: line.reader.text('item_#', 200),
      sku: line.reader.raw('sku'),
      quantity: line.reader.raw('quantity_(-_refund)'),
      item_name: line.reader.text('item_name'),
      amount: order.text(line.amount),
      tax_amount: order.text(shares[index] ?? 0),
    },
  }))
}

function readLine(order: PlatformOrder, reader: RowReader): Line {
  const quantity = reader.integer('quantity_(-_refund)', { min: 1, max: 1_000_000 }) ?? 0
  const cost = order.amount(reader, 'item_cost') ?? 0
  const stated = reader.text('order_line_(w/o_tax)') === undefined ? undefined : order.amount(reader, 'order_line_(w/o_tax)')
  return { reader, amount: stated ?? quantity * cost }
}

/** Amounts of the order, proved: lines less discount, with shipping and tax, are the total (the plugin's amounts are without tax). */
function readMoney(order: PlatformOrder, lines: readonly Line[]) {
  const { first, text } = order
  const amount = (name: string) => order.amount(first, name) ?? 0
  first.required('order_total_amount', 40)
  const refunded = amount('order_refund_amount')
  const discount = amount('cart_discount_amount')
  const shipping = amount('order_shipping_amount')
  const tax = amount('order_total_tax_amount')
  const total = amount('order_total_amount')
  if (refunded > 0)
    first.problem(
      'order_refund_amount',
      'order.refunded',
      'says that a part was refunded, and the file does not say which lines that was for',
      "enter what is still to be shipped by hand, and leave the order's rows out",
    )
  if (first.isBad || lines.some((line) => line.reader.isBad)) return null
  const goods = lines.reduce((sum, line) => sum + line.amount, 0)
  if (goods - discount + shipping + tax === total) return { discount, shipping, tax, total }
  const computed = text(goods - discount + shipping + tax)
  noteDisagreement(first, 'order_total_amount', text(total), computed, 'lines less discount with shipping and tax')
  return null
}

function headCells({ first, currency }: PlatformOrder): Record<string, string | undefined> {
  const shipped = first.text('address_1&2_(shipping)', 600) !== undefined
  const side = shipped ? 'shipping' : 'billing'
  const name = (which: string) => joined([first.raw(`first_name_(${which})`), first.raw(`last_name_(${which})`)], ' ')
  return {
    external_id: first.raw('order_number'),
    currency,
    placed_at: spelledInstant(first.raw('order_date')),
    customer_name: name('billing') ?? name('shipping'),
    customer_email: first.text('email_(billing)', 320),
    customer_phone: first.text('phone_(billing)', 60),
    ship_name: name(side) ?? name('billing'),
    ship_company: first.raw(`company_(${side})`),
    ship_line1: first.raw(`address_1&2_(${side})`),
    ship_city: first.raw(`city_(${side})`),
    ship_region: first.raw(`state_code_(${side})`),
    ship_postcode: first.raw(`postcode_(${side})`),
    ship_country: first.raw(`country_code_(${side})`),
    ship_phone: first.text('phone_(billing)', 50),
    ...(shipped && first.text('city_(billing)') !== undefined
      ? {
          bill_name: name('billing'),
          bill_company: first.raw('company_(billing)'),
          bill_line1: first.raw('address_1&2_(billing)'),
          bill_city: first.raw('city_(billing)'),
          bill_region: first.raw('state_code_(billing)'),
          bill_postcode: first.raw('postcode_(billing)'),
          bill_country: first.raw('country_code_(billing)'),
        }
      : {}),
    note: joined([first.text('customer_note', 4000), first.text('shipping_method_title')], '\n'),
  }
}
