import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { exactly } from '../../../kernel/schema.ts'
import { Period } from '../wire.ts'

/** Periods that were closed or opened again, the latest first; a day in none is open. */
export const listPeriods = defineQuery({
  name: 'ledger.list_periods',
  permission: 'ledger.read',
  summary: 'List accounting periods',
  input: exactly({}),
  output: exactly({ data: Type.Array(Period) }),

  async run({ tx, ctx }) {
    const { rows } = await sql<Static<typeof Period>>`
      select starts_on, ends_on, status from ledger.period where org_id = ${ctx.orgId} order by starts_on desc limit 1000`.execute(tx)
    return { data: rows }
  },
})
