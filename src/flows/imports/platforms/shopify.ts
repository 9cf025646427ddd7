import { allocate } from '../../../kernel/money.ts'
import type { RowReader } from '../row-reader.ts'
import { columnsOf, joined, noteDisagreement, spelledInstant, tagsOf, unguarded } from './cells.ts'
import { ordersFrom, type PlatformOrder, type TranslatedRow } from './platform.ts'

/** Columns of Shopify's order export, in its order (docs/guides/imports.md names the source). */
export const SHOPIFY_HEADERS = [
  'Name',
  'Email',
  'Financial Status',
  'Paid at',
  'Fulfillment Status',
  'Fulfilled at',
  'Accepts Marketing',
  'Currency',
  'Subtotal',
  'Shipping',
  'Taxes',
  'Total',
  'Discount Code',
  'Discount Amount',
  'Shipping Method',
  'Created at',
  'Lineitem quantity',
  'Lineitem name',
  'Lineitem price',
  'Lineitem compare at price',
  'Lineitem sku',
  'Lineitem requires shipping',
  'Lineitem taxable',
  'Lineitem fulfillment status',
  'Billing Name',
  'Billing Street',
  'Billing Address1',
  'Billing Address2',
  'Billing Company',
  'Billing City',
  'Billing Zip',
  'Billing Province',
  'Billing Country',
  'Billing Phone',
  'Shipping Name',
  'Shipping Street',
  'Shipping Address1',
  'Shipping Address2',
  'Shipping Company',
  'Shipping City',
  'Shipping Zip',
  'Shipping Province',
  'Shipping Country',
  'Shipping Phone',
  'Notes',
  'Note Attributes',
  'Cancelled at',
  'Payment Method',
  'Payment Reference',
  'Refunded Amount',
  'Vendor',
  'Outstanding Balance',
  'Employee',
  'Location',
  'Device ID',
  'Id',
  'Tags',
  'Risk Level',
  'Source',
  'Lineitem discount',
  'Tax 1 Name',
  'Tax 1 Value',
  'Tax 2 Name',
  'Tax 2 Value',
  'Tax 3 Name',
  'Tax 3 Value',
  'Tax 4 Name',
  'Tax 4 Value',
  'Tax 5 Name',
  'Tax 5 Value',
  'Phone',
  'Receipt Number',
  'Duties',
  'Billing Province Name',
  'Shipping Province Name',
  'Payment ID',
  'Payment Terms Name',
  'Next Payment Due At',
  'Payment References',
]

const REQUIRED = [
  'Name',
  'Financial Status',
  'Fulfillment Status',
  'Currency',
  'Subtotal',
  'Shipping',
  'Taxes',
  'Total',
  'Created at',
  'Lineitem quantity',
  'Lineitem price',
  'Lineitem sku',
  'Shipping Address1',
  'Shipping City',
  'Shipping Country',
]

/** Orders as Shopify's admin exports them: an order's first row has its amounts and addresses, later ones only lines. */
export const shopifyOrders = ordersFrom({
  name: 'shopify',
  summary: "Shopify's order export (CSV for Excel or plain CSV)",
  columns: columnsOf(SHOPIFY_HEADERS, REQUIRED),
  recognizedBy: ['name', 'financial_status', 'fulfillment_status', 'lineitem_quantity', 'lineitem_sku'],
  orderColumn: 'name',
  currencyOf: (first) => first.text('currency', 40),
  translate,
  labels: {
    external_id: 'Name',
    currency: 'Currency',
    placed_at: 'Created at',
    customer_name: 'Billing Name',
    customer_email: 'Email',
    ship_name: 'Shipping Name',
    ship_line1: 'Shipping Address1',
    ship_city: 'Shipping City',
    ship_country: 'Shipping Country',
    ship_postcode: 'Shipping Zip',
    sku: 'Lineitem sku',
    quantity: 'Lineitem quantity',
    unit_price: 'Lineitem price',
    discount: 'Lineitem discount',
    order_discount: 'Discount Amount',
    charge_shipping: 'Shipping',
    tax_amount: 'Taxes',
    total: 'Total',
    paid: 'Financial Status',
  },
})

const STATUSES = [
  'paid',
  'partially_paid',
  'pending',
  'authorized',
  'unpaid',
  'partially_refunded',
  'refunded',
  'voided',
  'expired',
] as const

function translate(order: PlatformOrder): TranslatedRow[] | null {
  const { first, rows } = order
  const status = first.choice('financial_status', STATUSES)
  const refused = reasonToSkip(order, status)
  if (refused !== null) return order.skip(...refused)
  const lines = rows.map((reader) => readLine(order, reader))
  const money = readMoney(order, lines)
  if (money === null) return lines.map(({ reader }) => ({ reader, cells: headCells(order) }))
  const { inclusive, discount, taxes, shipping, duties, total } = money
  const weights = [...lines.map((line) => Math.max(0, line.amount - line.discount)), shipping]
  const shares = allocate(taxes, weights)
  const outstanding = order.amount(first, 'outstanding_balance') ?? 0
  const paid = status === 'paid' ? total : status === 'partially_paid' ? total - outstanding : 0
  const method = first.text('payment_method', 100)
  const cod = paid === 0 && /cash on delivery|\bcod\b/i.test(method ?? '')
  const orderCells: Record<string, string | undefined> = {
    ...headCells(order),
    prices_include_tax: inclusive ? 'yes' : 'no',
    payment_terms: cod ? 'cash_on_delivery' : 'prepaid',
    charge_shipping: shipping > 0 ? order.text(shipping) : undefined,
    charge_shipping_tax: shipping > 0 ? order.text(shares.at(-1) ?? 0) : undefined,
    charge_other: duties > 0 ? order.text(duties) : undefined,
    order_discount: discount > 0 ? order.text(discount) : undefined,
    order_discount_code: discount > 0 ? first.text('discount_code', 100) : undefined,
    paid: paid > 0 ? order.text(paid) : undefined,
    paid_method: paid > 0 ? method : undefined,
    paid_reference: paid > 0 ? (first.text('payment_reference', 200) ?? first.text('payment_id', 200)) : undefined,
    total: order.text(total),
  }
  return lines.map((line, index) => ({
    reader: line.reader,
    cells: {
      ...(index === 0 ? orderCells : { external_id: orderCells['external_id'] }),
      sku: line.reader.raw('lineitem_sku'),
      quantity: line.reader.raw('lineitem_quantity'),
      item_name: line.reader.text('lineitem_name'),
      unit_price: line.reader.raw('lineitem_price'),
      discount: line.discount > 0 ? order.text(line.discount) : undefined,
      tax_amount: order.text(shares[index] ?? 0),
    },
  }))
}

/** What is not to be shipped any more is left out, and so is what the file does not tell enough of. */
function reasonToSkip({ first, rows }: PlatformOrder, status: string | undefined): [string, string] | null {
  if ((first.text('cancelled_at') ?? '') !== '') return ['cancelled_at', 'it was canceled']
  if (status === 'refunded' || status === 'voided' || status === 'expired') return ['financial_status', `its payment is ${status}`]
  if (status === 'partially_refunded')
    return [
      'financial_status',
      'a part was refunded, and the file does not say which lines that was for; enter what is still to be shipped by hand',
    ]
  const shipped = first.choice('fulfillment_status', [
    'fulfilled',
    'unfulfilled',
    'partial',
    'restocked',
    'pending',
    'scheduled',
    'on_hold',
  ])
  if (shipped === 'fulfilled' || shipped === 'restocked') return ['fulfillment_status', `it is ${shipped} already`]
  if (shipped === 'partial' || rows.some((row) => row.raw('lineitem_fulfillment_status') === 'fulfilled'))
    return ['fulfillment_status', 'a part has been shipped; ship the rest there, or enter it by hand']
  return null
}

interface Line {
  reader: RowReader
  amount: number
  discount: number
}

function readLine(order: PlatformOrder, reader: RowReader): Line {
  const quantity = reader.integer('lineitem_quantity', { min: 1, max: 1_000_000 }) ?? 0
  const price = order.amount(reader, 'lineitem_price') ?? 0
  return { reader, amount: quantity * price, discount: order.amount(reader, 'lineitem_discount') ?? 0 }
}

interface Money {
  inclusive: boolean
  discount: number
  taxes: number
  shipping: number
  duties: number
  total: number
}

/**
 * Amounts of the order, proved against each other: lines less discounts are the subtotal; subtotal, shipping, duties and, where prices are
 * without it, tax are the total. The export does not say whether prices include tax: the sums do.
 */
function readMoney(order: PlatformOrder, lines: readonly Line[]): Money | null {
  const { first, text } = order
  const names = ['subtotal', 'shipping', 'taxes', 'total', 'discount_amount', 'duties'] as const
  for (const name of names.slice(0, 4)) first.required(name, 40)
  const [subtotal = 0, shipping = 0, taxes = 0, total = 0, stated = 0, duties = 0] = names.map((name) => order.amount(first, name) ?? 0)
  if (lines.some((line) => line.reader.isBad) || first.isBad) return null
  const goods = lines.reduce((sum, line) => sum + line.amount - line.discount, 0)
  // A discount stated on lines already, or one on shipping, stands in "Discount Amount" too.
  const discount = goods === subtotal ? 0 : stated
  if (goods - discount !== subtotal) {
    noteDisagreement(first, 'subtotal', text(subtotal), text(goods - discount), 'price × quantity less discounts of its lines')
    return null
  }
  const withTax = subtotal + shipping + duties
  if (total !== withTax && total !== withTax + taxes) {
    noteDisagreement(first, 'total', text(total), `${text(withTax)} (or ${text(withTax + taxes)} with tax on top)`, 'Subtotal + Shipping')
    return null
  }
  return { inclusive: total === withTax, discount, taxes, shipping, duties, total }
}

function headCells({ first, currency }: PlatformOrder): Record<string, string | undefined> {
  const shipped = first.text('shipping_address1') !== undefined
  const from = (name: string) => first.raw(`${shipped ? 'shipping' : 'billing'}_${name}`)
  const risky = first.text('risk_level')?.toLowerCase() === 'high'
  return {
    external_id: first.raw('name'),
    currency,
    placed_at: spelledInstant(first.raw('created_at')),
    customer_name: first.text('billing_name') ?? first.text('shipping_name'),
    customer_email: first.text('email', 320),
    customer_phone: unguarded(first.text('phone', 60)),
    ship_name: from('name'),
    ship_company: from('company'),
    ship_line1: from('address1'),
    ship_line2: from('address2'),
    ship_city: from('city'),
    ship_region: from('province'),
    ship_postcode: unguarded(from('zip')),
    ship_country: from('country'),
    ship_phone: unguarded(from('phone')),
    ...(first.text('billing_address1') === undefined || first.text('billing_city') === undefined
      ? {}
      : {
          bill_name: first.raw('billing_name'),
          bill_company: first.raw('billing_company'),
          bill_line1: first.raw('billing_address1'),
          bill_line2: first.raw('billing_address2'),
          bill_city: first.raw('billing_city'),
          bill_region: first.raw('billing_province'),
          bill_postcode: unguarded(first.raw('billing_zip')),
          bill_country: first.raw('billing_country'),
          bill_phone: unguarded(first.raw('billing_phone')),
        }),
    note: joined([first.text('notes', 4000), first.text('shipping_method')], '\n'),
    tags: joined([tagsOf(first.text('tags', 2000)), risky ? 'risk-high' : undefined], '|'),
  }
}
