/** Sums over an order's lines that carry a vector (kit parents do not). */
export interface LineSums {
  ordered: number
  canceled: number
  pending: number
  reserved: number
  backordered: number
  suppliedElsewhere: number
  shipped: number
  returned: number
  refused: number
  lost: number
  /** Pending of stocked lines only: services wait for the first shipment without being missing. */
  pendingStock: number
}

export interface OrderSums extends LineSums {
  total: number
  authorized: number
  captured: number
  refunded: number
  /** Debt given up: settles the order like a payment. */
  writtenOff?: number
  shipments: { planned: number; working: number; sent: number; delivered: number }
}

export interface Axes {
  state: 'open' | 'done' | 'canceled'
  payment_status: 'unpaid' | 'authorized' | 'partly_paid' | 'paid' | 'partly_refunded' | 'refunded'
  reservation_status: 'none' | 'pending' | 'partly_reserved' | 'reserved' | 'backordered'
  fulfillment_status: 'unfulfilled' | 'in_progress' | 'partly_shipped' | 'shipped' | 'delivered' | 'canceled'
  return_status: 'none' | 'partly_returned' | 'returned'
}

/** An order's statuses, derived from quantities, payments and shipments; never set by hand. */
export function axesOf(sums: OrderSums): Axes {
  const wanted = sums.ordered - sums.canceled
  const gone = sums.shipped + sums.suppliedElsewhere
  return {
    state: wanted === 0 ? 'canceled' : gone === wanted ? 'done' : 'open',
    payment_status: paymentStatus(sums),
    reservation_status: reservationStatus(sums),
    fulfillment_status: fulfillmentStatus(sums, wanted, gone),
    return_status:
      sums.returned + sums.refused === 0 ? 'none' : sums.returned + sums.refused + sums.lost >= gone ? 'returned' : 'partly_returned',
  }
}

/** What an order's payments amount to. */
export function paymentStatus({
  total,
  authorized,
  captured,
  refunded,
  writtenOff = 0,
}: Pick<OrderSums, 'total' | 'authorized' | 'captured' | 'refunded' | 'writtenOff'>): Axes['payment_status'] {
  if (refunded > 0) return refunded >= captured ? 'refunded' : 'partly_refunded'
  if (captured + writtenOff > 0) return captured + writtenOff >= total ? 'paid' : 'partly_paid'
  if (total === 0) return 'paid'
  return authorized > 0 ? 'authorized' : 'unpaid'
}

function reservationStatus({ pendingStock, reserved, backordered }: OrderSums): Axes['reservation_status'] {
  if (reserved + backordered + pendingStock === 0) return 'none'
  if (backordered + pendingStock === 0) return 'reserved'
  if (reserved > 0) return 'partly_reserved'
  return backordered > 0 ? 'backordered' : 'pending'
}

function fulfillmentStatus({ shipments }: OrderSums, wanted: number, gone: number): Axes['fulfillment_status'] {
  if (wanted === 0) return 'canceled'
  if (gone === wanted) return shipments.sent > 0 && shipments.delivered === shipments.sent ? 'delivered' : 'shipped'
  if (gone > 0) return 'partly_shipped'
  return shipments.working > 0 ? 'in_progress' : 'unfulfilled'
}
