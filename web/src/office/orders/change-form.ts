import type { Order } from '../../api/shapes.ts'
import { currencyScale, decimalText, minorOf, parseDecimal } from '../../kit/format.ts'
import { headerChanges, headerFields, type HeaderFields } from './change-header-form.ts'
import type { NewOrderLine } from './new-order-form.ts'

/** A line as the form shows it; texts as typed. */
export interface ChangedLineFields {
  id: string
  sku: string
  name: string
  shipped: number
  quantity: string
  price: string
  discount: string
}

/** Everything of an order that people change in one go. */
export interface ChangeForm extends HeaderFields {
  lines: ChangedLineFields[]
  added: NewOrderLine[]
  discount: string
  shipping: string
  reason: string
}

/** The form as it opens: the order as it is. */
export function changeForm(order: Order): ChangeForm {
  const scale = currencyScale(order.currency)
  const own = (lineId: string) =>
    (order.discounts ?? []).reduce((sum, discount) => (discount.line_id === lineId ? sum + minorOf(discount.amount) : sum), 0)
  const text = (amount: number) => (amount === 0 ? '' : decimalText(amount, scale))
  return {
    lines: (order.lines ?? [])
      .filter((line) => !line.parent_line_id)
      .map((line) => ({
        id: line.id,
        sku: line.sku,
        name: line.name,
        shipped: line.shipped,
        quantity: String(line.ordered - line.canceled),
        price: line.unit_price ? decimalText(line.unit_price.amount, line.unit_price.scale) : '',
        discount: text(own(line.id)),
      })),
    added: [],
    discount: text(minorOf(orderDiscount(order)?.amount)),
    shipping: text(minorOf(openShipping(order)?.amount)),
    ...headerFields(order),
    reason: '',
  }
}

function orderDiscount(order: Order) {
  return (order.discounts ?? []).find((discount) => !discount.line_id)
}

function openShipping(order: Order) {
  return (order.charges ?? []).find((charge) => charge.kind === 'shipping' && !charge.recognized_shipment_id && !charge.canceled_at)
}

/** A change-set with, by its place in the body, the place of each line in the form. */
export interface ChangeBody {
  body: Record<string, unknown>
  linePlaces: number[]
  empty: boolean
}

/** Only what differs from the order as it is. */
export function changeBody(form: ChangeForm, order: Order): ChangeBody {
  const before = changeForm(order)
  const scale = currencyScale(order.currency)
  const minor = (text: string) => (text.trim() === '' ? 0 : parseDecimal(text, scale))
  const linePlaces: number[] = []
  const lines = form.lines.flatMap((line, place) => {
    const was = before.lines[place]
    if (was === undefined) return []
    const fields = {
      ...(line.quantity === was.quantity ? {} : { quantity: Number(line.quantity) }),
      ...(line.price === was.price || line.price === '' ? {} : { unit_price: { amount: parseDecimal(line.price, scale), scale } }),
      ...(line.discount === was.discount ? {} : { discount: minor(line.discount) }),
    }
    if (Object.keys(fields).length === 0) return []
    linePlaces.push(place)
    return [{ line_id: line.id, ...fields }]
  })
  const addedLines = form.added.map((line) => ({
    sku: line.sku.trim(),
    quantity: Number(line.quantity),
    ...(line.price === '' ? {} : { unit_price: { amount: parseDecimal(line.price, scale), scale } }),
  }))
  const changes = {
    ...(lines.length === 0 ? {} : { lines }),
    ...(addedLines.length === 0 ? {} : { add_lines: addedLines }),
    ...(form.discount === before.discount ? {} : { discounts: [withId('discount_id', orderDiscount(order)?.id, minor(form.discount))] }),
    ...(form.shipping === before.shipping
      ? {}
      : { charges: [{ ...withId('charge_id', openShipping(order)?.id, minor(form.shipping)), kind: 'shipping' }] }),
    ...headerChanges(form, order),
  }
  return {
    body: { ...changes, ...(form.reason.trim() === '' ? {} : { reason: form.reason.trim() }) },
    linePlaces,
    empty: Object.keys(changes).length === 0,
  }
}

function withId(name: string, id: string | undefined, amount: number | null): Record<string, unknown> {
  return id === undefined ? { amount } : { [name]: id, amount }
}

/** Where the problems of a change-set stand in the form. */
export function changeFieldNames({ linePlaces }: ChangeBody): Record<string, string> {
  return {
    ...Object.fromEntries(
      linePlaces.flatMap((place, index) => [
        [`lines.${index}.unit_price`, `lines.${place}.price`],
        [`lines.${index}.quantity`, `lines.${place}.quantity`],
        [`lines.${index}.discount`, `lines.${place}.discount`],
      ]),
    ),
    add_lines: 'added',
    'discounts.0.amount': 'discount',
    'charges.0.amount': 'shipping',
  }
}

/** Whether the form shows a field under this name. */
export function isChangeField(form: ChangeForm): (path: string) => boolean {
  return (path) => {
    const [head, index, field] = path.split('.')
    if (head === 'lines') return form.lines[Number(index)] !== undefined && ['quantity', 'price', 'discount'].includes(field ?? '')
    if (head === 'added') return form.added[Number(index)] !== undefined && ['sku', 'quantity', 'price'].includes(field ?? '')
    if (head === 'ship_to' || head === 'bill_to' || head === 'customer') return index === undefined || index in form[head]
    return ['discount', 'shipping', 'reason', 'promised_at', 'priority', 'tags'].includes(path)
  }
}
