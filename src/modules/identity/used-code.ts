import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type Database, inGlobalTransaction } from '../../kernel/database.ts'

/**
 * Marks a code of the second step as used. A code of the app is right for 90 seconds (RFC 6238 § 5.2 wants it to count once): when it
 * counted before, the session that it just opened ends and the answer is false.
 */
export async function takeCode(database: Database, used: { userId: string; code: string; sessionToken: string }): Promise<boolean> {
  const hash = createHash('sha256').update(used.code).digest()
  return inGlobalTransaction(database, async (tx) => {
    await sql`delete from auth.used_code where user_id = ${used.userId} and used_at < now() - interval '5 minutes'`.execute(tx)
    const { rows } = await sql`
      insert into auth.used_code (user_id, code_hash, used_at) values (${used.userId}, ${hash}, now())
      on conflict do nothing returning user_id`.execute(tx)
    if (rows.length === 1) return true
    await sql`delete from auth.session where token = ${used.sessionToken}`.execute(tx)
    return false
  })
}
