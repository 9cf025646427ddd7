import type { Money } from '../../api/shapes.ts'

/** What an order's account holds. */
export interface CustomerBalance {
  document_type: string
  document_id: string
  order_number: number | null
  customer_name: string | null
  party_id: string | null
  amount: Money
  base_amount: Money
  since: string
  age_days: number
}

export interface ReceivablesSummary {
  receivables: Money
  deposits: Money
  account_balance: Money
  ages: { days: string; receivables: Money; deposits: Money }[]
}

export interface Voucher {
  id: string
  number: number
  kind: 'gift' | 'store_credit'
  status: string
  code_last4: string | null
  issued: Money
  balance: Money
  party_id: string | null
  order_id: string | null
  order_number: number | null
  issued_at: string
  expires_at: string | null
  entries?: {
    id: string
    kind: string
    amount: Money
    order_id: string | null
    order_number: number | null
    happened_at: string
    reason: string
  }[]
}

export interface OutstandingParcel {
  shipment_id: string
  shipment_number: number
  tracking_number: string | null
  amount: Money
  shipped_at: string
  delivered: boolean
}

export interface RemittanceLine {
  id: string
  line_no: number
  tracking_number: string
  amount: Money
  fee: Money
  expected: Money
  collected_on: string | null
  difference: string
  shipment_id: string | null
  shipment_number: number | null
  order_ids: string[]
  order_numbers: number[]
}

export interface Remittance {
  id: string
  number: number
  carrier_name: string
  reference: string
  statement_on: string
  status: string
  amount: Money
  fees: Money
  deposit: Money | null
  lines_total: number
  created_at: string
  accepted_at: string | null
  expected?: Money
  pays_orders?: Money
  deposit_difference?: Money | null
  lines?: RemittanceLine[]
  missing?: OutstandingParcel[]
}
