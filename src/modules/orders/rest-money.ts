import { allocate, mulDivRound, taxOf } from '../../kernel/money.ts'
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
  /** The rate that what is not frozen is taxed at from now on, where it changes. */
  newRatePpm?: number
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

/**
 * Spreads the order's discounts anew: each line keeps its own discount (of a line that is partly frozen, the part that is not), the
 * rest of what lines bear together is shared by what they cost after that, by largest remainder. `ownDiscount`: by line, in all.
 */
export function spreadAnew(rests: readonly RestLine[], ownDiscount: ReadonlyMap<string, number>): void {
  const open = rests
    .filter((rest) => rest.collectedBy === 'merchant' || rest.leaves.every((leaf) => leaf.line.slicedQuantity === 0))
    .map((rest) => {
      const { amount, discount } = sumRest(rest.leaves)
      const inAll = discount + rest.leaves.reduce((sum, leaf) => sum + leaf.line.slicedDiscount, 0)
      const own = inAll === 0 ? 0 : Math.min(discount, mulDivRound(ownDiscount.get(rest.id) ?? 0, discount, inAll))
      return { rest, discount, own, worth: amount - own }
    })
  const shared = open.reduce((sum, one) => sum + one.discount - one.own, 0)
  if (shared === 0) return
  const shares = allocate(
    shared,
    open.map((one) => one.worth),
  )
  for (const [index, one] of open.entries()) discountRest(one.rest, one.own + (shares[index] ?? 0) - one.discount)
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
  const ratePpm = rest.newRatePpm ?? rest.taxRatePpm
  const tax = taxOf(amount - discount, ratePpm, inclusive)
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
  const { collectedBy, before } = rest
  // Taxes are summed by rate: where the rate stays, both are one change.
  return {
    lines,
    taxes: [
      { ratePpm: rest.taxRatePpm, collectedBy, base: -netOf(before), amount: -before.tax },
      { ratePpm, collectedBy, base: netOf({ amount, discount, tax }), amount: tax },
    ],
  }
}
