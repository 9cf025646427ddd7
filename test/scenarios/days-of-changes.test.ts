import { beforeEach, expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { ANA, line, openShop, postage, type Shop, type Shown } from '../support/shop.ts'

/**
 * Whole days of a shop whose customers change their minds, through the API, each with all its books at the end. Cents; 20 % tax lies in
 * every price: of 10.00 it is 10.00 × 20 ÷ 120 = 1.67.
 */
const program = useApp()
let shop: Shop

beforeEach(async () => {
  shop = await openShop(program)
})

test('day 1: an order with two holds waits for both, its address is corrected, the courier brings the money', async () => {
  await shop.receive('W1', 'A', 10, 400)
  const id = await shop.place({ payment_terms: 'cash_on_delivery', lines: [line('A', 3, 1000)], charges: [postage(360)] })
  await shop.post(`/v1/orders/${id}/holds`, { type: 'fraud', note: 'two cards, one address' })
  await shop.post(`/v1/orders/${id}/holds`, { type: 'address', note: 'no such street' })
  const shipment = await shop.shipmentOf(id)
  expect(await shop.release(shipment)).toMatch(/held|not_ready|hold/)
  const { holds } = (await shop.order(id)) as { holds: { id: string; type: string }[] }
  const hold = (type: string) => holds.find((one) => one.type === type)?.id
  await shop.post(`/v1/orders/${id}/holds/${hold('fraud')}/release`)
  expect(await shop.release(shipment)).toMatch(/held|not_ready|hold/)
  await shop.post(`/v1/orders/${id}/changes`, { ship_to: { ...ANA, line1: 'Zmaj Jovina 5' } })
  await shop.post(`/v1/orders/${id}/holds/${hold('address')}/release`)
  await shop.ready(shipment)
  const shipped = await shop.ship(shipment, { tracking_number: 'T1' })
  expect(shipped).toMatchObject({ amount_to_collect: { amount: 3360 }, ship_to: { line1: 'Zmaj Jovina 5' } })
  // Bought 10 × 4.00. Sold 3 × 10.00 + 3.60 = 33.60: tax 5.00 + 0.60, net 25.00 + 3.00; cost 12.00.
  expect(await shop.balances()).toEqual({
    inventory: 2800,
    received_not_invoiced: -4000,
    customer_account: 3360,
    revenue: -2500,
    shipping_income: -300,
    tax_payable: -560,
    cost_of_goods_sold: 1200,
  })
  await shop.pay(id, 3360, { kind: 'collected', reference: 'list 1' })
  const { customer_account, cash_in_courier } = await shop.balances()
  expect([customer_account, cash_in_courier]).toEqual([undefined, 3360])
  expect(await shop.order(id)).toMatchObject({ state: 'done', payment_status: 'paid', fulfillment_status: 'shipped' })
  await shop.recomputes()
  await shop.proves()
})

test('day 2: one order changed while planned, released, picked and part shipped', async () => {
  await shop.receive('W1', 'A', 10, 400)
  await shop.receive('W1', 'A', 10, 500)
  const id = await shop.place({ lines: [line('A', 10, 1000)] })
  await shop.pay(id, 10_000)
  const a = await shop.line(id, 'A')
  const change = (fields: object) => shop.post(`/v1/orders/${id}/changes`, { lines: [{ line_id: a, ...fields }] })
  // Planned: 12 × 10.00 = 120.00, tax 20.00.
  await change({ quantity: 12 })
  const shipment = await shop.shipmentOf(id)
  await shop.release(shipment)
  // Released: one less, worth 120.00 ÷ 12 = 10.00 and 20.00 ÷ 12 = 1.66 tax.
  await change({ quantity: 11 })
  await shop.pick(shipment)
  // Picked: two less; 3 of 12 are canceled: 30.00 with 5.00 tax. They wait in staging for a person.
  await change({ quantity: 9 })
  const { data: tasks } = await shop.get('/v1/tasks?status=open')
  expect(tasks).toMatchObject([{ kind: 'put_back', quantity: 2 }])
  await shop.post(`/v1/tasks/${tasks[0].id}/done`)
  // Shipped 4: 7 of 12 are 70.00 and 11.66 tax, so this part is 40.00 with 6.66.
  const { lines } = await shop.shipment(shipment)
  const part = () => shop.ship(shipment, { lines: [{ shipment_line_id: lines[0].id, quantity: 4 }] })
  expect(await shop.changes(part)).toEqual({
    inventory: -1600,
    cost_of_goods_sold: 1600,
    customer_account: 4000,
    revenue: -(4000 - 666),
    tax_payable: -666,
  })
  // The other 5 now cost 9.00: 45.00 with 7.50 tax.
  await change({ unit_price: { amount: 900 } })
  await shop.ship(await shop.shipmentOf(id, 'picked'))
  // Sold 40.00 + 45.00 = 85.00, tax 6.66 + 7.50 = 14.16; cost 9 × 4.00; 1 at 4.00 and 10 at 5.00 are left. Paid 100.00, so 15.00 go back.
  expect((await shop.balances())['customer_account']).toBe(8500 - 10_000)
  await shop.pay(id, 1500, { kind: 'refunded' })
  expect(await shop.balances()).toEqual({
    inventory: 5400,
    received_not_invoiced: -9000,
    revenue: -(8500 - 1416),
    tax_payable: -1416,
    cost_of_goods_sold: 3600,
    payment_clearing: 8500,
  })
  expect((await shop.order(id)).totals).toMatchObject({ canceled: { amount: 3000 }, due: { amount: 8500 } })
  await shop.proves()
})

test('day 3: a kit less and another item for one that is sold out; the discount goes with what is canceled', async () => {
  await shop.receive('W1', 'A', 10, 400)
  await shop.receive('W1', 'B', 4, 400)
  // 3 SET at 30.00 and 2 B at 5.55: 101.10; of the discount 1.00 the A of the kits bear 0.59, their B 0.30, the B line 0.11 (60 : 30 : 11.10).
  const id = await shop.place({ lines: [line('SET', 3, 3000), line('B', 2, 555)], discounts: [{ amount: 100 }] })
  await shop.pay(id, 10_010)
  const shown = await shop.order(id)
  const own = (sku: string) => shown.lines.find((one: Shown) => one.sku === sku && one.parent_line_id === null)
  const kitId = own('SET').id
  const parts = shown.lines.filter((one: Shown) => one.parent_line_id === kitId)
  expect(parts.map((one: Shown) => [one.sku, one.amount.amount, one.discount.amount, one.tax.amount])).toEqual([
    ['A', 6000, 59, 990],
    ['B', 3000, 30, 495],
  ])
  await shop.post(`/v1/orders/${id}/cancellation`, { reason: 'one less', lines: [{ line_id: kitId, quantity: 1 }] })
  await shop.post(`/v1/orders/${id}/changes`, {
    lines: [{ line_id: own('B').id, quantity: 0 }],
    add_lines: [{ sku: 'A', quantity: 2, unit_price: { amount: 500 }, replaces_line_id: own('B').id, reason: 'sold out' }],
  })
  await shop.sendAll(id)
  // A of the kits: 59.41 with 9.90, of it 2 of 6 canceled: 19.80 with 3.30, left 39.61 with 6.60. B: 29.70 with 4.95, a third canceled: 9.90
  // with 1.65, left 19.80 with 3.30. The new line: 10.00 with 1.67. Together 69.41, tax 11.57; cost 6 A and 2 B at 4.00 = 32.00.
  expect(await shop.balances()).toEqual({
    inventory: 5600 - 3200,
    received_not_invoiced: -5600,
    customer_account: 6941 - 10_010,
    revenue: -(6941 - 1157),
    tax_payable: -1157,
    cost_of_goods_sold: 3200,
    payment_clearing: 10_010,
  })
  // 100.10 − 69.41 = 30.69 go back.
  await shop.pay(id, 3069, { kind: 'refunded' })
  expect((await shop.balances())['customer_account']).toBeUndefined()
  expect(await shop.order(id)).toMatchObject({ state: 'done', totals: { due: { amount: 6941 } } })
  await shop.proves()
})

test('day 4: two orders split, combined and moved; a return of the combined parcel finds the order it names', async () => {
  await shop.receive('W1', 'A', 10, 400)
  await shop.receive('W2', 'A', 10, 600)
  const cod = { payment_terms: 'cash_on_delivery', customer: { name: 'Ana' } }
  const one = await shop.place({ ...cod, lines: [line('A', 4, 1000)] })
  const two = await shop.place({ ...cod, lines: [line('A', 3, 1000)] })
  const first = await shop.shipmentOf(one)
  const second = await shop.shipmentOf(two)
  const { lines } = await shop.shipment(first)
  const { new_shipment_id: piece } = await shop.post(`/v1/shipments/${first}/split`, { lines: [{ line_id: lines[0].id, quantity: 1 }] })
  const both = await shop.post('/v1/shipments/combine', { shipment_ids: [second, piece] })
  // 3 × 10.00 of the second order and 1 × 10.00 of the first.
  expect(both).toMatchObject({ quantity: 4, amount_to_collect: { amount: 4000 } })
  await shop.post(`/v1/shipments/${first}/move`, { warehouse_id: shop.warehouses.W2, reason: 'closer' })
  await shop.ready(first)
  await shop.ship(first)
  // 3 of the first order's 4: 30.00, tax 6.67 × 3 ÷ 4 = 5.00; from W2 at 6.00.
  expect(await shop.balances()).toMatchObject({ customer_account: 3000, tax_payable: -500, cost_of_goods_sold: 1800 })
  await shop.ready(both.id)
  await shop.ship(both.id)
  // The rest of it 10.00 with 1.67 and the second order 30.00 with 5.00; 4 from W1 at 4.00.
  expect(await shop.balances()).toMatchObject({ customer_account: 7000, tax_payable: -1167, cost_of_goods_sold: 1800 + 1600 })
  const back = (order: string) => () =>
    shop.post('/v1/return-receipts', { warehouse_code: 'W1', order_id: order, reason: 'too small', lines: [{ sku: 'A', quantity: 1 }] })
  // One of the second order: a third of 30.00 with 5.00 ÷ 3 = 1.66. One of the first: whichever of its parcels, a tenner with 1.66 or 1.67.
  expect(await shop.changes(back(two))).toEqual({
    customer_account: -1000,
    revenue: 834,
    tax_payable: 166,
    inventory: 400,
    cost_of_goods_sold: -400,
  })
  expect((await shop.order(two)).lines[0]).toMatchObject({ shipped: 3, returned: 1 })
  expect((await shop.order(one)).lines[0]).toMatchObject({ shipped: 4, returned: 0 })
  expect(await shop.stockValue()).toEqual({ W1: 4000 - 1600 + 400, W2: 6000 - 1800 })
  await shop.recomputes()
  await shop.proves()
})
