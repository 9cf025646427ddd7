import { sql } from 'kysely'
import { defineQuery } from '../../../kernel/command.ts'
import { DomainError } from '../../../kernel/errors.ts'
import { exactly } from '../../../kernel/schema.ts'
import type { Verification } from '../verify.ts'
import { VerificationAnswer } from '../verification.ts'

/**
 * The latest run of verify.
 * @throws `reports.not_verified_yet` (not_found)
 */
export const getVerification = defineQuery({
  name: 'reports.get_verification',
  permission: 'reports.read',
  summary: 'Get the latest verification',
  input: exactly({}),
  output: VerificationAnswer,
  errors: ['reports.not_verified_yet'],

  async run({ tx, ctx }) {
    const { rows } = await sql<Omit<Verification, 'started_at' | 'finished_at'> & { started_at: Date; finished_at: Date }>`
      select id, ok, started_at, finished_at, checks from reports.verification where org_id = ${ctx.orgId} order by finished_at desc, id desc limit 1`.execute(
      tx,
    )
    const latest = rows[0]
    if (latest === undefined)
      throw new DomainError(
        'not_found',
        'reports.not_verified_yet',
        'Nothing was verified yet. Run it with POST /v1/verification or tefter verify; it also runs every night.',
      )
    return { ...latest, started_at: latest.started_at.toISOString(), finished_at: latest.finished_at.toISOString() }
  },
})
