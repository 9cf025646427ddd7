import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createTestItems,
  findFaultsOfBusiness,
  openBusiness,
  openWarehouse,
  receiveStock,
  useBusiness,
} from '../../../test/support/organization.ts'
import { runBatch, runCommand, runQuery } from '../../kernel/runner.ts'
import { createCarrier } from '../carriers/index.ts'
import { placeOrders } from './commands/place-orders.ts'
import { setSourcingPolicy } from './commands/set-sourcing-policy.ts'
import { listSourcingPolicies } from './queries/list-sourcing-policies.ts'
import { trySourcingPolicy } from './queries/try-sourcing-policy.ts'
import { type SourcingPolicy, type SourcingWarehouse, sourceOrder } from './source-order.ts'
import { trySourcing } from './source-trial.ts'

const POLICY: SourcingPolicy = { prefer: 'nearest', keep_together: true, allow_split: true, max_shipments: 3, on_shortage: 'backorder' }
const system = useBusiness()
const shipTo = { name: 'Ana Petrović', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }

function warehouse(code: string, fields: Partial<SourcingWarehouse>): SourcingWarehouse {
  return { id: `id-${code}`, code, name: code, priority: 100, country: 'RS', postcode: '', latitude: null, longitude: null, ...fields }
}

const WAREHOUSES = [
  warehouse('NS', { postcode: '21000', priority: 30 }),
  warehouse('BG', { postcode: '11000', priority: 10 }),
  warehouse('DE', { country: 'DE', postcode: '10115', priority: 20 }),
]

const policyOf = fc.record<SourcingPolicy>({
  prefer: fc.constantFrom('priority', 'nearest'),
  keep_together: fc.boolean(),
  allow_split: fc.boolean(),
  max_shipments: fc.integer({ min: 1, max: 4 }),
  on_shortage: fc.constant('backorder'),
})

/** An order, the stock it meets and the policy it is decided by. */
const decisionOf = fc.record({
  lines: fc.array(
    fc.record({
      sku: fc.constantFrom('A', 'B', 'C'),
      quantity: fc.integer({ min: 1, max: 4 }),
      only: fc.option(fc.constantFrom('NS', 'DE'), { freq: 6 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  stock: fc.dictionary(
    fc.constantFrom('A@NS', 'B@NS', 'C@NS', 'A@BG', 'B@BG', 'C@BG', 'A@DE', 'B@DE', 'C@DE'),
    fc.integer({ min: 0, max: 6 }),
  ),
  policy: policyOf,
})

type Decision = typeof decisionOf extends fc.Arbitrary<infer D> ? D : never

function decide({ lines, stock, policy }: Decision) {
  return sourceOrder({
    lines: lines.map((line, index) => ({
      key: String(index),
      itemId: line.sku,
      sku: line.sku,
      quantity: line.quantity,
      onlyCode: line.only,
    })),
    warehouses: WAREHOUSES,
    policy,
    shipTo: { country: 'RS', postcode: '21101' },
    available: (itemId, warehouseId) => stock[`${itemId}@${warehouseId.slice(3)}`] ?? 0,
  })
}

function tryAgain(decision: Decision, draft: SourcingPolicy) {
  const skus = new Set(decision.lines.map((line) => line.sku))
  return trySourcing(
    {
      reasons: decide(decision).reasons,
      itemCount: skus.size,
      sku: skus.size === 1 ? [...skus].join('') : '',
      warehouses: WAREHOUSES,
      shipTo: { country: 'RS', postcode: '21101' },
    },
    draft,
  )
}

test('what is kept of a decision is enough to make it again: the same policy changes nothing, another decides as it would have then', () => {
  fc.assert(
    fc.property(decisionOf, policyOf, (decision, draft) => {
      const same = tryAgain(decision, decision.policy)
      expect(same).toMatchObject({ effects: [] })
      const other = tryAgain(decision, draft)
      if (typeof other === 'string') throw new Error(other)
      const real = decide({ ...decision, policy: draft })
      expect([...other.after.parts.keys()].toSorted()).toEqual(real.reasons.chosen.toSorted())
      expect(other.after.missing).toBe(real.missing.reduce((sum, part) => sum + part.quantity, 0))
      expect([...other.before.parts.keys()].toSorted()).toEqual(decide(decision).reasons.chosen.toSorted())
    }),
    { numRuns: 500 },
  )
})

test('an old record that does not tell the stock of each item is not guessed', () => {
  const decision: Decision = {
    lines: [
      { sku: 'A', quantity: 2, only: null },
      { sku: 'B', quantity: 2, only: null },
    ],
    stock: { 'A@NS': 2, 'B@BG': 2 },
    policy: POLICY,
  }
  const { lines: _lines, ...old } = decide(decision).reasons
  const ask = { itemCount: 2, sku: '', warehouses: WAREHOUSES, shipTo: { country: 'RS', postcode: '21101' } }
  expect(trySourcing({ ...ask, reasons: old }, POLICY)).toBe('not_kept')
  expect(trySourcing({ ...ask, reasons: { ...old, from_holds: 1 } }, POLICY)).toBe('held_stock')
  expect(trySourcing({ ...ask, reasons: decide(decision).reasons, warehouses: WAREHOUSES.slice(0, 1) }, POLICY)).toBe('warehouses_gone')
})

test('a draft is tried on what was ordered, counted and priced, and saved as the next version', async () => {
  const ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'NS', { postcode: '21000', priority: 20 })
  await openWarehouse(system, ctx, 'BG', { postcode: '11000', priority: 10 })
  await createTestItems(system, ctx, [
    { sku: 'A', weight_g: 400 },
    { sku: 'B', weight_g: 900 },
  ])
  await receiveStock(system, ctx, 'NS', { A: 10, B: 1 })
  await receiveStock(system, ctx, 'BG', { A: 10, B: 5 })
  await runCommand(system, ctx, createCarrier, {
    code: 'post',
    name: 'Post',
    kind: 'table_rate',
    config: {
      tracking_prefix: 'RP',
      services: [
        {
          code: 'std',
          name: 'Standard',
          table: {
            currency: 'EUR',
            zones: [
              {
                code: 'RS',
                areas: [{ country: 'RS' }],
                bands: [
                  { up_to_g: 1000, price_minor: 300 },
                  { up_to_g: 5000, price_minor: 450 },
                ],
              },
            ],
          },
        },
      ],
    },
  })
  const order = (...lines: [string, number][]) => ({
    channel: 'manual',
    currency: 'EUR',
    ship_to: shipTo,
    lines: lines.map(([sku, quantity]) => ({ sku, quantity })),
  })
  // By nearness: 1 A from NS; then 2 A + 3 B together from BG, which alone has all; then 1 A + 9 B, which nobody has.
  await runBatch(system, ctx, placeOrders, [order(['A', 1]), order(['A', 2], ['B', 3]), order(['A', 1], ['B', 9])])
  const ask = (draft: Partial<SourcingPolicy>) => runQuery(system, ctx, trySourcingPolicy, { ...POLICY, ...draft, days: 7 })
  expect(await ask({})).toMatchObject({ total: 3, looked_at: 3, changed: 0, orders: [], untold: { not_kept: 0 } })
  // By priority: the first moves to BG (0.4 kg, 3.00 as before); the third takes 3 pieces of what was there from BG first all the same.
  const byPriority = await ask({ prefer: 'priority' })
  expect(byPriority.effects).toMatchObject({ moved: 1, split: 0, refused: 0 })
  expect(byPriority.orders.map((one) => [one.number, one.effects, one.before.warehouses, one.after.warehouses])).toEqual([
    [1, ['moved'], ['NS'], ['BG']],
  ])
  expect(byPriority.cost).toEqual({ currency: 'EUR', before: 300, after: 300, known: 1 })
  // Not kept together: NS gives 2 A (0.8 kg, 3.00), BG 3 B (2.7 kg, 4.50), where BG gave all in one parcel (3.5 kg, 4.50).
  const apart = await ask({ keep_together: false })
  expect(apart.orders.map((one) => [one.number, one.effects])).toEqual([[2, ['split']]])
  expect(apart.cost).toEqual({ currency: 'EUR', before: 450, after: 750, known: 1 })
  expect((await ask({ on_shortage: 'refuse' })).effects).toMatchObject({ refused: 1, moved: 0 })
  await runCommand(system, ctx, setSourcingPolicy, { ...POLICY, prefer: 'priority' })
  expect((await runQuery(system, ctx, listSourcingPolicies, {})).data).toMatchObject([{ prefer: 'priority', version: 2 }])
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})
