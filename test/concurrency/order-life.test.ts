import { type RawBuilder, sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { reportsChecks } from '../support/checks.ts'
import type { Context } from '../../src/kernel/context.ts'
import { readOnly } from '../../src/kernel/database.ts'
import { DomainError } from '../../src/kernel/errors.ts'
import { runBatch, runCommand } from '../../src/kernel/runner.ts'
import { changeOrder } from '../../src/modules/orders/commands/change-order.ts'
import { cancelOrder, placeOrders, recordPayment } from '../../src/modules/orders/index.ts'
import { cancelShipments, pickGoods, releaseShipments, shipShipments } from '../../src/modules/warehouse/index.ts'
import { createTestItems, openBusiness, openWarehouse, receiveStock, useBusiness } from '../support/organization.ts'

/**
 * Several people work on the same orders at once: release, pick, ship in parts, edit, cancel the shipment, cancel the order, refund.
 * Nobody may wait in a circle (the lock order of docs/architecture.md), and every number must hold afterwards.
 */
const system = useBusiness()
let ctx: Context

beforeAll(async () => {
  ctx = await openBusiness(system)
  await createTestItems(
    system,
    ctx,
    ['A', 'B', 'C', 'RARE'].map((sku) => ({ sku })),
  )
  for (const code of ['W1', 'W2']) {
    await openWarehouse(system, ctx, code)
    await receiveStock(system, ctx, code, { A: 200, B: 200, C: 200 })
  }
  await receiveStock(system, ctx, 'W2', { RARE: 37 })
}, 60_000)

test('80 buyers over many connections for 37 units: exactly 37 sold, the rest wait', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 80 }, (_, index) => runBatch(system, ctx, placeOrders, [order(`rare-${index}`, [['RARE', 1]])])),
  )
  expect(outcomes.flat().every((outcome) => outcome.ok)).toBe(true)
  const [sums] = await read<{ reserved: number; backordered: number }>(
    sql`select sum(reserved)::bigint as reserved, sum(backordered)::bigint as backordered from orders.order_line where sku = 'RARE'`,
  )
  expect(sums).toEqual({ reserved: 37, backordered: 43 })
}, 120_000)

test('the same order sent 50 times at once is one order', async () => {
  const outcomes = (
    await Promise.all(Array.from({ length: 50 }, () => runBatch(system, ctx, placeOrders, [order('same', [['A', 1]])])))
  ).flat()
  const ids = new Set(outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value.id] : [])))
  expect(ids.size).toBe(1)
  expect(outcomes.filter((outcome) => !outcome.ok).every((outcome) => !outcome.ok && outcome.error.code === 'orders.in_flight')).toBe(true)
})

test('release, pick, ship, edit, cancel and refund race on the same orders without a deadlock, and every number holds', async () => {
  const before = await deadlocks()
  // Opposite item orders, so that locks taken in the order of lines would meet head on.
  const placed = (
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        runBatch(system, ctx, placeOrders, [
          order(
            `race-${index}`,
            index % 2 === 0
              ? [
                  ['A', 3],
                  ['B', 2],
                  ['C', 1],
                ]
              : [
                  ['C', 2],
                  ['B', 1],
                  ['A', 4],
                ],
          ),
        ]),
      ),
    )
  ).flat()
  const orderIds = placed.flatMap((outcome) => (outcome.ok ? [outcome.value.id] : []))
  expect(orderIds).toHaveLength(40)
  const actors = [release, pickAll, shipPart, shipPart, cancelShipment, edit, cancelWhole, refund, edit, pickAll]
  for (let round = 0; round < 4; round += 1) {
    const work = orderIds.flatMap((orderId, index) =>
      actors.filter((_, actor) => (index + actor + round) % 3 === 0).map((act) => act(orderId)),
    )
    await Promise.all(work.map((running) => running.catch(refusalIsFine)))
  }
  expect(await deadlocks()).toBe(before)
  expect(await reportsChecks(system, ctx)).toEqual([])
}, 120_000)

function order(externalId: string, lines: [string, number][]) {
  return {
    channel: 'manual',
    external_id: externalId,
    currency: 'EUR',
    ship_to: { name: 'Ana', line1: 'Ulica 1', city: 'Novi Sad', postcode: '21000', country: 'RS' },
    lines: lines.map(([sku, quantity]) => ({ sku, quantity, unit_price: { amount: 999 }, tax_rate_ppm: 200_000 })),
    payments: [{ kind: 'captured', amount: 500 }],
  }
}

async function read<T>(query: RawBuilder<unknown>): Promise<T[]> {
  return readOnly(system.database, ctx, async (tx) => (await query.execute(tx)).rows as T[])
}

async function deadlocks(): Promise<number> {
  const [row] = await read<{ deadlocks: number }>(sql`select deadlocks from pg_stat_database where datname = current_database()`)
  return row?.deadlocks ?? 0
}

async function shipmentsOf(orderId: string, ...statuses: string[]): Promise<{ id: string }[]> {
  return read(sql`select id from warehouse.shipment where source_id = ${orderId}::uuid and status = any(${statuses}::text[])`)
}

async function release(orderId: string): Promise<void> {
  const planned = await shipmentsOf(orderId, 'planned')
  if (planned.length > 0) await runCommand(system, ctx, releaseShipments, { shipment_ids: planned.map((shipment) => shipment.id) })
}

async function pickAll(orderId: string): Promise<void> {
  const picks = await read<{ id: string; open: number }>(
    sql`select p.id, p.quantity - p.picked_quantity as open from warehouse.pick p join warehouse.shipment s on s.id = p.shipment_id where s.source_id = ${orderId}::uuid and p.status = 'open'`,
  )
  if (picks.length > 0)
    await runBatch(
      system,
      ctx,
      pickGoods,
      picks.map((pick) => ({ pick_id: pick.id, quantity: pick.open })),
    )
}

async function shipPart(orderId: string): Promise<void> {
  const [shipment] = await shipmentsOf(orderId, 'picked')
  if (shipment === undefined) return
  const lines = await read<{ id: string }>(
    sql`select id from warehouse.shipment_line where shipment_id = ${shipment.id}::uuid and quantity > 0 limit 2`,
  )
  await runBatch(system, ctx, shipShipments, [
    { shipment_id: shipment.id, lines: lines.map((line) => ({ shipment_line_id: line.id, quantity: 1 })) },
  ])
}

async function cancelShipment(orderId: string): Promise<void> {
  const [shipment] = await shipmentsOf(orderId, 'released', 'picked')
  if (shipment !== undefined) await runBatch(system, ctx, cancelShipments, [{ shipment_id: shipment.id, reason: 'raced' }])
}

async function cancelWhole(orderId: string): Promise<void> {
  await runCommand(system, ctx, cancelOrder, { order_id: orderId, reason: 'raced' })
}

/** Changes quantities of an order up and down, and the price of its first line. */
async function edit(orderId: string): Promise<void> {
  const lines = await read<{ id: string; wanted: number }>(
    sql`select id, (ordered - canceled)::int as wanted from orders.order_line where order_id = ${orderId}::uuid order by line_no`,
  )
  await runCommand(system, ctx, changeOrder, {
    order_id: orderId,
    lines: lines.map((line, index) => ({
      line_id: line.id,
      quantity: Math.max(0, line.wanted + (index === 0 ? 2 : -1)),
      ...(index === 0 ? { unit_price: { amount: 899 } } : {}),
    })),
    add_lines: [{ sku: 'B', quantity: 1 }],
  })
}

async function refund(orderId: string): Promise<void> {
  await runCommand(system, ctx, recordPayment, { order_id: orderId, kind: 'refunded', amount: 10 })
}

/** Losing a race is an answer; anything else is a fault. */
function refusalIsFine(error: unknown): void {
  if (!(error instanceof DomainError)) throw error
}
