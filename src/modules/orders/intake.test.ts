import { sql } from 'kysely'
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
import { refusalOf } from '../../../test/support/system.ts'
import type { Outcome } from '../../kernel/command.ts'
import type { Context } from '../../kernel/context.ts'
import { readOnly } from '../../kernel/database.ts'
import { runBatch, runCommand, runQuery } from '../../kernel/runner.ts'
import { placeOrders } from './commands/place-orders.ts'
import { setSourcingPolicy } from './commands/set-sourcing-policy.ts'
import { takeOrder } from './order-intake.ts'
import type { TakenOrder } from './order-input.ts'
import { getOrder } from './queries/get-order.ts'

const system = useBusiness()

const shipTo = { name: 'Ana Petrović', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }

function order(lines: object[], fields: object = {}): Record<string, unknown> {
  return { channel: 'manual', currency: 'EUR', ship_to: shipTo, lines, ...fields }
}

async function business(stock: Readonly<Record<string, number>>): Promise<Context> {
  const ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'W1')
  await createTestItems(
    system,
    ctx,
    Object.keys(stock).map((sku) => ({ sku })),
  )
  const there = Object.fromEntries(Object.entries(stock).filter(([, quantity]) => quantity > 0))
  if (Object.keys(there).length > 0) await receiveStock(system, ctx, 'W1', there)
  return ctx
}

function place(ctx: Context, ...orders: unknown[]): Promise<Outcome<TakenOrder>[]> {
  return runBatch(system, ctx, placeOrders, orders)
}

function codesOf(outcomes: readonly Outcome<TakenOrder>[]): string[] {
  return outcomes.map((outcome) => (outcome.ok ? outcome.value.status : outcome.error.code))
}

async function countOrders(ctx: Context): Promise<number> {
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{ count: number }>`select count(*)::int as count from orders.sales_order where org_id = ${ctx.orgId}`.execute(tx),
  )
  return rows[0]?.count ?? -1
}

const show = (ctx: Context, id: string) => runQuery(system, ctx, getOrder, { order_id: id })

function taken(outcome: Outcome<TakenOrder> | undefined): TakenOrder {
  if (outcome?.ok !== true) throw outcome?.error ?? new Error('no outcome')
  return outcome.value
}

test('bad orders are refused with the field and the fix, and leave their neighbors alone', async () => {
  const ctx = await business({ A: 10 })
  const outcomes = await place(
    ctx,
    order([{ sku: 'NOPE', quantity: 1 }]),
    order([{ sku: 'A', quantity: 0 }]),
    order([{ sku: 'A', quantity: -1 }]),
    order([{ sku: 'A', quantity: 1 }], { currency: 'EURO' }),
    order([{ sku: 'A', quantity: 1, unit_price: { amount: 1 } }], { currency: 'QQQ' }),
    order([{ sku: 'A', quantity: 1 }], { channel: 'nowhere' }),
    order([{ sku: 'A', quantity: 1 }], { ship_to: { ...shipTo, country: 'UK' } }),
    order([{ sku: 'A', quantity: 1 }], { customer: { party_id: '00000000-0000-7000-8000-000000000000' } }),
    order([{ sku: 'A', quantity: 1, amount: 100, tax_amount: 101 }]),
    order([{ sku: 'A', quantity: 2 }]),
  )
  expect(codesOf(outcomes)).toEqual([...Array.from({ length: 9 }, () => 'kernel.invalid_input'), 'accepted'])
  const pointers = outcomes.map((outcome) => (outcome.ok ? null : outcome.error.fields[0]?.pointer))
  expect(pointers).toEqual([
    '/lines/0/sku',
    '/lines/0/quantity',
    '/lines/0/quantity',
    '/currency',
    '/currency',
    '/channel',
    '/ship_to/country',
    '/customer/party_id',
    '/lines/0/tax_amount',
    null,
  ])
  expect(await countOrders(ctx)).toBe(1)
  expect(await availableOf(system, ctx, 'A')).toBe(8)
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})

test('the same order again is the same order; other content under the same external id is a conflict', async () => {
  const ctx = await business({ A: 10 })
  const first = order([{ sku: 'A', quantity: 2 }], { external_id: 'X-1' })
  const other = order([{ sku: 'A', quantity: 3 }], { external_id: 'X-1' })
  const [a] = await place(ctx, first)
  expect(codesOf(await place(ctx, first, other))).toEqual(['replayed', 'orders.external_id_taken'])
  const inOneBatch = await place(
    ctx,
    order([{ sku: 'A', quantity: 1 }], { external_id: 'X-2' }),
    order([{ sku: 'A', quantity: 1 }], { external_id: 'X-2' }),
    order([{ sku: 'A', quantity: 2 }], { external_id: 'X-2' }),
  )
  expect(codesOf(inOneBatch)).toEqual(['accepted', 'replayed', 'orders.external_id_taken'])
  const again = taken((await place(ctx, first))[0])
  expect(again).toMatchObject({ id: taken(a).id, number: taken(a).number, status: 'replayed' })
  expect(await countOrders(ctx)).toBe(2)
  expect(await availableOf(system, ctx, 'A')).toBe(7)
})

test('the same order over many connections at once is taken once', async () => {
  const ctx = await business({ A: 100 })
  const same = order([{ sku: 'A', quantity: 1 }], { external_id: 'RACE' })
  const rounds = await Promise.all(Array.from({ length: 24 }, () => place(ctx, same)))
  const codes = rounds.flatMap(codesOf)
  expect(codes.filter((code) => code === 'accepted')).toHaveLength(1)
  expect(codes.every((code) => ['accepted', 'replayed', 'orders.in_flight'].includes(code))).toBe(true)
  expect(await countOrders(ctx)).toBe(1)
  const answers = await Promise.all(Array.from({ length: 10 }, () => takeOrder(system, ctx, same)))
  expect(new Set(answers.map((answer) => answer.id)).size).toBe(1)
})

test("a channel's total that does not add up is kept, shown and held", async () => {
  const ctx = await business({ A: 10 })
  const outcome = taken((await place(ctx, order([{ sku: 'A', quantity: 1 }], { total: 999 })))[0])
  expect(outcome.held).toBe(true)
  const shown = await show(ctx, outcome.id)
  expect(shown.totals).toMatchObject({ total: { amount: 1000, currency: 'EUR' }, channel_total: { amount: 999, currency: 'EUR' } })
  expect(shown.holds).toMatchObject([{ type: 'total_mismatch', released_at: null }])
  expect(shown.shipments).toMatchObject([{ status: 'planned', held: true }])
  expect(shown.allowed_actions.find((one) => one.action === 'release')).toMatchObject({ allowed: false })
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})

test('an order of 1,114 lines is taken whole', async () => {
  const skus = Array.from({ length: 1114 }, (_, index) => `L-${index}`)
  const ctx = await business(Object.fromEntries(skus.map((sku) => [sku, 2])))
  const outcome = taken(
    (
      await place(
        ctx,
        order(
          skus.map((sku) => ({ sku, quantity: 1 })),
          { external_id: 'LONG' },
        ),
      )
    )[0],
  )
  const shown = await show(ctx, outcome.id)
  expect(shown.lines).toHaveLength(1114)
  expect(shown.totals.total.amount).toBe(1_114_000)
  expect(shown.lines.every((line) => line.reserved === 1)).toBe(true)
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})

test('200 buyers of 37 pieces: 37 are promised, the rest waits, nothing is oversold', async () => {
  const ctx = await business({ HOT: 37 })
  const buyers = Array.from({ length: 200 }, (_, index) => order([{ sku: 'HOT', quantity: 1 }], { external_id: `B-${index}` }))
  const halves = await Promise.all([
    ...buyers.slice(0, 100).map((buyer) => place(ctx, buyer)),
    ...buyers.slice(100).map(async (buyer) => [{ ok: true as const, value: await takeOrder(system, ctx, buyer) }]),
  ])
  expect(codesOf(halves.flat())).toEqual(Array.from({ length: 200 }, () => 'accepted'))
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{
      reserved: number
      backordered: number
    }>`select sum(reserved)::int as reserved, sum(backordered)::int as backordered from orders.order_line where org_id = ${ctx.orgId}`.execute(
      tx,
    ),
  )
  expect(rows[0]).toEqual({ reserved: 37, backordered: 163 })
  expect(await availableOf(system, ctx, 'HOT')).toBe(0)
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})

test('items named in opposite order by many at once do not deadlock', async () => {
  const ctx = await business({ A: 1000, B: 1000, C: 1000 })
  const { rows: before } = await readOnly(system.database, ctx, (tx) =>
    sql<{ deadlocks: number }>`select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()`.execute(tx),
  )
  const orders = Array.from({ length: 60 }, (_, index) =>
    order((index % 2 === 0 ? ['A', 'B', 'C'] : ['C', 'B', 'A']).map((sku) => ({ sku, quantity: 1 }))),
  )
  const outcomes = await Promise.all(orders.map((one) => place(ctx, one)))
  expect(codesOf(outcomes.flat())).toEqual(Array.from({ length: 60 }, () => 'accepted'))
  const { rows: after } = await readOnly(system.database, ctx, (tx) =>
    sql<{ deadlocks: number }>`select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()`.execute(tx),
  )
  expect(after[0]?.deadlocks).toBe(before[0]?.deadlocks)
  expect(await availableOf(system, ctx, 'A')).toBe(940)
})

test('what is missing is backordered and served when stock arrives; or refused, where the policy says so', async () => {
  const ctx = await business({ A: 3 })
  const outcome = taken((await place(ctx, order([{ sku: 'A', quantity: 5 }])))[0])
  expect((await show(ctx, outcome.id)).lines).toMatchObject([{ reserved: 3, backordered: 2 }])
  await receiveStock(system, ctx, 'W1', { A: 10 })
  const served = await show(ctx, outcome.id)
  expect(served).toMatchObject({ reservation_status: 'reserved', lines: [{ reserved: 5, backordered: 0 }] })
  await runCommand(system, ctx, setSourcingPolicy, {
    prefer: 'nearest',
    keep_together: true,
    allow_split: true,
    max_shipments: 3,
    on_shortage: 'refuse',
  })
  const refused = await place(ctx, order([{ sku: 'A', quantity: 9 }]), order([{ sku: 'A', quantity: 8 }]))
  expect(codesOf(refused)).toEqual(['orders.insufficient_stock', 'accepted'])
  expect(await availableOf(system, ctx, 'A')).toBe(0)
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})

test('a kit and a line that share a component share its stock; the kit shows how many are complete', async () => {
  const ctx = await business({ CUP: 6, TRAY: 2 })
  await createTestItems(system, ctx, [
    {
      sku: 'SET',
      kind: 'kit',
      components: [
        { sku: 'CUP', quantity: 2 },
        { sku: 'TRAY', quantity: 1 },
      ],
      price: { amount: 3001, scale: 2, currency: 'EUR' },
    },
  ])
  const outcome = taken(
    (
      await place(
        ctx,
        order([
          { sku: 'SET', quantity: 2 },
          { sku: 'CUP', quantity: 3 },
        ]),
      )
    )[0],
  )
  const shown = await show(ctx, outcome.id)
  const [kit, cups, trays, loose] = shown.lines
  expect(shown.lines.map((line) => [line.sku, line.ordered, line.reserved, line.backordered])).toEqual([
    ['SET', 2, 2, 0],
    ['CUP', 4, 4, 0],
    ['TRAY', 2, 2, 0],
    ['CUP', 3, 2, 1],
  ])
  expect(kit).toMatchObject({ pending: 0, partly: false })
  expect((cups?.amount.amount ?? 0) + (trays?.amount.amount ?? 0)).toBe(kit?.amount.amount)
  expect(loose?.parent_line_id).toBeNull()
  expect(await availableOf(system, ctx, 'CUP')).toBe(0)
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})

test('placing needs its permission', async () => {
  const ctx = await business({ A: 1 })
  const may = { ...ctx, may: (permission: string) => permission === 'orders.read' }
  expect(await refusalOf(takeOrder(system, may, order([{ sku: 'A', quantity: 1 }])))).toMatchObject({
    code: 'kernel.forbidden',
    detail: { permission: 'orders.place' },
  })
  expect(await refusalOf(place(may, order([{ sku: 'A', quantity: 1 }])))).toMatchObject({ code: 'kernel.forbidden' })
})
