import type { Amount } from './shapes.ts'

/** One side of a changed line. */
interface ChangedLineSide {
  wanted: number
  reserved: number
  backordered: number
  amount: Amount
}

/** What a change of an order would do. */
export interface ChangePreview {
  lines: { line_id: string | null; sku: string; name: string; before: ChangedLineSide | null; after: ChangedLineSide | null }[]
  totals: Record<'before' | 'after', Record<'lines' | 'charges' | 'discounts' | 'tax' | 'total' | 'canceled' | 'due', Amount>>
  shipments: {
    number: number | null
    warehouse_code: string
    status_before: string | null
    status_after: string | null
    ship_to_changes: boolean
    lines: { sku: string; before: number; after: number }[]
  }[]
  stock: { sku: string; warehouse_code: string; available_before: number; available_after: number }[]
  money: Record<'paid' | 'due_before' | 'due_after' | 'to_pay' | 'to_refund', Amount>
  fields: string[]
}

/** What people should know of a customer, an item or an order. */
export interface Note {
  id: string
  document_type: string
  document_id: string
  text: string
  show_at: string[]
  created_at: string
  created_by_name?: string | null
  version: number
}
