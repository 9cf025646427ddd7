import type { AllowedAction, Money } from '../../api/shapes.ts'

/** A goods receipt as its page reads it. */
export interface Receipt {
  id: string
  number: number
  kind: string
  status: string
  warehouse_code: string
  supplier_name: string | null
  reference: string
  currency: string
  expected_at: string | null
  created_at: string
  value: Money
  lines: ReceiptLine[]
  allowed_actions: AllowedAction[]
}

/** One line: expected, received and what it is worth. */
export interface ReceiptLine {
  id: string
  line_no: number
  item_id: string
  sku: string
  name: string
  unit_scale: number
  expected_quantity: number | null
  received_quantity: number
  reversed_quantity: number
  unit_cost: { amount: number; scale: number; currency: string } | null
  provisional: boolean
  value: Money
}

/** What a change of a receipt makes stale. */
export const RECEIPT_STALE = [
  '/v1/goods-receipts',
  '/v1/stock',
  '/v1/items',
  '/v1/movements',
  '/v1/cost-layers',
  '/v1/overview',
  '/v1/orders',
  '/v1/shipments',
  '/v1/journal-entries',
]

/** What a line still expects. */
export function stillExpected(line: ReceiptLine): number {
  return Math.max(0, (line.expected_quantity ?? 0) - line.received_quantity)
}
