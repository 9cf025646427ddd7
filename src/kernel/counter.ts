import { sql } from 'kysely'
import type { Tx } from './database.ts'

/**
 * Takes `count` document numbers of a kind and answers the first. The counter's row stays locked until the commit,
 * so numbers have no gaps; take them last, after all other locks.
 */
export async function takeNumbers(tx: Tx, orgId: number, name: string, count: number): Promise<number> {
  const { rows } = await sql<{ last: number }>`
    insert into kernel.counter (org_id, name, last) values (${orgId}, ${name}, ${count})
    on conflict (org_id, name) do update set last = kernel.counter.last + excluded.last returning last`.execute(tx)
  return (rows[0]?.last ?? count) - count + 1
}
