import { beforeEach, expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { line, openShop, postage, type Shop } from '../support/shop.ts'

/**
 * Sales earned on delivery. Every business starts with 8 of A at 4.00 in W1; an order is 3 × 9.99 = 29.97 (tax 5.00: 4.995 rounded) and postage
 * 3.60 (tax 0.60): of it 24.97 and 3.00 are ours. Trial balance: debits positive.
 */
const program = useApp()
let shop: Shop

beforeEach(async () => {
  shop = await openShop(program)
  await shop.receive('W1', 'A', 8, 400)
  await shop.patch('/v1/organization', { revenue_on: 'delivery' })
})

const place = () => shop.place({ lines: [line('A', 3, 999)], charges: [postage(360)] })

test('sent is owed and taxed, but not earned: revenue and cost wait for the delivery', async () => {
  const order = await place()
  // 33.57 owed, 5.60 tax; 27.97 deferred; 3 × 4.00 on their way.
  expect(await shop.changes(() => shop.sendAll(order))).toEqual({
    customer_account: 3357,
    tax_payable: -560,
    deferred_revenue: -2797,
    deferred_cost: 1200,
    inventory: -1200,
  })
  await shop.proves()
  const shipment = await shop.shipmentOf(order)
  expect(await shop.changes(() => shop.post(`/v1/shipments/${shipment}/delivery`))).toEqual({
    deferred_revenue: 2797,
    revenue: -2497,
    shipping_income: -300,
    deferred_cost: -1200,
    cost_of_goods_sold: 1200,
  })
  await shop.proves()
})

test('the entry of a delivery is of its day, in the time zone of the business', async () => {
  const order = await place()
  const shipment = await shop.shipmentOf(order)
  await shop.ready(shipment)
  await shop.ship(shipment, { happened_at: '2026-03-30T10:00:00Z' })
  await shop.post(`/v1/shipments/${shipment}/delivery`, { happened_at: '2026-04-02T10:00:00Z' })
  const { data } = await shop.get(`/v1/journal-entries?source_id=${shipment}`)
  const days = Object.fromEntries(data.map((entry: { kind: string; accounting_date: string }) => [entry.kind, entry.accounting_date]))
  expect(days).toMatchObject({ 'sale.shipped': '2026-03-30', 'revenue.deferred': '2026-03-30', 'revenue.recognized': '2026-04-02' })
})

test('refused on its way: nothing was ever earned, and nothing waits', async () => {
  const order = await place()
  await shop.sendAll(order)
  const shipment = await shop.shipmentOf(order)
  await shop.post(`/v1/shipments/${shipment}/refuse`, { reason: 'refused' })
  const { revenue, cost_of_goods_sold, deferred_revenue, deferred_cost, inventory } = await shop.balances()
  // The postage stays earned where it was paid; here nothing was paid, but the order is prepaid: 3.00 stays.
  expect([revenue, cost_of_goods_sold, deferred_revenue, deferred_cost, inventory]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    3200,
  ])
  await shop.proves()
})

test('a part refused, the rest delivered: 1 of 3 falls away by the cut rule, 2 are earned', async () => {
  const order = await place()
  await shop.sendAll(order)
  const shipment = await shop.shipmentOf(order)
  const [row] = (await shop.shipment(shipment)).lines
  // 24.97 ÷ 3 = 8.32: shown as earned and taken back at once (9.99 less tax 1.66 is 8.33: the parts are cut each for itself).
  expect(
    await shop.changes(() =>
      shop.post(`/v1/shipments/${shipment}/refuse`, { reason: 'refused', lines: [{ line_id: row.id, quantity: 1 }] }),
    ),
  ).toEqual({
    customer_account: -999,
    tax_payable: 166,
    deferred_revenue: 832,
    revenue: 1,
    deferred_cost: -400,
    inventory: 400,
  })
  await shop.proves()
  // 24.97 − 8.32 = 16.65 and the postage.
  expect(await shop.changes(() => shop.post(`/v1/shipments/${shipment}/delivery`))).toEqual({
    deferred_revenue: 1965,
    revenue: -1665,
    shipping_income: -300,
    deferred_cost: -800,
    cost_of_goods_sold: 800,
  })
  // Earned in all: 2 × 9.99 = 19.98 less tax 5.00 − 1.66 = 3.34 is 16.64.
  expect((await shop.balances())['revenue']).toBe(-1664)
  await shop.proves()
})

test('lost, voided and returned before delivery leave nothing waiting', async () => {
  const [lost, voided, returned] = [
    await place(),
    await shop.place({ lines: [line('A', 1, 999)] }),
    await shop.place({ lines: [line('A', 1, 999)] }),
  ]
  for (const order of [lost, voided, returned]) await shop.sendAll(order)
  await shop.post(`/v1/shipments/${await shop.shipmentOf(lost)}/lost`, { reason: 'gone' })
  await shop.post(`/v1/shipments/${await shop.shipmentOf(voided)}/void`, { reason: 'scanned the wrong one' })
  await shop.post('/v1/return-receipts', {
    warehouse_code: 'W1',
    order_id: returned,
    reason: 'changed_mind',
    lines: [{ sku: 'A', quantity: 1 }],
  })
  const { revenue, deferred_revenue, deferred_cost, write_off, inventory } = await shop.balances()
  // 8 × 4.00 less the 3 lost.
  expect([revenue, deferred_revenue, deferred_cost, write_off, inventory]).toEqual([undefined, undefined, undefined, 1200, 2000])
  await shop.proves()
})

test('a channel may earn on dispatch where the business earns on delivery; what waits is earned whatever is set later', async () => {
  const web = (await shop.get('/v1/channels')).data.find((one: { code: string }) => one.code === 'web')
  const first = await place()
  await shop.sendAll(first)
  await shop.patch(`/v1/channels/${web.id}`, { revenue_on: 'dispatch' })
  const second = await shop.place({ lines: [line('A', 1, 999)] })
  // 9.99 less tax 1.67 (9.99 × 20 ÷ 120 = 1.665).
  expect((await shop.changes(() => shop.sendAll(second)))['revenue']).toBe(-832)
  expect((await shop.balances())['deferred_revenue']).toBe(-2797)
  await shop.post(`/v1/shipments/${await shop.shipmentOf(first)}/delivery`)
  expect((await shop.balances())['deferred_revenue']).toBeUndefined()
  await shop.patch(`/v1/channels/${web.id}`, { revenue_on: null })
  expect((await shop.get(`/v1/channels/${web.id}`)).revenue_on).toBeNull()
  await shop.proves()
})

test('what a channel sends itself is earned at once', async () => {
  const order = await shop.place({ lines: [line('A', 1, 999)] })
  const lines = [{ line_id: await shop.line(order, 'A'), quantity: 1 }]
  expect((await shop.changes(() => shop.post(`/v1/orders/${order}/elsewhere`, { lines })))['revenue']).toBe(-832)
  await shop.proves()
})
