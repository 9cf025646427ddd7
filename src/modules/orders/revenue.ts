/**
 * What a slice says of an order's money. `shipped`, `fee` (restocking fee kept), `sent_back` (returned goods that went back to the customer)
 * and `found` (lost goods that the customer has after all) earn; `returned`, `refused`, `lost`, `voided` and `reduced` (price lowered without goods coming back) take back.
 */
export type SliceKind = 'shipped' | 'returned' | 'refused' | 'voided' | 'lost' | 'reduced' | 'fee' | 'sent_back' | 'found'

/** A frozen part of an order's money that billing posts: shipped (revenue earned) or returned (revenue taken back). */
export interface RevenueSlice {
  id: string
  orderId: string
  orderNumber: number
  partyId: string | null
  channelId: string
  currency: string
  baseRatePpm: number
  lineId: string | null
  chargeId: string | null
  /** `line` of a stocked or service item, `voucher`, or the kind of charge. */
  kind: string
  itemId: string | null
  warehouseId: string | null
  documentId: string
  documentLineId: string | null
  /** For returned slices: the shipped slice they take back. */
  ofSliceId: string | null
  quantity: number | null
  gross: number
  tax: number
  discount: number
  happenedAt: Date
}
