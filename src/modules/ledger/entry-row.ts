import { sql } from 'kysely'
import type { EntryRow } from './wire.ts'

/** Columns of `ledger.journal_entry e` for {@link toEntryRow}. The number of an entry is its place in the journal. */
export const entryColumns = sql`
  e.id, e.seq as number, e.accounting_date, e.recorded_at, e.kind, e.source_type, e.source_id, e.memo, e.base_debit, e.base_currency, e.reverses_id,
  (select r.id from ledger.journal_entry r where r.org_id = e.org_id and r.reverses_id = e.id) as reversed_by_id`

export interface StoredEntry {
  id: string
  number: number
  accounting_date: string
  recorded_at: Date
  kind: string
  source_type: string
  source_id: string
  memo: string
  base_debit: number
  base_currency: string
  reverses_id: string | null
  reversed_by_id: string | null
}

/** An entry as the API says it. */
export function toEntryRow({ base_debit, base_currency, recorded_at, ...entry }: StoredEntry): EntryRow {
  return { ...entry, recorded_at: recorded_at.toISOString(), total: { amount: base_debit, currency: base_currency } }
}
