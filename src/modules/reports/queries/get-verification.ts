import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { exactly } from '../../../kernel/schema.ts'
import type { Verification } from '../verify.ts'
import { VerificationAnswer } from '../verification.ts'

/** The latest run of verify; null when nothing was verified yet (`POST /v1/verification` or `tefter verify` does it, and every night). */
export const getVerification = defineQuery({
  name: 'reports.get_verification',
  permission: 'reports.read',
  summary: 'Get the latest verification, null before the first',
  input: exactly({}),
  output: Type.Union([VerificationAnswer, Type.Null()]),

  async run({ tx, ctx }) {
    const { rows } = await sql<Omit<Verification, 'started_at' | 'finished_at'> & { started_at: Date; finished_at: Date }>`
      select id, ok, started_at, finished_at, checks from reports.verification where org_id = ${ctx.orgId} order by finished_at desc, id desc limit 1`.execute(
      tx,
    )
    const latest = rows[0]
    if (latest === undefined) return null
    return { ...latest, started_at: latest.started_at.toISOString(), finished_at: latest.finished_at.toISOString() }
  },
})
