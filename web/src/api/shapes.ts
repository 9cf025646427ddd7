/** What the API answers, as far as the screens read it. Amounts are minor units, quantities integers of the item's base unit. */
import type { AllowedAction, Money } from './basic-shapes.ts'
import type { PickListChange } from './exception-shapes.ts'

export type { AllowedAction, Money, Page } from './basic-shapes.ts'

/** An amount as the API states it: with its currency, or bare where the document around it names the currency. */
export type Amount = Money | number | null | undefined

export interface Address {
  name: string
  company?: string | null
  line1: string
  line2?: string | null
  city: string
  region?: string | null
  postcode?: string | null
  country: string
  phone?: string | null
}

export interface TaxId {
  scheme: string
  value: string
}

export interface Organization {
  id: string | number
  name: string
  time_zone: string
  base_currency: string
  language: string
  country?: string | null
  revenue_on?: string
  version?: number
}

export interface Session {
  user: { id: string; email: string; name: string }
  organization: Organization
  role: string
  permissions: string[]
  organizations: { id: string | number; name: string }[]
}

export interface Overview {
  to_release: number
  to_pick: number
  to_pack: number
  to_ship: number
  held: number
  backordered: number
  low_stock: number
  imports_failed: number
  [key: string]: unknown
}

export interface OrderLine {
  id: string
  line_no: number
  sku: string
  item_id: string
  name: string
  kind: string
  supply: string
  parent_line_id?: string | null
  amount: Amount
  discount: Amount
  tax: Amount
  unit_price?: { amount: number; scale: number; currency?: string } | null
  ordered: number
  canceled: number
  pending: number
  reserved: number
  backordered: number
  supplied_elsewhere: number
  shipped: number
  picked: number
  returned: number
  refused: number
  lost: number
}

export interface OrderHold {
  id: string
  type: string
  note?: string | null
  placed_at?: string
  placed_by_name?: string | null
  until_at?: string | null
  released_at?: string | null
  released_by_name?: string | null
}

export interface OrderPayment {
  id: string
  kind: string
  amount: Amount
  method?: string | null
  reference?: string | null
  /** Of an authorization: what is neither captured nor ended. */
  open?: Amount
  expires_at?: string | null
  voucher_id?: string | null
  happened_at: string
}

export interface Order {
  id: string
  number: number | string
  channel: { id: string; code: string; name: string }
  external_id?: string | null
  placed_at: string
  received_at?: string
  expected_at?: string | null
  is_late?: boolean
  promised_at?: string | null
  priority?: number
  tags?: string[]
  state: string
  payment_status: string
  reservation_status: string
  fulfillment_status: string
  invoicing_status: string
  return_status: string
  currency: string
  prices_include_tax: boolean
  payment_terms: string
  customer?: { party_id?: string | null; name?: string | null; email?: string | null; phone?: string | null; tax_ids?: TaxId[] } | null
  ship_to?: Address | null
  bill_to?: Address | null
  totals: {
    lines?: Amount
    charges?: Amount
    discounts?: Amount
    tax?: Amount
    total: Amount
    canceled?: Amount
    credited?: Amount
    due?: Amount
    channel_total?: Amount
  }
  paid?: { authorized?: Amount; captured?: Amount; refunded?: Amount }
  cost?: Amount
  margin?: Amount
  lines?: OrderLine[]
  charges?: {
    id?: string
    kind: string
    name?: string | null
    amount: Amount
    recognized_shipment_id?: string | null
    canceled_at?: string | null
  }[]
  discounts?: { id?: string; line_id?: string | null; code?: string | null; name?: string | null; amount: Amount }[]
  taxes?: { rate_ppm?: number | null; amount: Amount; base?: Amount; jurisdiction?: string | null }[]
  holds?: OrderHold[]
  payments?: OrderPayment[]
  shipments?: { id: string; number: number | string; status: string; warehouse_id: string; warehouse_code: string }[]
  sourcing?: { attempt: number; decided_at: string; reasons: unknown }[]
  note?: string | null
  hold_count?: number
  held?: boolean
  quantities?: { ordered: number; shipped: number; reserved?: number; backordered?: number }
  version: number
  allowed_actions?: AllowedAction[]
}

export interface ShipmentLine {
  id: string
  order_id: string
  order_line_id: string
  item_id: string
  sku: string
  name: string
  quantity: number
  picked_quantity: number
  shipped_quantity: number
  returned_quantity: number
  refused_quantity?: number
  lost_quantity?: number
  supply: string
  barcodes?: { code: string; quantity: number }[]
  image_url?: string | null
  picks?: Pick[]
}

export interface Parcel {
  id: string
  parcel_no: number
  sscc: string
  weight_g?: number | null
  length_mm?: number | null
  width_mm?: number | null
  height_mm?: number | null
  tracking_number?: string | null
  carrier?: unknown
}

export interface Shipment {
  id: string
  number: number | string
  status: string
  warehouse_id: string
  warehouse_code: string
  order_ids?: string[]
  orders?: { id: string; number: number | string; external_id?: string | null }[]
  ship_to?: Address | null
  party_id?: string | null
  held?: boolean
  priority?: number
  amount_to_collect?: Amount
  carrier?: string | null
  service?: string | null
  currency?: string
  promised_at?: string | null
  created_at: string
  released_at?: string | null
  picked_at?: string | null
  packed_at?: string | null
  shipped_at?: string | null
  delivered_at?: string | null
  pick_list_id?: string | null
  lines?: ShipmentLine[]
  line_count?: number
  quantity?: number
  tracking_numbers?: string[]
  parcels?: Parcel[]
  version: number
  allowed_actions?: AllowedAction[]
}

export interface Pick {
  id: string
  location_id?: string
  location_code: string
  item_id?: string
  sku: string
  name: string
  quantity: number
  picked_quantity: number
  shipment_id: string
  shipment_number?: number | string
  status: string
  lot?: string | null
  barcodes?: { code: string; quantity: number }[]
}

export interface PickList {
  id: string
  number: number | string
  warehouse_id: string
  warehouse_code?: string
  status: string
  created_at: string
  done_at?: string | null
  picks?: Pick[]
  changes?: PickListChange[]
  allowed_actions?: AllowedAction[]
}

export interface Item {
  id: string
  sku: string
  kind: string
  name: string
  unit: string
  unit_scale: number
  barcodes?: { code: string; scheme?: string; quantity?: number }[]
  weight_g?: number | null
  length_mm?: number | null
  width_mm?: number | null
  height_mm?: number | null
  price?: { amount: number; scale: number; currency: string } | null
  tax_class?: string | null
  image_url?: string | null
  cost_method: string
  preorder?: string
  preorder_from?: string | null
  preorder_until?: string | null
  tracking: string
  status: string
  components?: { sku: string; quantity: number }[]
  version: number
}

export interface StockRow {
  item_id: string
  sku: string
  name: string
  warehouse_id: string
  warehouse_code: string
  on_hand: number
  reserved: number
  held: number
  available: number
  incoming: number
  backordered: number
  unit_scale?: number
  threshold?: number | null
}

export interface StockLevel {
  location_id: string
  location_code: string
  warehouse_id: string
  item_id: string
  sku: string
  lot?: string | null
  on_hand: number
  allocated?: number | null
  recorded_late?: boolean
}

export interface Movement {
  seq: number | string
  item_id: string
  sku: string
  quantity: number
  unit_scale: number
  from_location_code: string
  to_location_code: string
  happened_at: string
  recorded_at: string
  reason: string
  source_type: string
  source_id: string
  entry_id?: string | null
  actor?: unknown
}

export interface CostLayer {
  id: string
  seq: number | string
  sku: string
  warehouse_id: string
  received_at: string
  quantity: number
  value: Amount
  remaining_quantity: number
  remaining_value: Amount
  provisional: boolean
  assumed: boolean
}

export interface Warehouse {
  id: string
  code: string
  name: string
  kind: string
  country?: string
  postcode?: string | null
  priority?: number
  cut_off?: string | null
  version?: number
}

export interface Location {
  id: string
  warehouse_id: string
  code: string
  role: string
  blocked?: boolean
  kind?: string
}

export interface Channel {
  id: string
  code: string
  name: string
  kind: string
  warehouse_ids?: string[]
}

export interface SourcingPolicy {
  id?: string
  channel_id?: string | null
  prefer: string
  keep_together: boolean
  allow_split: boolean
  max_shipments: number
  on_shortage: string
  version?: number
}

export interface Carrier {
  id: string
  code: string
  name: string
  kind: string
}

export interface Party {
  id: string
  name: string
  company?: string | null
  email?: string | null
  phone?: string | null
  external_id?: string | null
  is_customer: boolean
  is_supplier: boolean
  tax_ids?: TaxId[]
  addresses?: Address[]
}

export interface VerificationCheck {
  id: string
  sentence: string
  ok: boolean
  rows: number
  empty: boolean
  ms: number
  counterexample?: unknown
  detail?: unknown
}

export interface Verification {
  ok: boolean
  started_at: string
  finished_at: string
  checks: VerificationCheck[]
}

export interface Posting {
  account: string
  account_code?: string
  account_name?: string
  amount: Amount
  base_amount?: Amount
  currency?: string
  sku?: string | null
  document_type?: string | null
  document_id?: string | null
}

export interface JournalEntry {
  id: string
  number?: number | string
  seq?: number | string
  accounting_date: string
  recorded_at: string
  kind?: string
  source_type?: string | null
  source_id?: string | null
  reverses_id?: string | null
  memo?: string
  postings_total?: number
  total?: Money
  reversed_by_id?: string | null
  postings?: Posting[]
}

export interface TrialBalance {
  on: string
  currency: string
  accounts: { code: string; name: string; type: string; role?: string | null; debit: Amount; credit: Amount; balance: Amount }[]
  total_debit: Amount
  total_credit: Amount
}

export interface Outcome {
  ok: boolean
  shipment_id?: string
  pick_id?: string
  error?: { code?: string; detail?: string; title?: string; message?: string } | null
}

export interface User {
  id: string
  user_id?: string
  email: string
  name: string
  role: string
  disabled?: boolean
}

export interface ApiKey {
  id: string
  name: string
  hint?: string
  scopes: string[]
  created_at?: string
  expires_at?: string | null
  last_used_at?: string | null
  key?: string
}

export interface AuditEvent {
  seq: number | string
  recorded_at: string
  happened_at?: string
  type: string
  actor?: { kind?: string; name?: string | null } | string | null
  document_type?: string | null
  document_id?: string | null
  payload?: unknown
}
