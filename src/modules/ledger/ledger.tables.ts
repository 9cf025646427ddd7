// Generated from the migrated database by scripts/generate-database-types.ts. Do not edit.

import type { ColumnType } from 'kysely'

type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>

type Timestamp = ColumnType<Date, Date | string, Date | string>

interface LedgerAccount {
  code: string
  id: string
  is_active: Generated<boolean>
  name: string
  org_id: number
  role: string | null
  type: string
}

interface LedgerCustomerBalance {
  amount: number | null
  base_amount: number | null
  currency: string | null
  document_id: string | null
  document_type: string | null
  first_on: string | null
  org_id: number | null
  party_id: string | null
  postings: number | null
}

interface LedgerDocumentBalance {
  amount: number | null
  base_amount: number | null
  currency: string | null
  document_id: string | null
  document_type: string | null
  org_id: number | null
  role: string | null
}

interface LedgerJournalEntry {
  accounting_date: string
  actor_id: string | null
  actor_kind: string
  base_credit: number
  base_currency: string
  base_debit: number
  command_id: string
  id: string
  kind: string
  memo: Generated<string>
  org_id: number
  recorded_at: Timestamp
  reverses_id: string | null
  seq: Generated<number>
  source_id: string
  source_type: string
}

interface LedgerPeriod {
  closed_at: Timestamp | null
  ends_on: string
  org_id: number
  starts_on: string
  status: Generated<string>
}

interface LedgerPosting {
  account_id: string
  accounting_date: string
  amount: number
  base_amount: number
  channel_id: string | null
  currency: string
  document_id: string | null
  document_type: string | null
  entry_id: string
  item_id: string | null
  line: number
  line_id: string | null
  org_id: number
  party_id: string | null
  warehouse_id: string | null
}

interface LedgerRoleBalance {
  base_amount: number | null
  org_id: number | null
  postings: number | null
  role: string | null
}

export interface LedgerTables {
  'ledger.account': LedgerAccount
  'ledger.customer_balance': LedgerCustomerBalance
  'ledger.document_balance': LedgerDocumentBalance
  'ledger.journal_entry': LedgerJournalEntry
  'ledger.period': LedgerPeriod
  'ledger.posting': LedgerPosting
  'ledger.role_balance': LedgerRoleBalance
}
