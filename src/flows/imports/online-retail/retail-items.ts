import { CARRIAGE_CODES, classOf, FEE_CODES, isSubPenny, isVoucherCode, MANUAL_CODES } from './row-class.ts'
import type { RetailRow } from './retail-row.ts'

/** An item that the file speaks of. */
export interface RetailItem {
  sku: string
  kind: 'stocked' | 'service' | 'voucher'
  name: string
  /** Most common price of a piece in pence, tax included; null where the file never sells it. */
  price: number | null
}

const SERVICE_NAMES: Readonly<Record<string, string>> = {
  POST: 'Postage',
  DOT: 'Postage, web shop',
  C2: 'Carriage',
  D: 'Discount',
  M: 'Manual line',
  S: 'Samples',
}

interface Seen {
  names: Map<string, number>
  otherNames: Map<string, number>
  prices: Map<number, number>
}

/**
 * The items of the file. A name is the most common description on rows with a price ("damaged", "?" stand on rows without),
 * a price the most common one of sales; on a tie the one seen first.
 */
export function retailItems(rows: readonly RetailRow[]): RetailItem[] {
  const seen = new Map<string, Seen>()
  for (const row of rows) {
    if (FEE_CODES.has(row.code) || classOf(row) === 'bad_debt') continue
    const item = seen.get(row.code) ?? { names: new Map(), otherNames: new Map(), prices: new Map() }
    seen.set(row.code, item)
    if (row.description !== '') count(row.price === 0 ? item.otherNames : item.names, row.description)
    if (row.price > 0 && row.quantity > 0 && !isSubPenny(row)) count(item.prices, row.price)
  }
  return [...seen].map(([sku, item]) => ({
    sku,
    kind: kindOf(sku),
    name: SERVICE_NAMES[sku] ?? mostCommon(item.names) ?? capitalOf(item.otherNames) ?? `Item ${sku}`,
    price: priceOf(sku, item),
  }))
}

function kindOf(sku: string): RetailItem['kind'] {
  if (isVoucherCode(sku)) return 'voucher'
  return CARRIAGE_CODES.has(sku) || MANUAL_CODES.has(sku) ? 'service' : 'stocked'
}

function priceOf(sku: string, item: Seen): number | null {
  if (SERVICE_NAMES[sku] !== undefined) return null
  const price = mostCommon(item.prices)
  return price === undefined ? null : Math.round(price / 10)
}

/** On rows without a price only descriptions in capitals are the item's; the rest are remarks. */
function capitalOf(names: ReadonlyMap<string, number>): string | undefined {
  return mostCommon(new Map([...names].filter(([name]) => name.length > 8 && name === name.toUpperCase() && /[A-Z]{3}/.test(name))))
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function mostCommon<K>(counts: ReadonlyMap<K, number>): K | undefined {
  let best: K | undefined
  let most = 0
  for (const [key, times] of counts) {
    if (times > most) {
      best = key
      most = times
    }
  }
  return best
}
