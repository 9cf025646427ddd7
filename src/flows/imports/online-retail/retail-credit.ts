import { instantOf } from './local-time.ts'
import type { RetailOrder } from './retail-order.ts'
import { penceOf } from './retail-order.ts'
import type { RetailReturn } from './retail-return.ts'
import type { RetailRow } from './retail-row.ts'

/** Money given back without goods: postage, a discount, samples or a manual line on a C invoice. */
export interface RetailCredit {
  invoice: string
  line: number
  happenedAt: Date
  customer: string | null
  country: string
  code: string
  /** Pence, more than 0. */
  amount: number
  /** Invoices whose payments carry it, with the part of each; empty until settled. */
  parts: { invoice: string; amount: number }[]
  /** What no order can carry. */
  unsettled: number
}

/** Reads a charge row of a C invoice. */
export function creditOf(row: RetailRow): RetailCredit {
  const amount = -penceOf(row)
  return {
    invoice: row.invoice,
    line: row.line,
    happenedAt: instantOf(row.at),
    customer: row.customer,
    country: row.country,
    code: row.code,
    amount,
    parts: [],
    unsettled: amount,
  }
}

/**
 * Finds the orders whose payments the credits give back: of the same customer, the latest earlier one that can carry it whole,
 * then earlier ones in part, then, because some credits are written before the invoice they correct, later ones,
 * then orders of web shop guests in the same way. Returns are served first, so that no order gives back more than was paid.
 */
export function settleCredits(credits: readonly RetailCredit[], orders: readonly RetailOrder[], returns: readonly RetailReturn[]): void {
  const left = new Map(orders.map((order) => [order.invoice, order.body.total]))
  for (const line of returns.flatMap((one) => one.lines)) {
    if (line.sale !== null) left.set(line.sale.invoice, Math.max(0, (left.get(line.sale.invoice) ?? 0) - line.amount))
  }
  const byCustomer = Map.groupBy(orders, (order) => order.customer)
  for (const credit of credits) {
    for (const customer of new Set([credit.customer, null])) settle(credit, byCustomer.get(customer) ?? [], left)
  }
}

function settle(credit: RetailCredit, own: readonly RetailOrder[], left: Map<string, number>): void {
  const earlier = own.filter((order) => order.placedAt <= credit.happenedAt).toReversed()
  const later = own.filter((order) => order.placedAt > credit.happenedAt)
  const whole = earlier.find((order) => (left.get(order.invoice) ?? 0) >= credit.unsettled)
  for (const order of whole === undefined ? [...earlier, ...later] : [whole]) {
    if (credit.unsettled === 0) break
    takePart(credit, order.invoice, left)
  }
}

function takePart(credit: RetailCredit, invoice: string, left: Map<string, number>): void {
  const can = left.get(invoice) ?? 0
  const amount = Math.min(can, credit.unsettled)
  if (amount <= 0) return
  credit.parts.push({ invoice, amount })
  credit.unsettled -= amount
  left.set(invoice, can - amount)
}
