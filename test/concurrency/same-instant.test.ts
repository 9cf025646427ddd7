import { beforeAll, expect, test } from 'vitest'
import { runCommand } from '../../src/kernel/runner.ts'
import { expireHolds } from '../../src/modules/inventory/commands/hold-stock.ts'
import { useApp } from '../support/app.ts'
import { ANA, line, openShop, type Shop } from '../support/shop.ts'

/** What happens at one and the same instant: checkouts run out while others buy, two people pick one line, one cancels what another ships. */
let now = new Date('2031-03-01T10:00:00Z')
const program = useApp({ clock: { now: () => now }, settings: { TEFTER_POOL_SIZE: '12' } })
let shop: Shop

beforeAll(async () => {
  const plain = { kind: 'stocked', tax_class: 'standard', price: { amount: 1000, scale: 2, currency: 'EUR' } }
  shop = await openShop(program, [{ ...plain, sku: 'HELD', name: 'Held' }])
  const policy = { prefer: 'priority', keep_together: true, allow_split: true, max_shipments: 3, on_shortage: 'refuse' }
  await shop.put('/v1/sourcing-policies', policy)
  await shop.receive('W1', 'A', 200, 500)
})

const buy = (fields: object = {}) =>
  shop.call('POST', '/v1/orders', {
    channel: 'web',
    currency: 'EUR',
    prices_include_tax: true,
    ship_to: ANA,
    lines: [line('HELD', 1, 999)],
    ...fields,
  })
const stockOf = async (sku: string) => {
  const { data } = await shop.get('/v1/stock')
  const rows = data as { sku: string; on_hand: number; reserved: number; held: number; available: number }[]
  const { on_hand, reserved, held, available } = rows.find((row) => row.sku === sku) ?? {}
  return { on_hand, reserved, held, available }
}

test('twenty holds run out at one instant while their own buyers and strangers buy and two workers end them: each piece is sold once', async () => {
  await shop.receive('W1', 'HELD', 20, 500)
  const expires_at = '2031-03-01T10:10:00.000Z'
  const holds: { id: string }[] = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      shop.post('/v1/stock-holds', { warehouse_id: shop.warehouses.W1, sku: 'HELD', quantity: 1, reference: `cart-${n}`, expires_at }),
    ),
  )
  expect(await stockOf('HELD')).toEqual({ on_hand: 20, reserved: 0, held: 20, available: 0 })
  now = new Date(expires_at)
  const ctx = await program.runtime.contextOf(shop.organizationId)
  const [expired, own, strangers] = await Promise.all([
    Promise.all(Array.from({ length: 2 }, () => runCommand(program.runtime.system, ctx, expireHolds, {}))),
    Promise.all(holds.slice(0, 10).map(({ id }) => buy({ stock_hold_ids: [id] }))),
    Promise.all(Array.from({ length: 30 }, () => buy())),
  ])
  const bought = [...own, ...strangers]
  expect(bought.filter(({ status }) => ![201, 422].includes(status)).map(({ text }) => text)).toEqual([])
  const sold = bought.filter(({ status }) => status === 201).length
  expect(sold).toBeLessThanOrEqual(20)
  // Whoever ended a hold, two never ended the same one: what the workers did not end became an order's.
  expect(expired.reduce((sum, one) => sum + one.expired, 0)).toBeLessThanOrEqual(20)
  expect(await stockOf('HELD')).toEqual({ on_hand: 20, reserved: sold, held: 0, available: 20 - sold })
  // What is left is sold to the next, to the last piece.
  const later = await Promise.all(Array.from({ length: 25 }, () => buy()))
  expect(later.filter(({ status }) => status === 201)).toHaveLength(20 - sold)
  expect(await stockOf('HELD')).toEqual({ on_hand: 20, reserved: 20, held: 0, available: 0 })
  await shop.proves()
}, 120_000)

test('two people confirm the same pick at once: it is picked once, and the other is told', async () => {
  for (let round = 0; round < 5; round += 1) {
    /* oxlint-disable no-await-in-loop -- one race after another */
    const shipment = await shop.shipmentOf(await shop.place({ lines: [line('A', 4, 999)] }))
    expect(await shop.release(shipment)).toBeNull()
    const [{ picks }] = (await shop.shipment(shipment)).lines
    const confirm = () => shop.call('POST', '/v1/picks', { picks: [{ pick_id: picks[0].id, quantity: 4 }] })
    const answers = await Promise.all([confirm(), confirm()])
    const outcomes = answers.map(({ body }) => body.outcomes[0] as { ok: boolean; error?: { status: number } })
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    expect(outcomes.find(({ ok }) => !ok)?.error?.status).toBe(422)
    const { status, lines } = await shop.shipment(shipment)
    expect([status, lines[0].picked_quantity]).toEqual(['picked', 4])
    /* oxlint-enable no-await-in-loop */
  }
  await shop.proves()
}, 120_000)

test('one cancels what another ships: either it left or it is canceled, never both and never half', async () => {
  const orders = await Promise.all(Array.from({ length: 12 }, () => shop.place({ lines: [line('A', 3, 999)] })))
  const shipments = await Promise.all(orders.map((id) => shop.shipmentOf(id)))
  for (const shipment of shipments) await shop.ready(shipment)
  const answers = await Promise.all(
    orders.map((id, index) => {
      const cancel = () => shop.call('POST', `/v1/orders/${id}/cancellation`, { reason: 'changed mind' })
      const ship = () => shop.call('POST', `/v1/shipments/${shipments[index]}/shipping`, {})
      return Promise.all(index % 2 === 0 ? [cancel(), ship()] : [ship(), cancel()])
    }),
  )
  for (const [index, pair] of answers.entries()) {
    expect(
      pair.filter(({ status }) => status < 300),
      pair.map(({ text }) => text).join('\n'),
    ).toHaveLength(1)
    expect(Math.max(...pair.map(({ status }) => status))).toBe(422)
    // oxlint-disable-next-line no-await-in-loop -- a dozen
    const [own] = (await shop.order(orders[index] ?? '')).lines
    expect([0, 3]).toContain(own.shipped)
    expect(own.canceled).toBe(3 - own.shipped)
  }
  await shop.proves()
}, 120_000)
