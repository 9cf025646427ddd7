import { sql } from 'kysely'
import { inGlobalTransaction, inTransaction } from './database.ts'
import type { Job } from './jobs.ts'

const KEY_LIFE_HOURS = 24
/** Rows a purge takes at once, so that it never holds many locks. */
const PURGE_CHUNK = 5000

/** Forgets idempotency keys after 24 hours (DESIGN § 6). */
export const purgeIdempotencyKeys: Job = {
  name: 'kernel.purge_idempotency_keys',
  cron: '17 * * * *',
  async handle(ground) {
    const before = new Date(ground.clock.now().getTime() - KEY_LIFE_HOURS * 3_600_000)
    /* oxlint-disable no-await-in-loop -- small chunks, one after another */
    for (const orgId of await ground.listOrganizations()) {
      for (let deleted = PURGE_CHUNK; deleted === PURGE_CHUNK;) {
        deleted = await inTransaction(ground.system.database, orgId, async (tx) => {
          const { numAffectedRows } = await sql`
            delete from kernel.idempotency_key where org_id = ${orgId} and key in
              (select key from kernel.idempotency_key where org_id = ${orgId} and created_at < ${before} limit ${PURGE_CHUNK})`.execute(tx)
          return Number(numAffectedRows ?? 0)
        })
      }
    }
    /* oxlint-enable no-await-in-loop */
  },
}

/** Keeps plans of young tables honest: cheap when nothing has grown (see migration 0001). */
export const refreshStatistics: Job = {
  name: 'kernel.refresh_statistics',
  everySeconds: 20,
  async handle(ground) {
    await inGlobalTransaction(ground.system.database, (tx) => sql`select kernel.refresh_statistics()`.execute(tx))
  },
}

/** Forgets sessions, one-time values and counts of failed sign-ins that have run out. */
export const purgeSessions: Job = {
  name: 'kernel.purge_sessions',
  cron: '41 2 * * *',
  async handle(ground) {
    await inGlobalTransaction(ground.system.database, async (tx) => {
      await sql`delete from auth.session where expires_at < now()`.execute(tx)
      await sql`delete from auth.verification where expires_at < now()`.execute(tx)
      await sql`delete from auth.failed_sign_in where ends_at < now()`.execute(tx)
      await sql`delete from auth.used_code where used_at < now() - interval '1 hour'`.execute(tx)
    })
  },
}
