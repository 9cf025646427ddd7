import type { AllowedAction, Money } from './shapes.ts'

/** A return (RMA) as lists show it. */
export interface ReturnRow {
  id: string
  number: number
  state: string
  order_id: string
  order_number: number
  customer_name: string | null
  warehouse_code: string
  requested_at: string
  quantity: number
  received: number
}

export interface ReturnLine {
  id: string
  order_line_id: string
  sku: string
  name: string
  quantity: number
  received: number
  replaced: number
  reason: string
  outcome: string
  note: string
}

/** A return with what came, what was sent for it and what was paid back. */
export interface ReturnDocument extends Omit<ReturnRow, 'quantity' | 'received'> {
  currency: string
  note: string
  decision_note: string
  auto_decided: boolean
  decided_at: string | null
  lines: ReturnLine[]
  receipts: {
    return_receipt_id: string
    number: number
    warehouse_code: string
    happened_at: string
    receipt_line_id: string
    rma_line_id: string | null
    sku: string
    quantity: number
    kind: string
  }[]
  sent_instead: { line_id: string; sku: string; name: string; quantity: number; amount: Money; shipped: number }[]
  refunds: { id: string; amount: Money; method: string; happened_at: string; restocking_fee: Money; reduced: Money }[]
  allowed_actions: AllowedAction[]
}

export type Stage = 'waiting' | 'repair' | 'refurbish' | 'supplier' | 'reject'

/** Goods that came back, with where they are on their way. */
export interface ReturnReceipt {
  id: string
  number: number
  warehouse_id: string
  warehouse_code: string
  order_id: string | null
  reason: string
  happened_at: string
  lines: {
    id: string
    sku: string
    name: string
    quantity: number
    location_code: string
    cost_assumed: boolean
    stages: Record<Stage | 'done', number>
  }[]
  inspections: {
    id: string
    number: number
    happened_at: string
    receipt_line_id: string
    stage: string
    disposition: string
    quantity: number
    to_location_code: string
    note: string
  }[]
}

export interface ReturnRules {
  window_days: number
  auto_approve: boolean
  warehouse_id: string | null
  reasons: { code: string; name: string; restocking_fee_ppm: number; is_active: boolean }[]
}

/** What a refund would pay back and change. */
export interface RefundPreview {
  order_id: string
  amount: Money
  parts: { line_id: string | null; charge_id: string | null; quantity: number | null; amount: Money; tax: Money; basis: string }[]
  restocking_fee: Money
  revenue_lowered: Money
  tax_lowered: Money
  more_than_taken: Money
  will_hold: boolean
  original_method: string
}
