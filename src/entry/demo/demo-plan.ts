import {
  instantOf,
  retailHistory,
  type RetailHistory,
  type RetailItem,
  retailItems,
  type RetailOrder,
  type RetailReturn,
  type RetailRow,
  type RetailWriteOff,
} from '../../flows/imports/online-retail/index.ts'
import { assignBins, type DemoBin } from './demo-bins.ts'
import { DEMO, DEMO_WAREHOUSES, type DemoWarehouseCode } from './demo-business.ts'
import { type DemoReceipt, expectedReceipts, planReceipts } from './demo-receipts.ts'
import { addDays, type DemoSlice, sliceOf } from './demo-slice.ts'
import { type DemoStep, stepOf } from './demo-steps.ts'
import { pickInteger } from './fraction.ts'

/** An order with how far it is taken. */
export interface DemoOrder {
  order: RetailOrder
  step: DemoStep
}

/** Money given back without goods. */
export interface DemoRefund {
  invoice: string
  amount: number
  reference: string
  reason: string
}

/** What happens on one calendar day, in the order it is done. */
export interface DemoDay {
  day: string
  receipts: DemoReceipt[]
  orders: DemoOrder[]
  returns: RetailReturn[]
  refunds: DemoRefund[]
  writeOffs: (RetailWriteOff & { warehouse: DemoWarehouseCode })[]
}

/** The whole demo as dated work, before any of it is done. */
export interface DemoPlan {
  slice: DemoSlice
  history: RetailHistory
  items: RetailItem[]
  bins: DemoBin[]
  days: DemoDay[]
  /** Deliveries announced and not yet here: what the backorders wait for. */
  expected: DemoReceipt[]
  /** Low-stock thresholds of what sells most. */
  thresholds: { warehouse: DemoWarehouseCode; sku: string; threshold: number }[]
}

/** Plans the demo from the rows of the file; pure, and the same for the same rows, days and day of today (London, YYYY-MM-DD). */
export function planDemo(rows: readonly RetailRow[], days: number | 'full', today: string): DemoPlan {
  const slice = sliceOf(rows, days, today)
  const history = retailHistory(slice.rows, { channel: DEMO.channel })
  const named = new Set([
    ...history.orders.flatMap(({ body }) => body.lines.map((line) => line.sku)),
    ...history.returns.flatMap(({ lines }) => lines.map((line) => line.sku)),
    ...history.writeOffs.map(({ sku }) => sku),
  ])
  const items = retailItems(rows).filter((item) => named.has(item.sku))
  const stocked = new Set(items.filter((item) => item.kind === 'stocked').map((item) => item.sku))
  const writeOffs = history.writeOffs.map((writeOff) => ({ ...writeOff, warehouse: writeOffWarehouse(writeOff) }))
  const popular = byPopularity(history.orders, stocked)
  const { receipts, short } = planReceipts({ slice, orders: history.orders, writeOffs, stocked })
  return {
    slice,
    history,
    items,
    bins: DEMO_WAREHOUSES.flatMap(({ code }) => assignBins(code, popular)),
    days: planDays({ slice, history, receipts, writeOffs }),
    expected: expectedReceipts(short, popular, { slice, orders: history.orders }),
    thresholds: DEMO_WAREHOUSES.flatMap(({ code }) =>
      popular
        .slice(0, 60)
        .map((sku, index) => ({ warehouse: code, sku, threshold: pickInteger(`${code} ${sku} low`, 6, 24) * (index < 20 ? 4 : 1) })),
    ),
  }
}

function planDays({
  slice,
  history,
  receipts,
  writeOffs,
}: {
  slice: DemoSlice
  history: RetailHistory
  receipts: DemoReceipt[]
  writeOffs: DemoDay['writeOffs']
}): DemoDay[] {
  const days = new Map<string, DemoDay>()
  const dayOf = (day: string): DemoDay => {
    const known = days.get(day) ?? { day, receipts: [], orders: [], returns: [], refunds: [], writeOffs: [] }
    days.set(day, known)
    return known
  }
  for (let day = addDays(slice.firstDay, -1); day <= slice.lastDay; day = addDays(day, 1)) dayOf(day)
  const tradingDays = [...new Set(history.orders.map((order) => localDay(order.placedAt)))].toSorted()
  const placedOn = new Map(history.orders.map((order) => [order.invoice, localDay(order.placedAt)]))
  for (const receipt of receipts) dayOf(localDay(receipt.at)).receipts.push(receipt)
  for (const order of history.orders)
    dayOf(localDay(order.placedAt)).orders.push({ order, step: stepOf(order, localDay(order.placedAt), tradingDays) })
  for (const one of history.returns) dayOf(localDay(one.happenedAt)).returns.push(one)
  for (const writeOff of writeOffs) dayOf(localDay(writeOff.happenedAt)).writeOffs.push(writeOff)
  for (const credit of history.credits) {
    for (const part of credit.parts) {
      const placed = placedOn.get(part.invoice) ?? ''
      const given = localDay(credit.happenedAt)
      dayOf(given > placed ? given : placed).refunds.push({
        invoice: part.invoice,
        amount: part.amount,
        reference: `${credit.invoice}-${credit.line}-${part.invoice}`,
        reason: credit.code,
      })
    }
  }
  return [...days.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1))
}

/** The calendar day in London of an instant. */
export function localDay(instant: Date): string {
  const utc = instant.toISOString().slice(0, 10)
  return instant >= instantOf(`${addDays(utc, 1)} 00:00:00`) ? addDays(utc, 1) : utc
}

/** Write-offs carry no place; four in five are Leicester's. */
function writeOffWarehouse(writeOff: RetailWriteOff): DemoWarehouseCode {
  return pickInteger(`${writeOff.invoice} ${writeOff.sku}`, 1, 5) === 1 ? 'GLA' : 'LEI'
}

/** Stocked items by how many order lines ask for them, most first. */
function byPopularity(orders: readonly RetailOrder[], stocked: ReadonlySet<string>): string[] {
  const lines = new Map<string, number>([...stocked].map((sku) => [sku, 0]))
  for (const { body } of orders) for (const { sku } of body.lines) if (stocked.has(sku)) lines.set(sku, (lines.get(sku) ?? 0) + 1)
  return [...lines].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([sku]) => sku)
}
