import { Type, type Static } from 'typebox'
import { exactly, ExpectedVersion, Instant, nullable, Uuid } from '../../kernel/schema.ts'
import { Address, TaxId } from '../parties/index.ts'
import { AddedLineInput } from './add-lines.ts'

const Minor = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000, description: 'minor units of the order currency' })

/** A change of one line: kits by their own line. */
export const LineChangeInput = exactly({
  line_id: Uuid,
  quantity: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1_000_000_000,
      description: 'wanted now, what was shipped included; less than before is canceled, 0 removes the line',
    }),
  ),
  unit_price: Type.Optional(
    exactly({
      amount: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }),
      scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
    }),
  ),
  amount: Type.Optional({ ...Minor, description: 'before discount, of what is not shipped or canceled yet; instead of a unit price' }),
  discount: Type.Optional({ ...Minor, description: "the line's own discount in all; its share of the order's discounts stays" }),
})
export type LineChangeInput = Static<typeof LineChangeInput>

const DiscountInput = exactly({
  discount_id: Type.Optional(Uuid),
  amount: { ...Minor, description: 'in all; 0 removes it' },
  code: Type.Optional(Type.String({ maxLength: 100 })),
  name: Type.Optional(Type.String({ maxLength: 200 })),
})

const ChargeInput = exactly({
  charge_id: Type.Optional(Uuid),
  kind: Type.Optional(Type.Enum(['shipping', 'gift_wrap', 'cod_fee', 'surcharge', 'other'])),
  name: Type.Optional(Type.String({ maxLength: 200 })),
  amount: { ...Minor, description: '0 removes it' },
  tax_rate_ppm: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
})

/** A change-set of an order: only what is named changes. */
export const OrderChangeInput = exactly({
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  lines: Type.Optional(Type.Array(LineChangeInput, { maxItems: 5000 })),
  add_lines: Type.Optional(Type.Array(AddedLineInput, { maxItems: 500 })),
  discounts: Type.Optional(Type.Array(DiscountInput, { maxItems: 50 })),
  spread_discounts: Type.Optional(
    Type.Boolean({
      description:
        "spread the whole order's discounts anew over all that is not sent or canceled, added lines too; else lines keep their share, and an added line has only its own discount",
    }),
  ),
  charges: Type.Optional(Type.Array(ChargeInput, { maxItems: 50 })),
  ship_to: Type.Optional(Address),
  bill_to: Type.Optional(Type.Union([Address, Type.Null()])),
  customer: Type.Optional(
    exactly({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
      email: Type.Optional(nullable(Type.String({ maxLength: 320 }))),
      phone: Type.Optional(nullable(Type.String({ maxLength: 60 }))),
      tax_ids: Type.Optional(Type.Array(TaxId, { maxItems: 10 })),
    }),
  ),
  promised_at: Type.Optional(nullable(Instant)),
  priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
  note: Type.Optional(Type.String({ maxLength: 5000 })),
  tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 30 })),
})
export type OrderChange = Static<typeof OrderChangeInput>

/** The change-set as the API takes it: of one order, seen at a version. */
export const ChangeOrderInput = exactly({ order_id: Uuid, expected_version: ExpectedVersion, ...OrderChangeInput.properties })
export type ChangeOrderInput = Static<typeof ChangeOrderInput>

/** Error codes of a change-set. */
export const CHANGE_ERRORS = [
  'orders.not_found',
  'orders.not_open',
  'orders.insufficient_stock',
  'orders.changed_meanwhile',
  'orders.shipment_packed',
  'orders.shipment_combined',
  'orders.nothing_to_change',
] as const
