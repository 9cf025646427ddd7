import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import type { NewPosting } from './journal-entry.ts'

/** The part of an entry that a reversal needs. */
export interface EntryToReverse {
  id: string
  number: number
  kind: string
  sourceType: string
  sourceId: string
  reversesId: string | null
  reversedById: string | null
}

/** An entry by id, with the entry that reversed it; undefined when there is none. */
export async function findEntry(tx: Tx, orgId: number, entryId: string): Promise<EntryToReverse | undefined> {
  const { rows } = await sql<EntryToReverse>`
    select e.id, e.seq as number, e.kind, e.source_type as "sourceType", e.source_id as "sourceId", e.reverses_id as "reversesId", r.id as "reversedById"
      from ledger.journal_entry e left join ledger.journal_entry r on r.org_id = e.org_id and r.reverses_id = e.id
     where e.org_id = ${orgId} and e.id = ${entryId}`.execute(tx)
  return rows[0]
}

/** Postings of an entry in their order, ready to be posted again. */
export async function readPostings(tx: Tx, orgId: number, entryId: string): Promise<NewPosting[]> {
  const { rows } = await sql<NewPosting>`
    select account_id as "accountId", amount, currency, base_amount as "baseAmount", party_id as "partyId", document_type as "documentType", document_id as "documentId",
           line_id as "lineId", item_id as "itemId", warehouse_id as "warehouseId", channel_id as "channelId"
      from ledger.posting where org_id = ${orgId} and entry_id = ${entryId} order by line`.execute(tx)
  return rows
}

export interface AccountFacts {
  id: string
  code: string
  role: string | null
  isActive: boolean
}

/** Accounts by code. */
export async function findAccounts(tx: Tx, orgId: number, codes: readonly string[]): Promise<Map<string, AccountFacts>> {
  const { rows } = await sql<AccountFacts>`
    select id, code, role, is_active as "isActive" from ledger.account where org_id = ${orgId} and code = any(${[...codes]}::text[])`.execute(
    tx,
  )
  return new Map(rows.map((row) => [row.code, row]))
}
