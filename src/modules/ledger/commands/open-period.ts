import { sql } from 'kysely'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly } from '../../../kernel/schema.ts'
import { CalendarDay, Period } from '../wire.ts'

/**
 * Opens a closed period again, by its first day.
 * @throws `ledger.not_found`
 */
export const openPeriod = defineCommand({
  name: 'ledger.open_period',
  permission: 'ledger.close_period',
  summary: 'Open a closed period again',
  input: exactly({ starts_on: CalendarDay }),
  output: Period,
  errors: ['ledger.not_found'],

  async run({ tx, ctx, emit }, { starts_on }) {
    const { rows } = await sql<{ ends_on: string }>`
      update ledger.period set status = 'open', closed_at = null where org_id = ${ctx.orgId} and starts_on = ${starts_on}::date and status = 'closed'
      returning ends_on`.execute(tx)
    const period = rows[0]
    if (period === undefined) throw notFound('ledger.closed_period', starts_on)
    emit({
      type: 'ledger.period_opened',
      documentType: 'ledger.period',
      documentId: ZERO_ID,
      payload: { starts_on, ends_on: period.ends_on },
    })
    return { starts_on, ends_on: period.ends_on, status: 'open' as const }
  },
})
