import type { Order } from '../../api/shapes.ts'
import { minorOf } from '../../kit/format.ts'

/** What of an order's debts was given up (or, below 0, of its credit was kept), in minor units. */
export function givenUp(order: Order): number {
  return (order.payments ?? []).reduce(
    (sum, payment) =>
      sum + (payment.kind === 'written_off' ? minorOf(payment.amount) : payment.kind === 'kept' ? -minorOf(payment.amount) : 0),
    0,
  )
}

/** What the customer still owes for an order, in minor units; below 0 it was paid too much. */
export function stillDue(order: Order): number {
  return minorOf(order.totals.due ?? order.totals.total) - minorOf(order.paid?.captured) + minorOf(order.paid?.refunded) - givenUp(order)
}
