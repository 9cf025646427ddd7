import { formatScaled } from '../../../kernel/money.ts'
import { RETAIL_PRICE_SCALE, type RetailRow } from './retail-row.ts'

/**
 * What a row of the file is, one class a row:
 * sale (goods sold), return (goods on a C invoice), charge (carriage, discount, samples and manual lines),
 * fee (bank, Amazon, charity commission), voucher (gift voucher), bad_debt (A invoices), write_off (fewer goods, no price),
 * zero_price (goods out at no price).
 */
export type RetailClass = 'sale' | 'return' | 'charge' | 'fee' | 'voucher' | 'bad_debt' | 'write_off' | 'zero_price'

export const RETAIL_CLASSES: readonly RetailClass[] = ['sale', 'return', 'charge', 'fee', 'voucher', 'bad_debt', 'write_off', 'zero_price']

/** Carriage: POST postage, DOT postage of the web shop, C2 carriage. */
export const CARRIAGE_CODES: ReadonlySet<string> = new Set(['POST', 'DOT', 'C2'])

/** Lines that are money without goods: D discount, M manual, S samples. */
export const MANUAL_CODES: ReadonlySet<string> = new Set(['D', 'M', 'S'])

/** What others charged the merchant. CRUK is the commission of a charity campaign, settled against customer 14096. */
export const FEE_CODES: ReadonlySet<string> = new Set(['BANK CHARGES', 'AMAZONFEE', 'CRUK'])

/** Code of the rows that adjust bad debt. */
const BAD_DEBT_CODE = 'B'

/** Gift vouchers: GIFT_0001_20 is a voucher of 20 pounds. */
export function isVoucherCode(code: string): boolean {
  return code.startsWith('GIFT_')
}

/**
 * The class of a row. The code decides before the invoice letter, and the letter before quantity and price:
 * a manual line on a C invoice is a charge, goods at no price are goods.
 */
export function classOf(row: Pick<RetailRow, 'invoice' | 'code' | 'quantity' | 'price'>): RetailClass {
  if (row.invoice.startsWith('A') || row.code === BAD_DEBT_CODE) return 'bad_debt'
  if (FEE_CODES.has(row.code)) return 'fee'
  if (isVoucherCode(row.code)) return 'voucher'
  if (CARRIAGE_CODES.has(row.code) || MANUAL_CODES.has(row.code)) return 'charge'
  if (row.invoice.startsWith('C')) return 'return'
  if (row.price === 0) return row.quantity < 0 ? 'write_off' : 'zero_price'
  return row.quantity < 0 ? 'return' : 'sale'
}

/** Whether a price is below a penny but not nothing: it has no amount in minor units. */
export function isSubPenny(row: Pick<RetailRow, 'price'>): boolean {
  return row.price !== 0 && Math.abs(row.price) < 10
}

/** Rows, pieces and value of a class; value in thousandths of a pound. */
export interface ClassSum {
  rows: number
  quantity: number
  value: number
}

/** The file's rows by class, and of them those below a penny. */
export interface RetailReckoning {
  classes: Record<RetailClass, ClassSum>
  subPenny: ClassSum
  total: ClassSum
}

/** A reckoning of no rows yet. */
export function emptyReckoning(): RetailReckoning {
  const none = (): ClassSum => ({ rows: 0, quantity: 0, value: 0 })
  return {
    classes: {
      sale: none(),
      return: none(),
      charge: none(),
      fee: none(),
      voucher: none(),
      bad_debt: none(),
      write_off: none(),
      zero_price: none(),
    },
    subPenny: none(),
    total: none(),
  }
}

/** Counts a row into its class. Values are integers of a thousandth, so sums are exact. */
export function reckon(reckoning: RetailReckoning, row: RetailRow): void {
  add(reckoning.classes[classOf(row)], row)
  add(reckoning.total, row)
  if (isSubPenny(row)) add(reckoning.subPenny, row)
}

/** The reckoning as a report shows it: rows and decimal pounds by class. */
export function reckoningReport(reckoning: RetailReckoning): Record<string, { rows: number; quantity: number; value: string }> {
  const shown = (sum: ClassSum) => ({ rows: sum.rows, quantity: sum.quantity, value: formatScaled(sum.value, RETAIL_PRICE_SCALE) })
  return {
    ...Object.fromEntries(RETAIL_CLASSES.map((name) => [name, shown(reckoning.classes[name])])),
    sub_penny: shown(reckoning.subPenny),
    total: shown(reckoning.total),
  }
}

function add(sum: ClassSum, row: RetailRow): void {
  sum.rows += 1
  sum.quantity += row.quantity
  sum.value += row.quantity * row.price
}
