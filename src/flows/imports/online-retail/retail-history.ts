import { retailCountry } from './countries.ts'
import { creditOf, type RetailCredit, settleCredits } from './retail-credit.ts'
import { isOrderRow, type RetailOrder, retailOrder } from './retail-order.ts'
import { matchReturns, type RetailReturn } from './retail-return.ts'
import type { RetailRow, RetailRowProblem } from './retail-row.ts'
import { type RetailWriteOff, writeOffOf } from './retail-write-off.ts'
import { classOf, isSubPenny, type RetailClass } from './row-class.ts'

/** What the file says happened, each part in the order of time. */
export interface RetailHistory {
  orders: RetailOrder[]
  returns: RetailReturn[]
  credits: RetailCredit[]
  writeOffs: RetailWriteOff[]
  /** Rows that stay out of orders, by why: fees and bad debt are not the customer's, a price below a penny has no amount. */
  leftOut: Record<'fee' | 'bad_debt' | 'sub_penny', RetailRow[]>
  problems: RetailRowProblem[]
}

/** What the reading needs besides the rows. */
export interface HistoryOptions {
  /** Code of the channel the orders belong to. */
  channel: string
}

/** Reads all rows of a file into orders, returns, credits and write-offs; rows are in the order of the file, which is that of time. */
export function retailHistory(rows: readonly RetailRow[], options: HistoryOptions): RetailHistory {
  const history: RetailHistory = {
    orders: [],
    returns: [],
    credits: [],
    writeOffs: [],
    leftOut: { fee: [], bad_debt: [], sub_penny: [] },
    problems: [],
  }
  const invoices = new Map<string, [RetailRow, ...RetailRow[]]>()
  const returned: RetailRow[] = []
  for (const row of rows) {
    const name = classOf(row)
    const out = reasonToLeaveOut(row, name)
    if (out !== undefined) history.leftOut[out].push(row)
    else if (retailCountry(row.country) === undefined) history.problems.push(unknownCountry(row))
    else if (isOrderRow(row)) addTo(invoices, row)
    else if (name === 'return') returned.push(row)
    else if (name === 'write_off') history.writeOffs.push(writeOffOf(row))
    else history.credits.push(creditOf(row))
  }
  history.orders = [...invoices.values()]
    .map((invoice) => orderOf(invoice, options.channel))
    .toSorted((a, b) => a.placedAt.getTime() - b.placedAt.getTime())
  history.returns = matchReturns(returned, history.orders)
  settleCredits(history.credits, history.orders, history.returns)
  return history
}

function reasonToLeaveOut(row: RetailRow, name: RetailClass): 'fee' | 'bad_debt' | 'sub_penny' | undefined {
  if (name === 'fee' || name === 'bad_debt') return name
  return isSubPenny(row) ? 'sub_penny' : undefined
}

function orderOf(rows: readonly [RetailRow, ...RetailRow[]], channel: string): RetailOrder {
  const country = retailCountry(rows[0].country)
  if (country === undefined) throw new RangeError(`No country ${rows[0].country}`)
  return retailOrder(rows, { channel, country })
}

function addTo(invoices: Map<string, [RetailRow, ...RetailRow[]]>, row: RetailRow): void {
  const rows = invoices.get(row.invoice)
  if (rows === undefined) invoices.set(row.invoice, [row])
  else rows.push(row)
}

function unknownCountry(row: RetailRow): RetailRowProblem {
  return {
    row: row.line,
    column: 'Country',
    code: 'unknown_country',
    message: 'is no country that this format knows',
    fix: 'Write an English country name as the original file does, or Unspecified.',
    value: row.country,
  }
}
