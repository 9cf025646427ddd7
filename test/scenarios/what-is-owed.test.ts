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
