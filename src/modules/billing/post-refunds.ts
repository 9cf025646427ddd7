import { postEntries, type PostingRun } from '../ledger/index.ts'
import type { RevenueAdjusted } from '../orders/index.ts'
import { revenueEntries } from './revenue-entry.ts'

/**
 * Posts what refunds changed of revenue: prices lowered without goods coming back go against sales returns and allowances (charges
 * against their own income) with their tax; restocking fees kept are income of their own, at the tax rate of the goods.
 */
export async function postRevenueAdjusted(run: PostingRun, adjusted: readonly RevenueAdjusted[]): Promise<void> {
  await postEntries(
    run,
    [
      ...revenueEntries(
        run,
        adjusted.flatMap((one) => one.reduced),
        { sourceType: 'refund', kind: 'sale.reduced', sign: -1 },
      ),
      ...revenueEntries(
        run,
        adjusted.flatMap((one) => one.fees),
        { sourceType: 'refund', kind: 'sale.restocking_fee', sign: 1 },
      ),
    ],
    { allowShift: true },
  )
}
