// Generated from the migrated database by scripts/generate-database-types.ts. Do not edit.

import type { ColumnType } from 'kysely'

type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>

type Json = JsonValue

type JsonArray = JsonValue[]

type JsonObject = {
  [x: string]: JsonValue | undefined
}

type JsonPrimitive = boolean | number | string | null

type JsonValue = JsonArray | JsonObject | JsonPrimitive

type Timestamp = ColumnType<Date, Date | string, Date | string>

interface OrdersChannel {
  code: string
  created_at: Timestamp
  /** Who ships its orders. channel: what its messages say was shipped is booked as supplied elsewhere without asking. */
  fulfilled_by: Generated<string>
  id: string
  is_active: Generated<boolean>
  kind: string
  /** How the channel counts versions of its orders: whole numbers, ISO 8601 instants, or text that sorts by code points. */
  message_version: Generated<string>
  name: string
  org_id: number
  /** When its sales are earned; null: as the organization says. */
  revenue_on: string | null
  /** Tax that follows the country of delivery when it changes: [{country, tax_class or null, rate_ppm}]. Empty: tax stays as it was taken in. */
  tax_rates: Generated<Json>
  version: Generated<number>
}

interface OrdersChannelOrder {
  base_id: string | null
  channel_id: string
  external_id: string
  held_id: string | null
  hold_id: string | null
  newest_id: string
  order_id: string
  org_id: number
  /** Fields of the order as the merge left them, our own edits taken off: what differs from it now was changed by us. Holds an address; can be erased with the bodies of snapshots. */
  ours_then: Json | null
}

interface OrdersChannelSnapshot {
  body: Json | null
  channel_id: string
  channel_version: string | null
  /** Fields that neither side could decide when this view was last merged: path, cause, whether theirs can be taken, why the order refused it. */
  conflicts: Generated<Json>
  external_id: string
  hash: Buffer
  id: string
  last_seen_at: Timestamp | null
  order_id: string | null
  org_id: number
  outcome: string
  received_at: Timestamp
  /** How often exactly this view came; it is kept once. */
  seen_count: Generated<number>
}

interface OrdersChannelWarehouse {
  channel_id: string
  org_id: number
  warehouse_id: string
}

interface OrdersOrderCharge {
  amount: number
  canceled_at: Timestamp | null
  discount: Generated<number>
  id: string
  kind: string
  line_no: number
  marketplace_tax: Generated<number>
  name: Generated<string>
  order_id: string
  org_id: number
  recognized_shipment_id: string | null
  tax: Generated<number>
  tax_rate_ppm: number | null
}

interface OrdersOrderDiscount {
  amount: number
  code: Generated<string>
  funded_by: Generated<string>
  id: string
  line_id: string | null
  name: Generated<string>
  order_id: string
  org_id: number
}

interface OrdersOrderHold {
  id: string
  note: Generated<string>
  order_id: string
  org_id: number
  placed_at: Timestamp
  placed_by: string | null
  /** paid: released by itself once everything the order costs was captured. */
  release_when: string | null
  released_at: Timestamp | null
  released_by: string | null
  /** The automation rule that put the hold; null when a person or a check did. */
  rule_id: string | null
  type: string
  /** When the hold ends by itself; null until somebody releases it. */
  until_at: Timestamp | null
}

interface OrdersOrderLine {
  amount: number
  backordered: Generated<number>
  canceled: Generated<number>
  cut_amount: Generated<number>
  cut_discount: Generated<number>
  /** What was already sliced when quantity or money of the line was last changed: slices never change, the cut rule applies to what is after. The same for cut_amount, cut_discount and cut_tax. */
  cut_quantity: Generated<number>
  cut_tax: Generated<number>
  discount: Generated<number>
  /** When expected receipts cover all that is backordered of the line; null when nothing waits or a part has no date. first_expected_at: the first such date. */
  expected_at: Timestamp | null
  external_line_id: string | null
  first_expected_at: Timestamp | null
  id: string
  item_id: string
  kind: string
  kit_quantity: number | null
  line_no: number
  lost: Generated<number>
  marketplace_tax: Generated<number>
  multiplier: Generated<number>
  name: string
  order_id: string
  ordered: number
  org_id: number
  parent_line_id: string | null
  pending: Generated<number>
  picked: Generated<number>
  reason: string | null
  refused: Generated<number>
  replaces_line_id: string | null
  reserved: Generated<number>
  returned: Generated<number>
  shipped: Generated<number>
  sku: string
  /** Part of amount - discount already frozen on shipments or canceled: part k takes amount × cumulative quantity ÷ total, rounded down, less what is already taken. */
  sliced_amount: Generated<number>
  sliced_discount: Generated<number>
  sliced_quantity: Generated<number>
  sliced_tax: Generated<number>
  sold_quantity: number
  /** Sent by the channel itself (its own warehouse, its supplier), not by us. */
  supplied_elsewhere: Generated<number>
  supply: string
  tax: Generated<number>
  /** Rate the tax follows when the line is changed; null where it was taken in before rates were kept: the item's rate then. */
  tax_rate_ppm: number | null
  unit_price: number | null
  unit_price_scale: Generated<number>
}

interface OrdersOrderTax {
  amount: number
  base: number
  charge_id: string | null
  collected_by: Generated<string>
  id: string
  jurisdiction: Generated<string>
  line_id: string | null
  order_id: string
  org_id: number
  rate_ppm: number
}

interface OrdersPayment {
  amount: number
  /** The authorization that a capture, void or expiry belongs to. More captured than authorized is shown, never refused. */
  authorization_id: string | null
  currency: string
  expires_at: Timestamp | null
  happened_at: Timestamp
  id: string
  kind: string
  method: Generated<string>
  order_id: string
  org_id: number
  provider: Generated<string>
  reason: Generated<string>
  recorded_at: Timestamp
  reference: string | null
  return_receipt_id: string | null
  /** The voucher that paid or was paid back to; such a fact moves the voucher liability, not payment clearing. */
  voucher_id: string | null
}

interface OrdersRefund {
  fee_amount: Generated<number>
  fee_tax: Generated<number>
  goods_amount: Generated<number>
  note: Generated<string>
  order_id: string
  org_id: number
  payment_id: string
  reduced_amount: Generated<number>
  reduced_tax: Generated<number>
  rma_id: string | null
}

interface OrdersRefundLine {
  amount: number
  charge_id: string | null
  id: string
  line_id: string | null
  org_id: number
  payment_id: string
  quantity: number | null
  reason: Generated<string>
  tax: Generated<number>
}

interface OrdersReturnPolicy {
  auto_approve: Generated<boolean>
  org_id: number
  version: Generated<number>
  warehouse_id: string | null
  window_days: Generated<number>
}

interface OrdersReturnReason {
  code: string
  is_active: Generated<boolean>
  name: string
  org_id: number
  restocking_fee_ppm: Generated<number>
}

interface OrdersRevenueSlice {
  amount: number
  charge_id: string | null
  discount: Generated<number>
  document_id: string
  document_line_id: string | null
  id: string
  kind: string
  line_id: string | null
  of_slice_id: string | null
  order_id: string
  org_id: number
  quantity: number | null
  recorded_at: Timestamp
  tax: Generated<number>
}

interface OrdersRma {
  auto_decided: Generated<boolean>
  closed_at: Timestamp | null
  decided_at: Timestamp | null
  decided_by: string | null
  decision_note: Generated<string>
  id: string
  note: Generated<string>
  number: number
  order_id: string
  org_id: number
  party_id: string | null
  received_at: Timestamp | null
  requested_at: Timestamp
  state: string
  version: Generated<number>
  warehouse_id: string
}

interface OrdersRmaLine {
  id: string
  item_id: string
  line_no: number
  note: Generated<string>
  order_line_id: string
  org_id: number
  outcome: string
  quantity: number
  reason: string
  received_quantity: Generated<number>
  replaced_quantity: Generated<number>
  rma_id: string
}

interface OrdersRmaReceiptLine {
  kind: string
  org_id: number
  quantity: number
  receipt_id: string
  receipt_line_id: string
  rma_id: string
  rma_line_id: string | null
}

interface OrdersSalesOrder {
  authorized_amount: Generated<number>
  base_rate_ppm: Generated<number>
  bill_to: Json | null
  /** Part of the total that was canceled, tax included: the customer owes total - canceled_amount. */
  canceled_amount: Generated<number>
  captured_amount: Generated<number>
  /** When the order was last changed after intake; the channel's own total speaks of the order before. */
  changed_at: Timestamp | null
  channel_id: string
  /** The total the channel stated; when ours differs the order is held as total_mismatch. */
  channel_total: number | null
  charges_amount: number
  currency: string
  customer_email: string | null
  customer_name: string | null
  customer_phone: string | null
  discounts_amount: number
  /** Latest expected_at of its waiting lines, null when one of them has none. first_expected_at: the first such date, the promise where promised_at does not say one. */
  expected_at: Timestamp | null
  external_id: string | null
  first_expected_at: Timestamp | null
  first_shipment_id: string | null
  fulfillment_status: string
  hold_count: Generated<number>
  id: string
  /** sha256 of the request as taken in: the same order again is the same order, another one under the same external id is a conflict. */
  intake_hash: Buffer
  invoicing_status: Generated<string>
  is_history: Generated<boolean>
  lines_amount: number
  marketplace_tax_amount: Generated<number>
  note: Generated<string>
  number: number
  org_id: number
  party_id: string | null
  payment_status: Generated<string>
  payment_terms: string
  placed_at: Timestamp
  prices_include_tax: boolean
  priority: Generated<number>
  promised_at: Timestamp | null
  received_at: Timestamp
  refunded_amount: Generated<number>
  reservation_status: string
  return_status: Generated<string>
  ship_country: string
  ship_to: Json
  state: string
  tags: Generated<string[]>
  tax_amount: number
  tax_ids: Generated<Json>
  total: number
  version: Generated<number>
  /** Debt given up: with what was captured it settles the order. */
  written_off_amount: Generated<number>
}

interface OrdersSourcingDecision {
  attempt: number
  decided_at: Timestamp
  order_id: string
  org_id: number
  reasons: Json
}

interface OrdersSourcingPolicy {
  allow_split: Generated<boolean>
  channel_id: string | null
  id: string
  keep_together: Generated<boolean>
  max_shipments: Generated<number>
  on_shortage: Generated<string>
  org_id: number
  prefer: Generated<string>
  version: Generated<number>
}

export interface OrdersTables {
  'orders.channel': OrdersChannel
  'orders.channel_order': OrdersChannelOrder
  'orders.channel_snapshot': OrdersChannelSnapshot
  'orders.channel_warehouse': OrdersChannelWarehouse
  'orders.order_charge': OrdersOrderCharge
  'orders.order_discount': OrdersOrderDiscount
  'orders.order_hold': OrdersOrderHold
  'orders.order_line': OrdersOrderLine
  'orders.order_tax': OrdersOrderTax
  'orders.payment': OrdersPayment
  'orders.refund': OrdersRefund
  'orders.refund_line': OrdersRefundLine
  'orders.return_policy': OrdersReturnPolicy
  'orders.return_reason': OrdersReturnReason
  'orders.revenue_slice': OrdersRevenueSlice
  'orders.rma': OrdersRma
  'orders.rma_line': OrdersRmaLine
  'orders.rma_receipt_line': OrdersRmaReceiptLine
  'orders.sales_order': OrdersSalesOrder
  'orders.sourcing_decision': OrdersSourcingDecision
  'orders.sourcing_policy': OrdersSourcingPolicy
}
