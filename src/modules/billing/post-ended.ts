import { dayIn } from '../../kernel/clock.ts'
import type { HandlerRun } from '../../kernel/events.ts'
import { newId } from '../../kernel/ids.ts'
import { type NewEntry, type NewPosting, postEntries, type PostingRun } from '../ledger/index.ts'
import type { Ending, RevenueSlice } from '../orders/index.ts'
import { revenueEntries } from './revenue-entry.ts'
import { cancelSoldVouchers } from './sell-vouchers.ts'

const DOCUMENT_OF: Readonly<Record<Ending, string>> = { refused: 'return_receipt', lost: 'carrier_claim', voided: 'shipment' }

/** Takes back the revenue of goods that were refused, lost on their way, or never left. */
export async function postEnded(run: HandlerRun, kind: Ending, slices: readonly RevenueSlice[]): Promise<void> {
  const vouchers = await cancelSoldVouchers(run, slices)
  await postEntries(run, revenueEntries(run, slices, { sourceType: DOCUMENT_OF[kind], kind: `sale.${kind}`, sign: -1, vouchers }), {
    allowShift: true,
  })
}

/** Earns the revenue of lost goods again that the customer has after all. */
export async function postFound(run: HandlerRun, slices: readonly RevenueSlice[]): Promise<void> {
  await postEntries(run, revenueEntries(run, slices, { sourceType: 'parcel_finding', kind: 'sale.found', sign: 1 }), { allowShift: true })
}

/** What a step of a claim on a carrier changes, minor units of the base currency: the receivable, and money in the bank. */
export interface ClaimStep {
  claimId: string
  number: number
  warehouseId: string
  step: 'accepted' | 'rejected' | 'paid' | 'repaid'
  receivable: number
  bank: number
  happenedAt: Date
}

/**
 * Posts a claim on a carrier. Compensation is income when the carrier accepts it, not before (IAS 37.53: virtually certain), and apart
 * from the write-off of the goods. Accepted: claims on carriers against compensation. Paid: bank against the claim, a difference is
 * compensation too. Rejected after it was accepted, or repaid because the goods were found: the reverse. It is compensation of a loss, outside the scope of value added tax.
 */
export async function postClaims(run: PostingRun, steps: readonly ClaimStep[]): Promise<void> {
  const entries = steps.flatMap((step): NewEntry[] => {
    const shared = {
      currency: run.ctx.org.baseCurrency,
      documentType: 'carrier_claim',
      documentId: step.claimId,
      warehouseId: step.warehouseId,
    }
    const sides: [NewPosting['role'], number][] = [
      ['carrier_claims', step.receivable],
      ['bank', step.bank],
      ['claim_income', -step.receivable - step.bank],
    ]
    const postings = sides.flatMap(([role, amount]): NewPosting[] =>
      amount === 0 || role === undefined ? [] : [{ ...shared, role, amount, baseAmount: amount }],
    )
    if (postings.length === 0) return []
    return [
      {
        id: newId(),
        kind: `claim.${step.step}`,
        accountingDate: dayIn(run.ctx.org.timeZone, step.happenedAt),
        sourceType: 'carrier_claim',
        sourceId: step.claimId,
        memo: `Claim ${step.number}`,
        postings,
      },
    ]
  })
  await postEntries(run, entries, { allowShift: true })
}
