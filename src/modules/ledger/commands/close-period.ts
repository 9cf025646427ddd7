import { sql } from 'kysely'
import { defineCommand } from '../../../kernel/command.ts'
import { invalidField } from '../../../kernel/errors.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly } from '../../../kernel/schema.ts'
import { periodOverlaps } from '../ledger.errors.ts'
import { CalendarDay, Period } from '../wire.ts'

/**
 * Closes the books for a stretch of days: entries dated in it are refused, backdated goods post on the first open day after.
 * An entry whose transaction began before the close may still arrive in it, as if it had come just before.
 * Closing the same days twice changes nothing.
 *
 * @throws `kernel.invalid_input` (ends before it starts), `ledger.period_overlaps` (conflict)
 */
export const closePeriod = defineCommand({
  name: 'ledger.close_period',
  permission: 'ledger.close_period',
  summary: 'Close the books for a period',
  input: exactly({ starts_on: CalendarDay, ends_on: CalendarDay }),
  output: Period,
  errors: ['ledger.period_overlaps'],

  async run({ tx, ctx, now, emit }, { starts_on, ends_on }) {
    if (ends_on < starts_on) throw invalidField('/ends_on', 'before_start', 'is before starts_on; exchange the two days')
    const overlapping = await sql`
      select from ledger.period where org_id = ${ctx.orgId} and status = 'closed' and starts_on <= ${ends_on}::date and ends_on >= ${starts_on}::date
         and (starts_on, ends_on) <> (${starts_on}::date, ${ends_on}::date) limit 1`.execute(tx)
    if (overlapping.rows.length > 0) throw periodOverlaps({ starts_on, ends_on })
    await sql`
      insert into ledger.period (org_id, starts_on, ends_on, status, closed_at) values (${ctx.orgId}, ${starts_on}, ${ends_on}, 'closed', ${now})
      on conflict (org_id, starts_on) do update set ends_on = excluded.ends_on, status = 'closed', closed_at = excluded.closed_at`.execute(
      tx,
    )
    emit({ type: 'ledger.period_closed', documentType: 'ledger.period', documentId: ZERO_ID, payload: { starts_on, ends_on } })
    return { starts_on, ends_on, status: 'closed' as const }
  },
})
