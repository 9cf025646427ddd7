import Type, { type Static } from 'typebox'
import { Address, TaxId } from '../parties/index.ts'

const Closed = { additionalProperties: false } as const
const Minor = Type.Integer({ minimum: -1_000_000_000_000, maximum: 1_000_000_000_000, description: 'minor units of the order currency' })
const PositiveMinor = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000, description: 'minor units of the order currency' })
const RatePpm = Type.Integer({ minimum: 0, maximum: 10_000_000, description: 'millionths: 20 % is 200000' })
const Instant = Type.String({ format: 'date-time' })
const CollectedBy = Type.Union([Type.Literal('merchant'), Type.Literal('marketplace')])
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength })

/** One asked-for item. `amount` is the line's total as stated, before discount; without it, unit price × quantity. */
export const OrderLineInput = Type.Object(
  {
    external_line_id: Type.Optional(Text(200)),
    sku: Type.Optional(Text(64)),
    item_id: Type.Optional(Type.String({ format: 'uuid' })),
    name: Type.Optional(Text(300)),
    quantity: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
    unit_price: Type.Optional(
      Type.Object(
        {
          amount: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }),
          scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
        },
        Closed,
      ),
    ),
    amount: Type.Optional(PositiveMinor),
    discount: Type.Optional(PositiveMinor),
    tax_rate_ppm: Type.Optional(RatePpm),
    tax_amount: Type.Optional(PositiveMinor),
    tax_collected_by: Type.Optional(CollectedBy),
    warehouse_code: Type.Optional(Text(20)),
  },
  Closed,
)

export const OrderChargeInput = Type.Object(
  {
    kind: Type.Enum(['shipping', 'gift_wrap', 'cod_fee', 'surcharge', 'other']),
    name: Type.Optional(Type.String({ maxLength: 200 })),
    amount: PositiveMinor,
    tax_rate_ppm: Type.Optional(RatePpm),
    tax_amount: Type.Optional(PositiveMinor),
    tax_collected_by: Type.Optional(CollectedBy),
  },
  Closed,
)

export const OrderPaymentInput = Type.Object(
  {
    kind: Type.Union([Type.Literal('authorized'), Type.Literal('captured')]),
    amount: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
    method: Type.Optional(Type.String({ maxLength: 100 })),
    reference: Type.Optional(Text(200)),
    happened_at: Type.Optional(Instant),
  },
  Closed,
)

/** The body of POST /v1/orders. */
export const OrderInput = Type.Object(
  {
    channel: Text(40),
    external_id: Type.Optional(Text(200)),
    placed_at: Type.Optional(Instant),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    exchange_rate_ppm: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000_000_000,
        description: 'base currency minor units per million minor units of the order currency; needed when they differ',
      }),
    ),
    prices_include_tax: Type.Optional(Type.Boolean()),
    payment_terms: Type.Optional(Type.Union([Type.Literal('prepaid'), Type.Literal('cash_on_delivery'), Type.Literal('on_account')])),
    priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, description: 'lower is served first; default 100' })),
    promised_at: Type.Optional(Instant),
    customer: Type.Optional(
      Type.Object(
        {
          party_id: Type.Optional(Type.String({ format: 'uuid' })),
          external_id: Type.Optional(Text(200)),
          name: Type.Optional(Text(300)),
          email: Type.Optional(Type.String({ maxLength: 320 })),
          phone: Type.Optional(Type.String({ maxLength: 60 })),
          tax_ids: Type.Optional(Type.Array(TaxId, { maxItems: 10 })),
        },
        Closed,
      ),
    ),
    ship_to: Address,
    bill_to: Type.Optional(Address),
    lines: Type.Array(OrderLineInput, { minItems: 1, maxItems: 5000 }),
    charges: Type.Optional(Type.Array(OrderChargeInput, { maxItems: 50 })),
    discounts: Type.Optional(
      Type.Array(
        Type.Object(
          {
            code: Type.Optional(Type.String({ maxLength: 100 })),
            name: Type.Optional(Type.String({ maxLength: 200 })),
            amount: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
            funded_by: Type.Optional(Type.Union([Type.Literal('merchant'), Type.Literal('marketplace'), Type.Literal('supplier')])),
          },
          Closed,
        ),
        { maxItems: 50 },
      ),
    ),
    stock_hold_ids: Type.Optional(
      Type.Array(Type.String({ format: 'uuid' }), {
        maxItems: 500,
        description: 'stock holds of the checkout: they become the promises of this order in the same transaction',
      }),
    ),
    stock_hold_reference: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'all stock holds of this checkout' })),
    total: Type.Optional(Minor),
    payments: Type.Optional(Type.Array(OrderPaymentInput, { maxItems: 20 })),
    note: Type.Optional(Type.String({ maxLength: 5000 })),
    tags: Type.Optional(Type.Array(Text(60), { maxItems: 30 })),
  },
  Closed,
)
export type OrderInput = Static<typeof OrderInput>

/** What intake answers for one order: ids and numbers. */
export const TakenOrder = Type.Object({
  id: Type.String({ format: 'uuid' }),
  number: Type.Integer(),
  external_id: Type.Union([Type.String(), Type.Null()]),
  status: Type.Union([Type.Literal('accepted'), Type.Literal('replayed')]),
  held: Type.Boolean(),
})
export type TakenOrder = Static<typeof TakenOrder>
