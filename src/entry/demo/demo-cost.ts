import { mulDivRound } from '../../kernel/money.ts'
import type { RetailOrder } from '../../flows/imports/online-retail/index.ts'
import { pickInteger } from './fraction.ts'

/** Decimals of a unit cost: ten-thousandths of a pound, because many pieces cost a few pence. */
export const COST_SCALE = 4

/** Net price of a piece in ten-thousandths of a pound, where nothing was sold: a made-up one. */
const UNSOLD_NET_PRICE = 8_000

/** Net price a piece fetched on average, in ten-thousandths of a pound, by SKU. Gifts at no price do not count. */
export function netPrices(orders: readonly RetailOrder[]): Map<string, number> {
  const sums = new Map<string, { net: number; quantity: number }>()
  for (const { body } of orders) {
    for (const line of body.lines) {
      if (line.unit_price.amount <= 0) continue
      const sum = sums.get(line.sku) ?? { net: 0, quantity: 0 }
      sum.net += mulDivRound(line.unit_price.amount * line.quantity * 100, 1_000_000, 1_000_000 + line.tax_rate_ppm)
      sum.quantity += line.quantity
      sums.set(line.sku, sum)
    }
  }
  return new Map([...sums].map(([sku, { net, quantity }]) => [sku, mulDivRound(net, 1, quantity)]))
}

/**
 * What the n-th receipt of an item costs a piece, in ten-thousandths of a pound: 40 to 68 % of its net price, rising or falling from receipt to receipt,
 * never the same twice in a row (the direction of an item does not change, and a step is at least one ten-thousandth).
 */
export function unitCost(sku: string, receiptNo: number, netPrice: number | undefined): number {
  const price = netPrice ?? UNSOLD_NET_PRICE
  const start = pickInteger(`${sku} cost`, 460_000, 580_000)
  const rises = pickInteger(`${sku} trend`, 0, 99) < 65
  const step = pickInteger(`${sku} step`, 12_000, 30_000)
  const room = rises ? 680_000 - start : start - 400_000
  const drift = Math.min(step * receiptNo, Math.floor((room * receiptNo) / (receiptNo + 2)))
  const cost = mulDivRound(price, rises ? start + drift : start - drift, 1_000_000)
  return Math.max(1, cost + (rises ? receiptNo % 2 : -(receiptNo % 2)))
}
