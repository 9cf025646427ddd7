import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTestItems, openBusiness, openWarehouse, receiveStock, useBusiness } from '../../../test/support/organization.ts'
import { reportsChecks } from '../../../test/support/checks.ts'
import { runs } from '../../../test/support/runs.ts'
import type { Context } from '../../kernel/context.ts'
import { DomainError } from '../../kernel/errors.ts'
import { runBatch, runCommand, runQuery } from '../../kernel/runner.ts'
import {
  getReturnReceipt,
  inspectReturn,
  listShipments,
  pickShipments,
  receiveReturn,
  releaseShipments,
  shipShipments,
} from '../warehouse/index.ts'
import { decideRma } from './commands/decide-rma.ts'
import { exchangeRmaLine } from './commands/exchange-rma-line.ts'
import { placeOrders } from './commands/place-orders.ts'
import { receiveRma } from './commands/receive-rma.ts'
import { recordPayment } from './commands/record-payment.ts'
import { refundOrder } from './commands/refund-order.ts'
import { requestRma } from './commands/request-rma.ts'
import { getOrder } from './queries/get-order.ts'
import { getRma } from './queries/list-rmas.ts'
import { previewRefund } from './queries/preview-refund.ts'

/** Orders of three items each that returns, refunds and inspections play upon, in random order; every check holds at the end. */
const system = useBusiness()

const quantity = fc.integer({ min: 1, max: 4 })
const which = fc.nat({ max: 7 })
const warehouse = fc.constantFrom('W1', 'W2')
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('rma' as const), order: which, line: which, quantity }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('receive' as const), rma: which, quantity, warehouse, other: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('return' as const), order: which, line: which, quantity, warehouse, known: fc.boolean() }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('inspect' as const),
      receipt: which,
      quantity,
      stage: fc.constantFrom('waiting', 'waiting', 'waiting', 'repair', 'refurbish', 'supplier', 'reject'),
      disposition: fc.constantFrom('restock', 'repair', 'refurbish', 'scrap', 'supplier', 'reject', 'send_to_supplier', 'send_to_customer'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('refundLine' as const),
      order: which,
      line: which,
      quantity,
      goods: fc.constantFrom(undefined, 'back', 'expected', 'kept'),
      fee: fc.integer({ min: 0, max: 300 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('refundPart' as const), order: which, line: which, amount: fc.integer({ min: 1, max: 900 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refundFree' as const), order: which, amount: fc.integer({ min: 1, max: 2500 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refundCharge' as const), order: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refundBack' as const), order: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('exchange' as const), rma: which, quantity, same: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('ship' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

interface World {
  ctx: Context
  orders: { id: string; lines: string[]; charge: string }[]
  rmas: { id: string; line: string }[]
  receipts: string[]
}

async function openWorld(inclusive: boolean): Promise<World> {
  const ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'W1')
  await openWarehouse(system, ctx, 'W2')
  await createTestItems(system, ctx, [{ sku: 'A' }, { sku: 'B', cost_method: 'average' }, { sku: 'C' }])
  await receiveStock(system, ctx, 'W1', { A: 60, B: 60, C: 60 })
  const outcomes = await runBatch(
    system,
    ctx,
    placeOrders,
    [1, 2].map((number) => ({
      channel: 'manual',
      external_id: `R-${number}`,
      currency: 'EUR',
      prices_include_tax: inclusive,
      payment_terms: 'prepaid',
      ship_to: { name: 'Ana', line1: 'Ulica 1', city: 'Beograd', postcode: '11000', country: 'RS' },
      lines: [
        { sku: 'A', quantity: 3, unit_price: { amount: 999 }, tax_rate_ppm: 200_000 },
        { sku: 'B', quantity: 7, unit_price: { amount: 333 }, tax_rate_ppm: 100_000 },
        { sku: 'C', quantity: 1, unit_price: { amount: 1999 }, tax_rate_ppm: 0 },
      ],
      discounts: [{ code: 'X', amount: 777 }],
      charges: [{ kind: 'shipping', amount: 361, tax_rate_ppm: 200_000 }],
    })),
  )
  const world: World = { ctx, orders: [], rmas: [], receipts: [] }
  await shipAll(world)
  for (const [index, outcome] of outcomes.entries()) {
    if (!outcome.ok) throw outcome.error
    const order = await runQuery(system, ctx, getOrder, { order_id: outcome.value.id })
    world.orders.push({ id: order.id, lines: order.lines.map((line) => line.id), charge: order.charges[0]?.id ?? '' })
    if (index === 0)
      await runCommand(system, ctx, recordPayment, {
        order_id: order.id,
        kind: 'captured',
        amount: order.totals.total.amount,
        method: 'card',
      })
  }
  return world
}

async function shipAll({ ctx }: World): Promise<void> {
  const ids = async (status: 'planned' | 'released' | 'picked') =>
    (await runQuery(system, ctx, listShipments, { status })).data.map((shipment) => shipment.id)
  await runCommand(system, ctx, releaseShipments, { shipment_ids: await ids('planned') }).catch(ignoreRefusal)
  const released = await ids('released')
  if (released.length > 0)
    await runBatch(
      system,
      ctx,
      pickShipments,
      released.map((shipment_id) => ({ shipment_id })),
    )
  const picked = await ids('picked')
  if (picked.length > 0)
    await runBatch(
      system,
      ctx,
      shipShipments,
      picked.map((shipment_id) => ({ shipment_id })),
    )
}

/** A refusal is an answer; anything else is a bug. */
function ignoreRefusal(error: unknown): undefined {
  if (error instanceof DomainError) return undefined
  throw error
}

const at = <T>(list: readonly T[], place: number): T | undefined => list[place % Math.max(1, list.length)]

async function take(world: World, one: Step): Promise<void> {
  const { ctx } = world
  const order = at(world.orders, 'order' in one ? one.order : 0)
  const rma = at(world.rmas, 'rma' in one ? one.rma : 0)
  const line = at(order?.lines ?? [], 'line' in one ? one.line : 0)
  if (order === undefined || line === undefined) return
  const refund = (fields: object) => refundAsPreviewed(world, { order_id: order.id, ...fields })
  switch (one.do) {
    case 'rma': {
      const { id } = await runCommand(system, ctx, requestRma, {
        order_id: order.id,
        approve: true,
        lines: [{ line_id: line, quantity: one.quantity, reason: 'other', outcome: 'exchange' }],
      })
      world.rmas.push({ id, line })
      return
    }
    case 'receive': {
      if (rma === undefined) return
      const lines = one.other ? [{ sku: 'C', quantity: 1 }] : await rmaLines(world, rma.id, one.quantity)
      const { id } = await runCommand(system, ctx, receiveRma, { rma_id: rma.id, warehouse_code: one.warehouse, lines })
      world.receipts.push(id)
      return
    }
    case 'return': {
      const lines = [
        one.known ? { order_line_id: line, quantity: one.quantity } : { sku: 'A', quantity: one.quantity, amount: 500, tax: 83 },
      ]
      const { id } = await runCommand(system, ctx, receiveReturn, {
        warehouse_code: one.warehouse,
        reason: 'x',
        ...(one.known ? { order_id: order.id } : {}),
        lines,
      })
      world.receipts.push(id)
      return
    }
    case 'inspect': {
      const id = at(world.receipts, one.receipt)
      if (id === undefined) return
      const receipt = await runQuery(system, ctx, getReturnReceipt, { return_receipt_id: id })
      const { stage, disposition } = one
      await runCommand(system, ctx, inspectReturn, {
        return_receipt_id: id,
        lines: [
          {
            receipt_line_id: receipt.lines[0]?.id ?? '',
            stage,
            disposition,
            quantity: Math.min(one.quantity, receipt.lines[0]?.quantity ?? 1),
          },
        ],
      })
      return
    }
    case 'refundLine':
      return refund({
        lines: [
          { line_id: line, quantity: one.quantity, restocking_fee: one.fee, ...(one.goods === undefined ? {} : { goods: one.goods }) },
        ],
      })
    case 'refundPart':
      return refund({ lines: [{ line_id: line, amount: one.amount }] })
    case 'refundFree':
      return refund({ amount: one.amount })
    case 'refundCharge':
      return refund({ charges: [{ charge_id: order.charge }] })
    case 'refundBack':
      return refund({})
    case 'exchange': {
      if (rma === undefined) return
      const [first] = await rmaLines(world, rma.id, one.quantity)
      if (first === undefined) return
      await runCommand(system, ctx, exchangeRmaLine, { rma_id: rma.id, ...first, ...(one.same ? {} : { sku: 'B' }) })
      return
    }
    case 'ship':
      return shipAll(world)
  }
}

async function rmaLines({ ctx }: World, rmaId: string, quantity: number): Promise<{ rma_line_id: string; quantity: number }[]> {
  const { lines } = await runQuery(system, ctx, getRma, { rma_id: rmaId })
  return lines.slice(0, 1).map((line) => ({ rma_line_id: line.id, quantity }))
}

/** A refund pays exactly what its preview said. */
async function refundAsPreviewed({ ctx }: World, asked: { order_id: string }): Promise<void> {
  const preview = await runQuery(system, ctx, previewRefund, asked)
  const { amount } = await runCommand(system, ctx, refundOrder, asked)
  expect(amount).toBe(preview.amount.amount)
}

test('whatever comes back in whatever order, every number proves itself', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(step, { minLength: 8, maxLength: 30 }), async (inclusive, steps) => {
      const world = await openWorld(inclusive)
      // oxlint-disable-next-line no-await-in-loop -- one step after another
      for (const one of steps) await take(world, one).catch(ignoreRefusal)
      for (const rma of world.rmas) {
        // oxlint-disable-next-line no-await-in-loop -- one after another
        await runCommand(system, world.ctx, decideRma, { rma_id: rma.id, decision: 'close' }).catch(ignoreRefusal)
      }
      expect(await reportsChecks(system, world.ctx)).toEqual([])
    }),
    runs(25),
  )
}, 300_000)
