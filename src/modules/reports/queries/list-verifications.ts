import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'

const VerificationRow = exactly({
  id: Uuid,
  ok: Type.Boolean(),
  started_at: Instant,
  finished_at: Instant,
  rows: Type.Integer(),
  /** Ids of the checks that found a fault. */
  faults: Type.Array(Type.String()),
})

/** Runs of verify, the newest first, with the checks that found a fault. */
export const listVerifications = defineQuery({
  name: 'reports.list_verifications',
  permission: 'reports.read',
  summary: 'List the runs of verify',
  input: exactly({ ...pageInput }),
  output: pageOf(VerificationRow),

  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['string', 'string'])
    const { rows } = await sql<
      Omit<Static<typeof VerificationRow>, 'started_at' | 'finished_at'> & { started_at: Date; finished_at: Date }
    >`
      select v.id, v.ok, v.started_at, v.finished_at,
             (select coalesce(sum((c ->> 'rows')::bigint), 0)::bigint from jsonb_array_elements(v.checks) c) as rows,
             array(select c ->> 'id' from jsonb_array_elements(v.checks) c where not (c ->> 'ok')::boolean and not (c ->> 'empty')::boolean) as faults
        from reports.verification v where v.org_id = ${ctx.orgId}
         ${after === null ? sql`` : sql`and (v.finished_at, v.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`}
       order by v.finished_at desc, v.id desc limit ${limit + 1}`.execute(tx)
    const shown = rows.map((row) => ({ ...row, started_at: row.started_at.toISOString(), finished_at: row.finished_at.toISOString() }))
    return toPage(shown, limit, (row) => [row.finished_at, row.id])
  },
})
