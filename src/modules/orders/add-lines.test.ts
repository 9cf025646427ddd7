import { expect, test } from 'vitest'
import {
  availableOf,
  createTestItems,
  findFaultsOfBusiness,
  openBusiness,
  openWarehouse,
  receiveStock,
  useBusiness,
} from '../../../test/support/organization.ts'
import { inCommand } from '../../../test/support/stock.ts'
import { refusalOf } from '../../../test/support/system.ts'
import type { Context } from '../../kernel/context.ts'
import { runBatch, runCommand, runQuery } from '../../kernel/runner.ts'
import { type AddedLine, addOrderLines } from './add-lines.ts'
import { cancelOrder } from './commands/cancel-order.ts'
import { placeOrders } from './commands/place-orders.ts'
import { setSourcingPolicy } from './commands/set-sourcing-policy.ts'
import { getOrder } from './queries/get-order.ts'

const system = useBusiness()
const shipTo = { name: 'Ana Petrović', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }

async function business(): Promise<Context> {
  const ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'W1')
  await createTestItems(system, ctx, [
    { sku: 'A' },
    { sku: 'B' },
    {
      sku: 'KIT',
      kind: 'kit',
      components: [
        { sku: 'A', quantity: 2 },
        { sku: 'B', quantity: 1 },
      ],
    },
  ])
  await receiveStock(system, ctx, 'W1', { A: 10, B: 3 })
  return ctx
}

async function place(ctx: Context, fields: object): Promise<string> {
  const [outcome] = await runBatch(system, ctx, placeOrders, [{ channel: 'manual', currency: 'EUR', ship_to: shipTo, ...fields }])
  if (outcome?.ok !== true) throw outcome?.error ?? new Error('no outcome')
  return outcome.value.id
}

const show = (ctx: Context, id: string) => runQuery(system, ctx, getOrder, { order_id: id })
const add = (ctx: Context, id: string, lines: AddedLine[]) => inCommand(system, ctx, (run) => addOrderLines(run, id, lines))

test('a line added to an order is priced, taxed, promised and joins the planned shipment', async () => {
  const ctx = await business()
  const id = await place(ctx, {
    payment_terms: 'cash_on_delivery',
    lines: [{ sku: 'A', quantity: 4 }],
    charges: [{ kind: 'shipping', amount: 360 }],
  })
  const [before] = (await show(ctx, id)).lines
  // B: 2 of 3 are there and 4 are wanted, at 7.50 = 30.00 with a discount of 3.00: 27.00, of it tax 27.00 × 20 ÷ 120 = 4.50.
  const [lineId] = await add(ctx, id, [
    { sku: 'B', quantity: 4, unit_price: { amount: 750 }, discount: 300, reason: 'asked by phone', replaces_line_id: before?.id ?? '' },
  ])
  const order = await show(ctx, id)
  expect(order.lines.map((line) => line.sku)).toEqual(['A', 'B'])
  expect(order.lines[1]).toMatchObject({
    id: lineId,
    reserved: 3,
    backordered: 1,
    ordered: 4,
    amount: { amount: 3000 },
    discount: { amount: 300 },
    tax: { amount: 450 },
  })
  // 40.00 + 30.00 − 3.00 + 3.60 = 70.60; the tax rows: 6.67 + 4.50 + 0.60 = 11.77.
  expect(order.totals).toMatchObject({
    lines: { amount: 7000 },
    discounts: { amount: 300 },
    total: { amount: 7060 },
    tax: { amount: 1177 },
  })
  expect(order.taxes.map((tax) => tax.amount.amount)).toEqual([1177])
  expect(order.shipments).toHaveLength(1)
  expect(order.sourcing).toHaveLength(2)
  expect(await availableOf(system, ctx, 'B')).toBe(0)
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})

test('a replacement at price 0 and a kit are added; the kit comes as its components', async () => {
  const ctx = await business()
  const id = await place(ctx, { lines: [{ sku: 'B', quantity: 1 }] })
  const ids = await add(ctx, id, [
    { sku: 'A', quantity: 1, unit_price: { amount: 0 }, reason: 'broken on the way' },
    { sku: 'KIT', quantity: 2, amount: 5000 },
  ])
  const order = await show(ctx, id)
  expect(order.lines.map((line) => [line.sku, line.ordered, line.reserved, line.amount.amount])).toEqual([
    ['B', 1, 1, 1000],
    ['A', 1, 1, 0],
    ['KIT', 2, 2, 5000],
    // Shares by component price × quantity: 2 × 10.00 to 1 × 10.00 of 50.00 are 33.33 and 16.67.
    ['A', 4, 4, 3333],
    ['B', 2, 2, 1667],
  ])
  expect(order.lines.map((line) => line.line_no)).toEqual([1, 2, 3, 4, 5])
  expect(ids).toEqual([order.lines[1]?.id, order.lines[2]?.id])
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})

test('lines are refused where nothing can be added: unknown items, canceled orders, no stock where the policy takes no backorders', async () => {
  const ctx = await business()
  const id = await place(ctx, { lines: [{ sku: 'A', quantity: 1 }] })
  expect((await refusalOf(add(ctx, id, [{ sku: 'NOPE', quantity: 1 }]))).fields[0]?.pointer).toBe('/lines/0/sku')
  expect((await refusalOf(add(ctx, ctx.actor.id ?? '', [{ sku: 'A', quantity: 1 }]))).code).toBe('orders.not_found')
  await runCommand(system, ctx, setSourcingPolicy, {
    prefer: 'nearest',
    keep_together: true,
    allow_split: true,
    max_shipments: 3,
    on_shortage: 'refuse',
  })
  expect((await refusalOf(add(ctx, id, [{ sku: 'B', quantity: 4 }]))).code).toBe('orders.insufficient_stock')
  await runCommand(system, ctx, cancelOrder, { order_id: id, reason: 'changed mind' })
  expect((await refusalOf(add(ctx, id, [{ sku: 'A', quantity: 1 }]))).code).toBe('orders.not_open')
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})
