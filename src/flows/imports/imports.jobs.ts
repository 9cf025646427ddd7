import { sql } from 'kysely'
import type { Actor } from '../../kernel/context.ts'
import { readOnly } from '../../kernel/database.ts'
import type { Job } from '../../kernel/jobs.ts'
import { runCommand } from '../../kernel/runner.ts'
import { queueWriting, WRITE_FILE_JOB, writeQueued } from './import-file.ts'
import { resumeInterrupted } from './import-run.ts'

/** Writes an import that was queued, in the name of who queued it. */
export const writeFiles: Job = {
  name: WRITE_FILE_JOB,
  timeoutSeconds: 4 * 3600,
  async handle({ system, contextOf }, data) {
    const ctx = await contextOf(Number(data['org_id']))
    await writeQueued(system, { ...ctx, actor: data['actor'] as Actor }, String(data['import_id']))
  },
}

/** Queues again what was queued and never begun, and what was begun by a process that is gone, in every organization. */
export const recoverImports: Job = {
  name: 'imports.recover',
  everySeconds: 60,
  async handle({ system, clock, contextOf, listOrganizations }) {
    for (const orgId of await listOrganizations()) {
      // oxlint-disable-next-line no-await-in-loop -- one organization after another
      const ctx = await contextOf(orgId)
      // oxlint-disable-next-line no-await-in-loop -- one organization after another
      const { resumed } = await runCommand(system, ctx, resumeInterrupted, {})
      // oxlint-disable-next-line no-await-in-loop -- one organization after another
      const { rows } = await readOnly(system.database, ctx, (tx) =>
        sql<{ id: string; created_by: string | null }>`
          select id, created_by from imports.import_run
           where org_id = ${orgId} and status = 'queued' and heartbeat_at < ${clock.now()}::timestamptz - interval '5 minutes' limit 100`.execute(
          tx,
        ),
      )
      for (const { id, created_by } of [...resumed, ...rows]) {
        const actor: Actor = created_by === null ? ctx.actor : { kind: 'user', id: created_by }
        // oxlint-disable-next-line no-await-in-loop -- one after another
        await queueWriting(system, { ...ctx, actor }, id)
      }
    }
  },
}
