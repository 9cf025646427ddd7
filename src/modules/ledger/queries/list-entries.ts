import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { ListTotal, totalOf } from '../../../kernel/list-total.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { searchCondition } from '../../../kernel/search.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { entryColumns, type StoredEntry, toEntryRow } from '../entry-row.ts'
import { CalendarDay, EntryRow } from '../wire.ts'

const filters = {
  q: Type.Optional(Type.String({ maxLength: 200, description: 'number of an entry' })),
  source_id: Type.Optional(Uuid),
  document_id: Type.Optional(Uuid),
  account: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })),
  kind: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  from: Type.Optional(CalendarDay),
  to: Type.Optional(CalendarDay),
}
const Filters = exactly(filters)

/** All that bounds the list, but the account. */
function conditionsOf(orgId: number, filter: Static<typeof Filters>): RawBuilder<unknown>[] {
  const { q, source_id, document_id, kind, from, to } = filter
  const conditions = [sql`e.org_id = ${orgId}`]
  if (q !== undefined && q.trim() !== '') {
    const number = /^#?(\d{1,15})$/.exec(q.trim())?.[1]
    conditions.push(number === undefined ? sql`false` : sql`e.seq = ${Number(number)}`)
  }
  if (source_id !== undefined) conditions.push(sql`e.source_id = ${source_id}`)
  if (kind !== undefined) conditions.push(sql`e.kind = ${kind}`)
  if (from !== undefined) conditions.push(sql`e.accounting_date >= ${from}::date`)
  if (to !== undefined) conditions.push(sql`e.accounting_date <= ${to}::date`)
  if (document_id !== undefined) {
    conditions.push(sql`e.id in (select p.entry_id from ledger.posting p where p.org_id = ${orgId} and p.document_id = ${document_id})`)
  }
  return conditions
}

/** Entries of more days are not collected: the list is walked, newest first. */
const DAYS_AT_MOST = 50_000

/** Entries of a span of days, by what they have collected: walking from the newest on would pass all since. */
function searchDays(tx: Tx, orgId: number, from: string, to: string): Promise<RawBuilder<unknown>> {
  return searchCondition(tx, {
    id: sql`e.seq`,
    matching: () =>
      sql`select d.seq from ledger.journal_entry d where d.org_id = ${orgId} and d.accounting_date between ${from}::date and ${to}::date`,
    itself: sql`true`,
    collected: DAYS_AT_MOST,
  })
}

/** Entries with a posting on an account: few of them by the account's postings, of many the newest by asking each entry. */
function searchAccount(tx: Tx, orgId: number, code: string): Promise<RawBuilder<unknown>> {
  const account = sql`(select id from ledger.account where org_id = ${orgId} and code = ${code})`
  return searchCondition(tx, {
    id: sql`e.id`,
    matching: () => sql`select p.entry_id from ledger.posting p where p.org_id = ${orgId} and p.account_id = ${account}`,
    itself: sql`exists (select from ledger.posting p where p.org_id = ${orgId} and p.entry_id = e.id and p.account_id = ${account} offset 0)`,
  })
}

/**
 * Journal entries, the latest recorded first. `source_id`: posted by this document; `document_id`: with an amount that belongs to
 * this document (an order's payments and shipments alike); `account`: with a posting on the account of this code.
 */
export const listEntries = defineQuery({
  name: 'ledger.list_entries',
  permission: 'ledger.read',
  summary: 'List journal entries',
  input: exactly({ ...filters, ...pageInput }),
  output: pageOf(EntryRow),

  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor, ...filter }) {
    const before = decodeCursor(cursor, ['number'])
    const conditions = conditionsOf(ctx.orgId, filter)
    if (filter.account !== undefined) conditions.push(await searchAccount(tx, ctx.orgId, filter.account))
    if (filter.from !== undefined && filter.to !== undefined) conditions.push(await searchDays(tx, ctx.orgId, filter.from, filter.to))
    if (before !== null) conditions.push(sql`e.seq < ${before[0]}`)
    const { rows } = await sql<StoredEntry>`
      select ${entryColumns} from ledger.journal_entry e
       where ${sql.join(conditions, sql` and `)} order by e.seq desc limit ${limit + 1}`.execute(tx)
    return toPage(rows.map(toEntryRow), limit, (row) => [row.number])
  },
})

/** How many entries a filter finds, and what they come to in the base currency. */
export const totalEntries = defineQuery({
  name: 'ledger.total_entries',
  permission: 'ledger.read',
  summary: 'Count and sum the journal entries that a filter finds',
  input: Filters,
  output: ListTotal,
  async run({ tx, ctx }, input) {
    const conditions = conditionsOf(ctx.orgId, input)
    if (input.account !== undefined) conditions.push(await searchAccount(tx, ctx.orgId, input.account))
    return totalOf(
      tx,
      sql`select e.base_debit as amount, e.base_currency as currency from ledger.journal_entry e where ${sql.join(conditions, sql` and `)}`,
    )
  },
})
