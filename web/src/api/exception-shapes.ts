import type { AllowedAction, Money } from './basic-shapes.ts'

/** A change of a pick list that the picker has not acknowledged. */
export interface PickListChange {
  id: string
  kind: string
  shipment_id: string
  shipment_number: number
  item_id: string
  sku: string
  location_code: string | null
  quantity: number
  created_at: string
}

/** Work that a fact left for a person. */
export interface Task {
  id: string
  kind: string
  status: string
  warehouse_id: string
  warehouse_code: string
  document_type: string
  document_id: string
  document_number: number | null
  sku: string | null
  name: string | null
  location_code: string | null
  to_location_code: string | null
  quantity: number | null
  note: string
  created_at: string
  done_at: string | null
}

/** A claim on a carrier for lost goods; amounts in the currency of the books. */
export interface CarrierClaim {
  id: string
  number: number
  status: string
  shipment_id: string
  shipment_number: number
  carrier: string | null
  cost: Money
  claimed: Money
  accepted: Money | null
  paid: Money | null
  repaid: Money | null
  lost_quantity: number
  reference: string
  reason: string
  note: string
  created_at: string
  allowed_actions: AllowedAction[]
}
