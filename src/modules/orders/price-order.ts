import { DomainError, type FieldProblem, invalidInput } from '../../kernel/errors.ts'
import { allocate, extend, isCurrency, taxOf } from '../../kernel/money.ts'
import type { OrderedItem } from '../catalog/index.ts'
import type { OrderInput } from './order-input.ts'

/** A line with its money worked out, in minor units of the order currency. Children of kits carry shares of the kit's amounts. */
export interface PricedLine {
  item: OrderedItem
  name: string
  externalLineId: string | null
  quantity: number
  unitPrice: number | null
  unitPriceScale: number
  amount: number
  discount: number
  tax: number
  marketplaceTax: number
  /** Rate its tax follows when the line is changed. */
  taxRatePpm: number
  supply: 'stock' | 'none'
  warehouseCode: string | null
  kitQuantity: number | null
  children: PricedLine[]
}

export interface PricedCharge {
  kind: string
  name: string
  amount: number
  taxRatePpm: number
  tax: number
  marketplaceTax: number
}

export interface PricedTax {
  ratePpm: number
  base: number
  amount: number
  collectedBy: 'merchant' | 'marketplace'
}

/** An order's money: lines + charges − discounts + exclusive tax = total (MODEL, Orders). */
export interface PricedOrder {
  lines: PricedLine[]
  charges: PricedCharge[]
  taxes: PricedTax[]
  linesAmount: number
  chargesAmount: number
  discountsAmount: number
  taxAmount: number
  marketplaceTaxAmount: number
  total: number
}

/** What pricing looks up. */
export interface PriceBook {
  itemOf(line: OrderInput['lines'][number]): OrderedItem | undefined
  componentsOf(kitId: string): readonly { item: OrderedItem; quantity: number }[]
}

interface TaxedPart {
  ratePpm: number
  stated: number | undefined
  collectedBy: 'merchant' | 'marketplace'
}

/**
 * Works out the money of an order: line amounts as stated or unit price × quantity; order discounts spread over lines by largest
 * remainder; tax as stated or by rate on the amount after discount (in it or on top of it); kits exploded into children.
 * @throws `kernel.invalid_input` (invalid) with every bad field
 */
export function priceOrder(input: OrderInput, book: PriceBook): PricedOrder {
  const problems: FieldProblem[] = []
  if (!isCurrency(input.currency))
    problems.push({ pointer: '/currency', code: 'unknown_currency', message: `${input.currency} is no currency of ISO 4217; correct it` })
  const inclusive = input.prices_include_tax ?? true
  const stated = input.lines.map((line, index) => statedLine({ currency: input.currency, book, problems }, line, index))
  if (problems.length > 0)
    throw invalidInput(
      problems,
      `The order cannot be taken: ${problems[0]?.pointer} ${problems[0]?.message}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}.`,
    )
  const good = stated.filter((line) => line !== null)
  const orderDiscount = (input.discounts ?? []).reduce((sum, discount) => sum + discount.amount, 0)
  const room = good.reduce((sum, line) => sum + line.amount - line.discount, 0)
  if (orderDiscount > room)
    throw invalidInput([
      { pointer: '/discounts', code: 'too_large', message: `discounts of ${orderDiscount} are more than the lines' ${room}; lower them` },
    ])
  const shares = allocate(
    orderDiscount,
    good.map((line) => line.amount - line.discount),
  )
  const taxes: PricedTax[] = []
  const lines = good.map((line, index): PricedLine => {
    const discount = line.discount + (shares[index] ?? 0)
    const tax = taxPart(line.tax, line.amount - discount, inclusive, taxes)
    problems.push(...includedTaxProblem(tax, line.amount - discount, inclusive, `/lines/${index}`))
    return explodeKit({ ...line.line, amount: line.amount, discount, ...tax }, book, problems, index)
  })
  const charges = (input.charges ?? []).map((charge, index): PricedCharge => {
    const ratePpm = charge.tax_rate_ppm ?? dominantRate(lines)
    const tax = taxPart(
      {
        ratePpm,
        stated: charge.tax_amount,
        collectedBy: charge.tax_collected_by ?? 'merchant',
      },
      charge.amount,
      inclusive,
      taxes,
    )
    problems.push(...includedTaxProblem(tax, charge.amount, inclusive, `/charges/${index}`))
    return { kind: charge.kind, name: charge.name ?? '', amount: charge.amount, taxRatePpm: ratePpm, ...tax }
  })
  if (problems.length > 0) throw invalidInput(problems)
  const discountsAmount = orderDiscount + good.reduce((sum, line) => sum + line.discount, 0)
  return summed(input.currency, inclusive, { lines, charges, taxes, discountsAmount })
}

function summed(
  currency: string,
  inclusive: boolean,
  { lines, charges, taxes, discountsAmount }: Pick<PricedOrder, 'lines' | 'charges' | 'taxes' | 'discountsAmount'>,
): PricedOrder {
  const sum = <T>(rows: readonly T[], of: (row: T) => number) => rows.reduce((total, row) => total + of(row), 0)
  const linesAmount = sum(lines, (line) => line.amount)
  const chargesAmount = sum(charges, (charge) => charge.amount)
  const taxAmount = sum(lines, (line) => line.tax) + sum(charges, (charge) => charge.tax)
  const marketplaceTaxAmount = sum(lines, (line) => line.marketplaceTax) + sum(charges, (charge) => charge.marketplaceTax)
  const total = linesAmount + chargesAmount - discountsAmount + (inclusive ? 0 : taxAmount + marketplaceTaxAmount)
  if (!Number.isSafeInteger(total))
    throw new DomainError('invalid', 'orders.too_large', `The order's total is larger than ${currency} amounts can be here.`)
  return { lines, charges, taxes, linesAmount, chargesAmount, discountsAmount, taxAmount, marketplaceTaxAmount, total }
}

interface StatedLine {
  line: Omit<PricedLine, 'amount' | 'discount' | 'tax' | 'marketplaceTax'>
  amount: number
  discount: number
  tax: TaxedPart
}

/** One line as the order states it; what is wrong with it is added to `problems`. */
function statedLine(
  { currency, book, problems }: { currency: string; book: PriceBook; problems: FieldProblem[] },
  line: OrderInput['lines'][number],
  index: number,
): StatedLine | null {
  const at = `/lines/${index}`
  if ((line.sku === undefined) === (line.item_id === undefined)) {
    problems.push({ pointer: `${at}/sku`, code: 'one_of', message: 'give either sku or item_id' })
    return null
  }
  const item = book.itemOf(line)
  if (item === undefined) {
    problems.push({
      pointer: line.sku === undefined ? `${at}/item_id` : `${at}/sku`,
      code: 'unknown_sku',
      message: `there is no item ${line.sku ?? line.item_id}; create it first or correct the SKU`,
    })
    return null
  }
  if (item.status === 'archived')
    problems.push({
      pointer: `${at}/sku`,
      code: 'archived',
      message: `item ${item.sku} is archived and not sold any more; activate it or take another`,
    })
  const price =
    line.unit_price === undefined ? ownPrice(item, currency) : { unit: line.unit_price.amount, scale: line.unit_price.scale ?? 2 }
  if (line.amount === undefined && price === null) {
    problems.push({
      pointer: `${at}/unit_price`,
      code: 'required',
      message: `is required: item ${item.sku} has no price in ${currency}`,
    })
    return null
  }
  const amount = line.amount ?? (price === null ? 0 : extend(price, line.quantity, item.unit_scale, currency))
  const discount = line.discount ?? 0
  if (discount > amount)
    problems.push({
      pointer: `${at}/discount`,
      code: 'too_large',
      message: `the discount ${discount} is more than the line's amount ${amount}; lower it`,
    })
  return {
    amount,
    discount,
    tax: { ratePpm: line.tax_rate_ppm ?? item.tax_rate_ppm, stated: line.tax_amount, collectedBy: line.tax_collected_by ?? 'merchant' },
    line: {
      item,
      name: line.name ?? item.name,
      externalLineId: line.external_line_id ?? null,
      quantity: line.quantity,
      unitPrice: price?.unit ?? null,
      unitPriceScale: price?.scale ?? 2,
      taxRatePpm: line.tax_rate_ppm ?? item.tax_rate_ppm,
      supply: item.kind === 'stocked' ? 'stock' : 'none',
      warehouseCode: line.warehouse_code ?? null,
      kitQuantity: null,
      children: [],
    },
  }
}

function ownPrice(item: OrderedItem, currency: string): { unit: number; scale: number } | null {
  return item.price === null || item.price_currency !== currency ? null : { unit: item.price, scale: item.price_scale }
}

/** Tax of one part, added to the order's taxes by rate and collector. `amount` is after discount. */
function taxPart(part: TaxedPart, amount: number, inclusive: boolean, taxes: PricedTax[]): { tax: number; marketplaceTax: number } {
  const tax = part.stated ?? taxOf(amount, part.ratePpm, inclusive)
  if (tax !== 0 || part.ratePpm !== 0) {
    const base = inclusive ? amount - tax : amount
    const known = taxes.find((row) => row.ratePpm === part.ratePpm && row.collectedBy === part.collectedBy)
    if (known === undefined) taxes.push({ ratePpm: part.ratePpm, base, amount: tax, collectedBy: part.collectedBy })
    else {
      known.base += base
      known.amount += tax
    }
  }
  return part.collectedBy === 'merchant' ? { tax, marketplaceTax: 0 } : { tax: 0, marketplaceTax: tax }
}

/** Tax that is in a price cannot be more than the price: its net would be negative. */
function includedTaxProblem(
  { tax, marketplaceTax }: { tax: number; marketplaceTax: number },
  amount: number,
  inclusive: boolean,
  at: string,
): FieldProblem[] {
  if (!inclusive || tax + marketplaceTax <= amount) return []
  return [
    {
      pointer: `${at}/tax_amount`,
      code: 'too_large',
      message: `the tax ${tax + marketplaceTax} is more than the ${amount} it is in; lower it, or set prices_include_tax to false`,
    },
  ]
}

/** A charge without a rate of its own is taxed like the most valuable line. */
function dominantRate(lines: readonly PricedLine[]): number {
  const [largest] = lines.toSorted((a, b) => b.amount - b.discount - (a.amount - a.discount))
  return largest?.item.tax_rate_ppm ?? 0
}

/** Kit lines get children: composition frozen now, amounts shared by component price × quantity (evenly where prices are unknown). */
function explodeKit(line: PricedLine, book: PriceBook, problems: FieldProblem[], index: number): PricedLine {
  if (line.item.kind !== 'kit') return line
  const components = book.componentsOf(line.item.id)
  if (components.length === 0) {
    problems.push({ pointer: `/lines/${index}/sku`, code: 'empty_kit', message: `kit ${line.item.sku} has no components; add them first` })
    return line
  }
  const priced = components.every((component) => component.item.price !== null)
  const weights = components.map((component) => (priced ? (component.item.price ?? 0) : 1) * component.quantity)
  const [amounts, discounts, taxes, marketplace] = [line.amount, line.discount, line.tax, line.marketplaceTax].map((value) =>
    allocate(value, weights),
  )
  const children = components.map((component, place): PricedLine => ({
    item: component.item,
    name: component.item.name,
    externalLineId: null,
    quantity: line.quantity * component.quantity,
    unitPrice: null,
    unitPriceScale: 2,
    amount: amounts?.[place] ?? 0,
    discount: discounts?.[place] ?? 0,
    tax: taxes?.[place] ?? 0,
    marketplaceTax: marketplace?.[place] ?? 0,
    taxRatePpm: line.taxRatePpm,
    supply: component.item.kind === 'stocked' ? 'stock' : 'none',
    warehouseCode: line.warehouseCode,
    kitQuantity: component.quantity,
    children: [],
  }))
  return { ...line, children }
}
