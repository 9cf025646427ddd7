import { sql } from 'kysely'
import type { Context } from '../../kernel/context.ts'
import type { Tx } from '../../kernel/database.ts'
import { CHUNK_ROWS, readChunks } from './exporter.ts'

/** One posting with the entry it belongs to. */
export interface LedgerRow {
  number: number
  accounting_date: string
  recorded_at: Date
  kind: string
  memo: string
  source_type: string
  source_id: string
  line: number
  account: string
  account_name: string
  account_type: string
  amount: number
  currency: string
  base_amount: number
  document_type: string | null
  document_id: string | null
  order_number: number | null
  sku: string | null
  warehouse: string | null
  channel: string | null
}

/** Entries whose postings are read at once. */
const ENTRIES_AT_ONCE = 200

/** The whole journal, an entry's postings together, entries in the order recorded. */
export async function* readLedger(tx: Tx, ctx: Context): AsyncGenerator<LedgerRow[]> {
  const chunks = readChunks(
    async (after: number | null) => {
      const { rows } = await sql<{ seq: number; id: string }>`
        select seq, id from ledger.journal_entry where org_id = ${ctx.orgId} and seq > ${after ?? 0} order by seq limit ${CHUNK_ROWS}`.execute(
        tx,
      )
      return rows
    },
    (row) => row.seq,
  )
  for await (const entries of chunks) {
    for (let start = 0; start < entries.length; start += ENTRIES_AT_ONCE) {
      const ids = entries.slice(start, start + ENTRIES_AT_ONCE).map((entry) => entry.id)
      // oxlint-disable-next-line no-await-in-loop -- one chunk after another on one connection
      yield await readPostings(tx, ctx.orgId, ids)
    }
  }
}

async function readPostings(tx: Tx, orgId: number, entryIds: readonly string[]): Promise<LedgerRow[]> {
  const { rows } = await sql<LedgerRow>`
    select e.seq as number, e.accounting_date, e.recorded_at, e.kind, e.memo, e.source_type, e.source_id, p.line, a.code as account, a.name as account_name,
           a.type as account_type, p.amount, p.currency, p.base_amount, p.document_type, p.document_id, o.number as order_number, i.sku, w.code as warehouse, c.code as channel
      from ledger.journal_entry e
      join ledger.posting p on p.org_id = e.org_id and p.entry_id = e.id
      join ledger.account a on a.org_id = p.org_id and a.id = p.account_id
      left join orders.sales_order o on o.org_id = p.org_id and o.id = p.document_id
      left join catalog.item i on i.org_id = p.org_id and i.id = p.item_id
      left join inventory.warehouse w on w.org_id = p.org_id and w.id = p.warehouse_id
      left join orders.channel c on c.org_id = p.org_id and c.id = p.channel_id
     where e.org_id = ${orgId} and e.id = any(${[...entryIds]}::uuid[]) order by e.seq, p.line`.execute(tx)
  return rows
}
