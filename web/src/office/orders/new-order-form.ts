import { currencyScale, parseDecimal } from '../../kit/format.ts'
import type { Item } from '../../api/shapes.ts'

export interface NewOrderLine {
  key: string
  sku: string
  name: string
  quantity: string
  price: string
}

export interface NewOrderForm {
  channel: string
  currency: string
  prices_include_tax: boolean
  payment_terms: string
  external_id: string
  customer: { party_id: string; name: string; email: string; phone: string }
  ship_to: { name: string; line1: string; line2: string; city: string; postcode: string; country: string }
  lines: NewOrderLine[]
  discount: string
  charge: string
  note: string
}

let lineKey = 0

/** An empty line of the form. */
export function emptyLine(): NewOrderLine {
  lineKey += 1
  return { key: `line-${lineKey}`, sku: '', name: '', quantity: '1', price: '' }
}

/** The form as it opens. */
export function emptyOrder(currency: string): NewOrderForm {
  return {
    channel: '',
    currency,
    prices_include_tax: true,
    payment_terms: 'prepaid',
    external_id: '',
    customer: { party_id: '', name: '', email: '', phone: '' },
    ship_to: { name: '', line1: '', line2: '', city: '', postcode: '', country: '' },
    lines: [emptyLine()],
    discount: '',
    charge: '',
    note: '',
  }
}

/** Text of an item's list price in the form's currency; empty where it has none. */
export function priceText(item: Item, currency: string): string {
  if (!item.price || (item.price.currency ?? currency) !== currency) return ''
  const { amount, scale } = item.price
  const digits = String(amount).padStart(scale + 1, '0')
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** Order total before tax that is added on top, in minor units; only what the form knows, the server has the last word. */
export function formTotal(form: NewOrderForm): number {
  const scale = currencyScale(form.currency)
  const lines = form.lines.reduce((sum, line) => sum + (parseDecimal(line.price, scale) ?? 0) * (Number(line.quantity) || 0), 0)
  return lines + (parseDecimal(form.charge, scale) ?? 0) - (parseDecimal(form.discount, scale) ?? 0)
}

/** The order as the API takes it. */
export function orderBody(form: NewOrderForm): Record<string, unknown> {
  const scale = currencyScale(form.currency)
  const customer = filled(form.customer)
  return {
    channel: form.channel,
    ...(form.external_id === '' ? {} : { external_id: form.external_id }),
    currency: form.currency,
    prices_include_tax: form.prices_include_tax,
    payment_terms: form.payment_terms,
    ...(Object.keys(customer).length === 0 ? {} : { customer }),
    ship_to: { ...filled(form.ship_to), country: form.ship_to.country.trim().toUpperCase() },
    lines: form.lines.map((line) => ({
      sku: line.sku.trim(),
      quantity: Number(line.quantity),
      ...(line.price === '' ? {} : { unit_price: { amount: parseDecimal(line.price, scale), scale } }),
    })),
    ...(form.charge === '' ? {} : { charges: [{ kind: 'shipping', amount: parseDecimal(form.charge, scale) }] }),
    ...(form.discount === '' ? {} : { discounts: [{ amount: parseDecimal(form.discount, scale) }] }),
    ...(form.note === '' ? {} : { note: form.note }),
  }
}

function filled(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ''))
}

/** Field of the form that a path of a problem document is about; null when no field shows it. */
export function knownField(form: NewOrderForm): (path: string) => boolean {
  return (path) => {
    const [head, index, field] = path.split('.')
    if (head === 'lines') return form.lines[Number(index)] !== undefined && (field === 'sku' || field === 'quantity' || field === 'price')
    if (head === 'customer' || head === 'ship_to') return index !== undefined && index in form[head]
    return head !== undefined && index === undefined && head in form
  }
}
