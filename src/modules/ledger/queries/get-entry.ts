import { sql } from 'kysely'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { entryColumns, type StoredEntry, toEntryRow } from '../entry-row.ts'
import { Entry, type Posting } from '../wire.ts'

/** Most postings answered with one entry: the opening stock of a large catalog is one entry. */
const MAX_POSTINGS = 10_000

type StoredPosting = Omit<Posting, 'amount' | 'base_amount'> & { amount: number; base_amount: number; currency: string }

/**
 * One journal entry with its postings.
 * @throws `ledger.not_found`
 */
export const getEntry = defineQuery({
  name: 'ledger.get_entry',
  permission: 'ledger.read',
  summary: 'Get a journal entry',
  input: exactly({ entry_id: Uuid }),
  output: Entry,
  errors: ['ledger.not_found'],

  async run({ tx, ctx }, { entry_id }) {
    const entries = await sql<StoredEntry & { postings_total: number }>`
      select ${entryColumns}, (select count(*) from ledger.posting p where p.org_id = e.org_id and p.entry_id = e.id) as postings_total
        from ledger.journal_entry e where e.org_id = ${ctx.orgId} and e.id = ${entry_id}`.execute(tx)
    const stored = entries.rows[0]
    if (stored === undefined) throw notFound('ledger.journal_entry', entry_id)
    const { postings_total, ...entry } = stored
    const { rows } = await sql<StoredPosting>`
      select p.line, a.code as account, a.name as account_name, p.amount, p.currency, p.base_amount, p.party_id, p.document_type, p.document_id,
             p.line_id, p.item_id, p.warehouse_id, p.channel_id
        from ledger.posting p join ledger.account a on a.org_id = p.org_id and a.id = p.account_id
       where p.org_id = ${ctx.orgId} and p.entry_id = ${entry_id} order by p.line limit ${MAX_POSTINGS}`.execute(tx)
    const postings = rows.map(({ amount, base_amount, currency, ...posting }) => ({
      ...posting,
      amount: { amount, currency },
      base_amount: { amount: base_amount, currency: stored.base_currency },
    }))
    return { ...toEntryRow(entry), postings_total, postings }
  },
})
