import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'

/** When the sales of channels are earned; null: as the organization says. */
export async function readRevenueMoments(
  tx: Tx,
  orgId: number,
  channelIds: readonly string[],
): Promise<ReadonlyMap<string, 'dispatch' | 'delivery' | null>> {
  const { rows } = await sql<{ id: string; moment: 'dispatch' | 'delivery' | null }>`
    select id, revenue_on as moment from orders.channel where org_id = ${orgId} and id = any(${[...new Set(channelIds)]}::uuid[])`.execute(
    tx,
  )
  return new Map(rows.map((row) => [row.id, row.moment]))
}
