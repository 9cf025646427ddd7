import { beforeEach, expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { ANA, line, openShop, postage, type Shop, type Shown } from '../support/shop.ts'

/** Discounts of a whole order that lines added later share in, and tax that follows the country of delivery. Prices with 20 % tax. */
const program = useApp()
let shop: Shop

beforeEach(async () => {
  shop = await openShop(program)
  await shop.receive('W1', 'A', 20, 400)
  await shop.receive('W1', 'B', 20, 400)
})

const change = (order: string, fields: object) => shop.post(`/v1/orders/${order}/changes`, fields)
const preview = (order: string, fields: object) => shop.post(`/v1/orders/${order}/changes/preview`, fields)
const discounts = (order: Shown) => order.lines.map((row: Shown) => [row.sku, row.discount.amount])

test('a discount of 8.00 is shared with a line added later only where that is asked, and the preview shows it', async () => {
  const order = await shop.place({ lines: [line('A', 3, 1000), line('B', 1, 1000)], discounts: [{ amount: 800, code: 'EIGHT' }] })
  // 8.00 over 30.00 and 10.00.
  expect(discounts(await shop.order(order))).toEqual([
    ['A', 600],
    ['B', 200],
  ])
  const add_lines = [line('A', 2, 1000)]
  // Without asking, the new line bears nothing; in both cases 60.00 − 8.00 are to pay.
  const alone = await preview(order, { add_lines })
  expect(alone.lines.map((row: Shown) => [row.line_id === null, row.after.discount.amount])).toEqual([[true, 0]])
  const shared = await preview(order, { add_lines, spread_discounts: true })
  // 8.00 × 30 ÷ 60 = 4.00, 8.00 × 10 ÷ 60 = 1.33, 8.00 × 20 ÷ 60 = 2.67: the cent left over goes to the largest remainder.
  expect(shared.lines.map((row: Shown) => [row.before?.discount.amount ?? null, row.after.discount.amount])).toEqual([
    [600, 400],
    [200, 133],
    [null, 267],
  ])
  expect([alone.totals.after.total.amount, shared.totals.after.total.amount]).toEqual([5200, 5200])
  await change(order, { add_lines, spread_discounts: true })
  const after = await shop.order(order)
  expect(discounts(after)).toEqual([
    ['A', 400],
    ['B', 133],
    ['A', 267],
  ])
  expect(after.lines[2]).toMatchObject({ ordered: 2, reserved: 2 })
  await shop.sendAll(order)
  // 60.00 − 8.00 with the tax of each line: 26.00, 8.67 and 17.33 at 20 ÷ 120: 4.33 + 1.45 + 2.89 = 8.67.
  expect((await shop.balances())['tax_payable']).toBe(-867)
  await shop.proves()
})

test('a line’s own discount stays its own, and what was sent keeps its share', async () => {
  const order = await shop.place({ lines: [line('A', 4, 1000)], discounts: [{ amount: 800 }] })
  const shipment = await shop.shipmentOf(order)
  await shop.ready(shipment)
  const [row] = (await shop.shipment(shipment)).lines
  await shop.ship(shipment, { lines: [{ shipment_line_id: row.id, quantity: 1 }] })
  // Of 8.00 a quarter, 2.00, is frozen. 6.00 are shared by the 30.00 left and by 20.00 less its own 5.00: 4.00 and 2.00.
  await change(order, { add_lines: [line('B', 2, 1000, { discount: 500 })], spread_discounts: true })
  expect(discounts(await shop.order(order))).toEqual([
    ['A', 200 + 400],
    ['B', 500 + 200],
  ])
  await shop.sendAll(order)
  await shop.proves()
})

const to = (country: string) => ({ ...ANA, country })

async function followCountry(): Promise<void> {
  const web = (await shop.get('/v1/channels')).data.find((one: Shown) => one.code === 'web')
  const rates = [
    { country: 'DE', tax_class: null, rate_ppm: 190_000 },
    { country: 'CH', tax_class: null, rate_ppm: 0 },
  ]
  await shop.patch(`/v1/channels/${web.id}`, { tax_rates: rates })
}

test('tax follows the country of delivery where the channel says so: the preview shows the difference, lines and postage', async () => {
  await followCountry()
  const order = await shop.place({ lines: [line('A', 2, 1000)], charges: [postage(360)] })
  // 20.00 × 20 ÷ 120 = 3.33 and 3.60 × 20 ÷ 120 = 0.60; to Germany 20.00 × 19 ÷ 119 = 3.19 and 3.60 × 19 ÷ 119 = 0.57.
  const seen = await preview(order, { ship_to: to('DE') })
  expect([seen.totals.before.tax.amount, seen.totals.after.tax.amount, seen.totals.after.total.amount]).toEqual([393, 376, 2360])
  await change(order, { ship_to: to('DE') })
  const german = await shop.order(order)
  expect(german.taxes.map((tax: Shown) => [tax.rate_ppm, tax.amount.amount])).toEqual([[190_000, 376]])
  // Back home, which is not named: the tax class of the item, 20 %.
  await change(order, { ship_to: to('RS') })
  expect((await shop.order(order)).totals.tax.amount).toBe(393)
  await change(order, { ship_to: to('DE') })
  // 20.00 − 3.19 and 3.60 − 0.57.
  expect(await shop.changes(() => shop.sendAll(order))).toMatchObject({ revenue: -1681, shipping_income: -303, tax_payable: -376 })
  await shop.proves()
})

test('prices without tax change with it; what was sent keeps the tax it was sent with', async () => {
  await followCountry()
  const order = await shop.place({ prices_include_tax: false, lines: [line('A', 2, 1000)] })
  // 20.00 and 4.00 tax; one piece goes with 2.00.
  expect((await shop.order(order)).totals.total.amount).toBe(2400)
  const shipment = await shop.shipmentOf(order)
  await shop.ready(shipment)
  const [row] = (await shop.shipment(shipment)).lines
  await shop.ship(shipment, { lines: [{ shipment_line_id: row.id, quantity: 1 }] })
  await change(order, { ship_to: to('CH') })
  const swiss = await shop.order(order)
  expect(swiss.totals).toMatchObject({ tax: { amount: 200 }, total: { amount: 2200 } })
  expect(swiss.taxes.map((tax: Shown) => [tax.rate_ppm, tax.amount.amount])).toEqual([
    [200_000, 200],
    [0, 0],
  ])
  await shop.sendAll(order)
  await shop.proves()
})

test('a channel that says nothing keeps the tax; a rate for an unknown class, or twice, is refused', async () => {
  const order = await shop.place({ lines: [line('A', 2, 1000)] })
  await change(order, { ship_to: to('DE') })
  expect((await shop.order(order)).totals.tax.amount).toBe(333)
  const rate = { country: 'DE', tax_class: null, rate_ppm: 190_000 }
  const fields = { code: 'eu', name: 'EU', kind: 'shop' }
  expect(await shop.refused('/v1/channels', { ...fields, tax_rates: [rate, rate] })).toBe('kernel.invalid_input')
  expect(await shop.refused('/v1/channels', { ...fields, tax_rates: [{ ...rate, tax_class: 'none such' }] })).toBe('kernel.invalid_input')
  await shop.proves()
})
