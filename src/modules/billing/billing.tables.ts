// Generated from the migrated database by scripts/generate-database-types.ts. Do not edit.

import type { ColumnType } from 'kysely'

type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>

type Timestamp = ColumnType<Date, Date | string, Date | string>

interface BillingCourierRemittance {
  accepted_at: Timestamp | null
  accepted_by: string | null
  carrier_id: string
  created_at: Timestamp
  created_by: string | null
  currency: string
  deposit_amount: number | null
  id: string
  note: Generated<string>
  number: number
  org_id: number
  reference: string
  statement_on: string
  status: string
  version: Generated<number>
}

interface BillingCourierRemittanceLine {
  amount: number
  collected_on: string | null
  difference: string
  expected: Generated<number>
  fee: Generated<number>
  id: string
  line_no: number
  org_id: number
  parcel_id: string | null
  remittance_id: string
  shipment_id: string | null
  tracking_number: string
}

interface BillingCourierRemittancePart {
  amount: number
  line_id: string
  order_id: string
  org_id: number
  parcel_id: string
  payment_id: string | null
}

interface BillingDeferral {
  channel_id: string
  charge_id: string | null
  cost_base: number
  currency: string
  deferred_at: Timestamp
  id: string
  income_role: string
  item_id: string | null
  net_amount: number
  net_base: number
  order_id: string
  org_id: number
  party_id: string | null
  quantity: number | null
  shipment_id: string
  shipment_line_id: string | null
  slice_id: string
  warehouse_id: string | null
}

interface BillingDeferralRelease {
  cost_base: number
  deferral_id: string
  id: string
  net_amount: number
  net_base: number
  org_id: number
  quantity: number | null
  reason: string
  released_at: Timestamp
}

interface BillingVoucher {
  balance: number
  /** sha256 of the code, which itself is shown once and kept nowhere. */
  code_hash: Buffer | null
  code_last4: string | null
  currency: string
  document_line_id: string | null
  expires_at: Timestamp | null
  id: string
  issued_amount: number
  issued_at: Timestamp
  kind: string
  number: number
  order_id: string | null
  order_line_id: string | null
  org_id: number
  party_id: string | null
  version: Generated<number>
}

interface BillingVoucherEntry {
  amount: number
  document_id: string | null
  happened_at: Timestamp
  id: string
  kind: string
  org_id: number
  payment_id: string | null
  reason: Generated<string>
  recorded_at: Timestamp
  voucher_id: string
}

export interface BillingTables {
  'billing.courier_remittance': BillingCourierRemittance
  'billing.courier_remittance_line': BillingCourierRemittanceLine
  'billing.courier_remittance_part': BillingCourierRemittancePart
  'billing.deferral': BillingDeferral
  'billing.deferral_release': BillingDeferralRelease
  'billing.voucher': BillingVoucher
  'billing.voucher_entry': BillingVoucherEntry
}
