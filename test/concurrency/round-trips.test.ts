import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/kernel/context.ts'
import { runBatch, runCommand } from '../../src/kernel/runner.ts'
import { createItems } from '../../src/modules/catalog/index.ts'
import { holdStock } from '../../src/modules/inventory/index.ts'
import { placeOrders } from '../../src/modules/orders/commands/place-orders.ts'
import { findFaultsOfBusiness, openBusiness, openWarehouse, receiveStock, useBusiness } from '../support/organization.ts'

/**
 * What a batch of orders sends to PostgreSQL, counted at the driver's own `query()`: begin with the organization; claims and look-ups; positions
 * and numbers, locked; all that is written, with the events; commit. What orders of rarer kinds add is fixed here too.
 */
const system = useBusiness()

/** What was sent in each transaction that took in orders. */
const intakes: string[][] = []
const plain = Object.getOwnPropertyDescriptor(pg.Client.prototype, 'query')?.value as (...args: unknown[]) => unknown

beforeAll(() => {
  const open = new WeakMap<object, string[]>()
  pg.Client.prototype.query = function counted(this: object, ...args: unknown[]) {
    const [first] = args
    const text = typeof first === 'string' ? first : String((first as { text?: unknown }).text)
    if (text.startsWith('begin')) open.set(this, [])
    const sent = open.get(this)
    sent?.push(text)
    if (text.includes('commit') && sent?.some((one) => one.includes('orders.claim_orders')) === true) intakes.push(sent)
    return Reflect.apply(plain, this, args)
  } as typeof pg.Client.prototype.query
})
afterAll(() => {
  pg.Client.prototype.query = plain as typeof pg.Client.prototype.query
})

const shipTo = { name: 'Ana Petrović', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }
const price = { amount: 1200, scale: 2, currency: 'EUR' }
let made = 0

/** An order as the benchmark's: three lines of which one is a kit, tax, a discount, a charge. */
function order(fields: object = {}): Record<string, unknown> {
  made += 1
  return {
    channel: 'manual',
    external_id: `R-${made}`,
    currency: 'EUR',
    customer: { name: 'Ana Petrović' },
    ship_to: shipTo,
    lines: [
      { sku: 'A', quantity: 1 },
      { sku: 'B', quantity: 2 },
      { sku: 'SET', quantity: 1 },
    ],
    discounts: [{ code: 'WELCOME', amount: 100 }],
    charges: [{ kind: 'shipping', amount: 360 }],
    ...fields,
  }
}

async function business(): Promise<{ ctx: Context; warehouseId: string }> {
  const ctx = await openBusiness(system)
  const warehouseId = await openWarehouse(system, ctx, 'W1')
  const stocked = ['A', 'B', 'C'].map((sku) => ({ sku, kind: 'stocked', name: sku, price, tax_class: 'standard' }))
  const components = [
    { sku: 'A', quantity: 1 },
    { sku: 'C', quantity: 2 },
  ]
  await runBatch(system, ctx, createItems, [...stocked])
  await runBatch(system, ctx, createItems, [{ sku: 'SET', kind: 'kit', name: 'Set', price, tax_class: 'standard', components }])
  await receiveStock(system, ctx, 'W1', { A: 1000, B: 1000, C: 1000 })
  return { ctx, warehouseId }
}

/** Takes in orders, all of them, and answers how many round trips it took. */
async function roundTrips(ctx: Context, orders: readonly unknown[]): Promise<number> {
  intakes.length = 0
  const outcomes = await runBatch(system, ctx, placeOrders, orders)
  expect(outcomes.filter((outcome) => !outcome.ok)).toEqual([])
  expect(intakes.length).toBe(1)
  expect(intakes[0]?.filter((text) => text.includes('commit')).length).toBe(1)
  return intakes[0]?.length ?? 0
}

test('a batch of 1, of 10 and of 200 orders: one commit, five round trips', async () => {
  const { ctx } = await business()
  for (const size of [1, 10, 200])
    // oxlint-disable-next-line no-await-in-loop -- one batch after another
    expect(
      await roundTrips(
        ctx,
        Array.from({ length: size }, () => order()),
      ),
    ).toBe(5)
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})

test('an order whose total is not ours is held in the same five', async () => {
  const { ctx } = await business()
  expect(await roundTrips(ctx, [order({ total: 1 })])).toBe(5)
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})

test('what rarer orders add does not grow with the batch', async () => {
  const { ctx, warehouseId } = await business()
  const several = (fields: () => object) => Array.from({ length: 20 }, () => order(fields()))
  const captured = () => ({ payments: [{ kind: 'captured', amount: 1000, method: 'card', reference: `p-${made}` }] })
  const named = () => ({ customer: { external_id: `c-${made}`, name: 'Ana Petrović' } })
  const counts = {
    paid: await roundTrips(ctx, several(captured)),
    'new customers of the channel': await roundTrips(ctx, several(named)),
    backordered: await roundTrips(
      ctx,
      several(() => ({ lines: [{ sku: 'B', quantity: 900 }] })),
    ),
  }
  const expires_at = new Date(Date.now() + 600_000).toISOString()
  const held = await runCommand(system, ctx, holdStock, {
    warehouse_id: warehouseId,
    sku: 'A',
    quantity: 1,
    reference: 'checkout',
    expires_at,
  })
  expect({ ...counts, 'with a checkout hold': await roundTrips(ctx, [order({ stock_hold_ids: [held.id] })]) }).toEqual({
    // What was left is written before billing hears of payments; accounts, period and entry follow; events.
    paid: 9,
    // Parties are made before positions are locked.
    'new customers of the channel': 6,
    // Written before it is asked whether dates hang on the queue; events.
    backordered: 7,
    // Holds are found, found again under their positions and taken; what is over is offered to those who wait.
    'with a checkout hold': 13,
  })
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})
