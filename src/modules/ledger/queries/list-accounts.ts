import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { exactly } from '../../../kernel/schema.ts'
import { Account } from '../account.ts'

/** The whole chart of accounts by code; a chart has at most 1,000. */
export const listAccounts = defineQuery({
  name: 'ledger.list_accounts',
  permission: 'ledger.read',
  summary: 'List the chart of accounts',
  input: exactly({}),
  output: exactly({ data: Type.Array(Account) }),

  async run({ tx, ctx }) {
    const { rows } = await sql<Account>`
      select id, code, name, type, role, is_active from ledger.account where org_id = ${ctx.orgId} order by code limit 1000`.execute(tx)
    return { data: rows }
  },
})
