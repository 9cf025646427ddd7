import type { RetailCountry } from './countries.ts'
import { retailTown } from './countries.ts'
import { instantOf } from './local-time.ts'
import { RETAIL_PRICE_SCALE, type RetailRow } from './retail-row.ts'
import { CARRIAGE_CODES, classOf, isSubPenny } from './row-class.ts'

/** UK VAT in prices, in millionths: 20 %. The file ends 2011; the 17.5 % before 4 January 2011 is not kept apart. */
export const UK_VAT_PPM = 200_000

/** An order as `POST /v1/orders` takes it, in the part the file fills. */
export interface RetailOrderBody {
  channel: string
  external_id: string
  placed_at: string
  currency: 'GBP'
  prices_include_tax: true
  payment_terms: 'prepaid'
  customer: { external_id?: string; name: string }
  ship_to: { name: string; line1: string; city: string; postcode?: string; country: string }
  lines: RetailOrderLine[]
  charges: { kind: 'shipping'; name: string; amount: number; tax_rate_ppm: number }[]
  total: number
  payments?: { kind: 'captured'; amount: number; method: string; reference: string; happened_at: string }[]
}

/** A line of an order; prices are pence of two decimals, tax included. */
export interface RetailOrderLine {
  external_line_id: string
  sku: string
  quantity: number
  unit_price: { amount: number; scale: number }
  tax_rate_ppm: number
}

/** An order of the file with what the history around it needs to know. */
export interface RetailOrder {
  invoice: string
  /** Line of the file where the invoice begins. */
  firstLine: number
  placedAt: Date
  customer: string | null
  country: string
  body: RetailOrderBody
}

/** What an order takes of its country beside the rows. */
export interface OrderSetting {
  channel: string
  country: RetailCountry
}

const CARRIAGE_NAMES: Readonly<Record<string, string>> = { POST: 'Postage', DOT: 'Postage', C2: 'Carriage' }

/** Whether a row belongs into an order: something sold, given away or charged. */
export function isOrderRow(row: RetailRow): boolean {
  if (isSubPenny(row) || row.quantity < 0 || row.price < 0) return false
  const name = classOf(row)
  return name === 'sale' || name === 'zero_price' || name === 'voucher' || name === 'charge'
}

/**
 * The order of an invoice's rows ({@link isOrderRow}, at least one). Every row stays a line of its own, also where an invoice repeats a code.
 * Carriage becomes a charge, except on an invoice of carriage alone, where it is a line of the service item.
 */
export function retailOrder(rows: readonly [RetailRow, ...RetailRow[]], setting: OrderSetting): RetailOrder {
  const [first] = rows
  const placedAt = instantOf(first.at)
  const onlyCarriage = rows.every((row) => CARRIAGE_CODES.has(row.code))
  const isCharge = (row: RetailRow): boolean => !onlyCarriage && CARRIAGE_CODES.has(row.code)
  const rate = (row: RetailRow): number => (setting.country.taxed && classOf(row) !== 'voucher' ? UK_VAT_PPM : 0)
  const total = rows.reduce((sum, row) => sum + penceOf(row), 0)
  const body: RetailOrderBody = {
    channel: setting.channel,
    external_id: first.invoice,
    placed_at: placedAt.toISOString(),
    currency: 'GBP',
    prices_include_tax: true,
    payment_terms: 'prepaid',
    ...addressee(first, setting.country),
    lines: rows
      .filter((row) => !isCharge(row))
      .map((row, index) => ({
        external_line_id: String(index + 1),
        sku: row.code,
        quantity: row.quantity,
        unit_price: { amount: row.price / 10, scale: 2 },
        tax_rate_ppm: rate(row),
      })),
    charges: rows
      .filter(isCharge)
      .map((row) => ({ kind: 'shipping', name: CARRIAGE_NAMES[row.code] ?? row.code, amount: penceOf(row), tax_rate_ppm: rate(row) })),
    total,
  }
  if (total > 0)
    body.payments = [{ kind: 'captured', amount: total, method: 'card', reference: first.invoice, happened_at: body.placed_at }]
  return { invoice: first.invoice, firstLine: first.line, placedAt, customer: first.customer, country: first.country, body }
}

/** Pence of a row: quantity × price, exact for all but sub-penny rows. @throws RangeError for those. */
export function penceOf(row: Pick<RetailRow, 'quantity' | 'price'>): number {
  const thousandths = row.quantity * row.price
  const pence = thousandths / 10 ** (RETAIL_PRICE_SCALE - 2)
  if (!Number.isSafeInteger(pence)) throw new RangeError(`${thousandths} thousandths are no whole pence`)
  return pence
}

/** Customers have a number and a country, nothing else: no person is invented. */
function addressee(row: RetailRow, country: RetailCountry): Pick<RetailOrderBody, 'customer' | 'ship_to'> {
  const name = row.customer === null ? 'Web shop guest' : `Customer ${row.customer}`
  const { city, postcode } = retailTown(country, row.customer, row.invoice)
  const shipTo = { name, line1: 'Address not in the data', city, ...(postcode === '' ? {} : { postcode }), country: country.code }
  return { customer: row.customer === null ? { name } : { external_id: row.customer, name }, ship_to: shipTo }
}
