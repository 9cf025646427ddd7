import { beforeEach, expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { line, openShop, type Shop, type Shown } from '../support/shop.ts'

/** Whole days on which goods are not where they should be, through the API, each with all its books at the end. Cents; 20 % tax lies in every price. */
const program = useApp()
let shop: Shop

beforeEach(async () => {
  shop = await openShop(program)
})

test('day 5: three of five are not in their bin; the other warehouse sends them at its own cost', async () => {
  await shop.receive('W1', 'A', 5, 400)
  await shop.receive('W2', 'A', 5, 600)
  const id = await shop.place({ lines: [line('A', 5, 999)] })
  await shop.pay(id, 4995)
  const from1 = await shop.shipmentOf(id)
  await shop.release(from1)
  const { lines } = await shop.shipment(from1)
  await shop.post(`/v1/picks/${lines[0].picks[0].id}/short`, { quantity: 3, reason: 'not_found' })
  await shop.pick(from1)
  // 5 × 9.99 = 49.95, tax 8.325: 8.33. Two of five: 19.98 with 3.33; cost 2 × 4.00.
  expect(await shop.changes(() => shop.ship(from1))).toEqual({
    inventory: -800,
    cost_of_goods_sold: 800,
    customer_account: 1998,
    revenue: -1665,
    tax_payable: -333,
  })
  await shop.sendAll(id)
  // The rest 29.97 with 5.00; cost 3 × 6.00. Lost 3 × 4.00; 2 × 6.00 are left at W2.
  expect(await shop.balances()).toEqual({
    inventory: 1200,
    received_not_invoiced: -5000,
    shrinkage: 1200,
    revenue: -(4995 - 833),
    tax_payable: -833,
    cost_of_goods_sold: 800 + 1800,
    payment_clearing: 4995,
  })
  expect(await shop.stockValue()).toEqual({ W2: 1200 })
  expect((await shop.get('/v1/tasks?status=open&kind=recount')).data).toMatchObject([{ quantity: 3, location_code: 'A-1' }])
  await shop.recomputes()
  await shop.proves()
})

test('day 6: promised goods are scrapped, two are found again, what is still missing is canceled', async () => {
  await shop.receive('W1', 'A', 6, 450)
  const one = await shop.place({ lines: [line('A', 4, 1000)] })
  const two = await shop.place({ lines: [line('A', 2, 1000)] })
  const vector = async (id: string) => {
    const [own] = (await shop.order(id)).lines
    return [own.reserved, own.backordered]
  }
  await shop.post('/v1/adjustments', {
    warehouse_id: shop.warehouses.W1,
    kind: 'scrap',
    lines: [{ sku: 'A', location_code: 'A-1', quantity: 3 }],
  })
  // The later promise goes first: both of the second order, one of the first.
  expect([await vector(one), await vector(two)]).toEqual([
    [3, 1],
    [0, 2],
  ])
  await shop.post('/v1/stock/found', { warehouse_id: shop.warehouses.W1, sku: 'A', location_code: 'A-2', quantity: 2 })
  expect([await vector(one), await vector(two)]).toEqual([
    [4, 0],
    [1, 1],
  ])
  await shop.post(`/v1/orders/${two}/cancellation`, {
    reason: 'not to be had',
    lines: [{ line_id: await shop.line(two, 'A'), quantity: 1 }],
  })
  await shop.sendAll(one)
  await shop.sendAll(two)
  // Scrapped 3 × 4.50, found 2 × 4.50, sold 5 × 4.50 = 22.50: 27.00 − 13.50 + 9.00 − 22.50 = 0. The first order 40.00 with 6.67 tax; of the
  // second's 20.00 with 3.33 one is canceled with 1.66 and one is sold with 1.67.
  expect(await shop.balances()).toEqual({
    received_not_invoiced: -2700,
    write_off: 1350,
    shrinkage: -900,
    cost_of_goods_sold: 2250,
    customer_account: 5000,
    revenue: -(5000 - 834),
    tax_payable: -834,
  })
  expect(await shop.stockValue()).toEqual({})
  await shop.recomputes()
  await shop.proves()
})

test('day 7: a kit leaves in parts, the other kit is canceled and the piece too many comes back', async () => {
  await shop.receive('W1', 'A', 4, 400)
  await shop.receive('W1', 'B', 2, 300)
  // 2 × 30.00 less 5.00. A bears 40.00 : 20.00 of the discount, 3.33: 36.67 with 6.11 tax; B 18.33 with 3.06.
  const id = await shop.place({ lines: [line('SET', 2, 3000)], discounts: [{ amount: 500 }] })
  await shop.pay(id, 5500)
  const shipment = await shop.shipmentOf(id)
  await shop.ready(shipment)
  const { lines } = (await shop.shipment(shipment)) as { lines: { id: string; sku: string }[] }
  const of = (sku: string, quantity: number) => ({ shipment_line_id: lines.find((one) => one.sku === sku)?.id, quantity })
  // 3 of 4 A: 36.67 × 3 ÷ 4 = 27.50 with 4.58; 1 of 2 B: 9.16 with 1.53. Cost 3 × 4.00 + 3.00.
  expect(await shop.changes(() => shop.ship(shipment, { lines: [of('A', 3), of('B', 1)] }))).toEqual({
    inventory: -1500,
    cost_of_goods_sold: 1500,
    customer_account: 3666,
    revenue: -(3666 - 611),
    tax_payable: -611,
  })
  expect((await shop.order(id)).lines[0]).toMatchObject({ sku: 'SET', ordered: 2, shipped: 1, partly: true })
  await shop.post(`/v1/orders/${id}/cancellation`, { reason: 'the rest is not needed' })
  for (const task of (await shop.get('/v1/tasks?status=open&kind=put_back')).data as Shown[]) await shop.post(`/v1/tasks/${task.id}/done`)
  const a = (await shop.order(id)).lines.find((one: Shown) => one.sku === 'A').id
  await shop.post('/v1/return-receipts', {
    warehouse_code: 'W1',
    order_id: id,
    reason: 'one too many',
    lines: [{ order_line_id: a, quantity: 1, location_code: 'A-1' }],
  })
  // One of three A: 9.16 with 1.52, cost 4.00. Paid 55.00, sold 36.66 − 9.16 = 27.50: 27.50 go back.
  await shop.pay(id, 2750, { kind: 'refunded' })
  expect(await shop.balances()).toEqual({
    inventory: 4 * 400 + 2 * 300 - 1500 + 400,
    received_not_invoiced: -2200,
    cost_of_goods_sold: 1100,
    revenue: -(2750 - 459),
    tax_payable: -459,
    payment_clearing: 2750,
  })
  expect(await shop.stockValue()).toEqual({ W1: 1100 })
  await shop.proves()
})

test('day 8: paid weeks ahead, promised for the day the goods are due, and their freight comes last', async () => {
  const due = '2031-01-11T00:00:00.000Z'
  await shop.patch(`/v1/items/${shop.items['A']}`, { preorder: 'expected' })
  const coming = await shop.post('/v1/goods-receipts', {
    kind: 'supplier',
    warehouse_code: 'W1',
    supplier_name: 'Maker',
    currency: 'EUR',
    expected_at: due,
    lines: [{ sku: 'A', expected_quantity: 10, unit_cost: { amount: 400 } }],
  })
  const id = await shop.place({ lines: [line('A', 4, 1000)] })
  await shop.pay(id, 4000)
  expect(await shop.order(id)).toMatchObject({ expected_at: due, lines: [{ backordered: 4 }] })
  // Nothing left the house: the 40.00 are a deposit.
  expect(await shop.balances()).toEqual({ payment_clearing: 4000, customer_account: -4000 })
  expect((await shop.get('/v1/deposits')).data).toMatchObject([{ document_id: id, amount: { amount: 4000 } }])
  expect(await shop.call('POST', '/v1/orders', { channel: 'web', currency: 'EUR', ship_to: {}, lines: [] })).toMatchObject({ status: 400 })
  const { lines } = await shop.get(`/v1/goods-receipts/${coming.id}`)
  await shop.post(`/v1/goods-receipts/${coming.id}/postings`, { lines: [{ line_id: lines[0].id, quantity: 10, location_code: 'A-1' }] })
  await shop.sendAll(id)
  // 5.00 of freight on 10, 4 of them sold: 45.00 × 4 ÷ 10 = 18.00, 2.00 more than booked.
  expect(
    await shop.changes(() => shop.post(`/v1/goods-receipts/${coming.id}/cost-adjustments`, { reason: 'landed_cost', amount: 500 })),
  ).toEqual({ inventory: 300, cost_of_goods_sold: 200, received_not_invoiced: -500 })
  expect(await shop.balances()).toEqual({
    inventory: 2700,
    received_not_invoiced: -4500,
    cost_of_goods_sold: 1800,
    revenue: -(4000 - 667),
    tax_payable: -667,
    payment_clearing: 4000,
  })
  expect(await shop.order(id)).toMatchObject({ state: 'done', payment_status: 'paid' })
  await shop.proves()
})

test('day 9: a checkout holds three of five, another buyer gets two of four, and the rest comes later at another cost', async () => {
  await shop.receive('W1', 'A', 5, 400)
  const expires_at = new Date(Date.now() + 600_000).toISOString()
  const lines = [{ sku: 'A', quantity: 3 }]
  await shop.put('/v1/stock-holds/checkouts/cart-1', { warehouse_id: shop.warehouses.W1, expires_at, lines })
  const other = await shop.place({ lines: [line('A', 4, 1000)] })
  expect((await shop.order(other)).lines[0]).toMatchObject({ reserved: 2, backordered: 2 })
  // The checkout orders 2 of its 3; the third goes to the one who waits.
  const own = await shop.place({ stock_hold_reference: 'cart-1', lines: [line('A', 2, 1000)] })
  expect((await shop.order(own)).lines[0]).toMatchObject({ reserved: 2, backordered: 0 })
  expect((await shop.order(other)).lines[0]).toMatchObject({ reserved: 3, backordered: 1 })
  await shop.sendAll(own)
  await shop.sendAll(other)
  await shop.receive('W1', 'A', 1, 550)
  await shop.sendAll(other)
  // 5 × 4.00 + 5.50; the first order 20.00 with 3.33, the other 40.00: 30.00 with 5.00 (6.67 × 3 ÷ 4), then 10.00 with 1.67.
  expect(await shop.balances()).toEqual({
    received_not_invoiced: -2550,
    cost_of_goods_sold: 2550,
    customer_account: 6000,
    revenue: -(6000 - 333 - 667),
    tax_payable: -1000,
  })
  expect(await shop.stockValue()).toEqual({})
  await shop.recomputes()
  await shop.proves()
})

test('what is scrapped here and served there, while more is on its way, is told to the order at once', async () => {
  await shop.receive('W1', 'A', 5, 400)
  await shop.receive('W2', 'A', 2, 600)
  await shop.post('/v1/goods-receipts', {
    kind: 'supplier',
    warehouse_code: 'W1',
    supplier_name: 'Maker',
    currency: 'EUR',
    expected_at: '2031-01-11T00:00:00Z',
    lines: [{ sku: 'A', expected_quantity: 10, unit_cost: { amount: 400 } }],
  })
  const id = await shop.place({ lines: [line('A', 5, 1000)] })
  // 3 of 5 are gone: W2 has 2 of them, 1 waits for the receipt.
  const lines = [{ sku: 'A', location_code: 'A-1', quantity: 3 }]
  await shop.post('/v1/adjustments', { warehouse_id: shop.warehouses.W1, kind: 'scrap', lines })
  expect(await shop.order(id)).toMatchObject({
    expected_at: '2031-01-11T00:00:00.000Z',
    lines: [{ reserved: 4, backordered: 1, expected_at: '2031-01-11T00:00:00.000Z' }],
  })
  await shop.proves()
})
