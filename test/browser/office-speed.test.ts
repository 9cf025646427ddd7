import type { Locator, Page, Route } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { orderOf } from './business.ts'
import { settled } from './pages.ts'
import { useOffice } from './support.ts'

const office = useOffice()
let orderId = ''
let shipmentId = ''

// One order of 2 + 1 pieces: its planned shipment is released, picked, packed and shipped below.
beforeAll(async () => {
  const order = await office.business.call(
    'POST',
    '/v1/orders',
    orderOf('K-1', [
      { sku: '85123A', quantity: 2 },
      { sku: '22423', quantity: 1 },
    ]),
  )
  orderId = String(order['id'])
  const { data } = (await office.business.call('GET', '/v1/shipments')) as { data: { id: string }[] }
  shipmentId = data[0]?.id ?? ''
})

/** Quiet time after which nothing more is asked for, once all code and styles are there, in milliseconds. */
const QUIET_MS = 1500

/**
 * How deep the requests of a first load depend on each other: every answer of the API is held until nothing more is asked for, then all
 * that were asked are let go together. Each such wave needed answers of the one before. How fast the machine is plays no part.
 */
async function wavesOf(page: Page, path: string): Promise<string[][]> {
  const waves: string[][] = []
  let held: Route[] = []
  let files = 0
  let lastAt = Date.now()
  const ended = (url: string) => {
    if (!url.includes('/v1/')) files -= 1
    lastAt = Date.now()
  }
  page.on('request', (request) => {
    if (!request.url().includes('/v1/')) files += 1
    lastAt = Date.now()
  })
  page.on('requestfinished', (request) => ended(request.url()))
  page.on('requestfailed', (request) => ended(request.url()))
  await page.route('**/v1/**', (route) => {
    // The stream of events never ends and nothing waits for it.
    if (route.request().url().endsWith('/v1/events/stream')) return route.continue()
    held.push(route)
    return undefined
  })
  await page.goto(path, { waitUntil: 'commit' })
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one wave after another
    await expect.poll(() => files <= 0 && Date.now() - lastAt > QUIET_MS, { timeout: 60_000, interval: 100 }).toBe(true)
    if (held.length === 0) break
    const wave = held
    held = []
    waves.push(wave.map((route) => new URL(route.request().url()).pathname))
    lastAt = Date.now()
    // oxlint-disable-next-line no-await-in-loop -- let go together
    await Promise.all(wave.map((route) => route.continue()))
  }
  await page.unroute('**/v1/**')
  return waves
}

test('home, the orders list and an order load in at most two waves of requests', { timeout: 180_000 }, async () => {
  const page = await office.enter('/settings')
  await settled(page)
  for (const path of ['/', '/orders', `/orders/${orderId}`]) {
    // oxlint-disable-next-line no-await-in-loop -- one page after another
    const waves = await wavesOf(page, path)
    expect(waves[0], path).toEqual(['/v1/session'])
    expect(waves.slice(2), path).toEqual([])
    // oxlint-disable-next-line no-await-in-loop -- one page after another
    await settled(page)
  }
})

/** Moves the focus by Tab until it is where it is wanted, as somebody without a mouse does. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor()
  for (let press = 0; press < 80; press += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one press after another
    if (await isFocused(wanted)) return
    // oxlint-disable-next-line no-await-in-loop -- one press after another
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${String(wanted)}.`)
}

const isFocused = (wanted: Locator): Promise<boolean> =>
  wanted
    .and(wanted.page().locator(':focus'))
    .count()
    .then((count) => count === 1)

test('from release over scan and parcel to shipped without a mouse', { timeout: 180_000 }, async () => {
  const page = await office.enter('/')
  await settled(page)
  const type = async (text: string) => {
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
  }
  // A letter counts for 1.2 s after G; on a slow machine a person presses again.
  const goes = async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('f')
    return page.url()
  }
  await expect.poll(goes, { timeout: 30_000, interval: 1000 }).toMatch(/fulfillment/)
  const release = page.getByRole('region', { name: 'To release' })
  await tabTo(page, release.getByRole('checkbox', { name: /^Select Shipment/ }))
  await page.keyboard.press('Space')
  await tabTo(page, release.getByRole('button', { name: 'Release 1' }))
  await page.keyboard.press('Enter')

  await page.getByRole('heading', { level: 1, name: /^Pick list/ }).waitFor()
  await tabTo(page, page.getByRole('textbox', { name: 'Scan or type a SKU or barcode' }))
  // A barcode, which the catalog knows, and a SKU.
  await type('5449000000996')
  await page.getByText(/^1 × 22423 from/).waitFor()
  await type('85123A')
  await page.getByText(/^1 × 85123A from/).waitFor()
  await type('85123a')
  await tabTo(page, page.getByRole('link', { name: /^Pack / }))
  await page.keyboard.press('Enter')

  // The packing station waits for the scanner by itself.
  const scan = page.getByRole('textbox', { name: 'Scan or type a SKU or barcode' })
  await expect.poll(() => isFocused(scan), { timeout: 20_000 }).toBe(true)
  await type('4012345678901')
  await page.getByText(/^Not in this shipment: 4012345678901/).waitFor()
  for (const code of ['4006381333931', '4006381333931', '5449000000996']) {
    // oxlint-disable-next-line no-await-in-loop -- one scan after another
    await type(code)
  }
  await page.getByText('Everything is in. Weigh and close the parcel.').waitFor()
  // The weight takes the keys after the last piece; Enter closes the parcel and brings the label down; the next step has the focus.
  await expect.poll(() => isFocused(page.getByRole('textbox', { name: 'Weight, g' })), { timeout: 20_000 }).toBe(true)
  const label = page.waitForEvent('download')
  await type('2090')
  await label
  await expect.poll(() => isFocused(page.getByRole('button', { name: 'Ship', exact: true })), { timeout: 20_000 }).toBe(true)
  await page.keyboard.press('Enter')
  const status = async () => (await office.business.call('GET', `/v1/shipments/${shipmentId}`))['status']
  await expect.poll(status, { timeout: 20_000 }).toBe('shipped')
})
