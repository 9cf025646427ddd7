import { commandRoute, queryRoute, type Route } from '../../kernel/http/route.ts'
import { closePeriod } from './commands/close-period.ts'
import { openPeriod } from './commands/open-period.ts'
import { postManualEntry } from './commands/post-manual-entry.ts'
import { reverseEntry } from './commands/reverse-entry.ts'
import { getEntry } from './queries/get-entry.ts'
import { getTrialBalance } from './queries/get-trial-balance.ts'
import { listAccounts } from './queries/list-accounts.ts'
import { listEntries } from './queries/list-entries.ts'
import { listPeriods } from './queries/list-periods.ts'

const tag = 'Ledger'
const showEntry = { query: getEntry, by: ({ id }: { id: string }) => ({ entry_id: id }) }

/** The ledger's operations of the API. */
export const ledgerRoutes: Route[] = [
  queryRoute(listAccounts, { path: '/v1/accounts', tag }),
  queryRoute(listEntries, { path: '/v1/journal-entries', tag }),
  queryRoute(getEntry, { path: '/v1/journal-entries/:entry_id', tag }),
  commandRoute(postManualEntry, {
    method: 'POST',
    path: '/v1/journal-entries',
    tag,
    show: showEntry,
    example: {
      memo: 'Bank charges of November',
      postings: [
        { account: '6110', amount: 1250 },
        { account: '1110', amount: -1250 },
      ],
    },
  }),
  commandRoute(reverseEntry, {
    method: 'POST',
    path: '/v1/journal-entries/:entry_id/reversal',
    tag,
    show: showEntry,
    example: { reason: 'Posted twice' },
  }),
  queryRoute(getTrialBalance, { path: '/v1/trial-balance', tag }),
  queryRoute(listPeriods, { path: '/v1/accounting-periods', tag }),
  commandRoute(closePeriod, {
    method: 'POST',
    path: '/v1/accounting-periods',
    tag,
    status: 200,
    example: { starts_on: '2026-01-01', ends_on: '2026-01-31' },
  }),
  commandRoute(openPeriod, { method: 'POST', path: '/v1/accounting-periods/:starts_on/opening', tag, status: 200 }),
]
