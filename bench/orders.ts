import type { OrderInput } from '../src/modules/orders/order-input.ts'
import { createRandom, createZipf } from './random.ts'

/** Items drawn from, by Zipf with this exponent: a few sell most, as in the online-retail year. */
export const ITEMS = 10_000
const ZIPF_EXPONENT = 1.07
/** Every so many items a kit of two. */
export const KITS = 200
/** Every tenth order has a kit. */
const KIT_EVERY = 10

/** SKU of the n-th stocked item, from 0. */
export const skuOf = (place: number): string => `B${String(place).padStart(5, '0')}`
/** SKU of the n-th kit, from 0. */
export const kitSkuOf = (place: number): string => `KIT${String(place).padStart(4, '0')}`
/** Unit price in minor units of the n-th item. */
export const priceOf = (place: number): number => 199 + ((place * 7919) % 9800)

/**
 * Makes orders as people place them: three lines, prices with 20 % tax, a discount, delivery with tax, every tenth with a kit.
 * Each has an external id of its own; `hotSku` puts one item into every order.
 */
export function createOrders(seed: number, prefix: string, hotSku?: string): (count: number) => OrderInput[] {
  const random = createRandom(seed)
  const draw = createZipf(ITEMS, ZIPF_EXPONENT, random)
  let made = 0
  const next = (): OrderInput => {
    made += 1
    const places = new Set<number>()
    while (places.size < 3) places.add(draw())
    const lines: OrderInput['lines'] = [...places].map((place, index) => ({
      external_line_id: `${index + 1}`,
      sku: skuOf(place),
      quantity: 1 + Math.floor(random() * 3),
    }))
    if (made % KIT_EVERY === 0) lines[2] = { external_line_id: '3', sku: kitSkuOf(Math.floor(random() * KITS)), quantity: 1 }
    if (hotSku !== undefined) lines[0] = { external_line_id: '1', sku: hotSku, quantity: 1 }
    const street = 1 + Math.floor(random() * 200)
    return {
      channel: 'bench',
      external_id: `${prefix}-${made}`,
      placed_at: '2026-03-02T10:00:00.000Z',
      currency: 'EUR',
      prices_include_tax: true,
      customer: { name: `Buyer ${made}`, email: `buyer${made}@example.com` },
      ship_to: { name: `Buyer ${made}`, line1: `Knez Mihailova ${street}`, city: 'Beograd', postcode: '11000', country: 'RS' },
      lines,
      discounts: [{ code: 'WELCOME', amount: 100 }],
      charges: [{ kind: 'shipping', name: 'Delivery', amount: 360 }],
    }
  }
  return (count) => Array.from({ length: count }, next)
}
