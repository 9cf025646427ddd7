import { add, floorDivide, nextSlice, roundDivide, unitsOf } from './numbers.ts'

// Computes revenue, tax, charges and customer accounts anew from the exported orders, movements and payments. Of the sales file
// only quantities are read, and the amounts compared. Shares no code with src/ and reads no journal.

type Row = Record<string, string>

/** What one part of a line is worth: gross with tax, the tax in it, and the discount it was given, in the order's currency. */
interface Part {
  quantity: bigint
  gross: bigint
  tax: bigint
  discount: bigint
}

/** A line or charge of an order. */
interface Line {
  row: Row
  taken: Part
  /** Canceled quantity whose place among the parts is not known yet. */
  cancelable: bigint
  /** Shipped parts by shipment line, with what came back of each. */
  parts: Map<string, Part & { returned: Part }>
}

const NOTHING: Part = { quantity: 0n, gross: 0n, tax: 0n, discount: 0n }

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

/** Worth of a line's first `quantity` pieces: of the stated amount after discount, rounded down; a marketplace's own tax is never ours. */
function worthUpTo(row: Row, quantity: bigint): Part {
  const total = row['row'] === 'charge' ? 1n : unitsOf(row['ordered'])
  const inclusive = row['prices_include_tax'] === 'true'
  const stated = unitsOf(row['amount']) - unitsOf(row['discount']) - (inclusive ? unitsOf(row['marketplace_tax']) : 0n)
  const tax = floorDivide(unitsOf(row['tax']), quantity, total)
  const amount = floorDivide(stated, quantity, total)
  const discount = floorDivide(unitsOf(row['discount']), quantity, total)
  return { quantity, gross: inclusive ? amount : amount + tax, tax, discount }
}

/** Computes what sales and payments post, from the files. */
export function recomputeSales(files: {
  orders: readonly Row[]
  sales: readonly Row[]
  payments: readonly Row[]
  movements: readonly Row[]
}): SalesResult {
  const books = new Books(files.orders)
  for (const sale of files.sales) books.slice(sale)
  for (const payment of files.payments) books.pay(payment)
  for (const movement of files.movements)
    if (movement['from_kind'] === 'customer' && movement['sale_line_id'] === '') books.creditUnknown(movement)
  books.finish()
  return { accounts: books.accounts, differences: books.differences }
}

class Books {
  readonly accounts = new Map<string, bigint>()
  readonly differences: string[] = []
  readonly #lines = new Map<string, Line>()
  readonly #rateOf = new Map<string, bigint>()
  readonly #taxOf = new Map<string, bigint>()

  constructor(orders: readonly Row[]) {
    for (const row of orders) {
      this.#lines.set(row['row_id'] ?? '', { row, taken: { ...NOTHING }, cancelable: unitsOf(row['canceled']), parts: new Map() })
      this.#rateOf.set(row['order_number'] ?? '', BigInt(row['base_rate_ppm'] ?? '1000000'))
    }
  }

  slice(sale: Row): void {
    const line = this.#lines.get(sale['row_id'] ?? '')
    if (line === undefined) throw new Error(`The sales file names row ${sale['row_id']}, which is not in the orders file`)
    const back = sale['kind'] !== 'shipped'
    const part = back ? this.#takeBack(line, sale) : this.#ship(line, sale)
    if (part.gross !== unitsOf(sale['amount']) || part.tax !== unitsOf(sale['tax'])) {
      this.differences.push(
        `order ${sale['order_number']} row ${sale['row_id']} ${sale['kind']} ${sale['quantity']}: file says ${sale['amount']} tax ${sale['tax']}, computed ${part.gross} tax ${part.tax}`,
      )
    }
    const sign = back ? -1n : 1n
    this.#post(incomeAccount(line.row), sale, {
      quantity: part.quantity,
      gross: sign * part.gross,
      tax: sign * part.tax,
      discount: sign * part.discount,
    })
  }

  pay(payment: Row): void {
    const amount = this.#toBase(payment, unitsOf(payment['amount']))
    const sign = { captured: 1n, collected: 1n, refunded: -1n, authorized: 0n, voided: 0n, expired: 0n, failed: 0n }[payment['kind'] ?? '']
    if (sign === undefined) throw new Error(`${payment['kind']} is no kind of payment`)
    add(this.accounts, payment['kind'] === 'collected' ? 'cash_in_courier' : 'payment_clearing', sign * amount)
    add(this.accounts, 'customer_account', -sign * amount)
  }

  /** Goods of no known sale: the credit that was stated, in the base currency. */
  creditUnknown(movement: Row): void {
    const [amount, tax] = [unitsOf(movement['stated_amount']), unitsOf(movement['stated_tax'])]
    add(this.accounts, 'customer_account', -amount)
    add(this.accounts, 'tax_payable', tax)
    add(this.accounts, 'revenue', amount - tax)
  }

  /** Tax is posted in one sum for each document and order, so it is converted in one sum. */
  finish(): void {
    for (const [key, tax] of this.#taxOf) {
      const base = this.#toBase({ order_number: key.split('/')[0] ?? '' }, tax)
      add(this.accounts, 'tax_payable', -base)
      add(this.accounts, 'customer_account', base)
    }
  }

  /**
   * The next part of a line: what all up to here are worth, rounded down, less what earlier parts took. A canceled quantity takes its
   * part when it is canceled; the files do not say when, so it is tried before this part, as little as explains the amount.
   */
  #ship(line: Line, sale: Row): Part {
    const quantity = line.row['row'] === 'charge' ? 1n : unitsOf(sale['quantity'])
    for (let canceled = 0n; canceled <= line.cancelable; canceled += 1n) {
      const before = worthUpTo(line.row, line.taken.quantity + canceled)
      const after = worthUpTo(line.row, line.taken.quantity + canceled + quantity)
      const part = { quantity, gross: after.gross - before.gross, tax: after.tax - before.tax, discount: after.discount - before.discount }
      const explained = part.gross === unitsOf(sale['amount']) && part.tax === unitsOf(sale['tax'])
      if (!explained && canceled < line.cancelable) continue
      line.cancelable -= canceled
      line.taken = after
      line.parts.set(sale['document_line_id'] ?? '', { ...part, returned: { ...NOTHING } })
      return part
    }
    throw new Error(`Row ${sale['row_id']} has no part to ship`)
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
      discount: nextSlice(shipped.discount, cumulative, shipped.quantity, returned.discount),
    }
    shipped.returned = {
      quantity: cumulative,
      gross: returned.gross + part.gross,
      tax: returned.tax + part.tax,
      discount: returned.discount + part.discount,
    }
    return part
  }

  #post(income: string, sale: Row, part: Part): void {
    const net = this.#toBase(sale, part.gross - part.tax)
    add(this.accounts, 'customer_account', net)
    // A voucher is owed at its face value; the discount it was sold with is ours to bear.
    const given = income === 'voucher_liability' ? this.#toBase(sale, part.discount) : 0n
    add(this.accounts, income, -net - given)
    add(this.accounts, 'sales_discount', given)
    add(this.#taxOf, `${sale['order_number']}/${sale['document_id']}`, part.tax)
  }

  #toBase(row: Row, amount: bigint): bigint {
    return roundDivide(amount, this.#rateOf.get(row['order_number'] ?? '') ?? 1_000_000n, 1_000_000n)
  }
}
