import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { dayIn } from '../../../kernel/clock.ts'
import { defineQuery } from '../../../kernel/command.ts'
import { exactly, nullable } from '../../../kernel/schema.ts'
import { ACCOUNT_TYPES } from '../account.ts'
import { CalendarDay } from '../wire.ts'

const AccountBalance = exactly({
  code: Type.String(),
  name: Type.String(),
  type: Type.Enum([...ACCOUNT_TYPES]),
  role: nullable(Type.String()),
  debit: Type.Integer(),
  credit: Type.Integer(),
  balance: Type.Integer(),
})

/**
 * Every account up to and including a day: what was debited, what was credited, and the balance (debits less credits, so a
 * liability's is negative), in minor units of the base currency. Without a day: today in the organization's time zone.
 */
export const getTrialBalance = defineQuery({
  name: 'ledger.get_trial_balance',
  permission: 'ledger.read',
  summary: 'Get the trial balance of a day',
  input: exactly({ on: Type.Optional(CalendarDay) }),
  output: exactly({
    on: CalendarDay,
    currency: Type.String(),
    accounts: Type.Array(AccountBalance),
    total_debit: Type.Integer(),
    total_credit: Type.Integer(),
  }),

  async run({ tx, ctx, now }, { on = dayIn(ctx.org.timeZone, now) }) {
    const { rows } = await sql<Static<typeof AccountBalance>>`
      with sums as (
        select p.account_id, coalesce(sum(p.base_amount) filter (where p.base_amount > 0), 0)::bigint as debit,
               coalesce(-sum(p.base_amount) filter (where p.base_amount < 0), 0)::bigint as credit
          from ledger.posting p where p.org_id = ${ctx.orgId} and p.accounting_date <= ${on}::date group by p.account_id
      )
      select a.code, a.name, a.type, a.role, coalesce(s.debit, 0) as debit, coalesce(s.credit, 0) as credit, coalesce(s.debit - s.credit, 0) as balance
        from ledger.account a left join sums s on s.account_id = a.id where a.org_id = ${ctx.orgId} order by a.code`.execute(tx)
    return {
      on,
      currency: ctx.org.baseCurrency,
      accounts: rows,
      total_debit: rows.reduce((sum, row) => sum + row.debit, 0),
      total_credit: rows.reduce((sum, row) => sum + row.credit, 0),
    }
  },
})
