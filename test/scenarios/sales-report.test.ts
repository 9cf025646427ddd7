import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, useApp } from '../support/app.ts'

const app = useApp()
let key = ''
const ids: Record<string, string> = {}

const good = (answer: Answer) => {
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.body
}
const get = async (path: string) => good(await app.call('GET', path, { key }))
const post = async (path: string, body: unknown) => good(await app.call('POST', path, { key, body }))

/** An order of one line, prepaid, prices with 20 % tax, shipped at once. Answers the ids of order and shipment. */
async function sell(channel: string, quantity: number): Promise<{ order: string; shipment: string }> {
  const order = await post('/v1/orders', {
    channel,
    external_id: `${channel}-${quantity}`,
    currency: 'EUR',
    prices_include_tax: true,
    payment_terms: 'prepaid',
    customer: { name: 'Ana', email: 'ana@example.com' },
    ship_to: { name: 'Ana', line1: 'Zmaj Jovina 12', city: 'Novi Sad', postcode: '21000', country: 'RS' },
    lines: [{ sku: 'A', quantity, unit_price: { amount: 1200, scale: 2 } }],
  })
  const shipment = (await get(`/v1/orders/${order.id}`)).shipments[0].id as string
  await post('/v1/shipments/release', { shipment_ids: [shipment] })
  await post(`/v1/shipments/${shipment}/picking`, {})
  await post(`/v1/shipments/${shipment}/packing`, { parcels: [{ weight_g: 500, length_mm: 100, width_mm: 100, height_mm: 100 }] })
  await post(`/v1/shipments/${shipment}/shipping`, {})
  return { order: order.id, shipment }
}

/** What the journal itself holds of an account's role, credits less debits. */
async function balanceOf(role: string): Promise<number> {
  const { accounts } = await get('/v1/trial-balance')
  return -((accounts as { role: string; balance: number }[]).find((one) => one.role === role)?.balance ?? Number.NaN)
}

describe('sales by day and channel', () => {
  beforeAll(async () => {
    key = await app.createKey((await app.createOrganization()).id, 'owner')
    const warehouse = await post('/v1/warehouses', { code: 'W1', name: 'W1', country: 'RS' })
    await post('/v1/locations/batch', { warehouse_id: warehouse.id, locations: [{ code: 'A-1', role: 'pick' }] })
    for (const code of ['web', 'phone']) await post('/v1/channels', { code, name: code, kind: 'shop' })
    for (const sku of ['A', 'B'])
      ids[sku] = (
        await post('/v1/items', {
          sku,
          name: `Item ${sku}`,
          kind: 'stocked',
          price: { amount: 1200, scale: 2, currency: 'EUR' },
          tax_class: 'standard',
        })
      ).id
    await post('/v1/goods-receipts', {
      kind: 'supplier',
      warehouse_id: warehouse.id,
      supplier_name: 'S',
      currency: 'EUR',
      lines: ['A', 'B'].map((sku) => ({ sku, quantity: 20, unit_cost: { amount: 400, scale: 2 }, location_code: 'A-1' })),
    })
    await sell('web', 5)
    const phone = await sell('phone', 2)
    const { lines } = await get(`/v1/shipments/${phone.shipment}`)
    await post('/v1/return-receipts', {
      warehouse_id: warehouse.id,
      order_id: phone.order,
      reason: 'too small',
      lines: [{ shipment_line_id: lines[0].id, quantity: 1, location_code: 'A-1' }],
    })
  })

  // 12.00 with 20 % tax is 10.00 net at a cost of 4.00. Web sells 5: 50.00, cost 20.00. The phone sells 2 and takes 1 back: 10.00, cost 4.00.
  test('each channel has its orders, pieces, revenue, cost and margin', async () => {
    const { days, currency } = await get('/v1/reports/sales')
    expect(currency).toBe('EUR')
    expect(days).toMatchObject([
      { channel: 'phone', orders: 1, units: 2, revenue: 1000, cost: 400, margin: 600 },
      { channel: 'web', orders: 1, units: 5, revenue: 5000, cost: 2000, margin: 3000 },
    ])
    expect((await get('/v1/reports/sales?channel=web')).days).toEqual([days[1]])
  })

  test('the sums are the balances of the journal for the same dates', async () => {
    const { days } = await get('/v1/reports/sales')
    const sum = (field: string) => days.reduce((total: number, day: Record<string, number>) => total + (day[field] ?? 0), 0)
    expect(sum('revenue')).toBe((await balanceOf('revenue')) + (await balanceOf('shipping_income')))
    expect(sum('cost')).toBe(-(await balanceOf('cost_of_goods_sold')))
    expect(sum('margin')).toBe(6000 - 2400)
  })

  test('days without sales answer nothing, and a window is bounded', async () => {
    expect((await get('/v1/reports/sales?from=2020-01-01&to=2020-01-31')).days).toEqual([])
    expect((await app.call('GET', '/v1/reports/sales?from=2020-01-01&to=2021-12-31', { key })).status).toBe(400)
    expect((await app.call('GET', '/v1/reports/sales?from=2020-02-01&to=2020-01-31', { key })).status).toBe(400)
  })

  // A: 5 + 2 - 1 = 6 pieces gone, 14 left. B: nothing gone, 20 left at 4.00 = 80.00.
  test('items by sales: the top sold, and what stands still', async () => {
    const top = await get('/v1/reports/items?order=top')
    expect(top.data).toMatchObject([{ sku: 'A', units: 6, revenue: 6000, cost: 2400, margin: 3600, on_hand: 14 }])
    const slow = await get('/v1/reports/items?order=slow')
    expect(slow.data.map((row: { sku: string }) => row.sku)).toEqual(['B', 'A'])
    expect(slow.data[0]).toMatchObject({ units: 0, on_hand: 20, stock_value: 8000 })
    expect((await get('/v1/reports/items?channel=web')).data).toMatchObject([{ sku: 'A', revenue: 5000, cost: 2000 }])
    expect((await get(`/v1/reports/items?item_id=${ids['B']}`)).data).toMatchObject([{ sku: 'B', revenue: 0 }])
  })

  // 14 left, 6 gone in 28 days: 14 × 28 ÷ 6 = 65.33, so 65 whole days. B has no pace.
  test('until when stock lasts', async () => {
    expect(await get(`/v1/items/${ids['A']}/outlook`)).toMatchObject({ days: 28, data: [{ available: 14, sold: 6, lasts_days: 65 }] })
    expect((await get(`/v1/items/${ids['B']}/outlook`)).data).toMatchObject([{ available: 20, sold: 0, lasts_days: null, is_low: false }])
  })

  test('money is not told to who may not read the books', async () => {
    const reader = await app.createKey((await get('/v1/organization')).id, 'reports.read')
    const { days } = good(await app.call('GET', '/v1/reports/sales', { key: reader }))
    expect(days[0]).toMatchObject({ orders: 1, revenue: null, cost: null, margin: null })
  })
})

describe('what waits for a person', () => {
  test('held orders by type, with the age of the oldest; the last verification is in the history', async () => {
    const order = await post('/v1/orders', {
      channel: 'web',
      external_id: 'held',
      currency: 'EUR',
      prices_include_tax: true,
      payment_terms: 'prepaid',
      customer: { name: 'Ana' },
      ship_to: { name: 'Ana', line1: 'Zmaj Jovina 12', city: 'Novi Sad', postcode: '21000', country: 'RS' },
      lines: [{ sku: 'B', quantity: 1, unit_price: { amount: 1200, scale: 2 } }],
      promised_at: '2020-01-01T00:00:00Z',
    })
    await post(`/v1/orders/${order.id}/holds`, { type: 'address' })
    const { data } = await get('/v1/attention')
    const of = (kind: string) => (data as { kind: string }[]).find((row) => row.kind === kind)
    expect(of('held')).toMatchObject({ detail: 'address', count: 1, oldest_at: expect.any(String) })
    expect(of('late')).toMatchObject({ count: 1, oldest_at: '2020-01-01T00:00:00.000Z' })
    expect(of('to_release')).toBeUndefined()
    const run = await post('/v1/verification', {})
    expect((await get('/v1/verifications')).data).toMatchObject([{ id: run.id, ok: true, faults: [] }])
  })

  test('a warehouse has a cut-off time of day', async () => {
    const { data } = await get('/v1/warehouses')
    const [{ id }] = data
    expect(data[0].cut_off).toBeNull()
    good(await app.call('PATCH', `/v1/warehouses/${id}`, { key, body: { cut_off: '15:30' } }))
    expect((await get(`/v1/warehouses/${id}`)).cut_off).toBe('15:30')
    expect((await app.call('PATCH', `/v1/warehouses/${id}`, { key, body: { cut_off: '25:00' } })).status).toBe(400)
  })
})
