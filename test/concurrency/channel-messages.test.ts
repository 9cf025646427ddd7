import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/kernel/context.ts'
import { readOnly } from '../../src/kernel/database.ts'
import { DomainError } from '../../src/kernel/errors.ts'
import { runBatch, runCommand, runQuery } from '../../src/kernel/runner.ts'
import { createChannel } from '../../src/modules/orders/commands/create-channel.ts'
import { getOrder, placeOrders } from '../../src/modules/orders/index.ts'
import { listSnapshots } from '../../src/modules/orders/messages/get-snapshots.ts'
import { takeChannelOrder } from '../../src/modules/orders/messages/message-commands.ts'
import { pickShipment, releaseShipments, shipShipment } from '../../src/modules/warehouse/index.ts'
import { reportsChecks } from '../support/checks.ts'
import { availableOf, createTestItems, openBusiness, openWarehouse, receiveStock, useBusiness } from '../support/organization.ts'

/** A channel that says the same thing many times at once, and while the order is taken in another way, picked or shipped. */
const system = useBusiness()
let ctx: Context
let channel_id: string
const ship_to = { name: 'Ana Petrović', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }

beforeAll(async () => {
  ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'W1')
  await createTestItems(system, ctx, [{ sku: 'A' }, { sku: 'B' }])
  await receiveStock(system, ctx, 'W1', { A: 500, B: 500 })
  channel_id = (await runCommand(system, ctx, createChannel, { code: 'shop', name: 'Shop', kind: 'shop' })).id
}, 60_000)

function put(external_id: string, version: number, quantities: { a: number; b: number }) {
  return runCommand(system, ctx, takeChannelOrder, {
    channel_id,
    external_id,
    version,
    currency: 'EUR',
    ship_to,
    lines: [
      { external_line_id: 'a', sku: 'A', quantity: quantities.a },
      { external_line_id: 'b', sku: 'B', quantity: quantities.b },
    ],
    payments: [{ kind: 'captured', amount: 1000, reference: 'pi' }],
  })
}

async function deadlocks(): Promise<number> {
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{ deadlocks: number }>`select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()`.execute(tx),
  )
  return rows[0]?.deadlocks ?? 0
}

test('the same view 50 times at once is one order, one promise, one payment, one snapshot', async () => {
  const before = await availableOf(system, ctx, 'A')
  const answers = await Promise.all(Array.from({ length: 50 }, () => put('same', 1, { a: 3, b: 1 })))
  expect(answers.filter((answer) => answer.outcome === 'created')).toHaveLength(1)
  expect(answers.filter((answer) => answer.outcome === 'unchanged')).toHaveLength(49)
  const order_id = answers[0]?.order_id ?? ''
  expect(new Set(answers.map((answer) => answer.order_id))).toEqual(new Set([order_id]))
  expect(await availableOf(system, ctx, 'A')).toBe(before - 3)
  expect((await runQuery(system, ctx, getOrder, { order_id })).paid.captured.amount).toBe(1000)
  expect((await runQuery(system, ctx, listSnapshots, { order_id })).snapshots.map((row) => row.seen_count)).toEqual([50])
  expect(await reportsChecks(system, ctx)).toEqual([])
}, 120_000)

test('thirty versions at once: whatever order they come in, the highest stands', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => put('burst', index + 1, { a: index + 1, b: 1 })))
  const order_id = answers[0]?.order_id ?? ''
  expect(answers.some((answer) => answer.outcome === 'held')).toBe(false)
  const order = await runQuery(system, ctx, getOrder, { order_id })
  expect(order.lines.map((line) => line.ordered - line.canceled)).toEqual([30, 1])
  expect(await reportsChecks(system, ctx)).toEqual([])
}, 120_000)

test('PUT and POST of the same external id at once are one order', async () => {
  const names = Array.from({ length: 15 }, (_, index) => `both-${index}`)
  await Promise.all(
    names.flatMap((external_id) => [
      put(external_id, 1, { a: 2, b: 1 }),
      runBatch(system, ctx, placeOrders, [
        {
          channel: 'shop',
          external_id,
          currency: 'EUR',
          ship_to,
          lines: [
            { sku: 'A', quantity: 2 },
            { sku: 'B', quantity: 1 },
          ],
        },
      ]).then(([outcome]) => {
        // Taken first, found taken with other content, or in flight: never a second order.
        if (outcome?.ok === false) expect(['orders.external_id_taken', 'orders.in_flight']).toContain(outcome.error.code)
      }),
    ]),
  )
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{ orders: number; wanted: number }>`
      select count(distinct o.id)::int as orders, sum(l.ordered - l.canceled)::int as wanted from orders.sales_order o join orders.order_line l on l.org_id = o.org_id and l.order_id = o.id
       where o.org_id = ${ctx.orgId} and o.external_id like 'both-%'`.execute(tx),
  )
  // 15 orders of 2 + 1.
  expect(rows).toEqual([{ orders: 15, wanted: 45 }])
  expect(await reportsChecks(system, ctx)).toEqual([])
}, 120_000)

test('views that cancel race the floor that releases, picks and ships: no deadlock, nothing canceled that left, every number holds', async () => {
  const before = await deadlocks()
  const names = Array.from({ length: 20 }, (_, index) => `race-${index}`)
  const ids = (await Promise.all(names.map((name) => put(name, 1, { a: 4, b: 2 })))).map((answer) => answer.order_id)
  const shipments = await Promise.all(
    ids.map(async (order_id) => (await runQuery(system, ctx, getOrder, { order_id })).shipments[0]?.id ?? ''),
  )
  await Promise.all([
    ...shipments.map(async (shipment_id) => {
      try {
        await runCommand(system, ctx, releaseShipments, { shipment_ids: [shipment_id] })
        await runCommand(system, ctx, pickShipment, { shipment_id })
        await runCommand(system, ctx, shipShipment, { shipment_id })
      } catch (error) {
        if (!(error instanceof DomainError)) throw error
      }
    }),
    ...names.map(async (name) => {
      await put(name, 2, { a: 3, b: 2 })
      await put(name, 3, { a: 1, b: 2 })
    }),
  ])
  const sides = await Promise.all(
    ids.map(async (order_id) => ({
      order: await runQuery(system, ctx, getOrder, { order_id }),
      held: (await runQuery(system, ctx, listSnapshots, { order_id })).held_snapshot_id !== null,
    })),
  )
  for (const { order, held } of sides) {
    const line = order.lines.find((one) => one.external_line_id === 'a')
    // Either the newest view stands, or goods had moved on and a person is asked.
    expect(held || (line?.ordered ?? 0) - (line?.canceled ?? 0) === 1).toBe(true)
    expect(order.holds.some((hold) => hold.type === 'channel_changed' && hold.released_at === null)).toBe(held)
  }
  expect(await deadlocks()).toBe(before)
  expect(await reportsChecks(system, ctx)).toEqual([])
}, 120_000)
