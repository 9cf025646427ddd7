import { beforeEach, expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { ANA, line, openShop, postage, type Shop, type Shown } from '../support/shop.ts'

/**
 * Goods that a channel sent itself, from its own warehouse or its supplier. Every business starts with 3 of A at 4.00 in W1; prices have
 * 20 % tax in them. Trial balance: debits positive.
 */
const program = useApp()
let shop: Shop
let ours: string
let theirs: string

beforeEach(async () => {
  shop = await openShop(program)
  await shop.receive('W1', 'A', 3, 400)
  ours = (await shop.post('/v1/channels', { code: 'market', name: 'Market', kind: 'marketplace' })).id
  theirs = (await shop.post('/v1/channels', { code: 'fba', name: 'FBA', kind: 'marketplace', fulfilled_by: 'channel' })).id
})

const A = { external_line_id: 'a', sku: 'A', quantity: 5, unit_price: { amount: 1000 }, tax_rate_ppm: 200_000 }

function put(channel: string, version: number, fields: object): Promise<Shown> {
  return shop.put(`/v1/channels/${channel}/orders/M-1`, { version, currency: 'EUR', prices_include_tax: true, ship_to: ANA, ...fields })
}

async function available(): Promise<number> {
  const { data } = await shop.get(`/v1/stock?item_id=${shop.items['A']}&warehouse_id=${shop.warehouses.W1}`)
  return data[0].available
}

async function decide(order: string, take: 'theirs' | 'ours'): Promise<Shown> {
  const { held_snapshot_id } = await shop.get(`/v1/orders/${order}/snapshots`)
  return shop.post(`/v1/orders/${order}/channel-change/resolution`, { snapshot_id: held_snapshot_id, take })
}

const elsewhereOf = (order: Shown) => order.shipments[order.shipments.length - 1]

test('a person takes what the channel sent: 2 of 5 are earned at no cost, the rest is ours to send, and one of them comes back', async () => {
  const charges = [postage(360)]
  // 5 × 10.00 = 50.00 (of it tax 8.33) and postage 3.60: 3 are promised, 2 wait.
  const { order_id } = await put(ours, 1, { lines: [A], charges })
  const told = await put(ours, 2, {
    charges,
    lines: [{ ...A, shipped_quantity: 2 }],
    parcels: [{ carrier: 'Amazon Logistics', tracking_number: 'TBA1' }],
  })
  expect(told).toMatchObject({ outcome: 'held', conflicts: [{ path: 'lines/a/shipped', cause: 'shipped_elsewhere', can_take: true }] })
  expect((await shop.order(order_id)).lines[0]).toMatchObject({ reserved: 3, backordered: 2, supplied_elsewhere: 0 })

  // 2 of 5: 20.00 with tax 8.33 × 2 ÷ 5 = 3.33; the postage goes along, 3.60 with tax 0.60. No goods of ours moved.
  expect(await shop.changes(() => decide(order_id, 'theirs'))).toEqual({
    customer_account: 2360,
    revenue: -1667,
    shipping_income: -300,
    tax_payable: -393,
  })
  const after = await shop.order(order_id)
  expect(after.lines[0]).toMatchObject({ reserved: 3, backordered: 0, supplied_elsewhere: 2, shipped: 0 })
  expect(after).toMatchObject({ fulfillment_status: 'partly_shipped', reservation_status: 'reserved', return_status: 'none' })
  expect(after.holds.filter((hold: Shown) => hold.released_at === null)).toEqual([])
  const outside = await shop.shipment(elsewhereOf(after).id)
  expect(outside).toMatchObject({ status: 'shipped', lines: [{ supply: 'elsewhere', shipped_quantity: 2 }] })
  expect(outside.parcels).toMatchObject([{ tracking_number: 'TBA1', service: 'Amazon Logistics' }])
  expect(await shop.refused(`/v1/shipments/${outside.id}/void`, { reason: 'mistake' })).toBe('warehouse.wrong_step')
  expect(await shop.refused(`/v1/shipments/${outside.id}/lost`, { reason: 'gone' })).toBe('warehouse.wrong_step')
  await shop.proves()

  // The other 3: 50.00 − 20.00 = 30.00 with tax 8.33 − 3.33 = 5.00, at a cost of 3 × 4.00.
  expect(await shop.changes(() => shop.sendAll(order_id))).toEqual({
    customer_account: 3000,
    revenue: -2500,
    tax_payable: -500,
    cost_of_goods_sold: 1200,
    inventory: -1200,
  })
  expect(await shop.order(order_id)).toMatchObject({ state: 'done', fulfillment_status: 'shipped', cost: { amount: 1200 } })

  // One of the channel's comes to us: 20.00 ÷ 2 = 10.00 with tax 3.33 ÷ 2 = 1.66, worth what A last cost, 4.00, assumed.
  const back = { warehouse_code: 'W1', reason: 'does not fit', lines: [{ shipment_line_id: outside.lines[0].id, quantity: 1 }] }
  expect(await shop.changes(() => shop.post('/v1/return-receipts', back))).toEqual({
    customer_account: -1000,
    revenue: 834,
    tax_payable: 166,
    inventory: 400,
    cost_of_goods_sold: -400,
  })
  const returned = await shop.order(order_id)
  expect(returned).toMatchObject({ return_status: 'partly_returned' })
  expect(returned.lines[0]).toMatchObject({ supplied_elsewhere: 2, shipped: 3, returned: 1 })
  // No more than the 2 that the channel sent.
  expect(await shop.refused('/v1/return-receipts', { ...back, lines: [{ shipment_line_id: outside.lines[0].id, quantity: 2 }] })).toBe(
    'warehouse.more_than_shipped',
  )
  await shop.proves()
  await shop.recomputes()
})

test('ours is kept: nothing is booked, and the same told again asks no more', async () => {
  const { order_id } = await put(ours, 1, { lines: [A] })
  await put(ours, 2, { lines: [{ ...A, shipped_quantity: 2 }] })
  await decide(order_id, 'ours')
  expect(await put(ours, 3, { lines: [{ ...A, shipped_quantity: 2 }], note: 'again' })).toMatchObject({ outcome: 'taken' })
  expect((await shop.order(order_id)).lines[0]).toMatchObject({ reserved: 3, backordered: 2, supplied_elsewhere: 0 })
  await shop.proves()
})

test('a channel that ships itself is not asked about: a shipped order comes in done, and our stock stays free', async () => {
  const { order_id, outcome } = await put(theirs, 1, {
    lines: [{ ...A, quantity: 2, shipped_quantity: 2 }],
    parcels: [{ tracking_number: 'TBA2', shipped_at: '2026-01-05T10:00:00Z' }],
  })
  expect(outcome).toBe('created')
  const order = await shop.order(order_id)
  expect(order).toMatchObject({ state: 'done', fulfillment_status: 'shipped', reservation_status: 'none' })
  expect(await available()).toBe(3)
  // 2 × 10.00 with tax 3.33 in it; nothing was bought but the 3 × 4.00 of the start.
  expect(await shop.balances()).toEqual({
    inventory: 1200,
    received_not_invoiced: -1200,
    customer_account: 2000,
    revenue: -1667,
    tax_payable: -333,
  })
  const outside = await shop.shipment(elsewhereOf(order).id)
  expect(outside.shipped_at).toBe('2026-01-05T10:00:00.000Z')
  // Delivered is told like of any other.
  await shop.post(`/v1/shipments/${outside.id}/delivery`)
  expect(await shop.order(order_id)).toMatchObject({ fulfillment_status: 'delivered' })
  // It can be announced back by an authorization, too.
  const rma = await shop.post(`/v1/orders/${order_id}/rmas`, {
    lines: [{ line_id: order.lines[0].id, quantity: 1, reason: 'defective', outcome: 'refund' }],
  })
  expect(rma.lines[0]).toMatchObject({ quantity: 1 })
  await shop.proves()
})

test('it grows message by message: 1 of 2, then a unit more ordered and 3 of 3, each counted once and each number kept once', async () => {
  const line1 = { ...A, quantity: 2 }
  const { order_id } = await put(theirs, 1, { lines: [line1] })
  expect(await available()).toBe(1)
  const first = { carrier: 'DHL', tracking_number: 'D1' }
  await put(theirs, 2, { lines: [{ ...line1, shipped_quantity: 1 }], parcels: [first] })
  expect((await shop.order(order_id)).lines[0]).toMatchObject({ reserved: 1, supplied_elsewhere: 1 })
  expect(await available()).toBe(2)
  await put(theirs, 3, {
    lines: [{ ...line1, quantity: 3, shipped_quantity: 3 }],
    parcels: [first, { carrier: 'DHL', tracking_number: 'D2' }],
  })
  const order = await shop.order(order_id)
  expect(order.lines[0]).toMatchObject({ ordered: 3, reserved: 0, supplied_elsewhere: 3 })
  expect(order).toMatchObject({ state: 'done' })
  const sent = order.shipments.filter((one: Shown) => one.status === 'shipped')
  const numbers = await Promise.all(
    sent.map(async (one: Shown) => (await shop.shipment(one.id)).parcels.map((p: Shown) => p.tracking_number)),
  )
  expect(new Set(numbers.flat())).toEqual(new Set(['D1', 'D2']))
  expect(await available()).toBe(3)
  await shop.proves()
})

test('a channel that canceled the rest: what it sent is booked first, then what is open is canceled', async () => {
  const { order_id } = await put(ours, 1, { lines: [A] })
  expect(await put(ours, 2, { status: 'canceled', lines: [{ ...A, shipped_quantity: 1 }] })).toMatchObject({ outcome: 'held' })
  await decide(order_id, 'theirs')
  const order = await shop.order(order_id)
  expect(order.lines[0]).toMatchObject({ supplied_elsewhere: 1, canceled: 4, reserved: 0, backordered: 0 })
  expect(order).toMatchObject({ state: 'done', totals: { canceled: { amount: 4000 } } })
  expect(await available()).toBe(3)
  await shop.proves()
})

test('goods that we have picked for it are a person’s to decide, and are put back', async () => {
  const { order_id } = await put(theirs, 1, { lines: [{ ...A, quantity: 2 }] })
  await shop.ready(await shop.shipmentOf(order_id))
  expect(await put(theirs, 2, { lines: [{ ...A, quantity: 2, shipped_quantity: 2 }] })).toMatchObject({
    outcome: 'held',
    conflicts: [{ cause: 'shipped_elsewhere', can_take: true }],
  })
  await decide(order_id, 'theirs')
  expect((await shop.order(order_id)).lines[0]).toMatchObject({ reserved: 0, picked: 0, supplied_elsewhere: 2 })
  const { data } = await shop.get('/v1/tasks?status=open')
  expect(data.map((task: Shown) => [task.kind, task.quantity])).toEqual([['put_back', 2]])
  await shop.proves()
})

test('by hand, kits by kits: one of two sets, its service along with the last goods, and never more than is open', async () => {
  await shop.post('/v1/items', { sku: 'GLUE', name: 'Assembly', kind: 'service', tax_class: 'standard' })
  const order_id = await shop.place({ lines: [line('SET', 2, 3000), line('GLUE', 1, 600)] })
  const set = await shop.line(order_id, 'SET')
  const url = `/v1/orders/${order_id}/elsewhere`
  expect(await shop.refused(url, { lines: [{ line_id: set, quantity: 3 }] })).toBe('orders.more_than_open')
  const component = (await shop.order(order_id)).lines.find((one: Shown) => one.parent_line_id === set)
  expect(await shop.refused(url, { lines: [{ line_id: component.id, quantity: 1 }] })).toBe('orders.part_of_kit')
  expect(await shop.refused(url, { lines: [{ line_id: set, quantity: 1 }], happened_at: '2999-01-01T00:00:00Z' })).toBe(
    'kernel.invalid_input',
  )

  // Two sets of 60.00 in all, with tax 10.00: A bears 40.00 (tax 6.67), B 20.00 (tax 3.33). One set takes half, rounded down by
  // component: 20.00 with 3.33 and 10.00 with 1.66, together 30.00 with 4.99. The service waits for the last goods.
  expect(await shop.changes(() => shop.post(url, { lines: [{ line_id: set, quantity: 1 }] }))).toEqual({
    customer_account: 3000,
    revenue: -2501,
    tax_payable: -499,
  })
  // The second set, 30.00 with tax 5.01, and the service, 6.00 with tax 1.00.
  expect(await shop.changes(() => shop.post(url, { lines: [{ line_id: set, quantity: 1 }] }))).toEqual({
    customer_account: 3600,
    revenue: -2999,
    tax_payable: -601,
  })
  const order = await shop.order(order_id)
  expect(order).toMatchObject({ state: 'done', reservation_status: 'none' })
  expect(order.lines.find((one: Shown) => one.sku === 'GLUE')).toMatchObject({ shipped: 1, supplied_elsewhere: 0 })
  expect(await shop.refused(url, { lines: [{ line_id: set, quantity: 1 }] })).toBe('orders.more_than_open')
  await shop.proves()
  await shop.recomputes()
})

test('cash on delivery: our courier collects nothing for what the channel sent', async () => {
  const order_id = await shop.place({ payment_terms: 'cash_on_delivery', lines: [line('A', 3, 1000)], charges: [postage(300)] })
  const planned = await shop.shipmentOf(order_id)
  // 3 × 10.00 + 3.00
  expect(await shop.shipment(planned)).toMatchObject({ amount_to_collect: { amount: 3300 } })
  await shop.post(`/v1/orders/${order_id}/elsewhere`, { lines: [{ line_id: await shop.line(order_id, 'A'), quantity: 1 }] })
  // Postage went with the channel's parcel; 2 × 10.00 are left.
  expect(await shop.shipment(planned)).toMatchObject({ amount_to_collect: { amount: 2000 } })
  await shop.sendAll(order_id)
  expect(await shop.shipment(planned)).toMatchObject({ amount_to_collect: { amount: 2000 } })
  await shop.proves()
})
