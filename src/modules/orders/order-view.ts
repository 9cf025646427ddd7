import { type Static, Type } from 'typebox'
import { exactly, Instant, nullable, Uuid } from '../../kernel/schema.ts'
import { Address, TaxId } from '../parties/index.ts'

const count = Type.Integer()
const text = Type.String()
const textOrNull = nullable(Type.String())
const uuidOrNull = nullable(Uuid)
const instantOrNull = nullable(Instant)

/** Money on the wire: minor units and currency. */
export const Money = exactly({ amount: Type.Integer(), currency: Type.String() })
type Money = Static<typeof Money>
const moneyOrNull = Type.Union([Money, Type.Null()])

export const STATES = ['open', 'done', 'canceled'] as const
export const PAYMENT_STATUSES = ['unpaid', 'authorized', 'partly_paid', 'paid', 'partly_refunded', 'refunded'] as const
export const RESERVATION_STATUSES = ['none', 'pending', 'partly_reserved', 'reserved', 'backordered'] as const
export const FULFILLMENT_STATUSES = ['unfulfilled', 'in_progress', 'partly_shipped', 'shipped', 'delivered', 'canceled'] as const

const headFields = {
  id: Uuid,
  number: count,
  channel: exactly({ id: Uuid, code: text, name: text }),
  external_id: textOrNull,
  placed_at: Instant,
  received_at: Instant,
  state: Type.Enum([...STATES]),
  payment_status: Type.Enum([...PAYMENT_STATUSES]),
  reservation_status: Type.Enum([...RESERVATION_STATUSES]),
  fulfillment_status: Type.Enum([...FULFILLMENT_STATUSES]),
  invoicing_status: text,
  return_status: text,
  currency: text,
  prices_include_tax: Type.Boolean(),
  payment_terms: text,
  priority: count,
  promised_at: instantOrNull,
  expected_at: instantOrNull,
  first_expected_at: instantOrNull,
  is_late: Type.Boolean({ description: 'open and not shipped: the promised instant is over, or expected receipts come after it' }),
  customer: exactly({ party_id: uuidOrNull, name: textOrNull, email: textOrNull, phone: textOrNull, tax_ids: Type.Array(TaxId) }),
  ship_to: Address,
  totals: exactly({
    lines: Money,
    charges: Money,
    discounts: Money,
    tax: Money,
    marketplace_tax: Money,
    total: Money,
    /** Parts of the total that were canceled, and credited for what came back or was given back; the customer owes what is due. */
    canceled: Money,
    credited: Money,
    due: Money,
    channel_total: moneyOrNull,
  }),
  paid: exactly({ authorized: Money, captured: Money, refunded: Money }),
  held: Type.Boolean(),
  hold_count: count,
  tags: Type.Array(text),
  version: count,
}

const vectorFields = {
  ordered: count,
  canceled: count,
  pending: count,
  reserved: count,
  backordered: count,
  supplied_elsewhere: count,
  shipped: count,
  picked: count,
  returned: count,
  refused: count,
  lost: count,
}

/** An order as lists show it; `quantities` sums its lines (kits by their components). */
export const OrderRow = exactly({ ...headFields, quantities: exactly(vectorFields) })
export type OrderRow = Static<typeof OrderRow>

/**
 * One line with its vector. A kit's own vector counts complete kits of its components, and `pending` what is between; `partly` says that
 * components stand apart (some shipped, others not). `kit_quantity` of a component: base units in one kit.
 */
export const OrderLineView = exactly({
  id: Uuid,
  line_no: count,
  external_line_id: textOrNull,
  sku: text,
  item_id: Uuid,
  name: text,
  kind: text,
  supply: text,
  parent_line_id: uuidOrNull,
  kit_quantity: nullable(Type.Integer()),
  replaces_line_id: uuidOrNull,
  reason: textOrNull,
  unit_price: Type.Union([exactly({ amount: count, scale: count, currency: text }), Type.Null()]),
  amount: Money,
  discount: Money,
  tax: Money,
  marketplace_tax: Money,
  ...vectorFields,
  expected_at: instantOrNull,
  first_expected_at: instantOrNull,
  partly: Type.Boolean(),
})
export type OrderLineView = Static<typeof OrderLineView>

export const AllowedAction = exactly({ action: text, allowed: Type.Boolean(), reason: Type.Optional(text) })
export type AllowedAction = Static<typeof AllowedAction>

export const PaymentView = exactly({
  id: Uuid,
  order_id: Uuid,
  kind: text,
  amount: Money,
  method: text,
  provider: text,
  authorization_id: uuidOrNull,
  expires_at: instantOrNull,
  /** Of an authorization: what is neither captured nor ended; below 0 more was captured than authorized. */
  open: Type.Union([Money, Type.Null()]),
  voucher_id: uuidOrNull,
  reference: textOrNull,
  return_receipt_id: uuidOrNull,
  reason: text,
  happened_at: Instant,
  recorded_at: Instant,
  lines: Type.Array(
    exactly({ line_id: uuidOrNull, charge_id: uuidOrNull, quantity: nullable(Type.Integer()), amount: Money, tax: Money, reason: text }),
  ),
})
export type PaymentView = Static<typeof PaymentView>

/** An order with everything that hangs on it. `cost` and `margin` are in the base currency and shown with the permission ledger.read once goods have left. */
export const OrderView = exactly({
  ...headFields,
  bill_to: Type.Union([Address, Type.Null()]),
  note: text,
  cost: Type.Optional(Money),
  margin: Type.Optional(Money),
  lines: Type.Array(OrderLineView),
  charges: Type.Array(
    exactly({
      id: Uuid,
      kind: text,
      name: text,
      amount: Money,
      discount: Money,
      tax: Money,
      marketplace_tax: Money,
      recognized_shipment_id: uuidOrNull,
      canceled_at: instantOrNull,
    }),
  ),
  discounts: Type.Array(exactly({ id: Uuid, line_id: uuidOrNull, code: text, name: text, amount: Money, funded_by: text })),
  taxes: Type.Array(exactly({ id: Uuid, rate_ppm: count, base: Money, amount: Money, jurisdiction: text, collected_by: text })),
  holds: Type.Array(
    exactly({
      id: Uuid,
      type: text,
      note: text,
      placed_at: Instant,
      placed_by: uuidOrNull,
      placed_by_name: textOrNull,
      until_at: instantOrNull,
      released_at: instantOrNull,
      released_by: uuidOrNull,
      released_by_name: textOrNull,
    }),
  ),
  payments: Type.Array(PaymentView),
  shipments: Type.Array(
    exactly({
      id: Uuid,
      number: count,
      status: text,
      warehouse_id: Uuid,
      warehouse_code: text,
      held: Type.Boolean(),
      ready: Type.Boolean(),
      tracking_numbers: Type.Array(text),
    }),
  ),
  sourcing: Type.Array(exactly({ attempt: count, decided_at: Instant, reasons: Type.Unknown() })),
  allowed_actions: Type.Array(AllowedAction),
})
export type OrderView = Static<typeof OrderView>

/** Puts an amount in its currency. */
export function moneyIn(currency: string): (amount: number) => Money {
  return (amount) => ({ amount, currency })
}

/** An instant as the wire says it; null stays null. */
export function instantText(instant: Date | null): string | null {
  return instant === null ? null : instant.toISOString()
}
