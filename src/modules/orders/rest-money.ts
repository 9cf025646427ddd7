import { allocate, taxOf } from '../../kernel/money.ts'
import type { OrderLine } from './order.repo.ts'
import type { TaxChange } from './order-totals.ts'

/** Money of a part of a line that no slice has frozen. */
export interface Rest {
  amount: number
  discount: number
  tax: number
}

/** A line that carries quantities, with its money being changed: itself, or a component of a kit. */
export interface RestLeaf {
  line: OrderLine
  /** How many base units the line gains. */
  raise: number
  amount: number
  discount: number
  tax: number
}

/** A top line being changed: its leaves (the line itself, or a kit's components) and how it is taxed. */
export interface RestLine {
  id: string
  taxRatePpm: number
  collectedBy: 'merchant' | 'marketplace'
  leaves: RestLeaf[]
  before: Rest
  changed: boolean
}

/** What of a line is not frozen yet. Lines whose tax a marketplace collects are changed only while nothing of them is sliced. */
export function restOf(line: OrderLine): Rest {
  return {
    amount: line.amount - line.slicedAmount - line.slicedDiscount,
    discount: line.discount - line.slicedDiscount,
    tax: line.tax - line.slicedTax + (line.slicedQuantity === 0 ? line.marketplaceTax : 0),
  }
}

/** Opens a top line for changes. */
export function openRest(top: Pick<RestLine, 'id' | 'taxRatePpm' | 'collectedBy'>, lines: readonly OrderLine[]): RestLine {
  const leaves = lines.map((line): RestLeaf => ({ line, raise: 0, ...restOf(line) }))
  return { ...top, leaves, before: sumRest(leaves), changed: false }
}

/** The unfrozen money of all leaves. */
export function sumRest(leaves: readonly Rest[]): Rest {
  const sum = (of: (rest: Rest) => number) => leaves.reduce((total, rest) => total + of(rest), 0)
  return { amount: sum((rest) => rest.amount), discount: sum((rest) => rest.discount), tax: sum((rest) => rest.tax) }
}

/** Raises a line by a quantity (kits by kits) that costs an amount; a kit's components take it by their shares of the kit. */
export function raiseRest(rest: RestLine, quantity: number, amount: number): void {
  const shares = allocate(
    amount,
    weightsOf(
      rest.leaves.map((leaf) => leaf.line.amount),
      rest,
    ),
  )
  for (const [index, leaf] of rest.leaves.entries()) {
    leaf.raise += quantity * (leaf.line.parentLineId === null ? 1 : (leaf.line.kitQuantity ?? 1))
    leaf.amount += shares[index] ?? 0
  }
  rest.changed = true
}

/** Gives the unfrozen part of a line another amount before discount. */
export function priceRest(rest: RestLine, amount: number): void {
  const shares = allocate(
    amount,
    weightsOf(
      rest.leaves.map((leaf) => leaf.amount),
      rest,
    ),
  )
  const { discount } = sumRest(rest.leaves)
  for (const [index, leaf] of rest.leaves.entries()) leaf.amount = shares[index] ?? 0
  spreadDiscount(rest, discount)
  rest.changed = true
}

/** Gives the unfrozen part of a line so much more discount (or, negative, less). */
export function discountRest(rest: RestLine, change: number): void {
  if (change === 0) return
  spreadDiscount(rest, sumRest(rest.leaves).discount + change)
  rest.changed = true
}

function spreadDiscount(rest: RestLine, discount: number): void {
  const shares = allocate(
    discount,
    rest.leaves.map((leaf) => leaf.amount),
  )
  for (const [index, leaf] of rest.leaves.entries()) leaf.discount = shares[index] ?? 0
}

function weightsOf(wanted: readonly number[], rest: RestLine): number[] {
  return wanted.some((weight) => weight > 0) ? [...wanted] : rest.leaves.map((leaf) => leaf.line.ordered)
}

/** A line's money as it is to be written. */
export interface ChangedLine {
  id: string
  ordered: number
  amount: number
  discount: number
  tax: number
  marketplaceTax: number
}

/**
 * Works out the tax of what changed (by the line's rate, on the unfrozen amount after discount) and answers the leaves as they are to
 * be written, with what the order's taxes gain and lose.
 */
export function closeRest(rest: RestLine, inclusive: boolean): { lines: ChangedLine[]; taxes: TaxChange[] } {
  const { amount, discount } = sumRest(rest.leaves)
  const tax = taxOf(amount - discount, rest.taxRatePpm, inclusive)
  const shares = allocate(
    tax,
    rest.leaves.map((leaf) => leaf.amount - leaf.discount),
  )
  const ours = rest.collectedBy === 'merchant'
  const lines = rest.leaves.map((leaf, index): ChangedLine => {
    const { line } = leaf
    return {
      id: line.id,
      ordered: line.ordered + leaf.raise,
      amount: line.slicedAmount + line.slicedDiscount + leaf.amount,
      discount: line.slicedDiscount + leaf.discount,
      tax: line.slicedTax + (ours ? (shares[index] ?? 0) : 0),
      marketplaceTax: ours ? 0 : (shares[index] ?? 0),
    }
  })
  const netOf = (part: Rest) => part.amount - part.discount - (inclusive ? part.tax : 0)
  const after = { amount, discount, tax }
  return {
    lines,
    taxes: [
      {
        ratePpm: rest.taxRatePpm,
        collectedBy: rest.collectedBy,
        base: netOf(after) - netOf(rest.before),
        amount: tax - rest.before.tax,
      },
    ],
  }
}
