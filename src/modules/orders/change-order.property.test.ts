import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reportsChecks } from '../../../test/support/checks.ts'
import { createTestItems, openBusiness, openWarehouse, receiveStock, useBusiness } from '../../../test/support/organization.ts'
import { runs } from '../../../test/support/runs.ts'
import type { Context } from '../../kernel/context.ts'
import { DomainError } from '../../kernel/errors.ts'
import { runBatch, runCommand, runQuery } from '../../kernel/runner.ts'
import { getShipment, pickShipment, releaseShipments, shipShipment } from '../warehouse/index.ts'
import { cancelOrder } from './commands/cancel-order.ts'
import { changeOrder } from './commands/change-order.ts'
import { placeOrders } from './commands/place-orders.ts'
import type { OrderView } from './order-view.ts'
import { getOrder } from './queries/get-order.ts'

/** Random edits between release, pick, partial shipping and cancellation: every number of every check holds after each story. */
const system = useBusiness()

type Step =
  | { kind: 'quantity'; line: number; quantity: number }
  | { kind: 'price'; line: number; amount: number }
  | { kind: 'discount'; line: number; amount: number }
  | { kind: 'orderDiscount' | 'charge'; amount: number }
  | { kind: 'add'; sku: string; quantity: number }
  | { kind: 'cancel'; line: number }
  | { kind: 'release' }
  | { kind: 'pick' }
  | { kind: 'ship'; part: number }

const line = fc.nat(5)
const amount = fc.integer({ min: 0, max: 2500 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('quantity' as const), line, quantity: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('price' as const), line, amount }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('discount' as const), line, amount: fc.integer({ min: 0, max: 300 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('orderDiscount' as const, 'charge' as const), amount }) },
  fc.record({ kind: fc.constant('add' as const), sku: fc.constantFrom('A', 'B', 'SET', 'WRAP'), quantity: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('cancel' as const), line }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('release' as const, 'pick' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ship' as const), part: fc.integer({ min: 1, max: 3 }) }) },
)

test('random edits with picking, shipping and canceling between them keep every number', async () => {
  const done: string[] = []
  const story = fc.record({
    inclusive: fc.boolean(),
    cod: fc.boolean(),
    discount: fc.integer({ min: 0, max: 700 }),
    steps: fc.array(step, { minLength: 6, maxLength: 16 }),
  })
  await fc.assert(
    fc.asyncProperty(story, async ({ inclusive, cod, discount, steps }) => {
      const ctx = await business()
      const [outcome] = await runBatch(system, ctx, placeOrders, [
        {
          channel: 'manual',
          currency: 'EUR',
          prices_include_tax: inclusive,
          payment_terms: cod ? 'cash_on_delivery' : 'prepaid',
          ship_to: { name: 'Ana', line1: 'Ulica 1', city: 'Novi Sad', country: 'RS' },
          lines: [
            { sku: 'A', quantity: 5, unit_price: { amount: 333 } },
            { sku: 'SET', quantity: 2, amount: 4999 },
            { sku: 'WRAP', quantity: 1 },
          ],
          discounts: discount === 0 ? [] : [{ amount: discount }],
          charges: [{ kind: 'shipping', amount: 391 }],
        },
      ])
      if (outcome?.ok !== true) throw outcome?.error ?? new Error('not placed')
      for (const one of steps) {
        // oxlint-disable-next-line no-await-in-loop -- a story goes step by step
        await act(ctx, outcome.value.id, one).then(() => done.push(one.kind), refusalIsFine)
      }
      expect(await reportsChecks(system, ctx)).toEqual([])
    }),
    { ...runs(25), endOnFailure: true },
  )
  // The stories did something: each kind of step went through.
  const counts = Object.groupBy(done, (kind) => kind)
  for (const kind of ['quantity', 'price', 'discount', 'orderDiscount', 'charge', 'add', 'cancel', 'release', 'pick', 'ship'])
    expect([kind, (counts[kind]?.length ?? 0) > 0]).toEqual([kind, true])
}, 240_000)

async function business(): Promise<Context> {
  const ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'W1')
  await createTestItems(system, ctx, [
    { sku: 'A' },
    { sku: 'B', price: { amount: 777, scale: 2, currency: 'EUR' } },
    { sku: 'WRAP', kind: 'service' },
  ])
  await createTestItems(system, ctx, [
    {
      sku: 'SET',
      kind: 'kit',
      components: [
        { sku: 'A', quantity: 1 },
        { sku: 'B', quantity: 2 },
      ],
    },
  ])
  await receiveStock(system, ctx, 'W1', { A: 9, B: 7 })
  return ctx
}

function refusalIsFine(error: unknown): void {
  if (!(error instanceof DomainError)) throw error
}

async function act(ctx: Context, orderId: string, one: Step): Promise<void> {
  const order = await runQuery(system, ctx, getOrder, { order_id: orderId })
  const tops = order.lines.filter((row) => row.parent_line_id === null)
  const top = 'line' in one ? tops[one.line % tops.length] : undefined
  const change = (fields: object) => runCommand(system, ctx, changeOrder, { order_id: orderId, ...fields })
  switch (one.kind) {
    case 'quantity':
      await change({ lines: [{ line_id: top?.id, quantity: one.quantity }] })
      return
    case 'price':
      await change({ lines: [{ line_id: top?.id, unit_price: { amount: one.amount } }] })
      return
    case 'discount':
      await change({ lines: [{ line_id: top?.id, discount: one.amount }] })
      return
    case 'orderDiscount':
      await change({ discounts: [{ amount: one.amount, discount_id: order.discounts.find((row) => row.line_id === null)?.id }] })
      return
    case 'charge':
      await change({
        charges: [{ amount: one.amount, kind: 'surcharge', charge_id: order.charges.find((row) => row.kind === 'surcharge')?.id }],
      })
      return
    case 'add':
      await change({ add_lines: [{ sku: one.sku, quantity: one.quantity }] })
      return
    case 'cancel':
      await runCommand(system, ctx, cancelOrder, { order_id: orderId, reason: 'less', lines: [{ line_id: top?.id, quantity: 1 }] })
      return
    case 'release':
    case 'pick':
    case 'ship':
      await work(ctx, order, one)
  }
}

async function work(
  ctx: Context,
  order: OrderView,
  one: Extract<Step, { kind: 'release' } | { kind: 'pick' } | { kind: 'ship' }>,
): Promise<void> {
  const of = (...statuses: string[]) => order.shipments.find((shipment) => statuses.includes(shipment.status))?.id ?? ''
  if (one.kind === 'release') await runCommand(system, ctx, releaseShipments, { shipment_ids: [of('planned')] })
  else if (one.kind === 'pick') await runCommand(system, ctx, pickShipment, { shipment_id: of('released') })
  else {
    const shipment_id = of('picked')
    const shipment = await runQuery(system, ctx, getShipment, { shipment_id })
    const lines = shipment.lines
      .map((row) => ({ shipment_line_id: row.id, quantity: Math.ceil(row.quantity / one.part) }))
      .filter((row) => row.quantity > 0)
    await runCommand(system, ctx, shipShipment, { shipment_id, lines })
  }
}
