import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { openBusiness, useBusiness } from '../../../../test/support/organization.ts'
import { systemClock } from '../../../kernel/clock.ts'
import type { Context } from '../../../kernel/context.ts'
import { silentLog } from '../../../kernel/log.ts'
import { runQuery } from '../../../kernel/runner.ts'
import { getOrder, listOrders } from '../../../modules/orders/index.ts'
import { provisionOrganization } from '../../provision-organization.ts'
import { importFile } from '../import-file.ts'

const system = useBusiness()

const SAMPLE = `"InvoiceNo","StockCode","Description","Quantity","InvoiceDate","UnitPrice","CustomerID","Country"
"536365","85123A","WHITE HANGING HEART T-LIGHT HOLDER",6,2010-12-01 08:26:00,2.55,17850,"United Kingdom"
"536365","85123a","WHITE HANGING HEART T-LIGHT HOLDER",4,2010-12-01 08:26:00,2.55,17850,"United Kingdom"
"536365","POST","POSTAGE",1,2010-12-01 08:26:00,18,17850,"United Kingdom"
"536370","22728","ALARM CLOCK BAKELIKE PINK",24,2010-12-01 08:45:00,3.75,12583,"France"
"536370","PADS","PADS TO MATCH ALL CUSHIONS",1,2010-12-01 08:45:00,0.001,12583,"France"
"536371","gift_0001_20","Dotcomgiftshop Gift Voucher £20.00",1,2010-12-01 09:00:00,17.05,NA,"United Kingdom"
"536372","22728","",3,2010-12-01 09:10:00,0,NA,"United Kingdom"
"536373","22728","damaged",-5,2010-12-01 09:20:00,0,NA,"United Kingdom"
"C536379","D","Discount",-1,2010-12-01 09:41:00,5.5,17850,"United Kingdom"
"C536383","85123A","WHITE HANGING HEART T-LIGHT HOLDER",-7,2010-12-01 09:49:00,2.55,17850,"United Kingdom"
"C536390","22728","ALARM CLOCK BAKELIKE PINK",-1,2010-12-01 10:00:00,3.75,17850,"United Kingdom"
"C537572","BANK CHARGES","Bank Charges",-1,2010-12-07 12:00:00,95.38,NA,"United Kingdom"
"A563185","B","Adjust bad debt",1,2011-08-12 14:50:00,11062.06,NA,"United Kingdom"
`

async function britishBusiness(): Promise<Context> {
  const ground = await openBusiness(system)
  const { id } = await provisionOrganization(
    system,
    { clock: systemClock, log: silentLog },
    { name: 'Gifts', time_zone: 'Europe/London', base_currency: 'GBP', language: 'en' },
  )
  return { ...ground, orgId: id, org: { timeZone: 'Europe/London', baseCurrency: 'GBP', language: 'en' } }
}

const send = (ctx: Context, content: Uint8Array, preview = false) =>
  importFile(system, ctx, { kind: 'orders', format: 'online-retail', fileName: 'retail.csv', content, preview, skipBad: false })

async function ordersOf(ctx: Context) {
  const { data } = await runQuery(system, ctx, listOrders, {})
  return Promise.all(data.map(({ id }) => runQuery(system, ctx, getOrder, { order_id: id })))
}

test('a preview accounts for every row by class and writes nothing', async () => {
  const ctx = await britishBusiness()
  const run = await send(ctx, gzipSync(SAMPLE), true)
  expect(run).toMatchObject({ status: 'previewed', rows_total: 13, rows_bad: 0, problems: [] })
  expect(run.totals).toMatchObject({
    classes: {
      sale: { rows: 4 },
      return: { rows: 2 },
      charge: { rows: 2 },
      fee: { rows: 1 },
      voucher: { rows: 1 },
      bad_debt: { rows: 1 },
      write_off: { rows: 1 },
      zero_price: { rows: 1 },
      sub_penny: { rows: 1 },
      total: { rows: 13, value: '11090.131' },
    },
    orders: 4,
    stays_out: { fee: 1, bad_debt: 1, sub_penny: 1 },
    stock_only: { write_offs: 1, returns_of_no_known_sale: 1 },
  })
  expect(await ordersOf(ctx)).toEqual([])
})

test('orders are taken in with items, charges and payments; what came back is canceled and refunded', async () => {
  const ctx = await britishBusiness()
  const run = await send(ctx, Buffer.from(SAMPLE))
  expect(run).toMatchObject({
    status: 'done',
    rows_done: 6,
    totals: { items_made: 6, accepted: 4, replayed: 0, canceled_lines: 2, sent_before: 0, refunds: 2 },
  })
  const orders = new Map((await ordersOf(ctx)).map((order) => [order.external_id, order]))
  const first = orders.get('536365')
  expect(first).toMatchObject({
    placed_at: '2010-12-01T08:26:00.000Z',
    customer: { name: 'Customer 17850' },
    totals: { total: { amount: 4350, currency: 'GBP' } },
    paid: { captured: { amount: 4350 }, refunded: { amount: 550 + 1785 } },
  })
  expect(first?.lines.map(({ sku, ordered, canceled }) => [sku, ordered, canceled])).toEqual([
    ['85123A', 6, 3],
    ['85123A', 4, 4],
  ])
  expect(first?.charges).toMatchObject([{ kind: 'shipping', name: 'Postage', amount: { amount: 1800 } }])
  expect(orders.get('536370')).toMatchObject({ ship_to: { country: 'FR', city: 'Paris' }, lines: [{ sku: '22728', ordered: 24 }] })
  expect(orders.get('536371')?.lines).toMatchObject([{ sku: 'GIFT_0001_20', kind: 'voucher', tax: { amount: 0 } }])
  expect(orders.get('536372')).toMatchObject({ totals: { total: { amount: 0 } } })
})

test('the same file again changes nothing', async () => {
  const ctx = await britishBusiness()
  await send(ctx, Buffer.from(SAMPLE))
  const before = await ordersOf(ctx)
  expect(await send(ctx, Buffer.from(SAMPLE))).toMatchObject({
    status: 'done',
    totals: { items_made: 0, accepted: 0, replayed: 4, canceled_lines: 0 },
  })
  expect((await ordersOf(ctx)).map(({ paid, lines }) => ({ paid, lines }))).toEqual(before.map(({ paid, lines }) => ({ paid, lines })))
})

test('a bad row is named and nothing is written; books in another currency are refused in a sentence', async () => {
  const ctx = await britishBusiness()
  const run = await send(ctx, Buffer.from(SAMPLE.replace(',24,', ',x,').replace('"France"', '"Freedonia"')))
  expect(run).toMatchObject({ status: 'failed', rows_done: 0, rows_bad: 1, problems: [{ row: 5, column: 'Quantity', value: 'x' }] })
  expect(await ordersOf(ctx)).toEqual([])
  const euro = await openBusiness(system)
  expect(await send(euro, Buffer.from(SAMPLE))).toMatchObject({
    status: 'failed',
    problems: [{ code: 'file.currency', message: 'The data is in GBP, the books are in EUR' }],
  })
})
