import { expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { recompute } from './recompute.ts'
import { asNumbers } from '../support/books.ts'

// The worked day of the model, through the API, with other numbers: what it posts is computed anew from the exported files.

const tefter = useApp()

interface Shop {
  get(path: string): Promise<any> // oxlint-disable-line typescript/no-explicit-any -- answers of every shape
  post(path: string, body: unknown): Promise<any> // oxlint-disable-line typescript/no-explicit-any -- answers of every shape
  file(kind: string): Promise<string>
}

async function openShop(): Promise<Shop> {
  const { id } = await tefter.createOrganization()
  const key = await tefter.createKey(id, 'owner')
  const call = async (method: 'GET' | 'POST', path: string, body?: unknown) => {
    const answer = await tefter.call(method, path, { key, body })
    expect(answer.status, `${method} ${path}: ${answer.text.slice(0, 500)}`).toBeLessThan(300)
    return answer
  }
  return {
    get: async (path) => (await call('GET', path)).body,
    post: async (path, body) => (await call('POST', path, body)).body,
    file: async (kind) => (await call('GET', `/v1/exports/${kind}`)).text,
  }
}

const ship_to = { name: 'Ana Anić', line1: 'Knez Mihailova 1', city: 'Beograd', postcode: '11000', country: 'RS' }

async function releaseAndShip(shop: Shop, shipmentId: string, quantity?: number): Promise<string | undefined> {
  await shop.post('/v1/shipments/release', { shipment_ids: [shipmentId] })
  await shop.post(`/v1/shipments/${shipmentId}/picking`, {})
  const shipment = await shop.get(`/v1/shipments/${shipmentId}`)
  const lines = quantity === undefined ? undefined : [{ shipment_line_id: shipment.lines[0].id, quantity }]
  const shipped = await shop.post(`/v1/shipments/${shipmentId}/shipping`, lines === undefined ? {} : { lines })
  return shipped.remainder_shipment_id
}

async function workDay(shop: Shop): Promise<void> {
  for (const code of ['W1', 'W2']) await shop.post('/v1/warehouses', { code, name: code, kind: 'own', country: 'RS', postcode: '11000' })
  await shop.post('/v1/items', { sku: 'A', name: 'A', kind: 'stocked', unit: 'piece', unit_scale: 0, cost_method: 'fifo' })
  await shop.post('/v1/channels', { code: 'shop-1', name: 'Shop', kind: 'shop' })
  const receipt = { kind: 'supplier', warehouse_code: 'W1', supplier_name: 'Supplier', currency: 'EUR' }
  await shop.post('/v1/goods-receipts', { ...receipt, lines: [{ sku: 'A', quantity: 11, unit_cost: { amount: 413, scale: 2 } }] })
  await shop.post('/v1/goods-receipts', { ...receipt, lines: [{ sku: 'A', quantity: 10, unit_cost: { amount: 52_175, scale: 4 } }] })
  const order = await shop.post('/v1/orders', {
    channel: 'shop-1',
    external_id: '1001',
    currency: 'EUR',
    prices_include_tax: true,
    payment_terms: 'cash_on_delivery',
    ship_to,
    lines: [{ sku: 'A', quantity: 13, unit_price: { amount: 999, scale: 2 }, tax_rate_ppm: 200_000 }],
    discounts: [{ code: 'TEN', amount: 1000 }],
    charges: [{ kind: 'shipping', amount: 360, tax_rate_ppm: 200_000 }],
  })
  const planned = await shop.get(`/v1/shipments?order_id=${order.id}`)
  const remainder = await releaseAndShip(shop, planned.data[0].id, 8)
  const rest = remainder ?? ''
  await shop.post(`/v1/shipments/${rest}/shipping`, {})
  const shipment = await shop.get(`/v1/shipments/${rest}`)
  const back = { warehouse_code: 'W2', reason: 'changed_mind', order_id: order.id }
  await shop.post('/v1/return-receipts', { ...back, lines: [{ shipment_line_id: shipment.lines[0].id, quantity: 3 }] })
  await shop.post('/v1/return-receipts', { ...back, lines: [{ shipment_line_id: shipment.lines[0].id, quantity: 1 }] })
  await shop.post(`/v1/orders/${order.id}/payments`, { kind: 'captured', amount: 5000, reference: 'p-1' })
  await shop.post('/v1/goods-receipts', {
    ...receipt,
    received_at: '2026-01-05T10:00:00Z',
    lines: [{ sku: 'A', quantity: 5, unit_cost: { amount: 300, scale: 2 } }],
  })
}

test('the books of the worked day follow from the exported movements, receipts and orders', async () => {
  const shop = await openShop()
  await workDay(shop)
  const [movements = '', receipts = '', orders = '', sales = '', payments = ''] = await Promise.all(
    ['movements', 'receipts', 'orders', 'sales', 'payments'].map((kind) => shop.file(kind)),
  )
  const result = recompute({ movements, receipts, orders, sales, payments }, 'EUR')
  expect(result.differences).toEqual([])

  const { accounts } = await shop.get('/v1/trial-balance')
  const booked = accounts
    .filter((account: { balance: number }) => account.balance !== 0)
    .map((account: { role: string; balance: number }) => [account.role, account.balance])
  expect(asNumbers(result.accounts)).toEqual(Object.fromEntries(booked))

  // By hand: 8 of 11 at 4.13 = 33.04, then 3 at 4.13 and 2 at 5.2175 of a layer of 52.18 (2/10 rounded down: 10.43) = 22.82;
  // 4 come back, last used first: 10.43 and 2 of 12.39 (rounded down: 8.26) = 18.69.
  expect(asNumbers(result.accounts)).toMatchObject({ cost_of_goods_sold: 3304 + 2282 - 1869, payment_clearing: 5000 })
  // Goods 13 × 9.99 − 10.00 = 119.87, of it tax 19.98; shipped 8 and 5, of the 5 four come back.
  const second = 11_987 - Math.floor((11_987 * 8) / 13)
  const kept = 11_987 - Math.floor((second * 4) / 5) + 360
  expect(asNumbers(result.accounts)['customer_account']).toBe(kept - 5000)
})
