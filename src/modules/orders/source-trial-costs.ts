import type { Tx } from '../../kernel/database.ts'
import { lowestPrices, type PriceOfParcel } from '../carriers/index.ts'
import { findItemsBySku, type ItemSummary } from '../catalog/index.ts'
import type { SourcedParts } from './source-trial.ts'

interface Part {
  sku: string
  quantity: number
}

/** An order whose decision was made again, as carriage needs it. */
export interface TriedOrder {
  shipTo: { country: string; postcode: string }
  /** All its goods. */
  goods: readonly Part[]
  trial: { before: SourcedParts; after: SourcedParts }
}

/** Where goods come from and what carriage costs: one parcel a warehouse, in minor units; null where no price list tells it. */
export interface PricedSide {
  warehouses: string[]
  missing: number
  cost: number | null
}

/** What shipments would cost by the lowest of the carriers' price lists, before and after, order by order. */
export async function priceTrials(
  tx: Tx,
  by: { orgId: number; currency: string },
  orders: readonly TriedOrder[],
): Promise<{ before: PricedSide; after: PricedSide }[]> {
  const prices = orders.length === 0 ? null : await lowestPrices(tx, by.orgId, by.currency)
  const skus = orders.flatMap((order) => order.goods.map((part) => part.sku))
  const items = prices === null ? new Map<string, ItemSummary>() : await findItemsBySku(tx, by.orgId, [...new Set(skus)])
  return Promise.all(
    orders.map(async (order) => ({
      before: await priceSide(order, order.trial.before, { prices, items }),
      after: await priceSide(order, order.trial.after, { prices, items }),
    })),
  )
}

interface PriceLists {
  prices: PriceOfParcel | null
  items: ReadonlyMap<string, ItemSummary>
}

async function priceSide(order: TriedOrder, { parts, missing }: SourcedParts, { prices, items }: PriceLists): Promise<PricedSide> {
  const warehouses = [...parts.keys()]
  if (prices === null) return { warehouses, missing, cost: null }
  const costs = await Promise.all(
    [...parts.values()].map(async (part) => {
      const weightG = weightOf(order, part, items)
      return weightG === null ? null : prices(order.shipTo, Math.max(1, weightG))
    }),
  )
  return { warehouses, missing, cost: costs.reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0) }
}

/** Grams of a warehouse's part, null where an item has no weight. A part without a SKU is the whole order. */
function weightOf(order: TriedOrder, parts: readonly Part[], items: PriceLists['items']): number | null {
  const goods = parts.some((part) => part.sku === '') ? order.goods : parts
  let weightG = 0
  for (const { sku, quantity } of goods) {
    const item = items.get(sku)
    if (item === undefined || item.weight_g === null) return null
    weightG += Math.ceil((item.weight_g * quantity) / 10 ** item.unit_scale)
  }
  return weightG
}
