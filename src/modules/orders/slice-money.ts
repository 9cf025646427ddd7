import { sliceOf } from '../../kernel/money.ts'
import type { OrderLine } from './order.repo.ts'

/** Money of a part of a line, in minor units of the order currency. `gross` is what the customer owes us for it. */
export interface MoneySlice {
  gross: number
  tax: number
  discount: number
}

/** A slice with what it adds to the line's counters. */
export interface TakenSlice extends MoneySlice {
  slicedQuantity: number
  slicedAmount: number
  slicedDiscount: number
  slicedTax: number
}

/**
 * The next slice of a line's money for a quantity that ships or is canceled: amount × cumulative quantity ÷ ordered, rounded down,
 * less what is already taken — the same rule for amount, tax and discount, so that the parts add up. A line that was changed after a
 * slice is cut so from there on: slices never change. Tax a marketplace
 * collects is in inclusive amounts, but never ours. Counts the slice on the line in place.
 */
export function takeSlice(line: OrderLine, quantity: number, inclusive: boolean): TakenSlice {
  const cumulative = line.slicedQuantity + quantity
  const base = line.amount - line.discount - (inclusive ? line.marketplaceTax : 0)
  const next = (whole: number, cut: number, taken: number) =>
    sliceOf(whole - cut, cumulative - line.cutQuantity, line.ordered - line.cutQuantity, taken - cut)
  const slicedAmount = next(base, line.cutAmount, line.slicedAmount)
  const slicedTax = next(line.tax, line.cutTax, line.slicedTax)
  const slicedDiscount = next(line.discount, line.cutDiscount, line.slicedDiscount)
  line.slicedQuantity = cumulative
  line.slicedAmount += slicedAmount
  line.slicedTax += slicedTax
  line.slicedDiscount += slicedDiscount
  return {
    gross: inclusive ? slicedAmount : slicedAmount + slicedTax,
    tax: slicedTax,
    discount: slicedDiscount,
    slicedQuantity: quantity,
    slicedAmount,
    slicedDiscount,
    slicedTax,
  }
}
