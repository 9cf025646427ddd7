import { instantOf, type RetailOrder, type RetailWriteOff } from '../../flows/imports/online-retail/index.ts'
import { DEMO_SUPPLIERS, DEMO_WAREHOUSES, type DemoWarehouseCode, likelyWarehouse } from './demo-business.ts'
import { netPrices, unitCost } from './demo-cost.ts'
import { addDays, daysBetween, type DemoSlice } from './demo-slice.ts'
import { type Demand, planSupply } from './demo-supply.ts'
import { pickInteger } from './fraction.ts'

/** A delivery of one supplier to one warehouse. */
export interface DemoReceipt {
  at: Date
  warehouse: DemoWarehouseCode
  /** `external_id` of the supplier. */
  supplier: string
  reference: string
  lines: { sku: string; quantity: number; unitCost: number }[]
}

/** What leaves the stock, and what is stocked at all. */
export interface Outflow {
  slice: DemoSlice
  orders: readonly RetailOrder[]
  writeOffs: readonly (RetailWriteOff & { warehouse: DemoWarehouseCode })[]
  stocked: ReadonlySet<string>
}

/** How many items run out on the last day, so that there are backorders. */
const SHORT_ITEMS = 6

/**
 * The receipts that cover all orders and write-offs, two or more for each item in each warehouse that ships it, from its two suppliers in turn and at different costs.
 * A few items (`short`) are left without the goods that the last day asks for.
 */
export function planReceipts(outflow: Outflow): { receipts: DemoReceipt[]; short: string[] } {
  const times = receivingTimes(outflow.slice)
  const short = shortItems(outflow)
  const demand = demandBySkuAndWarehouse(outflow, new Set(short))
  const prices = netPrices(outflow.orders)
  const receipts = new Map<string, DemoReceipt>()
  for (const [key, wanted] of [...demand].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [warehouse, sku] = splitKey(key)
    for (const [index, { period, quantity }] of planSupply(wanted, times, short.includes(sku) ? null : key).entries()) {
      const supplier = supplierOf(sku, index)
      addLine(receipts, { warehouse, supplier, at: times[period] ?? 0 }, { sku, quantity, unitCost: unitCost(sku, index, prices.get(sku)) })
    }
  }
  return { receipts: [...receipts.values()].toSorted((a, b) => a.at.getTime() - b.at.getTime()), short }
}

/** Deliveries that are announced for the day after the last: what ran short, and the next lot of what sells most. */
export function expectedReceipts(
  short: readonly string[],
  popular: readonly string[],
  { slice, orders }: Pick<Outflow, 'slice' | 'orders'>,
): DemoReceipt[] {
  const prices = netPrices(orders)
  const at = instantOf(`${addDays(slice.lastDay, 3)} 09:00:00`)
  const wanted = [...new Set([...short, ...popular.slice(0, 6)])]
  const receipts = new Map<string, DemoReceipt>()
  for (const { code } of DEMO_WAREHOUSES) {
    for (const sku of wanted)
      addLine(
        receipts,
        { warehouse: code, supplier: supplierOf(sku, 0), at: at.getTime() },
        { sku, quantity: pickInteger(`${sku} next`, 4, 20) * 12, unitCost: unitCost(sku, 6, prices.get(sku)) },
      )
  }
  return [...receipts.values()]
}

/** Opening day is the day before the first; then every Monday at 5, in a short demo every third of it. All are before the shop's first order of a day. */
function receivingTimes(slice: DemoSlice): number[] {
  const length = daysBetween(slice.firstDay, slice.lastDay) + 1
  const step = length >= 42 ? 7 : Math.max(1, Math.floor(length / 3))
  const times = [instantOf(`${addDays(slice.firstDay, -1)} 09:00:00`).getTime()]
  const firstStep = step === 7 ? (8 - new Date(`${slice.firstDay}T00:00:00Z`).getUTCDay()) % 7 || 7 : step
  for (let day = addDays(slice.firstDay, firstStep); day <= slice.lastDay; day = addDays(day, step))
    times.push(instantOf(`${day} 05:00:00`).getTime())
  return times
}

/** Items that sell on the last day and before: the biggest of that day, so that several orders wait. */
function shortItems({ slice, orders, stocked }: Outflow): string[] {
  const lastDay = instantOf(`${slice.lastDay} 00:00:00`)
  const asked = new Map<string, number>()
  for (const { body, placedAt } of orders) {
    if (placedAt < lastDay) continue
    for (const line of body.lines) if (stocked.has(line.sku)) asked.set(line.sku, (asked.get(line.sku) ?? 0) + 1)
  }
  const before = new Set(orders.filter((order) => order.placedAt < lastDay).flatMap(({ body }) => body.lines.map((line) => line.sku)))
  return [...asked]
    .filter(([sku]) => before.has(sku))
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, SHORT_ITEMS)
    .map(([sku]) => sku)
}

function demandBySkuAndWarehouse({ slice, orders, writeOffs, stocked }: Outflow, short: ReadonlySet<string>): Map<string, Demand[]> {
  const lastDay = instantOf(`${slice.lastDay} 00:00:00`)
  const demand = new Map<string, Demand[]>()
  const add = (warehouse: DemoWarehouseCode, sku: string, one: Demand): void => {
    const key = `${warehouse} ${sku}`
    const known = demand.get(key)
    if (known === undefined) demand.set(key, [one])
    else known.push(one)
  }
  for (const { body, placedAt } of orders) {
    const warehouse = likelyWarehouse(body.ship_to)
    for (const { sku, quantity } of body.lines) {
      if (stocked.has(sku) && !(short.has(sku) && placedAt >= lastDay)) add(warehouse, sku, { at: placedAt.getTime(), quantity })
    }
  }
  for (const { warehouse, sku, quantity, happenedAt } of writeOffs) add(warehouse, sku, { at: happenedAt.getTime(), quantity })
  return demand
}

function addLine(
  receipts: Map<string, DemoReceipt>,
  head: { warehouse: DemoWarehouseCode; supplier: string; at: number },
  line: DemoReceipt['lines'][number],
): void {
  const key = `${head.warehouse} ${head.supplier} ${head.at}`
  const known = receipts.get(key)
  if (known !== undefined) known.lines.push(line)
  else receipts.set(key, { ...head, at: new Date(head.at), reference: `DN-${head.supplier}-${receipts.size + 1}`, lines: [line] })
}

/** Two suppliers an item, in turn. */
function supplierOf(sku: string, receiptNo: number): string {
  const first = pickInteger(`${sku} supplier`, 0, DEMO_SUPPLIERS.length - 1)
  const other = (first + pickInteger(`${sku} other`, 1, DEMO_SUPPLIERS.length - 1)) % DEMO_SUPPLIERS.length
  return DEMO_SUPPLIERS[receiptNo % 2 === 0 ? first : other]?.external_id ?? DEMO_SUPPLIERS[0].external_id
}

function splitKey(key: string): [DemoWarehouseCode, string] {
  return [key.slice(0, 3) as DemoWarehouseCode, key.slice(4)]
}
