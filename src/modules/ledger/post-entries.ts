import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { invariant } from '../../kernel/errors.ts'
import { type ClosedPeriod, debitTotal, entryProblem, firstOpenDay, type NewEntry } from './journal-entry.ts'
import { periodClosed } from './ledger.errors.ts'

/** What posting needs of a running command or handler. */
export type PostingRun = Pick<CommandRun, 'tx' | 'ctx' | 'now' | 'commandId'>

/**
 * Posts entries, in three statements however many there are: closed periods, entries, postings.
 *
 * `allowShift`: an entry dated in a closed period goes to the first open day after it (backdated goods movements) instead
 * of being refused. Entries are expected to balance: one that does not is a bug of the caller.
 *
 * @throws `ledger.period_closed` (rule)
 */
export async function postEntries(run: PostingRun, entries: readonly NewEntry[], options: { allowShift?: boolean } = {}): Promise<void> {
  if (entries.length === 0) return
  for (const entry of entries) {
    const problem = entryProblem(entry)
    invariant(problem === null, `entry ${entry.kind} of ${entry.sourceType} ${entry.sourceId} ${problem ?? ''}`)
  }
  const closed = await listClosedPeriods(run.tx, run.ctx.orgId, entries)
  const dated = entries.map((entry) => ({ ...entry, accountingDate: openDay(entry.accountingDate, closed, options.allowShift === true) }))
  await insertEntries(run, dated)
  await insertPostings(run, dated)
}

function openDay(day: string, closed: readonly ClosedPeriod[], allowShift: boolean): string {
  const open = firstOpenDay(day, closed)
  if (open !== day && !allowShift) throw periodClosed(day)
  return open
}

/** Closed periods from the earliest of the entries' days on: a shifted entry may run into the next one. */
async function listClosedPeriods(tx: Tx, orgId: number, entries: readonly NewEntry[]): Promise<ClosedPeriod[]> {
  const earliest = entries.reduce(
    (day, entry) => (entry.accountingDate < day ? entry.accountingDate : day),
    entries[0]?.accountingDate ?? '',
  )
  const { rows } = await sql<ClosedPeriod>`
    select starts_on, ends_on from ledger.period
     where org_id = ${orgId} and status = 'closed' and ends_on >= ${earliest}::date order by starts_on limit 1200`.execute(tx)
  return rows
}

async function insertEntries({ tx, ctx, now, commandId }: PostingRun, entries: readonly NewEntry[]): Promise<void> {
  const rows = entries.map((entry, index) => ({
    ordinal: index + 1,
    id: entry.id,
    accounting_date: entry.accountingDate,
    total: debitTotal(entry.postings),
    kind: entry.kind,
    source_type: entry.sourceType,
    source_id: entry.sourceId,
    reverses_id: entry.reversesId ?? null,
    memo: entry.memo,
  }))
  const source = rowsOf(
    rows,
    {
      ordinal: 'integer',
      id: 'uuid',
      accounting_date: 'date',
      total: 'bigint',
      kind: 'text',
      source_type: 'text',
      source_id: 'uuid',
      reverses_id: 'uuid',
      memo: 'text',
    },
    'e',
  )
  await sql`
    insert into ledger.journal_entry (org_id, id, accounting_date, recorded_at, base_currency, base_debit, base_credit, kind, source_type, source_id, reverses_id, memo, actor_kind, actor_id, command_id)
    select ${ctx.orgId}, e.id, e.accounting_date, ${now}, ${ctx.org.baseCurrency}, e.total, e.total, e.kind, e.source_type, e.source_id, e.reverses_id, e.memo, ${ctx.actor.kind}, ${ctx.actor.id}::uuid, ${commandId}::uuid
      from ${source} order by e.ordinal`.execute(tx)
}

/** A role is turned into its account by the insert itself; a role without an account violates NOT NULL, which is a bug. */
async function insertPostings({ tx, ctx }: PostingRun, entries: readonly NewEntry[]): Promise<void> {
  const rows = entries.flatMap((entry) =>
    entry.postings.map((posting, index) => ({
      entry_id: entry.id,
      line: index + 1,
      role: posting.role ?? null,
      account_id: posting.accountId ?? null,
      accounting_date: entry.accountingDate,
      amount: posting.amount,
      currency: posting.currency,
      base_amount: posting.baseAmount,
      party_id: posting.partyId ?? null,
      document_type: posting.documentType ?? null,
      document_id: posting.documentId ?? null,
      line_id: posting.lineId ?? null,
      item_id: posting.itemId ?? null,
      warehouse_id: posting.warehouseId ?? null,
      channel_id: posting.channelId ?? null,
    })),
  )
  const source = rowsOf(
    rows,
    {
      entry_id: 'uuid',
      line: 'integer',
      role: 'text',
      account_id: 'uuid',
      accounting_date: 'date',
      amount: 'bigint',
      currency: 'text',
      base_amount: 'bigint',
      party_id: 'uuid',
      document_type: 'text',
      document_id: 'uuid',
      line_id: 'uuid',
      item_id: 'uuid',
      warehouse_id: 'uuid',
      channel_id: 'uuid',
    },
    'p',
  )
  await sql`
    insert into ledger.posting (org_id, entry_id, line, account_id, accounting_date, amount, currency, base_amount, party_id, document_type, document_id, line_id, item_id, warehouse_id, channel_id)
    select ${ctx.orgId}, p.entry_id, p.line, coalesce(p.account_id, a.id), p.accounting_date, p.amount, p.currency, p.base_amount, p.party_id, p.document_type, p.document_id, p.line_id, p.item_id, p.warehouse_id, p.channel_id
      from ${source} left join ledger.account a on a.org_id = ${ctx.orgId} and a.role = p.role`.execute(tx)
}
