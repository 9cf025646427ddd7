import { type Static, Type } from 'typebox'
import { exactly, Instant, nullable, Uuid } from '../../kernel/schema.ts'

/** A calendar day, YYYY-MM-DD, in the organization's time zone. */
export const CalendarDay = Type.String({ format: 'date' })

/** What a command answers for an entry it posted. */
export const EntryWritten = exactly({ id: Uuid })

/** Money on the wire: minor units and currency. */
const Money = exactly({ amount: Type.Integer(), currency: Type.String() })

const entryFields = {
  id: Uuid,
  number: Type.Integer(),
  accounting_date: CalendarDay,
  recorded_at: Instant,
  kind: Type.String(),
  source_type: Type.String(),
  source_id: Uuid,
  memo: Type.String(),
  /** Sum of the debit side in the base currency. */
  total: Money,
  reverses_id: nullable(Uuid),
  reversed_by_id: nullable(Uuid),
}

/** A journal entry as lists show it. */
export const EntryRow = exactly(entryFields)
export type EntryRow = Static<typeof EntryRow>

/** One side of an entry; a debit is positive. */
export const Posting = exactly({
  line: Type.Integer(),
  account: Type.String(),
  account_name: Type.String(),
  amount: Money,
  base_amount: Money,
  party_id: nullable(Uuid),
  document_type: nullable(Type.String()),
  document_id: nullable(Uuid),
  line_id: nullable(Uuid),
  item_id: nullable(Uuid),
  warehouse_id: nullable(Uuid),
  channel_id: nullable(Uuid),
})
export type Posting = Static<typeof Posting>

/** A journal entry with its postings; of a very long one the first 10,000. */
export const Entry = exactly({ ...entryFields, postings_total: Type.Integer(), postings: Type.Array(Posting) })

/** A period that was closed or opened. */
export const Period = exactly({ starts_on: CalendarDay, ends_on: CalendarDay, status: Type.Enum(['open', 'closed']) })
