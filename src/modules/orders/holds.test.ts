import { beforeEach, expect, test } from 'vitest'
import {
  createTestItems,
  findFaultsOfBusiness,
  openBusiness,
  openWarehouse,
  receiveStock,
  useBusiness,
} from '../../../test/support/organization.ts'
import { refusalOf } from '../../../test/support/system.ts'
import type { Context } from '../../kernel/context.ts'
import { runBatch, runCommand, runQuery } from '../../kernel/runner.ts'
import { releaseShipments } from '../warehouse/index.ts'
import { endDueHolds, placeHold, placeHolds, releaseHold, releaseHolds } from './commands/hold-order.ts'
import { placeOrders } from './commands/place-orders.ts'
import { getOrder } from './queries/get-order.ts'
import { listOrders } from './queries/list-orders.ts'

const system = useBusiness()
const NOBODY = '00000000-0000-7000-8000-000000000000'
let ctx: Context
let ids: string[]

beforeEach(async () => {
  ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'W1')
  await createTestItems(system, ctx, [{ sku: 'A' }])
  await receiveStock(system, ctx, 'W1', { A: 10 })
  const outcomes = await runBatch(
    system,
    ctx,
    placeOrders,
    [1, 2, 3].map((quantity) => ({
      channel: 'manual',
      currency: 'EUR',
      ship_to: { name: 'Ana', line1: 'Ulica 1', city: 'Novi Sad', country: 'RS' },
      lines: [{ sku: 'A', quantity }],
    })),
  )
  ids = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value.id] : []))
})

const show = (id: string | undefined) => runQuery(system, ctx, getOrder, { order_id: id ?? '' })

async function canRelease(id: string | undefined): Promise<boolean> {
  const order = await show(id)
  const { outcomes } = await runCommand(system, ctx, releaseShipments, { shipment_ids: order.shipments.map((shipment) => shipment.id) })
  return outcomes.every((outcome) => outcome.ok)
}

test('several holds at once: the order is released only after the last one, each keeps who, why and until when', async () => {
  const first = await runCommand(system, ctx, placeHold, { order_id: ids[0], type: 'fraud', note: 'two cards' })
  const second = await runCommand(system, ctx, placeHold, { order_id: ids[0], type: 'address', until_at: '2099-01-01T00:00:00Z' })
  expect(await canRelease(ids[0])).toBe(false)
  await runCommand(system, ctx, releaseHold, { order_id: ids[0], hold_id: first.hold_id })
  expect(await canRelease(ids[0])).toBe(false)
  expect((await show(ids[0])).holds).toMatchObject([
    { type: 'fraud', note: 'two cards', placed_by: ctx.actor.id, released_by: ctx.actor.id },
    { type: 'address', until_at: '2099-01-01T00:00:00.000Z', released_at: null },
  ])
  await runCommand(system, ctx, releaseHold, { order_id: ids[0], hold_id: second.hold_id })
  expect(await canRelease(ids[0])).toBe(true)
  expect((await refusalOf(runCommand(system, ctx, releaseHold, { order_id: ids[0], hold_id: second.hold_id }))).code).toBe(
    'orders.hold_not_open',
  )
  expect(
    (await refusalOf(runCommand(system, ctx, placeHold, { order_id: ids[1], type: 'manual', until_at: '2001-01-01T00:00:00Z' }))).fields[0]
      ?.pointer,
  ).toBe('/until_at')
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})

test('many orders are held and released at once, by type; the list finds them by it', async () => {
  const placed = await runBatch(system, ctx, placeHolds, [
    { order_id: ids[0], type: 'payment' },
    { order_id: ids[1], type: 'payment', note: 'bank is slow' },
    { order_id: ids[1], type: 'manual' },
    { order_id: NOBODY, type: 'manual' },
  ])
  expect(placed.map((outcome) => (outcome.ok ? 'held' : outcome.error.code))).toEqual(['held', 'held', 'held', 'orders.not_found'])
  const found = async (hold_type: string) => new Set((await runQuery(system, ctx, listOrders, { hold_type })).data.map((order) => order.id))
  expect(await found('payment')).toEqual(new Set([ids[0], ids[1]]))
  expect(await found('manual')).toEqual(new Set([ids[1]]))
  const released = await runBatch(system, ctx, releaseHolds, [
    { order_id: ids[0], type: 'payment' },
    { order_id: ids[1], type: 'payment' },
    { order_id: ids[2] },
    { order_id: NOBODY },
  ])
  expect(released.map((outcome) => (outcome.ok ? outcome.value.released : outcome.error.code))).toEqual([1, 1, 0, 'orders.not_found'])
  expect(await found('payment')).toEqual(new Set())
  expect([await canRelease(ids[0]), await canRelease(ids[1]), await canRelease(ids[2])]).toEqual([true, false, true])
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})

test('a hold with an end is released when its time is over', async () => {
  await runCommand(system, ctx, placeHold, { order_id: ids[0], type: 'manual', until_at: new Date(Date.now() + 60_000).toISOString() })
  expect(await runCommand(system, ctx, endDueHolds, {})).toEqual({ released: 0 })
  const later = { ...ctx, clock: { now: () => new Date(Date.now() + 120_000) } }
  expect(await runCommand(system, later, endDueHolds, {})).toEqual({ released: 1 })
  expect((await show(ids[0])).hold_count).toBe(0)
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
})
