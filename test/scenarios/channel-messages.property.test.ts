import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/kernel/context.ts'
import { DomainError } from '../../src/kernel/errors.ts'
import { runCommand, runQuery } from '../../src/kernel/runner.ts'
import { createChannel } from '../../src/modules/orders/commands/create-channel.ts'
import { changeOrder } from '../../src/modules/orders/commands/change-order.ts'
import { cancelOrder, getOrder } from '../../src/modules/orders/index.ts'
import { listSnapshots } from '../../src/modules/orders/messages/get-snapshots.ts'
import { resolveChannelChange, takeChannelOrder } from '../../src/modules/orders/messages/message-commands.ts'
import { pickShipment, releaseShipments, shipShipment } from '../../src/modules/warehouse/index.ts'
import { reportsChecks } from '../support/checks.ts'
import { createTestItems, openBusiness, openWarehouse, receiveStock, useBusiness } from '../support/organization.ts'
import { runs } from '../support/runs.ts'

/**
 * A channel's views of an order arrive in any order, any number of times, while people and the floor work on it. In the end the newest
 * view is merged, money that moved is there once, goods are there once, and every check of `verify` holds.
 */
const system = useBusiness()
let ctx: Context
let channel_id: string
let orders = 0

beforeAll(async () => {
  ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'W1')
  await createTestItems(
    system,
    ctx,
    ['A', 'B', 'C', 'D'].map((sku) => ({ sku })),
  )
  await receiveStock(system, ctx, 'W1', { A: 150, B: 150, C: 20, D: 5 })
  channel_id = (await runCommand(system, ctx, createChannel, { code: 'shop', name: 'Shop', kind: 'shop' })).id
}, 60_000)

/** What one version says. Line a always stays, so that the order is never canceled by saying nothing. */
interface Said {
  a: number
  others: number[]
  canceled: number
  price: number
  postage: number
  house: number
  refund: number
}

const said: fc.Arbitrary<Said> = fc.record({
  a: fc.integer({ min: 1, max: 6 }),
  others: fc.array(fc.nat(4), { minLength: 3, maxLength: 3 }),
  canceled: fc.nat(2),
  price: fc.integer({ min: 100, max: 1500 }),
  postage: fc.integer({ min: 1, max: 900 }),
  house: fc.nat(3),
  refund: fc.nat(200),
})

const address = (house: number) => ({ name: 'Ana Petrović', line1: `Bulevar ${house}`, city: 'Novi Sad', postcode: '21000', country: 'RS' })

/** Views of versions 1 … n. Payments grow: each version knows those before it. */
function viewsOf(versions: readonly Said[]) {
  return versions.map((one, index) => ({
    version: index + 1,
    currency: 'EUR',
    ship_to: address(one.house),
    lines: [
      {
        external_line_id: 'a',
        sku: 'A',
        quantity: one.a + one.canceled,
        canceled_quantity: one.canceled,
        unit_price: { amount: one.price },
      },
      ...one.others.flatMap((quantity, place) =>
        quantity === 0
          ? []
          : [
              {
                external_line_id: ['b', 'c', 'd'][place] ?? '',
                sku: ['B', 'C', 'D'][place] ?? '',
                quantity,
                unit_price: { amount: 700 + place },
              },
            ],
      ),
    ],
    charges: [{ kind: 'shipping', amount: one.postage }],
    payments: [
      { kind: 'captured', amount: 5000, reference: 'pi' },
      ...versions
        .slice(0, index + 1)
        .flatMap((before, place) => (before.refund === 0 ? [] : [{ kind: 'refunded', amount: before.refund, reference: `re_${place}` }])),
    ],
  }))
}

const wantedBy = (one: Said): Record<string, number> => ({ a: one.a, b: one.others[0] ?? 0, c: one.others[1] ?? 0, d: one.others[2] ?? 0 })

/** Versions with the order they arrive in: each at least once, some again. */
const arrivals = fc.array(said, { minLength: 2, maxLength: 5 }).chain((versions) =>
  fc.record({
    versions: fc.constant(versions),
    order: fc.array(fc.nat(versions.length - 1), { maxLength: 4 }).chain((again) =>
      fc
        .shuffledSubarray([...versions.keys(), ...again.map((index) => index + versions.length)], {
          minLength: versions.length + again.length,
        })
        .map((mixed) => mixed.map((index) => index % versions.length)),
    ),
  }),
)

async function state(order_id: string) {
  const order = await runQuery(system, ctx, getOrder, { order_id })
  const wanted: Record<string, number> = { a: 0, b: 0, c: 0, d: 0 }
  for (const line of order.lines) wanted[line.external_line_id ?? ''] = line.ordered - line.canceled
  return { order, wanted }
}

async function moneyOnce(order_id: string, versions: readonly Said[]): Promise<void> {
  const { order } = await state(order_id)
  expect(order.paid.captured.amount).toBe(5000)
  expect(order.paid.refunded.amount).toBe(versions.reduce((sum, one) => sum + one.refund, 0))
  expect(new Set(order.payments.map((payment) => payment.reference)).size).toBe(order.payments.length)
}

const put = (external_id: string, view: object) => runCommand(system, ctx, takeChannelOrder, { channel_id, external_id, ...view } as never)

test('views in any order, again and again, on an order that nobody here changes: the newest one stands', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, async ({ versions, order }) => {
      orders += 1
      const views = viewsOf(versions)
      let order_id = ''
      for (const index of order) {
        const answer = await put(`P-${orders}`, views[index] ?? {})
        expect(answer.outcome).not.toBe('held')
        order_id = answer.order_id
      }
      const newest = versions.at(-1) as Said
      const { order: found, wanted } = await state(order_id)
      expect(wanted).toEqual(wantedBy(newest))
      expect(found.ship_to).toEqual(address(newest.house))
      expect(found.charges.filter((charge) => charge.canceled_at === null).map((charge) => charge.amount.amount)).toEqual([newest.postage])
      expect(found.lines.find((line) => line.external_line_id === 'a')?.unit_price?.amount).toBe(newest.price)
      // Due is what the newest view adds up to: lines that stand at their price, and postage.
      const sum = newest.a * newest.price + newest.others.reduce((total, quantity, place) => total + quantity * (700 + place), 0)
      expect(found.totals.due.amount).toBe(sum + newest.postage)
      await moneyOnce(order_id, versions)
      expect(await reportsChecks(system, ctx)).toEqual([])
    }),
    runs(20),
  )
}, 240_000)

type Own = { kind: 'release' | 'pick' | 'ship' | 'theirs' | 'ours' } | { kind: 'edit' | 'cancel'; line: string; quantity: number }
const own: fc.Arbitrary<Own> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('release' as const, 'pick' as const, 'ship' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('theirs' as const, 'ours' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('edit' as const, 'cancel' as const),
      line: fc.constantFrom('a', 'b', 'c', 'd'),
      quantity: fc.integer({ min: 1, max: 5 }),
    }),
  },
)

/** Settles what waits: the wanted side where it can be taken, else ours. Answers the fields that were kept. */
async function settle(order_id: string, take: 'theirs' | 'ours'): Promise<string[]> {
  const { held_snapshot_id, fields } = await runQuery(system, ctx, listSnapshots, { order_id })
  if (held_snapshot_id === null) return []
  const disputed = fields.flatMap((field) => (field.conflict === null ? [] : [field.conflict]))
  const ours = disputed
    .filter((conflict) => !conflict.can_take || conflict.cause === 'refused')
    .map(({ path }) => ({ path, take: 'ours' as const }))
  return (await runCommand(system, ctx, resolveChannelChange, { order_id, snapshot_id: held_snapshot_id, take, fields: ours })).kept
}

/** One thing that people or the floor do; what the order refuses at that moment is refused. Answers the fields that are ours from now on. */
async function act(order_id: string, step: Own): Promise<string[]> {
  const { order } = await state(order_id)
  const shipment = (...statuses: string[]) => order.shipments.find((one) => statuses.includes(one.status))?.id ?? order_id
  try {
    if ('line' in step) {
      const line_id = order.lines.find((line) => line.external_line_id === step.line)?.id ?? order_id
      if (step.kind === 'edit') await runCommand(system, ctx, changeOrder, { order_id, lines: [{ line_id, quantity: step.quantity }] })
      else await runCommand(system, ctx, cancelOrder, { order_id, reason: 'broken', lines: [{ line_id, quantity: 1 }] })
      return [`lines/${step.line}/quantity`]
    }
    if (step.kind === 'release') await runCommand(system, ctx, releaseShipments, { shipment_ids: [shipment('planned')] })
    else if (step.kind === 'pick') await runCommand(system, ctx, pickShipment, { shipment_id: shipment('released') })
    else if (step.kind === 'ship') await runCommand(system, ctx, shipShipment, { shipment_id: shipment('picked', 'packed') })
    else return await settle(order_id, step.kind)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
  }
  return []
}

test('views in any order between edits, cancellations, picking and shipping: what is not ours is the newest view, and every number holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      arrivals,
      fc.array(fc.array(own, { maxLength: 2 }), { minLength: 9, maxLength: 9 }),
      async ({ versions, order }, between) => {
        orders += 1
        const views = viewsOf(versions)
        const ours = new Set<string>()
        let order_id = ''
        for (const [place, index] of order.entries()) {
          order_id = (await put(`P-${orders}`, views[index] ?? {})).order_id
          for (const step of between[place] ?? []) for (const path of await act(order_id, step)) ours.add(path)
        }
        for (const path of await settle(order_id, 'theirs')) ours.add(path)
        const newest = versions.at(-1) as Said
        const { order: found, wanted } = await state(order_id)
        for (const [line, quantity] of Object.entries(wantedBy(newest)))
          if (!ours.has(`lines/${line}/quantity`)) expect([line, wanted[line]]).toEqual([line, quantity])
        if (!ours.has('ship_to')) expect(found.ship_to).toEqual(address(newest.house))
        expect(found.holds.filter((hold) => hold.type === 'channel_changed' && hold.released_at === null)).toEqual([])
        await moneyOnce(order_id, versions)
        expect(await reportsChecks(system, ctx)).toEqual([])
      },
    ),
    runs(25),
  )
}, 240_000)
