import { beforeEach, expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { line, openShop, postage, type Shop } from '../support/shop.ts'

/**
 * Parcels written off as lost that turn up again. Every business starts with 8 of A at 4.00 in W1; prices have 20 % tax in them. Trial
 * balance: debits positive.
 */
const program = useApp()
let shop: Shop

beforeEach(async () => {
  shop = await openShop(program)
  await shop.receive('W1', 'A', 8, 400)
})

/** An order of 4 × 9.99 = 39.96 (tax 6.66) and postage 3.60 (tax 0.60), paid, sent at a cost of 16.00 and lost: its order, shipment and claim. */
async function lostOrder(): Promise<{ order: string; shipment: string; claim: string; lineId: string }> {
  const order = await shop.place({ lines: [line('A', 4, 999)], charges: [postage(360)] })
  await shop.pay(order, 4356)
  await shop.sendAll(order)
  const shipment = await shop.shipmentOf(order)
  const { carrier_claim_id } = await shop.post(`/v1/shipments/${shipment}/lost`, { reason: 'the carrier cannot find it' })
  return { order, shipment, claim: carrier_claim_id, lineId: (await shop.shipment(shipment)).lines[0].id }
}

const find = (claim: string, fields: object) => shop.post(`/v1/carrier-claims/${claim}/finding`, fields)

test('found piece by piece: one with the customer, two come back, the last with the customer; the carrier gets its money back', async () => {
  const { order, shipment, claim, lineId } = await lostOrder()
  await shop.post(`/v1/carrier-claims/${claim}/acceptance`, { amount: 1600 })
  // 39.96 ÷ 4 = 9.99 with tax 6.66 ÷ 4 = 1.66, and the postage, which went with the loss, with the first piece.
  expect(await shop.changes(() => find(claim, { outcome: 'delivered', lines: [{ line_id: lineId, quantity: 1 }] }))).toEqual({
    customer_account: 1359,
    revenue: -833,
    shipping_income: -300,
    tax_payable: -226,
    cost_of_goods_sold: 400,
    write_off: -400,
  })
  expect(await shop.shipment(shipment)).toMatchObject({ status: 'delivered', lines: [{ lost_quantity: 3, refused_quantity: 0 }] })
  await shop.proves()
  // Two come back: their part of the write-off, 16.00 ÷ 4 × 2. Their sale stays taken back.
  expect(await shop.changes(() => find(claim, { outcome: 'returned', lines: [{ line_id: lineId, quantity: 2 }] }))).toEqual({
    inventory: 800,
    write_off: -800,
  })
  expect((await shop.order(order)).lines[0]).toMatchObject({ shipped: 4, lost: 1, refused: 2, returned: 0 })
  expect(await shop.stockValue()).toEqual({ W1: 2400 })
  await shop.proves()
  expect(
    await shop.refused(`/v1/carrier-claims/${claim}/finding`, { outcome: 'delivered', lines: [{ line_id: lineId, quantity: 2 }] }),
  ).toBe('warehouse.more_than_lost')
  // The second piece with the customer: 19.98 − 9.99 with tax 3.33 − 1.66 = 1.67.
  expect(await shop.changes(() => find(claim, { outcome: 'delivered' }))).toEqual({
    customer_account: 999,
    revenue: -832,
    tax_payable: -167,
    cost_of_goods_sold: 400,
    write_off: -400,
  })
  expect(await shop.refused(`/v1/carrier-claims/${claim}/finding`, { outcome: 'delivered' })).toBe('warehouse.nothing_lost')
  // Of 43.56 paid, 2 × 9.99 and 3.60 are the sale: 23.58; the rest, 19.98, is the customer's.
  expect(await shop.order(order)).toMatchObject({ return_status: 'partly_returned', totals: { due: { amount: 2358 } } })
  expect((await shop.balances())['customer_account']).toBe(2358 - 4356)

  // The carrier paid what it had accepted, 16.00, and gets back 12.00 by agreement.
  await shop.post(`/v1/carrier-claims/${claim}/payment`, { amount: 1600 })
  expect(await shop.changes(() => shop.post(`/v1/carrier-claims/${claim}/repayment`, { amount: 1200 }))).toEqual({
    bank: -1200,
    claim_income: 1200,
  })
  expect(await shop.refused(`/v1/carrier-claims/${claim}/repayment`, { amount: 401 })).toBe('warehouse.repaid_too_much')
  expect(await shop.get(`/v1/carrier-claims/${claim}`)).toMatchObject({ status: 'paid', repaid: { amount: 1200 }, lost_quantity: 0 })
  await shop.proves()
})

test('delivered after all: everything is as if it had never been lost, the open claim is waived, and a piece may still come back', async () => {
  const { order, shipment, claim } = await lostOrder()
  expect((await shop.balances())['customer_account']).toBe(-4356)
  await find(claim, { outcome: 'delivered' })
  const { customer_account: owed, write_off: written, cost_of_goods_sold: cost, revenue } = await shop.balances()
  // 39.96 − 6.66 = 33.30; nothing is owed, nothing written off, and 4 × 4.00 is the cost of the sale.
  expect([owed, written, cost, revenue]).toEqual([undefined, undefined, 1600, -3330])
  expect(await shop.get(`/v1/carrier-claims/${claim}`)).toMatchObject({ status: 'waived', lost_quantity: 0 })
  expect(await shop.order(order)).toMatchObject({ fulfillment_status: 'delivered', return_status: 'none', payment_status: 'paid' })
  // 9.99 with tax 1.66 comes back; what it cost was written off once, so its cost is assumed: the 4.00 of the oldest layer.
  const lines = [{ shipment_line_id: (await shop.shipment(shipment)).lines[0].id, quantity: 1 }]
  expect(await shop.changes(() => shop.post('/v1/return-receipts', { warehouse_code: 'W1', reason: 'changed_mind', lines }))).toEqual({
    customer_account: -999,
    revenue: 833,
    tax_payable: 166,
    inventory: 400,
    cost_of_goods_sold: -400,
  })
  await shop.proves()
})

test('all of it comes back: refused, into the place named, and inspected like any other', async () => {
  const { order, shipment, claim } = await lostOrder()
  await find(claim, {
    outcome: 'returned',
    warehouse_id: shop.warehouses.W2,
    location_code: 'QUARANTINE',
  })
  expect(await shop.shipment(shipment)).toMatchObject({ status: 'refused', lines: [{ lost_quantity: 0, refused_quantity: 4 }] })
  expect((await shop.order(order)).lines[0]).toMatchObject({ lost: 0, refused: 4 })
  expect(await shop.stockValue()).toEqual({ W1: 1600, W2: 1600 })
  const { data } = await shop.get('/v1/return-receipts')
  expect(data[0]).toMatchObject({ kind: 'refused', reason: 'found' })
  await shop.proves()
})

test('a carrier that rejected the claim pays it late: the bank has it, and it is compensation', async () => {
  const { claim } = await lostOrder()
  await shop.post(`/v1/carrier-claims/${claim}/rejection`, { reason: 'not insured' })
  expect(await shop.changes(() => shop.post(`/v1/carrier-claims/${claim}/payment`, { amount: 900 }))).toEqual({
    bank: 900,
    claim_income: -900,
  })
  expect(await shop.get(`/v1/carrier-claims/${claim}`)).toMatchObject({ status: 'paid', paid: { amount: 900 } })
  await shop.proves()
})

test('a service that was given up with the goods is delivered with the last of them', async () => {
  await shop.post('/v1/items', { sku: 'GLUE', name: 'Assembly', kind: 'service', tax_class: 'standard' })
  const order = await shop.place({ lines: [line('A', 2, 1000), line('GLUE', 1, 600)] })
  await shop.sendAll(order)
  const { carrier_claim_id } = await shop.post(`/v1/shipments/${await shop.shipmentOf(order)}/lost`, { reason: 'gone' })
  expect((await shop.order(order)).lines.map((row: { lost: number }) => row.lost)).toEqual([2, 1])
  // 2 × 10.00 + 6.00
  await find(carrier_claim_id, { outcome: 'delivered' })
  expect((await shop.balances())['customer_account']).toBe(2600)
  expect((await shop.order(order)).lines.map((row: { lost: number }) => row.lost)).toEqual([0, 0])
  await shop.proves()
})
