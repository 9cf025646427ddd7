import { beforeAll, expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { ANA, openShop, type Shop, type Shown } from '../support/shop.ts'

const program = useApp()
let shop: Shop
let url: string

beforeAll(async () => {
  shop = await openShop(program)
  await shop.receive('W1', 'A', 10, 400)
  const { id } = await shop.post('/v1/channels', { code: 'market', name: 'Market', kind: 'marketplace' })
  url = `/v1/channels/${id}/orders`
})

const view = (external_id: string, version: number, quantity: number, fields: object = {}) => ({
  external_id,
  version,
  currency: 'EUR',
  ship_to: ANA,
  lines: [{ external_line_id: '1', sku: 'A', quantity, unit_price: { amount: 1000 } }],
  ...fields,
})

test('many views in one request: one outcome each, in order; a bad one fails no neighbor', async () => {
  const { outcomes } = await shop.put(url, {
    orders: [
      view('M-1', 1, 2),
      // The same order once more in the same request, newer: merged into the first.
      view('M-1', 2, 3),
      view('M-2', 1, 1, { currency: 'euro' }),
      view('M-3', 1, 4),
      { external_id: 'M-4' },
    ],
  })
  expect(outcomes.map((one: Shown) => one.outcome ?? one.error.code)).toEqual([
    'created',
    'taken',
    'kernel.invalid_input',
    'created',
    'kernel.invalid_input',
  ])
  expect(outcomes[1]).toMatchObject({ ok: true, order_id: outcomes[0].order_id, fields: ['lines/1/quantity'] })
  expect(outcomes[2].error.errors).toMatchObject([{ pointer: '/currency' }])
  // 3 of M-1 and 4 of M-3.
  const { data } = await shop.get(`/v1/stock?item_id=${shop.items['A']}&warehouse_id=${shop.warehouses.W1}`)
  expect(data[0]).toMatchObject({ reserved: 7, available: 3 })
  await shop.proves()
})

test('sent again it changes nothing', async () => {
  const orders = [view('N-1', 1, 1), view('N-2', 1, 1)]
  const first = await shop.put(url, { orders })
  const again = await shop.put(url, { orders })
  expect(again.outcomes.map((one: Shown) => [one.outcome, one.order_id])).toEqual(
    first.outcomes.map((one: Shown) => ['unchanged', one.order_id]),
  )
})

test('more than 100, none at all, or a channel that is not there', async () => {
  const call = (path: string, orders: object[]) => program.call('PUT', path, { key: shop.key, body: { orders } })
  expect((await call(url, [])).status).toBe(400)
  expect(
    (
      await call(
        url,
        Array.from({ length: 101 }, (_, index) => view(`X-${index}`, 1, 1)),
      )
    ).status,
  ).toBe(400)
  const strange = await call('/v1/channels/0199b3a2-0000-7000-8000-000000000001/orders', [view('Y-1', 1, 1)])
  expect(strange.body.outcomes).toMatchObject([{ ok: false, error: { code: 'orders.not_found' } }])
})
