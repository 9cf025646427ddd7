import { beforeEach, describe, expect, test } from 'vitest'
import { type Answer, useApp } from '../support/app.ts'

/**
 * Goods and money that come back, in the words of the people who handle them, through the API. All prices carry 20 % tax; goods cost 4.00
 * a piece. Every business starts with 20 A and 20 B in W1, and an order of 3 A at 9.99 with 3.60 postage, shipped and paid: 33.57.
 * Its line is 29.97 with 5.00 tax (4.995 rounded), its postage 3.60 with 0.60 tax.
 */
const program = useApp()

let key: string
let order: { id: string; line: string; charge: string }
const warehouses: Record<string, string> = {}

const get = async (url: string) => good(await program.call('GET', url, { key }))
const post = async (url: string, body: unknown) => good(await program.call('POST', url, { key, body }))
const refused = async (url: string, body: unknown) => {
  const answer = await program.call('POST', url, { key, body })
  expect(answer.status, answer.text).toBeGreaterThanOrEqual(400)
  return answer.body
}

beforeEach(async () => {
  const organization = await program.createOrganization()
  key = await program.createKey(organization.id, 'owner')
  for (const code of ['W1', 'W2']) {
    const warehouse = await post('/v1/warehouses', {
      code,
      name: code,
      country: 'RS',
      postcode: '21000',
      address: { line1: 'Bulevar 1', city: 'Novi Sad' },
    })
    warehouses[code] = warehouse.id
    await post('/v1/locations', { warehouse_id: warehouse.id, code: 'A-01', role: 'pick' })
  }
  for (const [sku, price] of [
    ['A', 999],
    ['B', 1250],
  ] as const)
    await post('/v1/items', { sku, kind: 'stocked', name: `Thing ${sku}`, price: { amount: price, scale: 2, currency: 'EUR' } })
  await post('/v1/goods-receipts', {
    kind: 'supplier',
    supplier_name: 'Maker',
    warehouse_code: 'W1',
    currency: 'EUR',
    lines: ['A', 'B'].map((sku) => ({ sku, quantity: 20, unit_cost: { amount: 400, scale: 2 }, location_code: 'A-01' })),
  })
  await post('/v1/channels', { code: 'web', name: 'Web shop', kind: 'shop' })
  order = await sell('1001')
})

/** An order of 3 A with postage, shipped, and paid by card unless it is not to be. */
async function sell(externalId: string, { paid = true } = {}) {
  const { id } = await post('/v1/orders', {
    channel: 'web',
    external_id: externalId,
    currency: 'EUR',
    prices_include_tax: true,
    payment_terms: paid ? 'prepaid' : 'on_account',
    customer: { name: 'Ana Petrović', email: 'ana@example.com' },
    ship_to: { name: 'Ana Petrović', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' },
    lines: [{ sku: 'A', quantity: 3, unit_price: { amount: 999, scale: 2 }, tax_rate_ppm: 200_000 }],
    charges: [{ kind: 'shipping', amount: 360, tax_rate_ppm: 200_000 }],
  })
  if (paid) await post(`/v1/orders/${id}/payments`, { kind: 'captured', amount: 3357, method: 'card', reference: `pay ${externalId}` })
  await shipAll(id)
  const shown = await get(`/v1/orders/${id}`)
  return { id, line: shown.lines[0].id, charge: shown.charges[0].id }
}

async function shipAll(orderId: string) {
  await post('/v1/shipments/release', { order_ids: [orderId] })
  for (const shipment of (await get(`/v1/orders/${orderId}`)).shipments as { id: string; status: string }[]) {
    if (shipment.status !== 'released') continue
    await post(`/v1/shipments/${shipment.id}/picking`, {})
    await post(`/v1/shipments/${shipment.id}/shipping`, {})
  }
}

async function balances(): Promise<Record<string, number>> {
  const { accounts } = await get('/v1/trial-balance')
  return Object.fromEntries(
    (accounts as { role: string; balance: number }[])
      .filter((account) => account.balance !== 0)
      .map((account) => [account.role, account.balance]),
  )
}

/** What changed between two balances, accounts that did not left out. */
function changes(before: Record<string, number>, after: Record<string, number>) {
  const roles = new Set([...Object.keys(before), ...Object.keys(after)])
  return Object.fromEntries(
    [...roles].map((role) => [role, (after[role] ?? 0) - (before[role] ?? 0)] as const).filter(([, amount]) => amount !== 0),
  )
}

async function onHand(sku: string) {
  const { data } = await get(`/v1/stock?sku=${sku}`)
  return Object.fromEntries(
    (data as { warehouse_code: string; on_hand: number; available: number }[]).map((row) => [row.warehouse_code, row.available]),
  )
}

async function provesItself() {
  const verification = await post('/v1/verification', {})
  expect((verification.checks as { id: string; ok: boolean }[]).filter((check) => !check.ok && check.id !== 'V10')).toEqual([])
}

const requestReturn = (quantity: number, fields: Record<string, unknown> = {}, head: Record<string, unknown> = {}) =>
  post(`/v1/orders/${order.id}/rmas`, { lines: [{ line_id: order.line, quantity, reason: 'does_not_fit', ...fields }], ...head })

describe('goods come back against an authorization', () => {
  test('all of it, refunded in full', async () => {
    const rma = await requestReturn(3)
    expect(rma).toMatchObject({ state: 'requested', order_number: 1 })
    expect((await program.call('GET', `/v1/rmas/${rma.id}/label.zpl`, { key })).status).toBe(422)
    expect((await post(`/v1/rmas/${rma.id}/decision`, { decision: 'approve' })).state).toBe('approved')
    const label = await program.call('GET', `/v1/rmas/${rma.id}/label.zpl`, { key })
    expect(label.text).toContain('RMA-1')
    expect((await program.call('GET', `/v1/rmas/${rma.id}/label.pdf`, { key })).text).toMatch(/^%PDF/)
    const before = await balances()
    const received = await post(`/v1/rmas/${rma.id}/receipts`, { lines: [{ rma_line_id: rma.lines[0].id, quantity: 3 }] })
    expect(received).toMatchObject({ state: 'received', receipts: [{ quantity: 3, kind: 'expected', warehouse_code: 'W1' }] })
    // The sale is taken back: 29.97 of it 5.00 tax; 3 × 4.00 cost comes back.
    expect(changes(before, await balances())).toEqual({
      customer_account: -2997,
      revenue: 2497,
      tax_payable: 500,
      inventory: 1200,
      cost_of_goods_sold: -1200,
    })
    // Nothing named: all that came back.
    const refund = await post(`/v1/orders/${order.id}/refunds`, { rma_id: rma.id })
    expect(refund).toMatchObject({
      kind: 'refunded',
      amount: { amount: 2997 },
      method: 'card',
      lines: [{ quantity: 3, tax: { amount: 500 } }],
    })
    expect((await balances())['customer_account']).toBeUndefined()
    expect((await get(`/v1/rmas/${rma.id}`)).refunds).toMatchObject([{ amount: { amount: 2997 } }])
    expect((await post(`/v1/rmas/${rma.id}/decision`, { decision: 'close' })).state).toBe('closed')
    await provesItself()
  })

  test('in two parts to two warehouses, with a restocking fee on the second', async () => {
    const rma = await requestReturn(2, {}, { approve: true })
    const line = rma.lines[0].id
    expect((await post(`/v1/rmas/${rma.id}/receipts`, { lines: [{ rma_line_id: line, quantity: 1 }] })).state).toBe('partly_received')
    // A third of 29.97 is 9.99, of 5.00 tax 1.66.
    expect(await post(`/v1/orders/${order.id}/refunds`, { lines: [{ line_id: order.line, quantity: 1 }] })).toMatchObject({
      amount: { amount: 999 },
      lines: [{ tax: { amount: 166 } }],
    })
    const done = await post(`/v1/rmas/${rma.id}/receipts`, { warehouse_code: 'W2', lines: [{ rma_line_id: line, quantity: 1 }] })
    expect(done).toMatchObject({ state: 'received', receipts: [{ warehouse_code: 'W1' }, { warehouse_code: 'W2' }] })
    const before = await balances()
    // Two thirds are 19.98 and 3.33 tax: the second piece is 9.99 with 1.67. A fee of 1.50 keeps 1.50 × 1.67 ÷ 9.99 = 0.25 tax.
    const refund = await post(`/v1/orders/${order.id}/refunds`, { lines: [{ line_id: order.line, quantity: 1, restocking_fee: 150 }] })
    expect(refund.amount.amount).toBe(999 - 150)
    expect(changes(before, await balances())).toEqual({
      customer_account: 999,
      payment_clearing: -849,
      restocking_fees: -125,
      tax_payable: -25,
    })
    await provesItself()
  })

  test('more than announced and another item are taken and marked', async () => {
    const rma = await requestReturn(1, {}, { approve: true })
    const received = await post(`/v1/rmas/${rma.id}/receipts`, {
      lines: [
        { rma_line_id: rma.lines[0].id, quantity: 2 },
        { sku: 'B', quantity: 1 },
      ],
    })
    expect(received.receipts).toMatchObject([
      { sku: 'A', quantity: 2, kind: 'over' },
      { sku: 'B', quantity: 1, kind: 'unexpected' },
    ])
    // Even more than was ever sold: 2 of the 3 are back, 2 more come; one of them is of no known sale at the newest cost.
    const more = await post(`/v1/rmas/${rma.id}/receipts`, { lines: [{ rma_line_id: rma.lines[0].id, quantity: 2 }] })
    const receipt = await get(`/v1/return-receipts/${more.receipts.at(-1).return_receipt_id}`)
    expect(receipt.lines).toMatchObject([
      { quantity: 1, cost_assumed: false },
      { quantity: 1, cost_assumed: true, shipment_line_id: null },
    ])
    await provesItself()
  })

  test('an unannounced parcel finds its authorization by the order line', async () => {
    const rma = await requestReturn(1)
    await post('/v1/return-receipts', {
      warehouse_code: 'W2',
      order_id: order.id,
      reason: 'does not fit',
      lines: [{ order_line_id: order.line, quantity: 1 }],
    })
    expect(await get(`/v1/rmas/${rma.id}`)).toMatchObject({ state: 'received', receipts: [{ warehouse_code: 'W2', kind: 'expected' }] })
    expect((await refused(`/v1/orders/${order.id}/rmas`, { lines: [{ line_id: order.line, quantity: 3, reason: 'late' }] })).code).toBe(
      'orders.more_than_returnable',
    )
    await provesItself()
  })

  test('approved by the rule within the window, with the fee of its reason', async () => {
    good(await program.call('PUT', '/v1/return-rules', { key, body: { window_days: 14, auto_approve: true, warehouse_code: 'W2' } }))
    await post('/v1/return-reasons', { code: 'changed_mind', name: 'Changed mind', restocking_fee_ppm: 100_000 })
    const rma = await requestReturn(3, { reason: 'changed_mind' })
    expect(rma).toMatchObject({ state: 'approved', auto_decided: true, warehouse_code: 'W2' })
    await post(`/v1/rmas/${rma.id}/receipts`, { lines: [{ rma_line_id: rma.lines[0].id, quantity: 3 }] })
    // A tenth of 29.97 is kept: 2.99, of it 5.00 × 2.99 ÷ 29.97 = 0.49 tax; 26.98 are paid back.
    expect(await post(`/v1/orders/${order.id}/refunds/preview`, { rma_id: rma.id })).toMatchObject({
      amount: { amount: 2698 },
      restocking_fee: { amount: 299 },
      restocking_fee_tax: { amount: 49 },
      will_hold: false,
    })
    expect((await post(`/v1/orders/${order.id}/refunds`, { rma_id: rma.id, reference: 'r1' })).amount.amount).toBe(2698)
    expect((await post(`/v1/orders/${order.id}/refunds`, { rma_id: rma.id, reference: 'r1' })).amount.amount).toBe(2698)
    expect((await get(`/v1/orders/${order.id}`)).paid.refunded.amount).toBe(2698)
    await provesItself()
  })
})

describe('money comes back without goods', () => {
  test('a piece that the customer keeps lowers revenue; a later return of the others brings their own money, the kept one nothing', async () => {
    const before = await balances()
    const refund = await post(`/v1/orders/${order.id}/refunds`, { lines: [{ line_id: order.line, quantity: 1, reason: 'scratched' }] })
    expect(refund.amount.amount).toBe(999)
    expect(changes(before, await balances())).toEqual({ payment_clearing: -999, sales_allowances: 833, tax_payable: 166 })
    const receipt = await post('/v1/return-receipts', {
      warehouse_code: 'W1',
      order_id: order.id,
      reason: 'all back after all',
      lines: [{ order_line_id: order.line, quantity: 3 }],
    })
    // 29.97 less the 9.99 given back before.
    expect(receipt).toMatchObject({ refund_total: { amount: 1998 }, refund_tax: { amount: 334 } })
    await provesItself()
  })

  test('by amount on a line: the rest comes back with the goods', async () => {
    const before = await balances()
    // 5.00 off the line: tax 5.00 × 5.00 ÷ 29.97 = 0.83.
    await post(`/v1/orders/${order.id}/refunds`, { lines: [{ line_id: order.line, amount: 500 }] })
    expect(changes(before, await balances())).toEqual({ payment_clearing: -500, sales_allowances: 417, tax_payable: 83 })
    const back = (quantity: number) =>
      post('/v1/return-receipts', {
        warehouse_code: 'W1',
        order_id: order.id,
        reason: 'back',
        lines: [{ order_line_id: order.line, quantity }],
      })
    // 24.97 are left: a third is 8.32, the other two bring 16.65.
    expect((await back(1)).refund_total.amount).toBe(832)
    expect((await back(2)).refund_total.amount).toBe(1665)
    await provesItself()
  })

  test('postage alone, and no more than was charged', async () => {
    const before = await balances()
    await post(`/v1/orders/${order.id}/refunds`, { charges: [{ charge_id: order.charge }] })
    expect(changes(before, await balances())).toEqual({ payment_clearing: -360, shipping_income: 300, tax_payable: 60 })
    const problem = await refused(`/v1/orders/${order.id}/refunds`, { charges: [{ charge_id: order.charge, amount: 1 }] })
    expect(problem.errors).toMatchObject([{ pointer: '/charges/0/amount', code: 'more_than_kept' }])
    await provesItself()
  })

  test('a free amount pays back what is owed first, and lowers all sales in proportion with the rest', async () => {
    await post('/v1/return-receipts', {
      warehouse_code: 'W1',
      order_id: order.id,
      reason: 'back',
      lines: [{ order_line_id: order.line, quantity: 1 }],
    })
    const before = await balances()
    // 9.99 are owed for the piece that came back; 2.00 more over 19.98 of goods and 3.60 of postage: 1.69 and 0.31.
    const preview = await post(`/v1/orders/${order.id}/refunds/preview`, { amount: 1199 })
    expect(preview.parts).toMatchObject([
      { basis: 'credit', amount: { amount: 999 } },
      { basis: 'reduction', line_id: order.line, amount: { amount: 169 } },
      { basis: 'reduction', charge_id: order.charge, amount: { amount: 31 } },
    ])
    await post(`/v1/orders/${order.id}/refunds`, { amount: 1199 })
    // Tax: 1.69 × 3.34 ÷ 19.98 = 0.28 and 0.31 × 0.60 ÷ 3.60 = 0.05.
    expect(changes(before, await balances())).toEqual({
      customer_account: 999,
      payment_clearing: -1199,
      sales_allowances: 141,
      shipping_income: 26,
      tax_payable: 33,
    })
    await provesItself()
  })

  test('before the goods are back: the account waits for them, and is even when they came', async () => {
    await post(`/v1/orders/${order.id}/refunds`, { lines: [{ line_id: order.line, quantity: 2, goods: 'expected' }] })
    expect((await balances())['customer_account']).toBe(1998)
    await post('/v1/return-receipts', {
      warehouse_code: 'W1',
      order_id: order.id,
      reason: 'late',
      lines: [{ order_line_id: order.line, quantity: 2 }],
    })
    expect((await balances())['customer_account']).toBeUndefined()
    expect((await refused(`/v1/orders/${order.id}/refunds`, {})).code).toBe('orders.nothing_to_refund')
    await provesItself()
  })

  test('more than was taken is paid, and holds the order', async () => {
    const unpaid = await sell('1002', { paid: false })
    await post(`/v1/orders/${unpaid.id}/refunds`, { lines: [{ line_id: unpaid.line, amount: 100 }], method: 'manual' })
    expect(await get(`/v1/orders/${unpaid.id}`)).toMatchObject({ holds: [{ type: 'payment' }] })
    await provesItself()
  })

  test('as store credit: what is owed becomes a liability', async () => {
    await post('/v1/return-receipts', {
      warehouse_code: 'W1',
      order_id: order.id,
      reason: 'back',
      lines: [{ order_line_id: order.line, quantity: 1 }],
    })
    const before = await balances()
    await post(`/v1/orders/${order.id}/refunds`, { method: 'store_credit' })
    expect(changes(before, await balances())).toEqual({ customer_account: 999, voucher_liability: -999 })
    await provesItself()
  })
})

describe('something else is sent', () => {
  test('a replacement before the goods are back costs goods and earns nothing', async () => {
    const rma = await requestReturn(1, { outcome: 'replacement' }, { approve: true })
    const before = await balances()
    const shown = await post(`/v1/rmas/${rma.id}/exchanges`, { rma_line_id: rma.lines[0].id, quantity: 1 })
    expect(shown.sent_instead).toMatchObject([{ sku: 'A', quantity: 1, amount: { amount: 0 }, replaces_line_id: order.line }])
    await shipAll(order.id)
    expect(changes(before, await balances())).toEqual({ inventory: -400, cost_of_goods_sold: 400 })
    await provesItself()
  })

  test('an exchange for a dearer item leaves the difference to pay; for a cheaper one to refund', async () => {
    const rma = await requestReturn(2, { outcome: 'exchange' }, { approve: true })
    const line = rma.lines[0].id
    await post(`/v1/rmas/${rma.id}/receipts`, { lines: [{ rma_line_id: line, quantity: 2 }] })
    await post(`/v1/rmas/${rma.id}/exchanges`, { rma_line_id: line, quantity: 1, sku: 'B' })
    await shipAll(order.id)
    // 19.98 owed for two pieces, 12.50 for the other item: 7.48 are left.
    expect((await balances())['customer_account']).toBe(-748)
    await post(`/v1/rmas/${rma.id}/exchanges`, { rma_line_id: line, quantity: 1, sku: 'B' })
    await shipAll(order.id)
    // A second one at 12.50: the customer owes 5.02.
    expect((await balances())['customer_account']).toBe(502)
    expect((await refused(`/v1/rmas/${rma.id}/exchanges`, { rma_line_id: line, quantity: 1, sku: 'B' })).errors).toMatchObject([
      { pointer: '/quantity', code: 'more_than_announced' },
    ])
    await provesItself()
  })
})

describe('returned goods are looked at one by one', () => {
  async function receiveThree() {
    const receipt = await post('/v1/return-receipts', {
      warehouse_code: 'W1',
      order_id: order.id,
      reason: 'broken',
      lines: [{ order_line_id: order.line, quantity: 3 }],
    })
    expect(receipt.lines[0].stages).toMatchObject({ waiting: 3, done: 0 })
    return { url: `/v1/return-receipts/${receipt.id}/inspections`, line: receipt.lines[0].id as string }
  }

  test('one is restocked, one scrapped, one repaired and restocked', async () => {
    const { url, line } = await receiveThree()
    expect((await onHand('A'))['W1']).toBe(17)
    const before = await balances()
    const shown = await post(url, {
      lines: [
        { receipt_line_id: line, disposition: 'restock', quantity: 1, to_location_code: 'A-01' },
        { receipt_line_id: line, disposition: 'scrap', quantity: 1, note: 'shattered' },
        { receipt_line_id: line, disposition: 'repair', quantity: 1 },
      ],
    })
    expect(shown.lines[0].stages).toMatchObject({ waiting: 0, repair: 1, done: 2 })
    expect(shown.inspections).toHaveLength(3)
    expect(changes(before, await balances())).toEqual({ inventory: -400, write_off: 400 })
    expect((await onHand('A'))['W1']).toBe(18)
    await post(url, { lines: [{ receipt_line_id: line, stage: 'repair', disposition: 'restock', quantity: 1, to_location_code: 'A-01' }] })
    expect((await onHand('A'))['W1']).toBe(19)
    expect((await refused(url, { lines: [{ receipt_line_id: line, disposition: 'scrap', quantity: 1 }] })).code).toBe(
      'warehouse.more_than_at_stage',
    )
    await provesItself()
  })

  test('one goes back to the supplier, who owes a credit; one is refused and goes back to the customer, sold again', async () => {
    const { url, line } = await receiveThree()
    await post(url, {
      lines: [
        { receipt_line_id: line, disposition: 'supplier', quantity: 1 },
        { receipt_line_id: line, disposition: 'reject', quantity: 1 },
      ],
    })
    const before = await balances()
    await post(url, { lines: [{ receipt_line_id: line, stage: 'supplier', disposition: 'send_to_supplier', quantity: 1 }] })
    const between = await balances()
    expect(changes(before, between)).toEqual({ inventory: -400, received_not_invoiced: 400 })
    await post(url, { lines: [{ receipt_line_id: line, stage: 'reject', disposition: 'send_to_customer', quantity: 1 }] })
    // A third of the return is earned again: 9.99, of it 1.66 tax.
    expect(changes(between, await balances())).toEqual({
      customer_account: 999,
      revenue: -833,
      tax_payable: -166,
      inventory: -400,
      cost_of_goods_sold: 400,
    })
    expect(
      (await refused(url, { lines: [{ receipt_line_id: line, stage: 'reject', disposition: 'repair', quantity: 1 }] })).errors,
    ).toMatchObject([{ code: 'not_at_this_stage' }])
    await provesItself()
  })

  test('goods of no known sale come in at the newest cost, credited as stated', async () => {
    const before = await balances()
    const receipt = await post('/v1/return-receipts', {
      warehouse_code: 'W1',
      reason: 'bought elsewhere',
      lines: [{ sku: 'B', quantity: 1, amount: 600, tax: 100 }],
    })
    expect(receipt.lines[0]).toMatchObject({ cost_assumed: true, refund: { amount: 600 } })
    expect(changes(before, await balances())).toEqual({
      inventory: 400,
      cost_of_goods_sold: -400,
      customer_account: -600,
      revenue: 500,
      tax_payable: 100,
    })
    expect((await get('/v1/return-receipts?cost_assumed=true')).data).toHaveLength(1)
    expect((await get('/v1/return-receipts?to_inspect=true')).data).toHaveLength(1)
    await provesItself()
  })
})

function good(answer: Answer) {
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.body
}
