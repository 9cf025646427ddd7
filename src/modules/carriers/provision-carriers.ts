import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'

/** Gives a new organization the carrier `manual`: somebody hands the parcel over and types the number from the slip. */
export async function provisionCarriers(tx: Tx, orgId: number, now: Date): Promise<void> {
  const config = { services: [{ code: 'standard', name: 'Standard' }] }
  await sql`
    insert into carriers.carrier (org_id, id, code, name, kind, config, created_at)
    values (${orgId}, ${newId()}, 'manual', 'Manual', 'manual', ${JSON.stringify(config)}::jsonb, ${now})`.execute(tx)
}
