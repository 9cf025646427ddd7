import type { RetailHistory } from './retail-history.ts'

/** Money given back on an order. */
export interface RetailRefund {
  invoice: string
  /** Pence, more than 0. */
  amount: number
  at: Date
  /** Names the fact: C invoice, row or nothing, and the order it is given back on. */
  reference: string
  reason: string
}

/**
 * What was given back on orders, for returned goods of known sales and as credits, in the order of time. The amount is the C invoice's, but an order never gives back
 * more than it was paid: a few C invoices state a higher price than the sale.
 */
export function refundsOf(history: Pick<RetailHistory, 'orders' | 'returns' | 'credits'>): RetailRefund[] {
  const left = new Map(history.orders.map((order) => [order.invoice, order.body.total]))
  const wanted = [
    ...history.returns.flatMap((one) =>
      [...Map.groupBy(one.lines, (line) => line.sale?.invoice ?? '')].map(([invoice, lines]) => ({
        invoice,
        amount: lines.reduce((sum, line) => sum + line.amount, 0),
        at: one.happenedAt,
        reference: `${one.invoice}-${invoice}`,
        reason: 'Goods returned',
      })),
    ),
    ...history.credits.flatMap((credit) =>
      credit.parts.map((part) => ({
        invoice: part.invoice,
        amount: part.amount,
        at: credit.happenedAt,
        reference: `${credit.invoice}-${credit.line}-${part.invoice}`,
        reason: credit.code,
      })),
    ),
  ]
  return wanted
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .flatMap((refund) => {
      const amount = Math.min(refund.amount, left.get(refund.invoice) ?? 0)
      left.set(refund.invoice, (left.get(refund.invoice) ?? 0) - amount)
      return amount > 0 ? [{ ...refund, amount }] : []
    })
}
