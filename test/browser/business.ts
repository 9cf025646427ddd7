import type { TestApp } from '../support/app.ts'

/** A small shop: two warehouses, items, stock. */
export interface Business {
  email: string
  key: string
  warehouseIds: string[]
  /** Calls the API as the owner. @throws when it is refused */
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown): Promise<Record<string, unknown>>
}

const ITEMS = [
  { sku: '85123A', name: 'White hanging heart t-light holder', price: 295, barcode: '4006381333931', weight_g: 320 },
  { sku: '22423', name: 'Regency cakestand 3 tier', price: 1275, barcode: '5449000000996', weight_g: 1450 },
  { sku: '84879', name: 'Assorted colour bird ornament', price: 169, barcode: '4012345678901', weight_g: 90 },
  { sku: '47566', name: 'Party bunting', price: 495, barcode: '96385074', weight_g: 210 },
  {
    sku: '21034',
    name: 'Rex cash and carry jumbo shopper, in a name that is deliberately as long as the longest one a supplier has sent us so far',
    price: 95,
    barcode: '10614141000415',
    weight_g: 60,
  },
] as const

const WAREHOUSES = [
  { code: 'NS', name: 'Novi Sad', country: 'RS', postcode: '21000', city: 'Novi Sad', line1: 'Bulevar oslobođenja 10' },
  { code: 'BG', name: 'Beograd', country: 'RS', postcode: '11000', city: 'Beograd', line1: 'Cara Dušana 5' },
] as const

/** Sets the shop up through the API, as a merchant's program would. */
export async function seedBusiness(
  server: Pick<TestApp, 'call' | 'createKey'>,
  options: { organization: number; email: string; stock: boolean },
): Promise<Business> {
  const key = await server.createKey(options.organization, 'owner')
  const call: Business['call'] = async (method, path, body) => {
    const answer = await server.call(method, path, { key, body })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body as Record<string, unknown>
  }
  const warehouseIds: string[] = []
  for (const { code, name, country, postcode, city, line1 } of WAREHOUSES) {
    const warehouse = await call('POST', '/v1/warehouses', {
      code,
      name,
      kind: 'own',
      country,
      postcode,
      priority: 10 + warehouseIds.length,
      address: { name, line1, city },
    })
    warehouseIds.push(String(warehouse['id']))
    await call('POST', '/v1/locations/batch', {
      warehouse_id: warehouse['id'],
      locations: ITEMS.map((_, index) => ({ code: `A-0${index + 1}`, role: 'pick' })),
    })
  }
  if (options.stock) await call('POST', '/v1/channels', { code: 'web', name: 'Web shop', kind: 'shop' })
  for (const { sku, name, price, barcode, weight_g } of ITEMS) {
    await call('POST', '/v1/items', {
      sku,
      name,
      kind: 'stocked',
      price: { amount: price, scale: 2, currency: 'EUR' },
      barcodes: [{ code: barcode }],
      weight_g,
      tax_class: 'standard',
    })
  }
  if (options.stock) await receiveStock(call, warehouseIds)
  return { email: options.email, key, warehouseIds, call }
}

async function receiveStock(call: Business['call'], warehouseIds: readonly string[]): Promise<void> {
  for (const warehouse_id of warehouseIds) {
    await call('POST', '/v1/goods-receipts', {
      kind: 'supplier',
      warehouse_id,
      supplier_name: 'Gifts Ltd',
      currency: 'EUR',
      lines: ITEMS.map((item, index) => ({
        sku: item.sku,
        quantity: 40 + index,
        unit_cost: { amount: Math.floor(item.price / 2), scale: 2 },
        location_code: `A-0${index + 1}`,
      })),
    })
  }
}

/** An order of the shop as the API takes it. */
export function orderOf(
  externalId: string,
  lines: readonly { sku: string; quantity: number; unit_price?: { amount: number; scale: number } }[],
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    channel: 'web',
    external_id: externalId,
    currency: 'EUR',
    prices_include_tax: true,
    payment_terms: 'prepaid',
    customer: { name: 'Ana Petrović', email: 'ana@example.com' },
    ship_to: { name: 'Ana Petrović', line1: 'Zmaj Jovina 12', city: 'Novi Sad', postcode: '21000', country: 'RS' },
    lines: lines.map(({ sku, quantity }) => ({
      sku,
      quantity,
      unit_price: { amount: ITEMS.find((item) => item.sku === sku)?.price ?? 100, scale: 2 },
    })),
    ...more,
  }
}
