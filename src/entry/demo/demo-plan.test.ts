import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { readAllRetailRows, type RetailRow } from '../../flows/imports/online-retail/index.ts'
import { likelyWarehouse } from './demo-business.ts'
import { netPrices, unitCost } from './demo-cost.ts'
import { type DemoPlan, localDay, planDemo } from './demo-plan.ts'
import { planSupply } from './demo-supply.ts'

let rows: RetailRow[]
let plan: DemoPlan

beforeAll(async () => {
  rows = await readAllRetailRows(new URL('./online-retail.csv.gz', import.meta.url).pathname)
  plan = planDemo(rows, 'full', '2026-11-22')
})

/** Stock by warehouse and item after each receipt and order of the plan but those of the last day, which leave backorders; calls `look` with each balance. */
function play({ days, items, slice }: DemoPlan, look: (key: string, balance: number) => void): void {
  const stocked = new Set(items.filter((item) => item.kind === 'stocked').map((item) => item.sku))
  const changes = days.flatMap((day) => [
    ...day.receipts.flatMap((receipt) =>
      receipt.lines.map((line) => ({ at: receipt.at, key: `${receipt.warehouse} ${line.sku}`, by: line.quantity })),
    ),
    ...day.orders
      .filter(() => day.day !== slice.lastDay)
      .flatMap(({ order }) =>
        order.body.lines.map((line) => ({
          at: order.placedAt,
          key: `${likelyWarehouse(order.body.ship_to)} ${line.sku}`,
          by: stocked.has(line.sku) ? -line.quantity : 0,
        })),
      ),
    ...day.writeOffs.map((writeOff) => ({ at: writeOff.happenedAt, key: `${writeOff.warehouse} ${writeOff.sku}`, by: -writeOff.quantity })),
  ])
  const balances = new Map<string, number>()
  for (const { key, by } of changes.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    const balance = (balances.get(key) ?? 0) + by
    balances.set(key, balance)
    look(key, balance)
  }
}

describe('the plan of the whole year', () => {
  test('ships nothing before it was received', () => {
    let least = 0
    play(plan, (_key, balance) => {
      least = Math.min(least, balance)
    })
    expect(least).toBe(0)
  })

  test('brings each shipped item in twice or more to each warehouse that ships it, from two suppliers at different costs', () => {
    const seen = new Map<string, { suppliers: Set<string>; costs: Set<number> }>()
    for (const receipt of plan.days.flatMap((day) => day.receipts)) {
      for (const line of receipt.lines) {
        const key = `${receipt.warehouse} ${line.sku}`
        const known = seen.get(key) ?? { suppliers: new Set(), costs: new Set() }
        seen.set(key, { suppliers: known.suppliers.add(receipt.supplier), costs: known.costs.add(line.unitCost) })
      }
    }
    const thin = [...seen].filter(([, { suppliers, costs }]) => suppliers.size < 2 || costs.size < 2)
    expect(seen.size).toBeGreaterThan(6_000)
    expect(thin).toEqual([])
  })

  test('keeps weekdays and ends within the last week', () => {
    expect(plan.slice).toMatchObject({ firstDay: '2025-11-12', lastDay: '2026-11-20', shiftDays: 5_460 })
    expect(new Date(`${plan.slice.lastDay}T00:00:00Z`).getUTCDay()).toBe(new Date('2011-12-09T00:00:00Z').getUTCDay())
    for (const day of plan.days) for (const { order } of day.orders) expect(localDay(order.placedAt)).toBe(day.day)
  })

  test('leaves work at every step, on the last days only', () => {
    const steps = Map.groupBy(
      plan.days.flatMap((day) => day.orders.map(({ step }) => ({ step, day: day.day }))),
      ({ step }) => step,
    )
    for (const step of ['placed', 'released', 'picked', 'packed'] as const) {
      const open = steps.get(step) ?? []
      expect(open.length).toBeGreaterThan(10)
      for (const { day } of open) expect(day >= '2026-11-18').toBe(true)
    }
    expect(steps.get('shipped')?.length).toBeGreaterThan(20_000)
  })

  test('gives every stocked item one bin in each warehouse', () => {
    const stocked = plan.items.filter((item) => item.kind === 'stocked').length
    for (const warehouse of ['LEI', 'GLA']) {
      const bins = plan.bins.filter((bin) => bin.warehouse === warehouse)
      expect(new Set(bins.map((bin) => bin.sku)).size).toBe(stocked)
      expect(new Set(bins.map((bin) => bin.code)).size).toBe(stocked)
    }
  })
})

test.each([3, 4, 5, 14])('a plan of %i days is as sound', (days) => {
  const short = planDemo(rows, days, '2026-11-22')
  let least = 0
  play(short, (_key, balance) => {
    least = Math.min(least, balance)
  })
  expect(least).toBe(0)
  expect(short.days.at(-1)?.day).toBe('2026-11-20')
  expect(short.days[1]?.day).toBe(short.slice.firstDay)
  expect(new Set(short.days.flatMap((day) => day.orders.map(({ step }) => step))).size).toBe(5)
})

test('supply covers any demand in time, in at least two receipts', () => {
  const times = [0, 10, 20, 30, 40]
  const demands = fc.array(fc.record({ at: fc.integer({ min: 0, max: 60 }), quantity: fc.integer({ min: 1, max: 500 }) }), {
    minLength: 1,
    maxLength: 40,
  })
  fc.assert(
    fc.property(demands, fc.string(), (demand, key) => {
      const supply = planSupply(demand, times, key)
      expect(supply.length).toBeGreaterThanOrEqual(2)
      for (const { at } of demand) {
        const gone = demand.filter((one) => one.at <= at).reduce((sum, one) => sum + one.quantity, 0)
        const come = supply.filter((one) => (times[one.period] ?? 0) <= at).reduce((sum, one) => sum + one.quantity, 0)
        expect(come).toBeGreaterThanOrEqual(gone)
      }
    }),
  )
})

test('a unit cost is 40 to 68 % of the net price and differs from receipt to receipt', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[0-9]{5}[A-Z]?$/),
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 1_000, max: 5_000_000 }),
      (sku, receiptNo, price) => {
        const cost = unitCost(sku, receiptNo, price)
        expect(cost).toBeGreaterThanOrEqual(Math.floor(price * 0.4) - 1)
        expect(cost).toBeLessThanOrEqual(Math.ceil(price * 0.68) + 1)
        // Two draws may agree by chance; ten that all do would be one cost.
        expect(new Set(Array.from({ length: 10 }, (_, next) => unitCost(sku, receiptNo + next, price))).size).toBeGreaterThan(1)
      },
    ),
  )
})

test('net prices leave the tax out and gifts aside', () => {
  const line = { external_line_id: '1', sku: 'A', tax_rate_ppm: 200_000 }
  const order = planDemo(rows, 3, '2026-11-22').history.orders[0]
  if (order === undefined) throw new Error('no order')
  const body = {
    ...order.body,
    lines: [
      { ...line, quantity: 2, unit_price: { amount: 120, scale: 2 } },
      { ...line, quantity: 5, unit_price: { amount: 0, scale: 2 } },
    ],
  }
  expect(netPrices([{ ...order, body }]).get('A')).toBe(10_000)
})
