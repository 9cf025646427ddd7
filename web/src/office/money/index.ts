export { JournalEntriesPage } from './journal-entries-page.tsx'
export { JournalEntryPage } from './journal-entry-page.tsx'
export { TrialBalancePage } from './trial-balance-page.tsx'
