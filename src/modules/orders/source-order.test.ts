import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distanceKm, sourceOrder, type SourcingPolicy, type SourcingQuestion, type SourcingWarehouse } from './source-order.ts'

const POLICY: SourcingPolicy = { prefer: 'nearest', keep_together: true, allow_split: true, max_shipments: 3, on_shortage: 'backorder' }

function warehouse(code: string, fields: Partial<SourcingWarehouse> = {}): SourcingWarehouse {
  return { id: code, code, name: code, priority: 100, country: 'RS', postcode: '', latitude: null, longitude: null, ...fields }
}

const BG = warehouse('BG', { postcode: '11000', priority: 10 })
const NS = warehouse('NS', { postcode: '21000', priority: 20 })
const DE = warehouse('DE', { country: 'DE', postcode: '10115', priority: 5 })

function ask(
  stock: Readonly<Record<string, Readonly<Record<string, number>>>>,
  lines: Readonly<Record<string, number>>,
  options: { policy?: Partial<SourcingPolicy>; warehouses?: SourcingWarehouse[]; only?: string; shipTo?: SourcingQuestion['shipTo'] } = {},
) {
  return sourceOrder({
    lines: Object.entries(lines).map(([sku, quantity]) => ({ key: sku, itemId: sku, sku, quantity, onlyCode: options.only ?? null })),
    warehouses: options.warehouses ?? [BG, NS, DE],
    policy: { ...POLICY, ...options.policy },
    shipTo: options.shipTo ?? { country: 'RS', postcode: '21101' },
    available: (itemId, warehouseId) => stock[warehouseId]?.[itemId] ?? 0,
  })
}

describe('which warehouse ships which line', () => {
  test('the nearest by country and postcode, when it has everything', () => {
    const answer = ask({ BG: { A: 5 }, NS: { A: 5 }, DE: { A: 5 } }, { A: 2 })
    expect(answer.assigned).toEqual([{ key: 'A', warehouseId: 'NS', quantity: 2 }])
    expect(answer.reasons).toMatchObject({ rule: 'one_warehouse_has_all', chosen: ['NS'], prefer: 'nearest' })
    expect(answer.reasons.candidates.map((one) => [one.code, one.rank, one.postcode_match])).toEqual([
      ['NS', 1, 2],
      ['BG', 2, 0],
      ['DE', 3, 0],
    ])
  })

  test('by priority, where the policy prefers it', () => {
    expect(ask({ BG: { A: 5 }, NS: { A: 5 }, DE: { A: 5 } }, { A: 2 }, { policy: { prefer: 'priority' } }).reasons.chosen).toEqual(['DE'])
  })

  test('by distance, where coordinates are known', () => {
    const [belgrade, noviSad] = [
      { ...BG, latitude: 44.8, longitude: 20.46 },
      { ...NS, latitude: 45.26, longitude: 19.83 },
    ]
    const shipTo = { country: 'RS', postcode: '', latitude: 44.02, longitude: 20.91 }
    expect(ask({ BG: { A: 1 }, NS: { A: 1 } }, { A: 1 }, { warehouses: [noviSad, belgrade], shipTo }).reasons.chosen).toEqual(['BG'])
    expect(distanceKm(belgrade, noviSad as { latitude: number; longitude: number })).toBeGreaterThan(65)
    expect(distanceKm(belgrade, noviSad as { latitude: number; longitude: number })).toBeLessThan(80)
  })

  test('a farther one that has everything beats two near ones', () => {
    const answer = ask({ NS: { A: 1 }, BG: { B: 1 }, DE: { A: 1, B: 1 } }, { A: 1, B: 1 })
    expect(answer.reasons).toMatchObject({ rule: 'one_warehouse_has_all', chosen: ['DE'] })
  })

  test('fewest shipments, when nobody has everything', () => {
    const answer = ask({ NS: { A: 1 }, BG: { B: 1 }, DE: { A: 1, C: 1 } }, { A: 1, B: 1, C: 1 })
    expect(answer.reasons).toMatchObject({ rule: 'fewest_shipments', missing: [] })
    expect(answer.reasons.chosen.toSorted()).toEqual(['BG', 'DE'])
  })

  test('as much as possible, when not even all together have it', () => {
    const answer = ask({ NS: { A: 1 }, BG: { A: 2 } }, { A: 5 })
    expect(answer.reasons).toMatchObject({ rule: 'most_available', missing: [{ sku: 'A', quantity: 2 }] })
    expect(answer.missing).toMatchObject([{ key: 'A', quantity: 2 }])
    expect(answer.assigned.reduce((sum, part) => sum + part.quantity, 0)).toBe(3)
  })

  test('without splitting, one warehouse ships what it has most of and the rest waits for it', () => {
    const answer = ask({ NS: { A: 1 }, BG: { A: 2 } }, { A: 5 }, { policy: { allow_split: false } })
    expect(answer.reasons).toMatchObject({ rule: 'most_in_one', chosen: ['BG'] })
    expect(answer.missing).toEqual([{ key: 'A', quantity: 3, warehouseIds: ['BG'] }])
  })

  test('nothing anywhere; no warehouse; nothing that needs stock', () => {
    expect(ask({}, { A: 1 }).reasons.rule).toBe('nothing_available')
    expect(ask({}, { A: 1 }).missing).toEqual([{ key: 'A', quantity: 1, warehouseIds: ['NS', 'BG', 'DE'] }])
    expect(ask({}, { A: 1 }, { warehouses: [] })).toMatchObject({
      reasons: { rule: 'no_warehouse' },
      missing: [{ quantity: 1, warehouseIds: [] }],
    })
    expect(ask({}, {}).reasons.rule).toBe('no_stocked_lines')
  })

  test('a line that names its warehouse comes from there or waits for it', () => {
    expect(ask({ NS: { A: 5 }, BG: { A: 5 } }, { A: 2 }, { only: 'BG' }).assigned).toEqual([{ key: 'A', warehouseId: 'BG', quantity: 2 }])
    expect(ask({ NS: { A: 5 } }, { A: 2 }, { only: 'BG' }).missing).toEqual([{ key: 'A', quantity: 2, warehouseIds: ['BG'] }])
  })

  test('no more shipments than the policy allows', () => {
    const answer = ask({ NS: { A: 1 }, BG: { A: 1 }, DE: { A: 1 } }, { A: 3 }, { policy: { max_shipments: 2 } })
    expect(new Set(answer.assigned.map((part) => part.warehouseId)).size).toBe(2)
    expect(answer.missing).toMatchObject([{ quantity: 1 }])
  })
})

test('property: never more than is available, every piece is assigned or missing, in few enough shipments', () => {
  const codes = ['W1', 'W2', 'W3', 'W4']
  const skus = ['A', 'B', 'C']
  const stock = fc.record(
    Object.fromEntries(
      codes.map((code) => [code, fc.record(Object.fromEntries(skus.map((sku) => [sku, fc.integer({ min: -2, max: 6 })])))]),
    ),
  )
  const lines = fc.array(
    fc.record({
      sku: fc.constantFrom(...skus),
      quantity: fc.integer({ min: 1, max: 8 }),
      onlyCode: fc.option(fc.constantFrom(...codes), { nil: null, freq: 5 }),
    }),
    { maxLength: 6 },
  )
  const policy = fc.record({
    prefer: fc.constantFrom('priority' as const, 'nearest' as const),
    keep_together: fc.boolean(),
    allow_split: fc.boolean(),
    max_shipments: fc.integer({ min: 1, max: 4 }),
    on_shortage: fc.constant('backorder' as const),
  })
  fc.assert(
    fc.property(stock, lines, policy, (shelves, wanted, rules) => {
      const asked = wanted.map((line, index) => ({
        key: String(index),
        itemId: line.sku,
        sku: line.sku,
        quantity: line.quantity,
        onlyCode: line.onlyCode,
      }))
      const answer = sourceOrder({
        lines: asked,
        warehouses: codes.map((code) => warehouse(code)),
        policy: rules,
        shipTo: { country: 'RS', postcode: '1' },
        available: (itemId, id) => shelves[id]?.[itemId] ?? 0,
      })
      for (const code of codes) {
        for (const sku of skus) {
          const used = answer.assigned
            .filter((part) => part.warehouseId === code && asked[Number(part.key)]?.sku === sku)
            .reduce((sum, part) => sum + part.quantity, 0)
          expect(used).toBeLessThanOrEqual(Math.max(0, shelves[code]?.[sku] ?? 0))
        }
      }
      for (const line of asked) {
        const parts = [...answer.assigned, ...answer.missing].filter((part) => part.key === line.key)
        expect(parts.every((part) => part.quantity > 0)).toBe(true)
        expect(parts.reduce((sum, part) => sum + part.quantity, 0)).toBe(line.quantity)
        if (line.onlyCode !== null)
          expect(answer.assigned.filter((part) => part.key === line.key).every((part) => part.warehouseId === line.onlyCode)).toBe(true)
      }
      const used = new Set(answer.assigned.map((part) => part.warehouseId)).size
      expect(used).toBeLessThanOrEqual(rules.allow_split ? rules.max_shipments : 1)
    }),
    { numRuns: 400 },
  )
})
