import { beforeAll, describe, expect, test } from 'vitest'
import { instantOf } from './local-time.ts'
import { readAllRetailRows } from './read-rows.ts'
import { retailHistory, type RetailHistory } from './retail-history.ts'
import { type RetailItem, retailItems } from './retail-items.ts'
import type { RetailRow } from './retail-row.ts'
import { writeOffOf } from './retail-write-off.ts'
import { classOf } from './row-class.ts'

const FILE = new URL('../../../entry/demo/online-retail.csv.gz', import.meta.url).pathname
let rows: RetailRow[]
let history: RetailHistory
let items: Map<string, RetailItem>

beforeAll(async () => {
  rows = await readAllRetailRows(FILE)
  history = retailHistory(rows, { channel: 'shop' })
  items = new Map(retailItems(rows).map((item) => [item.sku, item]))
})

describe('the history of the whole file', () => {
  test('leaves only fees, bad debt and sub-penny rows out, and no other row', () => {
    expect(history.problems).toEqual([])
    expect(history.leftOut.fee).toHaveLength(87)
    expect(history.leftOut.bad_debt).toHaveLength(3)
    expect(history.leftOut.sub_penny.map((row) => row.code)).toEqual(['PADS', 'PADS', 'PADS'])
    const inOrders = history.orders.reduce((sum, { body }) => sum + body.lines.length + body.charges.length, 0)
    const returned = rows.filter((row) => classOf(row) === 'return').length
    expect(inOrders + returned + history.credits.length + history.writeOffs.length + 87 + 3 + 3).toBe(541_909)
  })

  test('is worth what the rows are worth, to the penny', () => {
    const orders = history.orders.reduce((sum, { body }) => sum + body.total, 0)
    const returns = history.returns.flatMap(({ lines }) => lines).reduce((sum, line) => sum + line.amount, 0)
    const credits = history.credits.reduce((sum, credit) => sum + credit.amount, 0)
    const out = Object.values(history.leftOut)
      .flat()
      .reduce((sum, row) => sum + row.quantity * row.price, 0)
    expect((orders - returns - credits) * 10 + out).toBe(9_747_747_934)
    expect(returns).toBe(47_872_418)
  })

  test('gives each order a total that is the sum of its lines and charges, and pays it', () => {
    for (const { body } of history.orders) {
      const lines = body.lines.reduce((sum, line) => sum + line.unit_price.amount * line.quantity, 0)
      expect(lines + body.charges.reduce((sum, charge) => sum + charge.amount, 0)).toBe(body.total)
      expect(body.lines.length).toBeGreaterThan(0)
      expect(body.payments?.[0]?.amount ?? 0).toBe(body.total)
    }
  })

  test('takes back no more than an earlier order of the same customer sold', () => {
    const orders = new Map(history.orders.map((order) => [order.invoice, order]))
    const back = new Map<string, number>()
    for (const one of history.returns) {
      for (const line of one.lines) {
        if (line.sale === null) continue
        const order = orders.get(line.sale.invoice)
        const sold = order?.body.lines.find(({ external_line_id }) => external_line_id === line.sale?.externalLineId)
        expect(sold?.sku).toBe(line.sku)
        expect(order?.customer).toBe(one.customer)
        expect(order?.placedAt.getTime()).toBeLessThan(one.happenedAt.getTime())
        const key = `${line.sale.invoice}/${line.sale.externalLineId}`
        back.set(key, (back.get(key) ?? 0) + line.quantity)
        expect(back.get(key)).toBeLessThanOrEqual(sold?.quantity ?? 0)
      }
    }
    expect(back.size).toBeGreaterThan(7_000)
  })

  test('gives credits back from orders of the same customer or, for 14, of guests, never more than was paid', () => {
    const orders = new Map(history.orders.map((order) => [order.invoice, order]))
    const given = new Map<string, number>()
    const fromGuests = new Set<number>()
    for (const credit of history.credits) {
      expect(credit.parts.reduce((sum, part) => sum + part.amount, credit.unsettled)).toBe(credit.amount)
      for (const part of credit.parts) {
        const payer = orders.get(part.invoice)?.customer
        if (payer !== credit.customer) fromGuests.add(credit.line)
        expect([credit.customer, null]).toContain(payer)
        given.set(part.invoice, (given.get(part.invoice) ?? 0) + part.amount)
      }
    }
    for (const [invoice, amount] of given) expect(amount).toBeLessThanOrEqual(orders.get(invoice)?.body.total ?? 0)
    expect(fromGuests.size).toBe(14)
    expect(history.credits.filter(({ unsettled }) => unsettled > 0)).toEqual([])
  })

  test('knows every item it names, once, in upper case', () => {
    expect(items.size).toBe(3_954)
    for (const { body } of history.orders) for (const line of body.lines) expect(items.has(line.sku)).toBe(true)
    for (const writeOff of history.writeOffs) expect(items.get(writeOff.sku)?.kind).toBe('stocked')
    expect(items.get('85123A')).toEqual({ sku: '85123A', kind: 'stocked', name: 'WHITE HANGING HEART T-LIGHT HOLDER', price: 295 })
    expect(items.get('GIFT_0001_20')).toMatchObject({ kind: 'voucher' })
    expect(items.get('M')).toMatchObject({ kind: 'service', price: null })
    expect(items.has('AMAZONFEE')).toBe(false)
  })
})

describe('instantOf', () => {
  test.each([
    ['2010-12-01 08:26:00', '2010-12-01T08:26:00.000Z'],
    ['2011-07-01 08:26:00', '2011-07-01T07:26:00.000Z'],
    ['2011-03-27 00:59:00', '2011-03-27T00:59:00.000Z'],
    ['2011-03-27 01:30:00', '2011-03-27T01:30:00.000Z'],
    ['2011-10-30 01:30:00', '2011-10-30T00:30:00.000Z'],
    ['2011-10-30 02:00:00', '2011-10-30T02:00:00.000Z'],
  ])('%s in London is %s', (wall, instant) => {
    expect(instantOf(wall).toISOString()).toBe(instant)
  })
})

describe('writeOffOf', () => {
  test.each([
    ['Unsaleable, destroyed.', 'scrap'],
    ['wet damaged', 'damage'],
    ['check', 'loss'],
    ['', 'loss'],
  ])('%o is %s', (description, kind) => {
    const row: RetailRow = {
      line: 2,
      invoice: '536589',
      code: '21777',
      description,
      quantity: -10,
      at: '2010-12-01 16:50:00',
      price: 0,
      customer: null,
      country: 'United Kingdom',
    }
    expect(writeOffOf(row)).toMatchObject({ kind, quantity: 10, sku: '21777', note: description })
  })
})
