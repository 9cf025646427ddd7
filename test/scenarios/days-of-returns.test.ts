import { beforeEach, expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { line, openShop, postage, type Shop, type Shown } from '../support/shop.ts'

/** Whole days on which goods and money come back, through the API, each with all its books at the end. Cents; 20 % tax lies in every price. */
const program = useApp()
let shop: Shop

beforeEach(async () => {
  shop = await openShop(program)
  await shop.receive('W1', 'A', 10, 400)
  await shop.receive('W1', 'B', 10, 700)
})

/** An approved authorization for pieces of one item. */
async function authorize(id: string, sku: string, quantity: number, outcome = 'refund'): Promise<{ id: string; line: string }> {
  const lines = [{ line_id: await shop.line(id, sku), quantity, reason: 'does_not_fit', outcome }]
  const rma = await shop.post(`/v1/orders/${id}/rmas`, { lines, approve: true })
  return { id: rma.id, line: rma.lines[0].id }
}

/** Goods of an authorization arrive; answers the return receipt. */
async function arrive(rma: { id: string; line: string }, warehouse_code: string, quantity: number): Promise<Shown> {
  const { receipts } = await shop.post(`/v1/rmas/${rma.id}/receipts`, { warehouse_code, lines: [{ rma_line_id: rma.line, quantity }] })
  return shop.get(`/v1/return-receipts/${receipts.at(-1).return_receipt_id}`)
}

test('day 10: three of four come back to the other warehouse: one is sold again, one is scrapped, one goes to the supplier', async () => {
  const id = await shop.place({ lines: [line('A', 4, 999)], charges: [postage(360)] })
  await shop.pay(id, 4356, { method: 'card' })
  await shop.sendAll(id)
  const receipt = await arrive(await authorize(id, 'A', 3), 'W2', 3)
  const decide = (fields: object) =>
    shop.post(`/v1/return-receipts/${receipt.id}/inspections`, {
      lines: [{ receipt_line_id: receipt.lines[0].id, quantity: 1, ...fields }],
    })
  await decide({ disposition: 'restock', to_location_code: 'A-1' })
  await decide({ disposition: 'scrap', note: 'shattered' })
  await decide({ disposition: 'supplier' })
  await decide({ stage: 'supplier', disposition: 'send_to_supplier' })
  // 4 × 9.99 = 39.96 with 6.66 tax; three of four are 29.97 with 4.99 (6.66 × 3 ÷ 4 = 4.995, down).
  expect((await shop.post(`/v1/orders/${id}/refunds`)).amount.amount).toBe(2997)
  const again = await shop.place({ lines: [line('A', 1, 999, { warehouse_code: 'W2' })] })
  await shop.sendAll(again)
  // Kept of the first: 9.99 with 1.67 and postage 3.60 with 0.60. The second, sold from W2: 9.99 with 1.67, not paid yet.
  // Goods: 40.00 + 70.00; four A left, one of them again; scrapped 4.00; one is owed by the supplier: 4.00.
  expect(await shop.balances()).toEqual({
    inventory: 11_000 - 1600,
    cost_of_goods_sold: 800,
    write_off: 400,
    received_not_invoiced: -11_000 + 400,
    payment_clearing: 4356 - 2997,
    customer_account: 999,
    revenue: -(999 - 167) * 2,
    shipping_income: -300,
    tax_payable: -(167 + 60 + 167),
  })
  expect(await shop.stockValue()).toEqual({ W1: 11_000 - 1600 })
  await shop.proves()
})

test('day 11: an exchange for a dearer item; the customer pays the difference', async () => {
  const id = await shop.place({ lines: [line('A', 2, 999)], discounts: [{ amount: 198 }] })
  await shop.pay(id, 1800, { method: 'card' })
  await shop.sendAll(id)
  const rma = await authorize(id, 'A', 1, 'exchange')
  await arrive(rma, 'W1', 1)
  // 19.98 − 1.98 = 18.00 with 3.00: one is 9.00 with 1.50.
  expect((await shop.balances())['customer_account']).toBe(-900)
  await shop.post(`/v1/rmas/${rma.id}/exchanges`, { rma_line_id: rma.line, quantity: 1, sku: 'B', unit_price: { amount: 1250 } })
  await shop.sendAll(id)
  // B at 12.50 with 2.08: 3.50 are owed.
  expect((await shop.balances())['customer_account']).toBe(350)
  expect((await shop.get('/v1/receivables')).data).toMatchObject([{ document_id: id, amount: { amount: 350 } }])
  await shop.pay(id, 350, { method: 'card' })
  expect(await shop.balances()).toEqual({
    inventory: 11_000 - 400 - 700,
    cost_of_goods_sold: 400 + 700,
    received_not_invoiced: -11_000,
    payment_clearing: 1800 + 350,
    revenue: -(900 - 150) - (1250 - 208),
    tax_payable: -150 - 208,
  })
  expect((await shop.get('/v1/receivables')).data).toEqual([])
  await shop.proves()
})

test('day 12: an exchange for a cheaper item; the difference becomes store credit and pays for the next order', async () => {
  const party = await shop.post('/v1/parties', { name: 'Mira', is_customer: true, is_supplier: false })
  const customer = { party_id: party.id }
  const id = await shop.place({ customer, lines: [line('B', 2, 1999)] })
  await shop.pay(id, 3998, { method: 'card' })
  await shop.sendAll(id)
  const rma = await authorize(id, 'B', 1, 'exchange')
  await arrive(rma, 'W1', 1)
  await shop.post(`/v1/rmas/${rma.id}/exchanges`, { rma_line_id: rma.line, quantity: 1, sku: 'A', unit_price: { amount: 1199 } })
  await shop.sendAll(id)
  // 39.98 with 6.66 (6.663): one back is 19.99 with 3.33. A for 11.99 with 2.00 (1.998). 8.00 are left.
  expect((await shop.balances())['customer_account']).toBe(-800)
  await shop.post(`/v1/orders/${id}/refunds`, { amount: 800, method: 'store_credit' })
  expect(await shop.balances()).toMatchObject({ voucher_liability: -800 })
  expect((await shop.balances())['customer_account']).toBeUndefined()
  const { data: credit } = await shop.get(`/v1/vouchers?party_id=${party.id}`)
  expect(credit).toMatchObject([{ kind: 'store_credit', balance: { amount: 800 } }])
  const next = await shop.place({ customer, lines: [line('A', 1, 1000)] })
  await shop.post(`/v1/orders/${next}/voucher-payments`, { voucher_id: credit[0].id })
  await shop.pay(next, 200, { method: 'card' })
  await shop.sendAll(next)
  // Kept: one B 19.99 with 3.33, A 11.99 with 2.00, the next order 10.00 with 1.67. Cost 7.00 + 4.00 + 4.00.
  expect(await shop.balances()).toEqual({
    inventory: 11_000 - 1500,
    cost_of_goods_sold: 1500,
    received_not_invoiced: -11_000,
    payment_clearing: 3998 + 200,
    revenue: -(1999 - 333 + 1199 - 200 + 1000 - 167),
    tax_payable: -(333 + 200 + 167),
  })
  await shop.proves()
})

test('day 13: a fee is kept of what comes back, half of the postage is given back', async () => {
  const id = await shop.place({ lines: [line('A', 3, 999)], charges: [postage(360)] })
  await shop.pay(id, 3357, { method: 'card' })
  await shop.sendAll(id)
  await arrive(await authorize(id, 'A', 2), 'W1', 2)
  const { charges } = await shop.order(id)
  // 29.97 with 5.00 (4.995): two of three 19.98 with 3.33. A fee of 2.50 keeps 2.50 × 3.33 ÷ 19.98 = 0.41 tax, 2.09 net.
  // Postage 1.80 of 3.60: tax 0.30.
  const refund = await shop.post(`/v1/orders/${id}/refunds`, {
    lines: [{ line_id: await shop.line(id, 'A'), quantity: 2, restocking_fee: 250 }],
    charges: [{ charge_id: charges[0].id, amount: 180 }],
  })
  expect(refund.amount.amount).toBe(1998 - 250 + 180)
  expect(await shop.balances()).toEqual({
    inventory: 11_000 - 400,
    cost_of_goods_sold: 400,
    received_not_invoiced: -11_000,
    payment_clearing: 3357 - 1928,
    revenue: -(999 - 167),
    shipping_income: -(300 - 150),
    restocking_fees: -209,
    tax_payable: -(167 + 60 - 30 + 41),
  })
  expect((await shop.order(id)).paid.refunded.amount).toBe(1928)
  await shop.proves()
})

test('day 14: goods nobody knows the sale of, credited as stated, looked at, sold again', async () => {
  await shop.receive('W1', 'A', 1, 530)
  const receipt = await shop.post('/v1/return-receipts', {
    warehouse_code: 'W1',
    reason: 'no receipt',
    lines: [{ sku: 'A', quantity: 2, amount: 1500, tax: 250 }],
  })
  // At the newest cost, 5.30 each, marked as assumed.
  expect(receipt.lines).toMatchObject([{ cost_assumed: true, refund: { amount: 1500 } }])
  await shop.post(`/v1/return-receipts/${receipt.id}/inspections`, {
    lines: [{ receipt_line_id: receipt.lines[0].id, disposition: 'restock', quantity: 2, to_location_code: 'A-1' }],
  })
  // 13 A are sold: 10 × 4.00, then 5.30 and 2 × 5.30.
  const id = await shop.place({ lines: [line('A', 13, 1000)] })
  await shop.pay(id, 13_000)
  await shop.sendAll(id)
  // 130.00 with 21.67; the credit of 15.00 with 2.50 is still owed.
  expect(await shop.balances()).toEqual({
    inventory: 7000,
    received_not_invoiced: -11_000 - 530,
    cost_of_goods_sold: 4000 + 3 * 530 - 2 * 530,
    customer_account: -1500,
    revenue: -(13_000 - 2167) + 1250,
    tax_payable: -2167 + 250,
    payment_clearing: 13_000,
  })
  await shop.recomputes()
  await shop.proves()
})
