import { instantOf } from './local-time.ts'
import type { RetailOrder } from './retail-order.ts'
import { penceOf } from './retail-order.ts'
import type { RetailRow } from './retail-row.ts'

/** Goods of one C invoice that came back. */
export interface RetailReturn {
  invoice: string
  happenedAt: Date
  customer: string | null
  country: string
  lines: RetailReturnLine[]
}

/** A returned quantity of one item: from one sale, or, where `sale` is null, naming none. */
export interface RetailReturnLine {
  sku: string
  quantity: number
  /** What the C invoice gave back for it, in pence, tax included. */
  amount: number
  sale: { invoice: string; externalLineId: string } | null
}

interface OpenSale {
  invoice: string
  externalLineId: string
  at: number
  left: number
}

/**
 * Finds for each returned row the sales it came from: of that item to that customer (guests of the web shop count as one customer),
 * latest earlier first, never more than was sold. What is left names no sale.
 */
export function matchReturns(rows: readonly RetailRow[], orders: readonly RetailOrder[]): RetailReturn[] {
  const sales = openSales(orders, new Set(rows.map((row) => keyOf(row.customer, row.code))))
  const returns = new Map<string, RetailReturn>()
  for (const row of rows) {
    const at = instantOf(row.at)
    const one = returns.get(row.invoice) ?? {
      invoice: row.invoice,
      happenedAt: at,
      customer: row.customer,
      country: row.country,
      lines: [],
    }
    returns.set(row.invoice, one)
    one.lines.push(...takeFromSales(row, sales.get(keyOf(row.customer, row.code)) ?? [], at.getTime()))
  }
  return [...returns.values()]
}

function takeFromSales(row: RetailRow, sales: readonly OpenSale[], before: number): RetailReturnLine[] {
  const whole = -row.quantity
  const amount = -penceOf(row)
  const lines: RetailReturnLine[] = []
  let left = whole
  const line = (quantity: number, sale: RetailReturnLine['sale']): RetailReturnLine => ({
    sku: row.code,
    quantity,
    amount: (amount / whole) * quantity,
    sale,
  })
  for (const sale of sales.toReversed()) {
    if (left === 0) break
    if (sale.at >= before || sale.left === 0) continue
    const taken = Math.min(left, sale.left)
    sale.left -= taken
    left -= taken
    lines.push(line(taken, { invoice: sale.invoice, externalLineId: sale.externalLineId }))
  }
  if (left > 0) lines.push(line(left, null))
  return lines
}

function openSales(orders: readonly RetailOrder[], wanted: ReadonlySet<string>): Map<string, OpenSale[]> {
  const sales = new Map<string, OpenSale[]>()
  for (const order of orders) {
    for (const line of order.body.lines) {
      const key = keyOf(order.customer, line.sku)
      if (!wanted.has(key)) continue
      const sale = { invoice: order.invoice, externalLineId: line.external_line_id, at: order.placedAt.getTime(), left: line.quantity }
      const known = sales.get(key)
      if (known === undefined) sales.set(key, [sale])
      else known.push(sale)
    }
  }
  return sales
}

function keyOf(customer: string | null, sku: string): string {
  return `${customer ?? 'guest'} ${sku}`
}
