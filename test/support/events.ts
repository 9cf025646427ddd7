import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { type Database, readOnly } from '../../src/kernel/database.ts'

/**
 * Waits until every event of an organization can be read from the feed: it holds back what a transaction that is still open could come before,
 * and other test files on the same server have transactions open.
 */
export async function untilFinal(database: Database, orgId: number): Promise<void> {
  for (let look = 0; look < 500; look += 1) {
    const { rows } = await readOnly(database, { orgId }, (tx) =>
      sql`select from kernel.event where org_id = ${orgId} and xid >= kernel.event_horizon() limit 1`.execute(tx),
    )
    if (rows.length === 0) return
    await sleep(20)
  }
  throw new Error('Some transaction on the test server stays open')
}
