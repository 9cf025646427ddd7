import { beforeEach, describe, expect, test } from 'vitest'
import { type Answer, useApp } from '../support/app.ts'
import { reportsChecks } from '../support/checks.ts'

/** What is promised before it is there, taken back when it does not come, and counted when it is. */
const program = useApp()
let key: string
let organizationId: number
let warehouseId: string
const items: Record<string, string> = {}

const call = (method: string, url: string, body?: unknown) =>
  program.call(method as 'POST', url, { key, ...(body === undefined ? {} : { body }) })
const get = async (url: string) => good(await call('GET', url))
const post = async (url: string, body: unknown) => good(await call('POST', url, body))
const patch = async (url: string, body: unknown) => good(await call('PATCH', url, body))

function good(answer: Answer) {
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

beforeEach(async () => {
  const organization = await program.createOrganization('Promises d.o.o.')
  organizationId = organization.id
  key = await program.createKey(organization.id, 'owner')
  warehouseId = (await post('/v1/warehouses', { code: 'W1', name: 'W1', country: 'RS', postcode: '21000' })).id
  await post('/v1/locations', { warehouse_id: warehouseId, code: 'A-1', role: 'pick' })
  for (const sku of ['A', 'B']) items[sku] = (await post('/v1/items', { sku, name: `Item ${sku}` })).id
  await post('/v1/channels', { code: 'shop', name: 'Shop', kind: 'shop' })
})

async function proven() {
  const ctx = await program.runtime.contextOf(organizationId, 'system')
  expect(await reportsChecks(program.runtime.system, ctx)).toEqual([])
}

const inDays = (days: number) => new Date(Date.UTC(2031, 0, 1) + days * 86_400_000).toISOString()

async function receipt(lines: object[], fields: object = {}) {
  return post('/v1/goods-receipts', {
    kind: 'supplier',
    warehouse_code: 'W1',
    supplier_name: 'Potter & Co',
    currency: 'EUR',
    lines,
    ...fields,
  })
}

async function stock(sku: string, quantity: number, amount = 400) {
  return receipt([{ sku, quantity, unit_cost: { amount }, location_code: 'A-1' }])
}

function orderOf(quantity: number, fields: object = {}, sku = 'A') {
  return {
    channel: 'shop',
    currency: 'EUR',
    ship_to: { name: 'Ana Anić', line1: 'Knez Mihailova 1', city: 'Beograd', postcode: '11000', country: 'RS' },
    lines: [{ sku, quantity, unit_price: { amount: 1000 } }],
    ...fields,
  }
}

async function order(quantity: number, fields: object = {}, sku = 'A'): Promise<string> {
  return (await post('/v1/orders', orderOf(quantity, fields, sku))).id
}

const dateOf = async (id: string) => (await get(`/v1/orders/${id}`)).expected_at

describe('promise dates from expected receipts', () => {
  test('two orders share two receipts: nothing is promised twice, and dates follow the receipts', async () => {
    // 6 come on day 10, 4 on day 20. The first order asks 5 (day 10), the second 4: 1 of day 10 and 3 of day 20, so day 20.
    const early = await receipt([{ sku: 'A', expected_quantity: 6, unit_cost: { amount: 400 } }], { expected_at: inDays(10) })
    await receipt([{ sku: 'A', expected_quantity: 4, unit_cost: { amount: 400 } }], { expected_at: inDays(20) })
    const first = await order(5)
    const second = await order(4)
    expect(await dateOf(first)).toBe(inDays(10))
    expect(await dateOf(second)).toBe(inDays(20))
    // 10 come, 9 wait: 1 is left, on day 20. Of 2 nothing is known.
    const availability = await get(`/v1/items/${items['A']}/availability`)
    expect(availability).toMatchObject({ available: 0, incoming: 10, waiting: 9, waiting_without_date: 0 })
    expect(availability.dates.map((point: { available: number }) => point.available)).toEqual([0, 0, 1])
    expect((await get('/v1/stock/promise?sku=A&quantity=1')).promised_at).toBe(inDays(20))
    expect((await get('/v1/stock/promise?sku=A&quantity=2')).promised_at).toBeNull()

    // The early receipt moves to day 30: 4 of day 20 go to the first order, which needs 1 more of day 30; the second waits for day 30.
    await patch(`/v1/goods-receipts/${early.id}`, { expected_at: inDays(30) })
    expect(await dateOf(first)).toBe(inDays(30))
    expect(await dateOf(second)).toBe(inDays(30))
    const timeline = await get(`/v1/orders/${first}/timeline`)
    const changed = (timeline.data as { type: string; payload: { expected_at: (string | null)[] } }[])
      .filter((event) => event.type === 'orders.promise_changed')
      .map((event) => event.payload.expected_at.join(' → '))
    expect(changed.toSorted()).toEqual([` → ${inDays(10)}`, `${inDays(10)} → ${inDays(30)}`].toSorted())
    expect((await get('/v1/orders?late=true')).data.map((row: { id: string }) => row.id).toSorted()).toEqual([first, second].toSorted())

    // It brings 2 and is closed short: 2 + 4 cover 6 of 9. The first has 2 and waits for 3 of day 20; the second has 1 with a date of 4.
    const line = (await get(`/v1/goods-receipts/${early.id}`)).lines[0]
    await post(`/v1/goods-receipts/${early.id}/postings`, { lines: [{ line_id: line.id, quantity: 2 }] })
    await patch(`/v1/goods-receipts/${early.id}`, { closed_short: true })
    const half = await get(`/v1/orders/${first}`)
    expect(half.lines[0]).toMatchObject({ reserved: 2, backordered: 3, expected_at: inDays(20) })
    expect(await dateOf(second)).toBeNull()
    expect((await get(`/v1/items/${items['A']}/availability`)).waiting_without_date).toBe(3)
    await proven()
  })

  test('a receipt that is taken back takes its dates along; an order that is canceled frees them', async () => {
    const coming = await receipt([{ sku: 'A', expected_quantity: 3 }], { expected_at: inDays(10) })
    const first = await order(3)
    const second = await order(2)
    expect([await dateOf(first), await dateOf(second)]).toEqual([inDays(10), null])
    await post(`/v1/orders/${first}/cancellation`, { reason: 'changed their mind' })
    expect(await dateOf(second)).toBe(inDays(10))
    await post(`/v1/goods-receipts/${coming.id}/reversal`, { reason: 'the supplier cannot deliver' })
    expect(await dateOf(second)).toBeNull()
    await proven()
  })
})

describe('preorders', () => {
  test('no more than what is expected is sold ahead, however many ask at once', async () => {
    await patch(`/v1/items/${items['A']}`, { preorder: 'expected', preorder_until: inDays(9) })
    await receipt([{ sku: 'A', expected_quantity: 10 }], { expected_at: inDays(10) })
    // 14 people ask for 1 each at the same moment: 10 are taken, 4 refused.
    const answers = await Promise.all(Array.from({ length: 14 }, () => call('POST', '/v1/orders', orderOf(1))))
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(10)
    const refused = answers.filter((answer) => answer.status === 422)
    expect(refused).toHaveLength(4)
    expect(refused[0]?.body.code).toBe('orders.insufficient_stock')
    await proven()
  })

  test('an open preorder waits although the channel takes no backorders; before its window it does not', async () => {
    good(
      await call('PUT', '/v1/sourcing-policies', {
        prefer: 'nearest',
        keep_together: true,
        allow_split: true,
        max_shipments: 3,
        on_shortage: 'refuse',
      }),
    )
    expect((await call('POST', '/v1/orders', orderOf(1))).status).toBe(422)
    await patch(`/v1/items/${items['A']}`, { preorder: 'open', preorder_from: inDays(0) })
    expect((await call('POST', '/v1/orders', orderOf(1))).status).toBe(422)
    await patch(`/v1/items/${items['A']}`, { preorder_from: null })
    expect((await call('POST', '/v1/orders', orderOf(1))).status).toBe(201)
    await proven()
  })
})

describe('stock holds of a checkout', () => {
  const expiresAt = () => new Date(Date.now() + 600_000).toISOString()
  const setHolds = (reference: string, lines: object[]) =>
    call('PUT', `/v1/stock-holds/checkouts/${reference}`, { warehouse_id: warehouseId, expires_at: expiresAt(), lines })

  test('a checkout holds several items, changes its mind, and its holds become the order', async () => {
    await stock('A', 10)
    await stock('B', 2)
    expect(
      (
        await setHolds('cart-1', [
          { sku: 'A', quantity: 8 },
          { sku: 'B', quantity: 3 },
        ])
      ).status,
    ).toBe(422)
    good(
      await setHolds('cart-1', [
        { sku: 'A', quantity: 8 },
        { sku: 'B', quantity: 2 },
      ]),
    )
    const again = good(await setHolds('cart-1', [{ sku: 'A', quantity: 9 }]))
    expect(again.holds).toEqual([expect.objectContaining({ quantity: 9 })])
    // 10 there, 9 held: others get 1.
    expect(await get(`/v1/items/${items['A']}/availability`)).toMatchObject({ held: 9, available: 1 })
    const other = await order(2)
    expect((await get(`/v1/orders/${other}`)).lines[0]).toMatchObject({ reserved: 1, backordered: 1 })
    // The checkout orders 8 of its 9: all 8 are promised, and the piece left goes to the one who waits.
    const own = await order(8, { stock_hold_reference: 'cart-1', external_id: 'X-1' })
    expect((await get(`/v1/orders/${own}`)).lines[0]).toMatchObject({ reserved: 8, backordered: 0 })
    expect((await get(`/v1/orders/${other}`)).lines[0]).toMatchObject({ reserved: 2, backordered: 0 })
    expect(await get(`/v1/items/${items['A']}/availability`)).toMatchObject({ held: 0, reserved: 10, available: 0 })
    await proven()
  })

  test('100 hold at once, 10 are there; holds that expire while they are ordered end once', async () => {
    await stock('A', 10)
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => setHolds(`cart-${index}`, [{ sku: 'A', quantity: 1 }])))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(10)
    expect(answers.filter((answer) => answer.status === 422)).toHaveLength(90)
    // Each of the 10 is ordered and released at the same moment: whichever comes first, the goods are promised once.
    const held = answers.flatMap((answer) => (answer.status === 200 ? [answer.body as { reference: string; holds: { id: string }[] }] : []))
    const races = await Promise.all(
      held.flatMap(({ reference, holds }) => [
        call('POST', '/v1/orders', orderOf(1, { stock_hold_reference: reference })),
        call('DELETE', `/v1/stock-holds/${holds[0]?.id}`),
      ]),
    )
    expect(races.filter((answer) => answer.status === 201 && 'number' in answer.body)).toHaveLength(10)
    expect(await get(`/v1/items/${items['A']}/availability`)).toMatchObject({ reserved: 10, held: 0, available: 0, waiting: 0 })
    await proven()
  })
})

describe('counts', () => {
  test('a count is compared with the instant of the scan, and what is missing takes the latest promise', async () => {
    await stock('A', 10)
    const first = await order(6)
    const second = await order(4)
    // Counted 7 of 10: 3 are missing, worth 12.00 at 4.00. The second order, promised last, keeps 1 and waits for 3.
    const count = await post('/v1/stock-counts', {
      warehouse_id: warehouseId,
      lines: [{ sku: 'A', location_code: 'A-1', counted: 7, reason: 'stolen' }],
    })
    expect(count.lines).toEqual([expect.objectContaining({ expected: 10, counted: 7, difference: -3, reason: 'stolen' })])
    expect((await get(`/v1/orders/${first}`)).lines[0]).toMatchObject({ reserved: 6, backordered: 0 })
    expect((await get(`/v1/orders/${second}`)).lines[0]).toMatchObject({ reserved: 1, backordered: 3 })
    const { accounts } = await get('/v1/trial-balance')
    expect(accounts.find((account: { role: string }) => account.role === 'shrinkage').balance).toBe(1200)
    // 5 more came to the bin after this scan: counting 7 as of then is no difference.
    const scannedAt = new Date().toISOString()
    await stock('A', 5)
    const late = await post('/v1/stock-counts', {
      warehouse_id: warehouseId,
      lines: [{ sku: 'A', location_code: 'A-1', counted: 7, scanned_at: scannedAt }],
    })
    expect(late.lines[0]).toMatchObject({ expected: 7, difference: 0 })
    await proven()
  })

  test('a location counted whole: what nobody listed is not there; every bad line is named', async () => {
    await stock('A', 3)
    await stock('B', 2)
    const bad = await call('POST', '/v1/stock-counts', {
      warehouse_id: warehouseId,
      lines: [
        { sku: 'NO', location_code: 'A-1', counted: 1 },
        { sku: 'NEITHER', location_code: 'A-1', counted: 1 },
      ],
    })
    expect(bad.status).toBe(400)
    expect(bad.body.errors).toHaveLength(2)
    const count = await post('/v1/stock-counts', {
      warehouse_id: warehouseId,
      scope: 'location',
      lines: [{ sku: 'A', location_code: 'A-1', counted: 4 }],
    })
    expect(
      count.lines.map((line: { sku: string; difference: number; listed: boolean }) => [line.sku, line.difference, line.listed]),
    ).toEqual([
      ['A', 1, true],
      ['B', -2, false],
    ])
    await proven()
  })
})

describe('late cost', () => {
  test('freight on 10 pieces of which 4 were sold: 6 parts stay in stock, 4 are cost of goods sold', async () => {
    const coming = await stock('A', 10, 400)
    await sell(4)
    // 40.00 + 5.00 = 45.00. The 4 sold: 45.00 × 4/10 = 18.00, of it 16.00 booked, 2.00 more. Left 27.00.
    const changed = await post(`/v1/goods-receipts/${coming.id}/cost-adjustments`, { reason: 'landed_cost', amount: 500, note: 'freight' })
    expect(changed.value.amount).toBe(4500)
    expect(await balances()).toMatchObject({ inventory: 2700, cost_of_goods_sold: 1800, received_not_invoiced: -4500 })
    // The next 3 cost 4.50 each.
    await sell(3)
    expect(await balances()).toMatchObject({ inventory: 1350, cost_of_goods_sold: 3150 })
    // 10.00 less on the price: 35.00 × 7/10 = 24.50 for the 7 sold, 7.00 less; left 10.50.
    await post(`/v1/goods-receipts/${coming.id}/cost-adjustments`, { reason: 'price_difference', amount: -1000 })
    expect(await balances()).toMatchObject({ inventory: 1050, cost_of_goods_sold: 2450, received_not_invoiced: -3500 })
    expect(
      (await call('POST', `/v1/goods-receipts/${coming.id}/cost-adjustments`, { reason: 'price_difference', amount: -3501 })).body.code,
    ).toBe('inventory.cost_below_zero')
    await proven()
  })

  test('an average item: late cost follows the goods into the running average', async () => {
    await patch(`/v1/items/${items['A']}`, { cost_method: 'average' })
    // 10 at 4.00; 5 sold (20.00); 5 more at 6.00: 10 in the pool at 20.00 + 30.00.
    const coming = await stock('A', 10, 400)
    await sell(5)
    await stock('A', 5, 600)
    // 10.00 late on the first: 5 of 10 were used (5.00), 5 were carried on (5.00) and are all left.
    await post(`/v1/goods-receipts/${coming.id}/cost-adjustments`, { reason: 'landed_cost', amount: 1000 })
    expect(await balances()).toMatchObject({ inventory: 5500, cost_of_goods_sold: 2500 })
    await proven()
  })

  async function sell(quantity: number) {
    const id = await order(quantity)
    const [shipment] = (await get(`/v1/orders/${id}`)).shipments
    await post('/v1/shipments/release', { shipment_ids: [shipment.id] })
    for (const step of ['picking', 'packing', 'shipping']) await post(`/v1/shipments/${shipment.id}/${step}`, {})
  }

  async function balances() {
    const { accounts } = await get('/v1/trial-balance')
    return Object.fromEntries((accounts as { role: string; balance: number }[]).map((account) => [account.role, account.balance]))
  }
})

describe('facts under promised stock', () => {
  /** Three orders of 4, 3 and 3 on 10 pieces: the second is urgent (priority 10), the third came last. */
  async function threeOrders(): Promise<[string, string, string]> {
    await stock('A', 10)
    return [await order(4), await order(3, { priority: 10 }), await order(3)]
  }
  const vectors = async (ids: readonly string[]) =>
    Promise.all(
      ids.map(async (id) => {
        const [line] = (await get(`/v1/orders/${id}`)).lines
        return [line.reserved, line.backordered]
      }),
    )
  const events = async (id: string) => ((await get(`/v1/orders/${id}/timeline`)).data as { type: string }[]).map((event) => event.type)

  test('scrap of 4 takes the latest promise of the lowest priority first: 3 of the third order, 1 of the first', async () => {
    const ids = await threeOrders()
    await post('/v1/adjustments', { warehouse_id: warehouseId, kind: 'scrap', lines: [{ sku: 'A', location_code: 'A-1', quantity: 4 }] })
    expect(await vectors(ids)).toEqual([
      [3, 1],
      [3, 0],
      [0, 3],
    ])
    expect(await events(ids[2])).toContain('orders.promise_lost')
    // 2 come: the first order waits longest and gets its 1 back, the third 1 of its 3.
    await stock('A', 2)
    expect(await vectors(ids)).toEqual([
      [4, 0],
      [3, 0],
      [1, 2],
    ])
    await proven()
  })

  test('a bin that is blocked, or goods moved to quarantine, leave nothing promised; free again, everyone is served by priority', async () => {
    const ids = await threeOrders()
    const bin = (await get(`/v1/locations?warehouse_id=${warehouseId}`)).data.find((one: { code: string }) => one.code === 'A-1')
    await patch(`/v1/locations/${bin.id}`, { blocked: true })
    expect(await vectors(ids)).toEqual([
      [0, 4],
      [0, 3],
      [0, 3],
    ])
    await patch(`/v1/locations/${bin.id}`, { blocked: false })
    expect(await vectors(ids)).toEqual([
      [4, 0],
      [3, 0],
      [3, 0],
    ])
    await post('/v1/stock-moves', {
      warehouse_id: warehouseId,
      lines: [{ sku: 'A', from_location_code: 'A-1', to_location_code: 'QUARANTINE', quantity: 5 }],
    })
    // 5 of 10 are left: the urgent 3, and 2 of the first order's 4.
    expect(await vectors(ids)).toEqual([
      [2, 2],
      [3, 0],
      [0, 3],
    ])
    await proven()
  })

  test('what was chosen for picking and is gone leaves a task', async () => {
    await stock('A', 4)
    const id = await order(4)
    const [shipment] = (await get(`/v1/orders/${id}`)).shipments
    await post('/v1/shipments/release', { shipment_ids: [shipment.id] })
    await post('/v1/stock-counts', { warehouse_id: warehouseId, lines: [{ sku: 'A', location_code: 'A-1', counted: 1 }] })
    expect(await vectors([id])).toEqual([[1, 3]])
    const tasks = await get('/v1/tasks?status=open')
    expect(tasks.data.length).toBeGreaterThan(0)
    await proven()
  })
})
