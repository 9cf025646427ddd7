import { postEntries, type PostingRun } from '../ledger/index.ts'
import type { RevenueSlice } from '../orders/index.ts'
import { revenueEntries } from './revenue-entry.ts'

/** Posts the revenue of what shipped, in the transaction that ships it. A closed period shifts it to the first open day. */
export async function postRevenue(run: PostingRun, slices: readonly RevenueSlice[]): Promise<void> {
  await postEntries(run, revenueEntries(run, slices, { sourceType: 'shipment', kind: 'sale.shipped', sign: 1 }), { allowShift: true })
}
