import { expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { type ActName, ACTS, openWorld } from '../support/crowd.ts'
import { loudLog } from '../support/crowd-world.ts'
import { openShop } from '../support/shop.ts'

/**
 * Everybody at once at the same orders: cancel, ship, short pick, edit, move, split, return, refund, refuse, void, scrap and count. Nobody
 * is told of a deadlock or of contention: every answer is a success or a refusal with its reason, and every number holds.
 */
const program = useApp({ log: loudLog, settings: { TEFTER_POOL_SIZE: '12' } })

const RIVALS: ActName[] = [
  'cancelPart',
  'ship',
  'shortPick',
  'changeQuantity',
  'sendsBack',
  'refund',
  'sendOff',
  'refuse',
  'voidShipment',
  'substitute',
  'split',
  'moveShipment',
  'cancelShipment',
  'scrap',
  'count',
  'pay',
]

test('cancel, ship, short pick, edit, return and refund race on the same orders: refusals, never failures', async () => {
  const world = await openWorld(await openShop(program))
  for (const [warehouse, sku] of [
    ['W1', 'A'],
    ['W1', 'B'],
    ['W2', 'A'],
  ] as const)
    await world.shop.receive(warehouse, sku, 40, 500)
  for (let which = 0; which < 6; which += 1) await ACTS.place(world, { which: which % 2, other: which, quantity: 4 })
  for (let round = 0; round < 5; round += 1) {
    // Of the two orders of a round, one is picked and the other left in part; then sixteen people want something of them at once.
    const [one, two] = [round * 2, round * 2 + 1].map((which) => ({ which, other: 0, quantity: 1 }))
    if (one === undefined || two === undefined) throw new Error('two orders')
    for (const act of [ACTS.release, ACTS.pick]) await act(world, one)
    for (const act of [ACTS.release, ACTS.pick, ACTS.shipPart]) await act(world, two)
    const rivals = RIVALS.map((act, index) =>
      ACTS[act](world, { which: round * 2 + ((index + round) % 2), other: index + round, quantity: 1 + (index % 3) }),
    )
    await Promise.all(rivals)
  }
  await world.shop.proves()
  const orders = await Promise.all(world.orders.map((id) => world.shop.order(id)))
  const sum = (name: 'shipped' | 'canceled') =>
    orders.flatMap((order) => order.lines as { shipped: number; canceled: number }[]).reduce((total, line) => total + line[name], 0)
  expect(sum('shipped')).toBeGreaterThan(5)
  expect(sum('canceled')).toBeGreaterThan(0)
}, 240_000)
