import type { HandlerRun } from '../../kernel/events.ts'
import { postEntries } from '../ledger/index.ts'
import type { RevenueSlice } from '../orders/index.ts'
import { revenueEntries } from './revenue-entry.ts'
import { issueVouchers } from './sell-vouchers.ts'

/**
 * Posts the revenue of what was sent, by us or by the channel itself, in the transaction that says so; vouchers that were sold are issued and are a liability. A closed
 * period shifts it to the first open day.
 */
export async function postRevenue(
  run: HandlerRun,
  slices: readonly RevenueSlice[],
  kind: 'sale.shipped' | 'sale.supplied_elsewhere' = 'sale.shipped',
): Promise<void> {
  const vouchers = await issueVouchers(run, slices)
  await postEntries(run, revenueEntries(run, slices, { sourceType: 'shipment', kind, sign: 1, vouchers }), {
    allowShift: true,
  })
}
