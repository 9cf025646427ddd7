import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'
import { GENERIC_CHART } from './account.ts'

/** Gives a new organization the generic chart of accounts. Does nothing for what is already there. */
export async function provisionLedger(tx: Tx, orgId: number): Promise<void> {
  const accounts = Object.entries(GENERIC_CHART).map(([role, account]) => ({ id: newId(), role, ...account }))
  await sql`
    insert into ledger.account (org_id, id, code, name, type, role)
    select ${orgId}, a.id, a.code, a.name, a.type, a.role
      from ${rowsOf(accounts, { id: 'uuid', code: 'text', name: 'text', type: 'text', role: 'text' }, 'a')}
    on conflict do nothing`.execute(tx)
}
