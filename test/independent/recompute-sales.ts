import { add, nextSlice, roundDivide, unitsOf } from './numbers.ts'

// Computes revenue, tax, charges and customer accounts anew from the exported orders, movements and payments. Of the sales file
// only quantities are read, and the amounts compared. Shares no code with src/ and reads no journal.

type Row = Record<string, string>

/** What one part of a line is worth: gross with tax, and the tax in it, in the order's currency. */
interface Part {
  quantity: bigint
  gross: bigint
  tax: bigint
}

/** A line or charge of an order. */
interface Line {
  row: Row
  taken: Part
  /** Shipped parts by shipment line, with what came back of each. */
  parts: Map<string, Part & { returned: Part }>
}

const NOTHING: Part = { quantity: 0n, gross: 0n, tax: 0n }

/** Balances by account role, and the slices that differ from the sales file. */
export interface SalesResult {
  accounts: Map<string, bigint>
  differences: string[]
}

/** The account that a line or charge earns on. */
function incomeAccount(row: Row): string {
  if (row['row'] === 'charge') return row['kind'] === 'shipping' ? 'shipping_income' : 'other_income'
  return row['kind'] === 'voucher' ? 'voucher_liability' : 'revenue'
}

/** Computes what sales and payments post, from the files. */
export function recomputeSales(orders: readonly Row[], sales: readonly Row[], payments: readonly Row[]): SalesResult {
  const books = new Books(orders)
  for (const sale of sales) books.slice(sale)
  for (const payment of payments) books.pay(payment)
  return { accounts: books.accounts, differences: books.differences }
}

class Books {
  readonly accounts = new Map<string, bigint>()
  readonly differences: string[] = []
  readonly #lines = new Map<string, Line>()
  readonly #rateOf = new Map<string, bigint>()

  constructor(orders: readonly Row[]) {
    for (const row of orders) {
      this.#lines.set(row['row_id'] ?? '', { row, taken: { ...NOTHING }, parts: new Map() })
      this.#rateOf.set(row['order_number'] ?? '', BigInt(row['base_rate_ppm'] ?? '1000000'))
    }
  }

  slice(sale: Row): void {
    const line = this.#lines.get(sale['row_id'] ?? '')
    if (line === undefined) {
      // Goods that came back of no known sale: the credit that was stated.
      this.#post('revenue', sale, { quantity: 0n, gross: -unitsOf(sale['amount']), tax: -unitsOf(sale['tax']) })
      return
    }
    const back = sale['kind'] !== 'shipped'
    const part = back ? this.#takeBack(line, sale) : this.#ship(line, sale)
    if (part.gross !== unitsOf(sale['amount']) || part.tax !== unitsOf(sale['tax'])) {
      this.differences.push(
        `order ${sale['order_number']} row ${sale['row_id']} ${sale['kind']} ${sale['quantity']}: file says ${sale['amount']} tax ${sale['tax']}, computed ${part.gross} tax ${part.tax}`,
      )
    }
    const sign = back ? -1n : 1n
    this.#post(incomeAccount(line.row), sale, { quantity: part.quantity, gross: sign * part.gross, tax: sign * part.tax })
  }

  pay(payment: Row): void {
    const amount = this.#toBase(payment, unitsOf(payment['amount']))
    const sign = { captured: 1n, collected: 1n, refunded: -1n, authorized: 0n, voided: 0n }[payment['kind'] ?? '']
    if (sign === undefined) throw new Error(`${payment['kind']} is no kind of payment`)
    add(this.accounts, payment['kind'] === 'collected' ? 'cash_in_courier' : 'payment_clearing', sign * amount)
    add(this.accounts, 'customer_account', -sign * amount)
  }

  /** The next part of a line: what all up to here are worth, rounded down, less what earlier parts took. */
  #ship(line: Line, sale: Row): Part {
    const { row, taken } = line
    const inclusive = row['prices_include_tax'] === 'true'
    const tax = unitsOf(row['tax'])
    const net = unitsOf(row['amount']) - unitsOf(row['discount'])
    const quantity = row['row'] === 'charge' ? 1n : unitsOf(sale['quantity'])
    const total = row['row'] === 'charge' ? 1n : unitsOf(row['ordered'])
    const cumulative = taken.quantity + quantity
    const stated = nextSlice(net, cumulative, total, taken.gross)
    const partTax = nextSlice(tax, cumulative, total, taken.tax)
    line.taken = { quantity: cumulative, gross: taken.gross + stated, tax: taken.tax + partTax }
    const part = { quantity, gross: inclusive ? stated : stated + partTax, tax: partTax }
    line.parts.set(sale['document_line_id'] ?? '', { ...part, returned: { ...NOTHING } })
    return part
  }

  /** A part of one shipment's part, by the same rule. The sales file names the shipment line that goods come back of. */
  #takeBack(line: Line, sale: Row): Part {
    const shipped = line.parts.get(sale['sale_line_id'] ?? '')
    if (shipped === undefined) throw new Error(`Order ${sale['order_number']} takes back what it did not ship: row ${sale['row_id']}`)
    const { returned } = shipped
    const quantity = unitsOf(sale['quantity'])
    const cumulative = returned.quantity + quantity
    const part = {
      quantity,
      gross: nextSlice(shipped.gross, cumulative, shipped.quantity, returned.gross),
      tax: nextSlice(shipped.tax, cumulative, shipped.quantity, returned.tax),
    }
    shipped.returned = { quantity: cumulative, gross: returned.gross + part.gross, tax: returned.tax + part.tax }
    return part
  }

  #post(income: string, sale: Row, part: Part): void {
    const gross = this.#toBase(sale, part.gross)
    const tax = this.#toBase(sale, part.tax)
    add(this.accounts, 'customer_account', gross)
    add(this.accounts, 'tax_payable', -tax)
    add(this.accounts, income, tax - gross)
  }

  #toBase(row: Row, amount: bigint): bigint {
    return roundDivide(amount, this.#rateOf.get(row['order_number'] ?? '') ?? 1_000_000n, 1_000_000n)
  }
}
