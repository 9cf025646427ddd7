import type { Address, Order } from '../../api/shapes.ts'

export interface AddressFields {
  name: string
  line1: string
  line2: string
  city: string
  postcode: string
  country: string
}

/** What people change of an order beside its goods and money. */
export interface HeaderFields {
  customer: { name: string; email: string; phone: string }
  ship_to: AddressFields
  /** True where the invoice goes to another address than the parcel. */
  other_bill_to: boolean
  bill_to: AddressFields
  /** Local day and time, as the browser's field holds it; empty without a promise. */
  promised_at: string
  priority: string
  tags: string[]
}

/** The header as the form opens with it. */
export function headerFields(order: Order): HeaderFields {
  return {
    customer: { name: order.customer?.name ?? '', email: order.customer?.email ?? '', phone: order.customer?.phone ?? '' },
    ship_to: addressFields(order.ship_to),
    other_bill_to: Boolean(order.bill_to),
    bill_to: addressFields(order.bill_to),
    promised_at: localText(order.promised_at),
    priority: String(order.priority ?? 0),
    tags: order.tags ?? [],
  }
}

/** Of the header only what differs from the order, as the API takes it. */
export function headerChanges(form: HeaderFields, order: Order): Record<string, unknown> {
  const before = headerFields(order)
  const same = (field: keyof HeaderFields) => JSON.stringify(form[field]) === JSON.stringify(before[field])
  return {
    ...(same('customer') ? {} : { customer: customerChanges(form.customer, before.customer) }),
    ...(same('ship_to') ? {} : { ship_to: addressOf(form.ship_to, order.ship_to) }),
    ...(same('other_bill_to') && (!form.other_bill_to || same('bill_to'))
      ? {}
      : { bill_to: form.other_bill_to ? addressOf(form.bill_to, order.bill_to) : null }),
    ...(same('promised_at') ? {} : { promised_at: form.promised_at === '' ? null : new Date(form.promised_at).toISOString() }),
    ...(same('priority') ? {} : { priority: Number(form.priority) }),
    ...(same('tags') ? {} : { tags: form.tags }),
  }
}

function customerChanges(form: HeaderFields['customer'], before: HeaderFields['customer']): Record<string, unknown> {
  const changed = (['name', 'email', 'phone'] as const).filter((field) => form[field].trim() !== before[field])
  return Object.fromEntries(changed.map((field) => [field, form[field].trim() === '' && field !== 'name' ? null : form[field].trim()]))
}

function addressFields(address: Address | null | undefined): AddressFields {
  return {
    name: address?.name ?? '',
    line1: address?.line1 ?? '',
    line2: address?.line2 ?? '',
    city: address?.city ?? '',
    postcode: address?.postcode ?? '',
    country: address?.country ?? '',
  }
}

/** The address with what the form does not show kept as it was; empty fields are left out. */
function addressOf(fields: AddressFields, before: Address | null | undefined): Record<string, unknown> {
  const all = { ...before, ...fields, country: fields.country.trim().toUpperCase() }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined && value !== ''))
}

/** An instant as the browser's field for a local day and time holds it. */
function localText(instant: string | null | undefined): string {
  if (!instant) return ''
  const date = new Date(instant)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
