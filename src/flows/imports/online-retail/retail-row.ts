import { parseScaled } from '../../../kernel/money.ts'

/** One row of the "Online Retail" file as it stands there, numbers parsed. */
export interface RetailRow {
  /** Line of the file as a person sees it in a spreadsheet; the heading is line 1. */
  line: number
  invoice: string
  /** Upper case; the file writes 112 codes both ways (docs/guides/online-retail.md). */
  code: string
  /** Trimmed, inner spaces single; empty where the file says NA. */
  description: string
  /** Pieces; negative on returns and write-offs. */
  quantity: number
  /** Wall time in London, `YYYY-MM-DD HH:MM:SS`. */
  at: string
  /** Price of one piece in thousandths of a pound: the file has up to three decimals. */
  price: number
  /** Customer number, null where the file says NA. */
  customer: string | null
  /** Country as the file names it. */
  country: string
}

/** Something in the file that cannot be read: where, and what to do. */
export interface RetailRowProblem {
  row: number
  column: string
  code: string
  message: string
  fix: string
  value: string
}

/** Headings of the file, in its order. */
export const RETAIL_COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const

/** Decimals of {@link RetailRow.price}. */
export const RETAIL_PRICE_SCALE = 3

/** Largest price of a piece and largest quantity that is read, so that sums of a whole file stay exact integers. */
const MAX_PRICE = 1_000_000_000
const MAX_QUANTITY = 10_000_000

/** Reads one record of the file, or says what is wrong with it. */
export function readRetailRow(record: readonly string[], line: number): RetailRow | RetailRowProblem {
  if (record.length !== RETAIL_COLUMNS.length) {
    const fix = `Give the ${RETAIL_COLUMNS.length} columns ${RETAIL_COLUMNS.join(', ')}; the file may be cut off here.`
    return {
      row: line,
      column: '',
      code: 'columns',
      message: `has ${record.length} columns instead of ${RETAIL_COLUMNS.length}`,
      fix,
      value: record.join(',').slice(0, 100),
    }
  }
  const [invoice, code, description, quantityText, at, priceText, customer, country] = record as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  const bad = (column: string, message: string, fix: string, value: string): RetailRowProblem => ({
    row: line,
    column,
    code: 'value',
    message,
    fix,
    value: value.slice(0, 100),
  })
  if (!/^[A-Z]?\d{1,12}$/.test(invoice))
    return bad('InvoiceNo', 'is no invoice number', 'Write digits, with C before a cancellation or A before an adjustment.', invoice)
  if (code.trim() === '' || code.length > 64) return bad('StockCode', 'is no stock code', 'Write 1 to 64 characters.', code)
  const quantity = parseScaled(quantityText, 0)
  if (quantity === null || quantity === 0 || Math.abs(quantity) > MAX_QUANTITY)
    return bad('Quantity', 'is no whole number of pieces other than 0', 'Write a whole number such as 6 or -1.', quantityText)
  const price = parseScaled(priceText, RETAIL_PRICE_SCALE)
  if (price === null || Math.abs(price) > MAX_PRICE)
    return bad('UnitPrice', 'is no price with at most three decimals', 'Write a number such as 2.55.', priceText)
  if (!isWallTime(at)) return bad('InvoiceDate', 'is no date and time', 'Write it as 2010-12-01 08:26:00.', at)
  if (!/^(NA|\d{1,12})?$/.test(customer)) return bad('CustomerID', 'is no customer number', 'Write digits, or NA for none.', customer)
  if (country.trim() === '') return bad('Country', 'is empty', 'Write a country, or Unspecified.', country)
  return {
    line,
    invoice,
    code: code.trim().toUpperCase(),
    description: cleanDescription(description),
    quantity,
    at,
    price,
    customer: customer === 'NA' || customer === '' ? null : customer,
    country: country.trim(),
  }
}

/** Whether a read record is a problem rather than a row. */
export function isRowProblem(read: RetailRow | RetailRowProblem): read is RetailRowProblem {
  return 'fix' in read
}

function isWallTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text.replace(' ', 'T')}Z`))
}

function cleanDescription(text: string): string {
  const clean = text.replaceAll(/\s+/g, ' ').trim()
  return clean === 'NA' ? '' : clean
}
