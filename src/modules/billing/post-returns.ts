import { dayIn } from '../../kernel/clock.ts'
import { newId } from '../../kernel/ids.ts'
import { type NewEntry, postEntries, type PostingRun } from '../ledger/index.ts'
import type { RevenueSlice } from '../orders/index.ts'
import { revenueEntries } from './revenue-entry.ts'

/** Takes back the revenue of goods that came back. */
export async function postReturns(run: PostingRun, slices: readonly RevenueSlice[]): Promise<void> {
  await postEntries(run, revenueEntries(run, slices, { sourceType: 'return_receipt', kind: 'sale.returned', sign: -1 }), {
    allowShift: true,
  })
}

/** Goods of no known sale that came back with a stated credit, in the base currency. */
export interface UnknownReturn {
  receiptId: string
  receiptLineId: string
  partyId: string | null
  warehouseId: string
  itemId: string
  amount: number
  tax: number
  happenedAt: Date
}

/** Credits the customer with the stated amount of goods whose sale is not known, on an account of the return receipt. */
export async function postUnknownReturns(run: PostingRun, returns: readonly UnknownReturn[]): Promise<void> {
  const entries = [
    ...Map.groupBy(
      returns.filter((part) => part.amount > 0),
      (part) => part.receiptId,
    ).values(),
  ].flatMap((group): NewEntry[] => {
    const [first] = group
    if (first === undefined) return []
    const shared = {
      currency: run.ctx.org.baseCurrency,
      partyId: first.partyId,
      documentType: 'return_receipt',
      documentId: first.receiptId,
    }
    const total = group.reduce((sum, part) => sum + part.amount, 0)
    const tax = group.reduce((sum, part) => sum + part.tax, 0)
    const revenue = group
      .filter((part) => part.amount > part.tax)
      .map((part) => ({
        ...shared,
        role: 'revenue' as const,
        amount: part.amount - part.tax,
        baseAmount: part.amount - part.tax,
        lineId: part.receiptLineId,
        itemId: part.itemId,
        warehouseId: part.warehouseId,
      }))
    const taxPosting = tax === 0 ? [] : [{ ...shared, role: 'tax_payable' as const, amount: tax, baseAmount: tax }]
    return [
      {
        id: newId(),
        kind: 'sale.returned_unknown',
        accountingDate: dayIn(run.ctx.org.timeZone, first.happenedAt),
        sourceType: 'return_receipt',
        sourceId: first.receiptId,
        memo: 'Goods of no known sale',
        postings: [...revenue, ...taxPosting, { ...shared, role: 'customer_account', amount: -total, baseAmount: -total }],
      },
    ]
  })
  await postEntries(run, entries, { allowShift: true })
}

/** Earns the revenue of returned goods again that went back to the customer. */
export async function postSentBack(run: PostingRun, slices: readonly RevenueSlice[]): Promise<void> {
  await postEntries(run, revenueEntries(run, slices, { sourceType: 'inspection', kind: 'sale.sent_back', sign: 1 }), { allowShift: true })
}
