import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { readAllRetailRows, readRetailFile } from './read-rows.ts'
import type { RetailRow, RetailRowProblem } from './retail-row.ts'
import { classOf, emptyReckoning, reckon, reckoningReport, type RetailReckoning } from './row-class.ts'

const FILE = new URL('../../../entry/demo/online-retail.csv.gz', import.meta.url).pathname
const HEADINGS = '"InvoiceNo","StockCode","Description","Quantity","InvoiceDate","UnitPrice","CustomerID","Country"\n'
const ROW = '"536365","85123a","WHITE  HANGING HEART ",6,2010-12-01 08:26:00,2.55,17850,"United Kingdom"\n'

describe('the whole file', () => {
  const reckoning: RetailReckoning = emptyReckoning()
  const problems: RetailRowProblem[] = []
  let rows = 0
  beforeAll(async () => {
    rows = await readRetailFile(FILE, { onRow: (row) => reckon(reckoning, row), onProblem: (problem) => void problems.push(problem) })
  })

  test('is read without a problem, every row in one class', () => {
    expect(problems).toEqual([])
    expect(rows).toBe(541_909)
    expect(Object.values(reckoning.classes).reduce((sum, one) => sum + one.rows, 0)).toBe(541_909)
    expect(Object.values(reckoning.classes).reduce((sum, one) => sum + one.value, 0)).toBe(9_747_747_934)
  })

  test('gives each class its rows and its exact value', () => {
    const shown = Object.fromEntries(
      Object.entries(reckoningReport(reckoning)).map(([name, { rows: count, value }]) => [name, [count, value]]),
    )
    expect(shown).toEqual({
      sale: [527_761, '10271433.063'],
      return: [8_704, '-478724.180'],
      charge: [2_822, '202044.870'],
      fee: [87, '-236629.569'],
      voucher: [34, '685.810'],
      bad_debt: [3, '-11062.060'],
      write_off: [1_336, '0.000'],
      zero_price: [1_162, '0.000'],
      sub_penny: [4, '0.004'],
      total: [541_909, '9747747.934'],
    })
  })
})

describe('classOf', () => {
  const cases: [Partial<RetailRow>, string][] = [
    [{}, 'sale'],
    [{ price: 0 }, 'zero_price'],
    [{ price: 0, quantity: -3 }, 'write_off'],
    [{ invoice: 'C536379', quantity: -1 }, 'return'],
    [{ invoice: 'C536379', quantity: -1, code: 'D' }, 'charge'],
    [{ code: 'POST', price: 0, quantity: 1000 }, 'charge'],
    [{ code: 'GIFT_0001_20', price: 0 }, 'voucher'],
    [{ code: 'AMAZONFEE', invoice: 'C537600', quantity: -1 }, 'fee'],
    [{ code: 'B', invoice: 'A563185' }, 'bad_debt'],
  ]
  test.each(cases)('%o is %s', (row, name) => {
    expect(classOf({ invoice: '536365', code: '85123A', quantity: 6, price: 2550, ...row })).toBe(name)
  })
})

describe('readRetailFile', () => {
  test('reads a plain file and a compressed one alike, codes in upper case, descriptions cleaned', async () => {
    const plain = await readAllRetailRows(Buffer.from(HEADINGS + ROW))
    expect(plain).toEqual([
      {
        line: 2,
        invoice: '536365',
        code: '85123A',
        description: 'WHITE HANGING HEART',
        quantity: 6,
        at: '2010-12-01 08:26:00',
        price: 2550,
        customer: '17850',
        country: 'United Kingdom',
      },
    ])
    expect(await readAllRetailRows(gzipSync(HEADINGS + ROW))).toEqual(plain)
  })

  test.each([
    ['6.5', 'Quantity'],
    ['0', 'Quantity'],
    ['', 'Quantity'],
  ])('names the row and column of a bad quantity %o', async (quantity, column) => {
    const problems: RetailRowProblem[] = []
    await readRetailFile(Buffer.from(HEADINGS + ROW + ROW.replace(',6,', `,${quantity},`)), {
      onRow: () => undefined,
      onProblem: (problem) => void problems.push(problem),
    })
    expect(problems).toMatchObject([{ row: 3, column, value: quantity }])
  })

  test.each([
    ['another heading', Buffer.from(`a,b,c\n${ROW}`), 'must be InvoiceNo'],
    ['nothing', Buffer.from(''), 'is empty'],
    ['a file cut inside a quote', Buffer.from(HEADINGS + ROW.slice(0, 30)), 'cannot be read as CSV'],
    ['a cut gzip', gzipSync(HEADINGS + ROW.repeat(100)).subarray(0, 80), 'cannot be unpacked'],
  ])('refuses %s', async (_name, bytes, sentence) => {
    await expect(readAllRetailRows(bytes)).rejects.toThrow(sentence)
  })

  test('says that a row cut short has too few columns', async () => {
    await expect(readAllRetailRows(Buffer.from(HEADINGS + ROW + '"536365","85123A"'))).rejects.toThrow('has 2 columns instead of 8')
  })
})
