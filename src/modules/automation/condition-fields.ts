/** Types a field of a condition has. */
export type FieldType = 'string' | 'int' | 'bool' | 'timestamp' | 'list<string>' | 'list<Line>' | 'Customer'

/**
 * What a condition can ask about: names and types in CEL. Amounts are integers in minor units (cents) of the order's currency,
 * `_base` in that of the books; texts that are not known are empty; quantities are in the item's base unit.
 */
export const FIELD_TYPES = {
  Order: {
    number: 'int',
    external_id: 'string',
    channel: 'string',
    channel_kind: 'string',
    currency: 'string',
    total: 'int',
    total_base: 'int',
    base_currency: 'string',
    lines_amount: 'int',
    charges_amount: 'int',
    discounts_amount: 'int',
    country: 'string',
    postcode: 'string',
    city: 'string',
    billing_country: 'string',
    payment_terms: 'string',
    payment_status: 'string',
    authorized: 'int',
    captured: 'int',
    refunded: 'int',
    priority: 'int',
    tags: 'list<string>',
    note: 'string',
    holds: 'list<string>',
    shipping_methods: 'list<string>',
    quantity: 'int',
    weight_g: 'int',
    placed_at: 'timestamp',
    customer: 'Customer',
    lines: 'list<Line>',
  },
  Customer: { name: 'string', email: 'string', phone: 'string', orders_count: 'int' },
  Line: {
    sku: 'string',
    name: 'string',
    product: 'string',
    kind: 'string',
    quantity: 'int',
    amount: 'int',
    discount: 'int',
    weight_g: 'int',
  },
  Shipment: {
    number: 'int',
    warehouse: 'string',
    status: 'string',
    carrier: 'string',
    lines_count: 'int',
    quantity: 'int',
    weight_g: 'int',
    amount_to_collect: 'int',
  },
  Event: { type: 'string', kind: 'string', method: 'string', amount: 'int', quantity: 'int', missing: 'int', at: 'timestamp' },
} as const satisfies Record<string, Readonly<Record<string, FieldType>>>

type ValueOf<T extends FieldType> = T extends 'string'
  ? string
  : T extends 'int'
    ? number
    : T extends 'bool'
      ? boolean
      : T extends 'timestamp'
        ? Date
        : T extends 'list<string>'
          ? string[]
          : T extends 'list<Line>'
            ? LineFacts[]
            : CustomerFacts

type FactsOf<F extends Readonly<Record<string, FieldType>>> = { -readonly [K in keyof F]: ValueOf<F[K]> }

export type LineFacts = FactsOf<typeof FIELD_TYPES.Line>
export type CustomerFacts = FactsOf<typeof FIELD_TYPES.Customer>
export type OrderFacts = FactsOf<typeof FIELD_TYPES.Order>
export type ShipmentFacts = FactsOf<typeof FIELD_TYPES.Shipment>
export type EventFacts = FactsOf<typeof FIELD_TYPES.Event>
