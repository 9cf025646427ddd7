import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'

/** Names of users and API keys by id, to show who did something; unknown ids are missing. One statement. */
export async function findActorNames(tx: Tx, orgId: number, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const wanted = [...new Set(ids)]
  const { rows } = await sql<{ id: string; name: string }>`
    select u.id, u.name from auth.user u where u.id = any(${wanted}::uuid[])
    union all select k.id, k.name from identity.api_key k where k.org_id = ${orgId} and k.id = any(${wanted}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.id, row.name]))
}
