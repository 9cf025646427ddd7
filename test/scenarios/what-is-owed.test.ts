import { beforeAll, expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { line, openShop, type Shop } from '../support/shop.ts'

const program = useApp()
let shop: Shop

beforeAll(async () => {
  shop = await openShop(program)
  await shop.receive('W1', 'A', 40, 400)
})

/** An order of `quantity` pieces at 9.99 with tax, all of it with the customer. */
async function sent(quantity: number): Promise<string> {
  const order = await shop.place({ lines: [line('A', quantity, 999)] })
  await shop.sendAll(order)
  return order
}

function cameBack(order: string, quantity: number): Promise<unknown> {
  return shop.post('/v1/return-receipts', {
    warehouse_code: 'W1',
    order_id: order,
    reason: 'changed_mind',
    lines: [{ sku: 'A', quantity }],
  })
}

test('what came back unpaid is not owed: 4 × 9.99 less one is 29.97, and paying that is paying all', async () => {
  const order = await sent(4)
  await cameBack(order, 1)
  expect(await shop.order(order)).toMatchObject({
    payment_status: 'unpaid',
    totals: { total: { amount: 3996 }, credited: { amount: 999 }, due: { amount: 2997 } },
  })
  await shop.pay(order, 2000)
  expect(await shop.order(order)).toMatchObject({ payment_status: 'partly_paid' })
  // 29.97 - 20.00
  await shop.pay(order, 997)
  expect(await shop.order(order)).toMatchObject({ payment_status: 'paid' })
  await shop.proves()
})

test('a price given back leaves nothing owed: 9.99 paid, 3.00 refunded, 6.99 due and 6.99 kept', async () => {
  const order = await sent(1)
  await shop.pay(order, 999)
  await shop.post(`/v1/orders/${order}/refunds`, { amount: 300, reason: 'a scratch' })
  expect(await shop.order(order)).toMatchObject({
    payment_status: 'partly_refunded',
    totals: { credited: { amount: 300 }, due: { amount: 699 } },
    paid: { captured: { amount: 999 }, refunded: { amount: 300 } },
  })
  // Nothing is left to write off, so nothing is.
  expect(await shop.refused(`/v1/orders/${order}/write-off`, { kind: 'bad_debt', reason: 'nothing owed' })).toMatch(/^(billing|orders)\./)
  await shop.proves()
})

/** An exchange of one piece of A for one of B, asked for and approved; answers the authorization and its line. */
async function exchangeOne(order: string, fields: object = {}): Promise<{ rma: string; receive: () => Promise<unknown> }> {
  const line_id = await shop.line(order, 'A')
  const asked = await shop.post(`/v1/orders/${order}/rmas`, {
    lines: [{ line_id, quantity: 1, reason: 'defective', outcome: 'exchange' }],
  })
  if (asked.state === 'requested') await shop.post(`/v1/rmas/${asked.id}/decision`, { decision: 'approve' })
  await shop.post(`/v1/rmas/${asked.id}/exchanges`, { rma_line_id: asked.lines[0].id, quantity: 1, sku: 'B', ...fields })
  const receive = () => shop.post(`/v1/rmas/${asked.id}/receipts`, { lines: [{ rma_line_id: asked.lines[0].id, quantity: 1 }] })
  return { rma: asked.id, receive }
}

test('an exchange counts what came back, not what is announced: 9.99 paid, 10.00 for the new piece, 0.01 left to pay', async () => {
  await shop.receive('W1', 'B', 5, 400)
  const order = await sent(1)
  await shop.pay(order, 999)
  const { receive } = await exchangeOne(order)
  // The new piece is owed and the old one is still the customer's: 9.99 + 10.00 = 19.99.
  expect(await shop.order(order)).toMatchObject({ payment_status: 'partly_paid', totals: { due: { amount: 1999 } } })
  await receive()
  // 19.99 − 9.99 = 10.00
  expect(await shop.order(order)).toMatchObject({
    payment_status: 'partly_paid',
    totals: { credited: { amount: 999 }, due: { amount: 1000 } },
  })
  await shop.pay(order, 1)
  expect(await shop.order(order)).toMatchObject({ payment_status: 'paid' })
  await shop.sendAll(order)
  expect(await shop.order(order)).toMatchObject({ payment_status: 'paid', return_status: 'partly_returned' })
  await shop.proves()
})

test('a cheaper piece leaves money over: paid 9.99, 8.00 due, 1.99 refunded and nothing owed either way', async () => {
  const order = await sent(1)
  await shop.pay(order, 999)
  const { receive } = await exchangeOne(order, { unit_price: { amount: 800, scale: 2 } })
  await receive()
  expect(await shop.order(order)).toMatchObject({ payment_status: 'paid', totals: { due: { amount: 800 } } })
  await shop.sendAll(order)
  await shop.post(`/v1/orders/${order}/refunds`, { amount: 199, reason: 'cheaper piece' })
  expect(await shop.order(order)).toMatchObject({ payment_status: 'partly_refunded', totals: { due: { amount: 800 } } })
  await shop.proves()
})

test('a return that goes back to the customer is owed again: 9.99 of 19.98 was all there was to pay, then half of it', async () => {
  const order = await sent(2)
  await shop.pay(order, 999)
  const { id } = await shop.post('/v1/return-receipts', {
    warehouse_code: 'W1',
    order_id: order,
    reason: 'changed_mind',
    lines: [{ sku: 'A', quantity: 1 }],
  })
  expect(await shop.order(order)).toMatchObject({ payment_status: 'paid', totals: { due: { amount: 999 } } })
  const [{ id: line_id }] = (await shop.get(`/v1/return-receipts/${id}`)).lines
  const decide = (fields: object) =>
    shop.post(`/v1/return-receipts/${id}/inspections`, { lines: [{ receipt_line_id: line_id, quantity: 1, ...fields }] })
  await decide({ disposition: 'reject' })
  await decide({ stage: 'reject', disposition: 'send_to_customer' })
  expect(await shop.order(order)).toMatchObject({ payment_status: 'partly_paid', totals: { due: { amount: 1998 } } })
  await shop.proves()
})
