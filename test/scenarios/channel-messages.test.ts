import { beforeEach, expect, test } from 'vitest'
import type { Context } from '../../src/kernel/context.ts'
import { runBatch, runCommand, runQuery } from '../../src/kernel/runner.ts'
import { createChannel } from '../../src/modules/orders/commands/create-channel.ts'
import { changeOrder } from '../../src/modules/orders/commands/change-order.ts'
import { refundOrder } from '../../src/modules/orders/commands/refund-order.ts'
import { cancelOrder, getOrder, placeOrders } from '../../src/modules/orders/index.ts'
import { listSnapshots } from '../../src/modules/orders/messages/get-snapshots.ts'
import { resolveChannelChange, takeChannelOrder } from '../../src/modules/orders/messages/message-commands.ts'
import { packShipment, pickShipment, releaseShipments, shipShipment } from '../../src/modules/warehouse/index.ts'
import { reportsChecks } from '../support/checks.ts'
import { availableOf, createTestItems, openBusiness, openWarehouse, receiveStock, useBusiness } from '../support/organization.ts'
import { refusalOf } from '../support/system.ts'

/**
 * A shop that sends its current view of an order again and again. Items cost 10.00 with 20 % tax inside; 20 of A and 10 of B lie in W1.
 * The order of every story: 5 × A and 2 × B, 70.00. Each story ends with all checks of `verify`.
 */
const system = useBusiness()
let ctx: Context
let channel_id: string
const shipTo = { name: 'Ana Petrović', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }
const elsewhere = { ...shipTo, line1: 'Dunavska 7' }

beforeEach(async () => {
  ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'W1')
  await createTestItems(system, ctx, [{ sku: 'A' }, { sku: 'B' }, { sku: 'C' }])
  await receiveStock(system, ctx, 'W1', { A: 20, B: 10 })
  channel_id = (await runCommand(system, ctx, createChannel, { code: 'shop', name: 'Shop', kind: 'shop' })).id
})

interface Line {
  external_line_id: string
  sku: string
  quantity: number
  [field: string]: unknown
}
const A: Line = { external_line_id: 'a', sku: 'A', quantity: 5, unit_price: { amount: 1000 } }
const B: Line = { external_line_id: 'b', sku: 'B', quantity: 2, unit_price: { amount: 1000 } }

function put(version: number, fields: object = {}, external_id = 'S-1') {
  return runCommand(system, ctx, takeChannelOrder, {
    channel_id,
    external_id,
    version,
    currency: 'EUR',
    ship_to: shipTo,
    lines: [A, B],
    ...fields,
  })
}

const show = (order_id: string) => runQuery(system, ctx, getOrder, { order_id })
const compare = (order_id: string) => runQuery(system, ctx, listSnapshots, { order_id })

async function lineOf(id: string, sku: string) {
  const line = (await show(id)).lines.find((one) => one.sku === sku)
  if (line === undefined) throw new Error(`no line of ${sku}`)
  return line
}

async function openHolds(id: string): Promise<string[]> {
  return (await show(id)).holds.filter((hold) => hold.released_at === null).map((hold) => hold.type)
}

async function shipmentOf(id: string, status: string): Promise<string> {
  return (await show(id)).shipments.find((shipment) => shipment.status === status)?.id ?? ''
}

async function pick(id: string): Promise<string> {
  const shipment_id = await shipmentOf(id, 'planned')
  await runCommand(system, ctx, releaseShipments, { shipment_ids: [shipment_id] })
  await runCommand(system, ctx, pickShipment, { shipment_id })
  return shipment_id
}

async function ship(id: string): Promise<void> {
  await runCommand(system, ctx, shipShipment, { shipment_id: await pick(id) })
}

async function resolve(order_id: string, take: 'theirs' | 'ours', fields: { path: string; take: 'theirs' | 'ours' }[] = []) {
  const snapshot_id = (await compare(order_id)).held_snapshot_id ?? ''
  return runCommand(system, ctx, resolveChannelChange, { order_id, snapshot_id, take, fields })
}

async function proven(): Promise<void> {
  expect(await reportsChecks(system, ctx)).toEqual([])
}

test('a new view becomes an order; the same again changes nothing and is counted, not kept twice', async () => {
  const first = await put(1)
  expect(first).toMatchObject({ outcome: 'created', conflicts: [] })
  expect(await put(1)).toMatchObject({ outcome: 'unchanged', order_id: first.order_id })
  expect(await put(1)).toMatchObject({ outcome: 'unchanged' })
  const { snapshots } = await compare(first.order_id)
  expect(snapshots.map((row) => [row.version, row.seen_count, row.is_base])).toEqual([['1', 3, true]])
  // 5 of 20 and 2 of 10 are promised, once.
  expect([await availableOf(system, ctx, 'A'), await availableOf(system, ctx, 'B')]).toEqual([15, 8])
  await proven()
})

test('an older view that comes late is kept and ignored', async () => {
  const { order_id } = await put(3, { lines: [{ ...A, quantity: 4 }, B] })
  expect(await put(2, { lines: [{ ...A, quantity: 9 }, B] })).toMatchObject({ outcome: 'older', order_id })
  expect(await put(2, { lines: [{ ...A, quantity: 9 }, B] })).toMatchObject({ outcome: 'older' })
  expect(await lineOf(order_id, 'A')).toMatchObject({ ordered: 4 })
  expect((await compare(order_id)).snapshots.map((row) => [row.version, row.outcome, row.seen_count])).toEqual([
    ['2', 'older', 2],
    ['3', 'taken', 1],
  ])
  await proven()
})

test('a newer view of an order we did not touch is taken: quantities, price, address, charges', async () => {
  const { order_id } = await put(1, { charges: [{ kind: 'shipping', amount: 300 }] })
  const answer = await put(2, {
    ship_to: elsewhere,
    lines: [
      { ...A, quantity: 7 },
      { ...B, unit_price: { amount: 900 } },
    ],
    charges: [{ kind: 'shipping', amount: 500 }],
  })
  expect(answer).toMatchObject({ outcome: 'taken', conflicts: [] })
  expect(answer.fields.toSorted()).toEqual(['charges/shipping/1', 'lines/a/quantity', 'lines/b/price', 'ship_to'])
  const order = await show(order_id)
  // 7 × 10.00 + 2 × 9.00 + 5.00 = 93.00.
  expect(order).toMatchObject({ totals: { total: { amount: 9300 } }, ship_to: elsewhere, held: false })
  expect([await availableOf(system, ctx, 'A'), await availableOf(system, ctx, 'B')]).toEqual([13, 8])
  await proven()
})

test('after our own edit of another field theirs is taken and ours is kept, now and by every later view', async () => {
  const { order_id } = await put(1)
  await runCommand(system, ctx, changeOrder, {
    order_id,
    note: 'Ring twice',
    lines: [{ line_id: (await lineOf(order_id, 'B')).id, quantity: 3 }],
  })
  expect(await put(2, { lines: [{ ...A, quantity: 6 }, B] })).toMatchObject({ outcome: 'taken', fields: ['lines/a/quantity'] })
  expect(await put(3, { lines: [{ ...A, quantity: 6 }, B], ship_to: elsewhere })).toMatchObject({ outcome: 'taken', fields: ['ship_to'] })
  const order = await show(order_id)
  expect(order).toMatchObject({ note: 'Ring twice', ship_to: elsewhere })
  // A: theirs, 6. B: ours, 3.
  expect(order.lines.map((line) => line.ordered - line.canceled)).toEqual([6, 3])
  // The quantity of B stays known as our edit: when the channel changes it too, a person decides.
  expect(
    await put(4, {
      lines: [
        { ...A, quantity: 6 },
        { ...B, quantity: 4 },
      ],
      ship_to: elsewhere,
    }),
  ).toMatchObject({
    outcome: 'held',
    conflicts: [{ path: 'lines/b/quantity', cause: 'both_changed', can_take: true }],
  })
  await proven()
})

test('the same field changed on both sides holds the order; a newer view that agrees releases it', async () => {
  const { order_id } = await put(1)
  await runCommand(system, ctx, changeOrder, { order_id, lines: [{ line_id: (await lineOf(order_id, 'A')).id, quantity: 3 }] })
  expect(await put(2, { lines: [{ ...A, quantity: 8 }, B], ship_to: elsewhere })).toMatchObject({ outcome: 'held' })
  expect(await openHolds(order_id)).toEqual(['channel_changed'])
  // Nothing of the view is taken while it waits.
  expect(await show(order_id)).toMatchObject({ ship_to: shipTo })
  const quantity = (await compare(order_id)).fields.find((field) => field.path === 'lines/a/quantity')
  expect(quantity).toMatchObject({ last_seen: 5, theirs: 8, ours: 3, changed_by: 'both', conflict: { cause: 'both_changed' } })
  // The channel heard of our edit: 3 on both sides.
  expect(await put(3, { lines: [{ ...A, quantity: 3 }, B], ship_to: elsewhere })).toMatchObject({ outcome: 'taken', fields: ['ship_to'] })
  expect(await openHolds(order_id)).toEqual([])
  expect(await show(order_id)).toMatchObject({ ship_to: elsewhere })
  expect((await compare(order_id)).snapshots.map((row) => row.outcome)).toEqual(['taken', 'older', 'taken'])
  await proven()
})

test('a person takes one disputed field and keeps another; what nobody disputes comes along', async () => {
  const { order_id } = await put(1)
  const lines = [
    { line_id: (await lineOf(order_id, 'A')).id, quantity: 3 },
    { line_id: (await lineOf(order_id, 'B')).id, quantity: 1 },
  ]
  await runCommand(system, ctx, changeOrder, { order_id, lines })
  await put(2, {
    lines: [
      { ...A, quantity: 8 },
      { ...B, quantity: 4 },
    ],
    note: 'Gift',
  })
  const stale = (await compare(order_id)).held_snapshot_id ?? ''
  await put(3, {
    lines: [
      { ...A, quantity: 9 },
      { ...B, quantity: 4 },
    ],
    note: 'Gift',
  })
  const late = await refusalOf(runCommand(system, ctx, resolveChannelChange, { order_id, snapshot_id: stale, take: 'ours' }))
  expect(late.code).toBe('orders.channel_change_settled')
  expect(await resolve(order_id, 'ours', [{ path: 'lines/a/quantity', take: 'theirs' }])).toMatchObject({
    taken: ['note', 'lines/a/quantity'],
    kept: ['lines/b/quantity'],
  })
  const order = await show(order_id)
  expect(order.lines.map((line) => line.ordered - line.canceled)).toEqual([9, 1])
  expect(order.note).toBe('Gift')
  expect(await openHolds(order_id)).toEqual([])
  // The same view again is known; the kept field is not asked about again.
  expect(
    await put(3, {
      lines: [
        { ...A, quantity: 9 },
        { ...B, quantity: 4 },
      ],
      note: 'Gift',
    }),
  ).toMatchObject({ outcome: 'unchanged' })
  expect(
    await put(4, {
      lines: [
        { ...A, quantity: 9 },
        { ...B, quantity: 4 },
      ],
      note: 'A gift',
    }),
  ).toMatchObject({ fields: ['note'], conflicts: [] })
  await proven()
})

test('fewer than are picked needs a person; theirs puts the goods back', async () => {
  const { order_id } = await put(1)
  await pick(order_id)
  expect(await put(2, { lines: [{ ...A, canceled_quantity: 2 }, B] })).toMatchObject({
    outcome: 'held',
    conflicts: [{ path: 'lines/a/quantity', cause: 'picked', can_take: true }],
  })
  expect(await lineOf(order_id, 'A')).toMatchObject({ canceled: 0, picked: 5 })
  await resolve(order_id, 'theirs')
  expect(await lineOf(order_id, 'A')).toMatchObject({ ordered: 5, canceled: 2, picked: 3 })
  expect(await availableOf(system, ctx, 'A')).toBe(17)
  await proven()
})

test('a part canceled by the channel is canceled here as far as it is not picked', async () => {
  const { order_id } = await put(1)
  expect(await put(2, { lines: [{ ...A, canceled_quantity: 3 }, B] })).toMatchObject({ outcome: 'taken', fields: ['lines/a/quantity'] })
  expect(await lineOf(order_id, 'A')).toMatchObject({ ordered: 5, canceled: 3, reserved: 2 })
  // 70.00 less 3 × 10.00.
  expect((await show(order_id)).totals).toMatchObject({ canceled: { amount: 3000 }, due: { amount: 4000 } })
  expect(await availableOf(system, ctx, 'A')).toBe(18)
  await proven()
})

test('a whole order canceled by the channel is canceled; canceled after all has left, it stands and a person is asked', async () => {
  const { order_id } = await put(1, { charges: [{ kind: 'shipping', amount: 300 }] })
  expect(await put(2, { status: 'canceled' })).toMatchObject({ outcome: 'taken', fields: ['status'] })
  expect(await show(order_id)).toMatchObject({ state: 'canceled', totals: { due: { amount: 0 } } })
  expect(await availableOf(system, ctx, 'A')).toBe(20)
  const sent = await put(1, {}, 'S-2')
  await ship(sent.order_id)
  expect(await put(2, { status: 'canceled' }, 'S-2')).toMatchObject({
    outcome: 'held',
    conflicts: [{ path: 'status', cause: 'shipped', can_take: false }],
  })
  const refusal = await refusalOf(resolve(sent.order_id, 'theirs'))
  expect(refusal.code).toBe('orders.cannot_take_theirs')
  await resolve(sent.order_id, 'ours')
  expect(await openHolds(sent.order_id)).toEqual([])
  expect(await show(sent.order_id)).toMatchObject({ state: 'done' })
  await proven()
})

test('payments and refunds come by reference: an echo of our own refund is the same fact, a new one is recorded once', async () => {
  const paid = { kind: 'captured', amount: 7000, reference: 'pi_1' }
  const { order_id } = await put(1, { payments: [paid] })
  await ship(order_id)
  await runCommand(system, ctx, refundOrder, { order_id, amount: 1000, reference: 're_ours' })
  const echo = { kind: 'refunded', amount: 1000, reference: 're_ours' }
  const fresh = { kind: 'refunded', amount: 500, reference: 're_shop', lines: [{ external_line_id: 'a', quantity: 1, amount: 500 }] }
  const refunded = {
    lines: [
      { ...A, shipped_quantity: 5, refunded_quantity: 1 },
      { ...B, shipped_quantity: 2 },
    ],
    payments: [paid, echo, fresh],
  }
  expect(await put(2, refunded)).toMatchObject({ outcome: 'taken', conflicts: [] })
  expect(await put(3, { ...refunded, note: 'again' })).toMatchObject({ outcome: 'taken' })
  const order = await show(order_id)
  // 70.00 taken, 10.00 + 5.00 given back.
  expect(order.paid).toMatchObject({ captured: { amount: 7000 }, refunded: { amount: 1500 } })
  expect(order.payments.find((payment) => payment.reference === 're_shop')?.lines).toMatchObject([
    { line_id: (await lineOf(order_id, 'A')).id, quantity: 1, amount: { amount: 500 } },
  ])
  await proven()
})

test('a line that is gone is canceled, a new one is added, another item in its place replaces it', async () => {
  const { order_id } = await put(1)
  const C: Line = { external_line_id: 'c', sku: 'C', quantity: 1, unit_price: { amount: 400 } }
  expect(await put(2, { lines: [A, C] })).toMatchObject({ outcome: 'taken' })
  const order = await show(order_id)
  expect(order.lines.map((line) => [line.sku, line.external_line_id, line.ordered - line.canceled])).toEqual([
    ['A', 'a', 5],
    ['B', 'b', 0],
    ['C', 'c', 1],
  ])
  expect(await put(3, { lines: [A, { ...C, sku: 'B', quantity: 2 }] })).toMatchObject({ outcome: 'taken' })
  const replaced = (await show(order_id)).lines.at(-1)
  expect(replaced).toMatchObject({ sku: 'B', external_line_id: 'c', ordered: 2, replaces_line_id: order.lines[2]?.id })
  // 5 × 10.00 + 2 × 4.00 is due.
  expect((await show(order_id)).totals.due.amount).toBe(5800)
  await proven()
})

test('an address changed after the label was made needs a person', async () => {
  const { order_id } = await put(1)
  const shipment_id = await pick(order_id)
  await runCommand(system, ctx, packShipment, { shipment_id })
  const answer = await put(2, { ship_to: elsewhere, note: 'Gift' })
  expect(answer).toMatchObject({ outcome: 'held', conflicts: [{ path: 'ship_to', cause: 'refused', can_take: true }] })
  expect(answer.conflicts[0]?.message).toContain('carries the old address')
  expect(await show(order_id)).toMatchObject({ ship_to: shipTo, note: '' })
  // Ours is kept for the address; the note was never disputed.
  expect(await resolve(order_id, 'ours')).toMatchObject({ taken: ['note'], kept: ['ship_to'] })
  expect(await show(order_id)).toMatchObject({ ship_to: shipTo, note: 'Gift' })
  expect(await openHolds(order_id)).toEqual([])
  await proven()
})

test('shipped told back is an echo; more than we shipped needs a person', async () => {
  const { order_id } = await put(1)
  await ship(order_id)
  const lines = [
    { ...A, shipped_quantity: 5 },
    { ...B, shipped_quantity: 2 },
  ]
  expect(await put(2, { lines, status: 'closed' })).toMatchObject({ outcome: 'taken', fields: [] })
  const other = await put(1, {}, 'S-2')
  expect(await put(2, { lines }, 'S-2')).toMatchObject({
    outcome: 'held',
    conflicts: [
      { path: 'lines/a/shipped', cause: 'shipped_elsewhere', can_take: true },
      { path: 'lines/b/shipped', cause: 'shipped_elsewhere' },
    ],
  })
  expect(await openHolds(other.order_id)).toEqual(['channel_changed'])
  await proven()
})

test('an order that came by POST is taken up by the first view; one that we changed since is asked about', async () => {
  const place = async (external_id: string) => {
    const lines = [
      { sku: 'A', quantity: 5 },
      { sku: 'B', quantity: 2 },
    ]
    const [outcome] = await runBatch(system, ctx, placeOrders, [{ channel: 'shop', external_id, currency: 'EUR', ship_to: shipTo, lines }])
    if (outcome?.ok !== true) throw outcome?.error ?? new Error('no outcome')
    return outcome.value.id
  }
  const order_id = await place('S-1')
  expect(await put(1, { lines: [{ ...A, quantity: 4 }, B] })).toMatchObject({ outcome: 'taken', order_id, fields: ['lines/a/quantity'] })
  expect(await lineOf(order_id, 'A')).toMatchObject({ external_line_id: 'a', ordered: 5, canceled: 1 })
  const changed = await place('S-2')
  await runCommand(system, ctx, cancelOrder, {
    order_id: changed,
    reason: 'one is broken',
    lines: [{ line_id: (await lineOf(changed, 'A')).id, quantity: 1 }],
  })
  expect(await put(1, {}, 'S-2')).toMatchObject({ outcome: 'held', conflicts: [{ path: 'lines/a/quantity', cause: 'both_changed' }] })
  await proven()
})

test('versions are compared as the channel counts them', async () => {
  const timed = (
    await runCommand(system, ctx, createChannel, { code: 'market', name: 'Market', kind: 'marketplace', message_version: 'time' })
  ).id
  const send = (version: string | number, note: string) =>
    runCommand(system, ctx, takeChannelOrder, {
      channel_id: timed,
      external_id: 'M-1',
      version,
      note,
      currency: 'EUR',
      ship_to: shipTo,
      lines: [A],
    })
  await send('2026-01-02T10:00:00Z', 'first')
  // 10:30 in Belgrade's summer time is 08:30 UTC: earlier.
  expect(await send('2026-01-02T10:30:00+02:00', 'earlier')).toMatchObject({ outcome: 'older' })
  expect(await send('2026-01-02T10:00:00.500Z', 'later')).toMatchObject({ outcome: 'taken', fields: ['note'] })
  expect((await refusalOf(send(7, 'no instant'))).fields).toMatchObject([{ pointer: '/version', code: 'wrong_version' }])
  // As numbers 10 is newer than 9; as text it would be older.
  await put(9)
  expect(await put(10, { note: 'ten' })).toMatchObject({ outcome: 'taken' })
  await proven()
})
