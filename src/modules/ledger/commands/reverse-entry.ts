import { Type } from 'typebox'
import { dayIn } from '../../../kernel/clock.ts'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { exchangeSides } from '../journal-entry.ts'
import { alreadyReversed, isReversal, reverseDocumentInstead } from '../ledger.errors.ts'
import { findEntry, readPostings } from '../ledger.repo.ts'
import { postEntries } from '../post-entries.ts'
import { CalendarDay, EntryWritten } from '../wire.ts'

/**
 * Takes an entry that was posted by hand back, by a new entry with the sides exchanged that points at it.
 * Without a date it counts for today in the organization's time zone.
 *
 * @throws `ledger.not_found`, `ledger.reverse_document_instead` (rule), `ledger.is_reversal` (rule), `ledger.already_reversed` (conflict), `ledger.period_closed` (rule)
 */
export const reverseEntry = defineCommand({
  name: 'ledger.reverse_entry',
  permission: 'ledger.reverse',
  summary: 'Reverse a journal entry that was posted by hand',
  input: exactly({ entry_id: Uuid, reason: Type.String({ minLength: 1, maxLength: 500 }), accounting_date: Type.Optional(CalendarDay) }),
  output: EntryWritten,
  errors: ['ledger.not_found', 'ledger.reverse_document_instead', 'ledger.is_reversal', 'ledger.already_reversed', 'ledger.period_closed'],
  constraints: { journal_entry_org_id_reverses_id_key: alreadyReversed },

  async run(run, { entry_id, reason, accounting_date }) {
    const { tx, ctx, now } = run
    const entry = await findEntry(tx, ctx.orgId, entry_id)
    if (entry === undefined) throw notFound('ledger.journal_entry', entry_id)
    if (entry.sourceType !== 'manual') throw reverseDocumentInstead(entry.sourceType, entry.sourceId)
    if (entry.reversesId !== null) throw isReversal()
    if (entry.reversedById !== null) throw alreadyReversed()

    const id = run.newId()
    const accountingDate = accounting_date ?? dayIn(ctx.org.timeZone, now)
    const postings = exchangeSides(await readPostings(tx, ctx.orgId, entry.id))
    await postEntries(run, [
      { id, kind: 'reversal', accountingDate, sourceType: 'manual', sourceId: entry.id, memo: reason, reversesId: entry.id, postings },
    ])
    run.emit({
      type: 'ledger.entry_reversed',
      documentType: 'ledger.journal_entry',
      documentId: entry.id,
      payload: { reversed_by_id: id, accounting_date: accountingDate, reason },
    })
    return { id }
  },
})
