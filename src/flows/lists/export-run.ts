import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineCommand, defineQuery } from '../../kernel/command.ts'
import type { Context } from '../../kernel/context.ts'
import type { Tx } from '../../kernel/database.ts'
import { forbidden, notFound } from '../../kernel/errors.ts'
import { exactly, nullable, Uuid } from '../../kernel/schema.ts'
import { EXPORT_PERMISSION } from '../exports/run-export.ts'
import { SILENCE_MINUTES } from './bulk-run.ts'
import { LIST_NAMES, LISTS } from './lists.ts'
import { filtersFromAddress } from './read-list.ts'

/** Hours a finished file is kept. */
export const KEPT_HOURS = 24

const ListEnum = Type.Enum([...LIST_NAMES])
const Format = Type.Enum(['csv', 'xlsx'])

const ExportRun = exactly({
  id: Uuid,
  list: ListEnum,
  format: Format,
  status: Type.Enum(['queued', 'running', 'done', 'failed', 'expired']),
  expected: Type.Integer({ description: 'rows counted when it was asked for; an estimate for large lists' }),
  row_count: Type.Integer(),
  byte_count: Type.Integer(),
  problem: nullable(Type.String()),
  created_at: Type.String(),
  finished_at: nullable(Type.String()),
})
type ExportRun = Static<typeof ExportRun>

/**
 * Writes down that a list is to be a file; a worker writes it. The caller queues the job.
 * @throws `kernel.forbidden`, `kernel.invalid_input` for a filter the list does not know
 */
export const startExport = defineCommand({
  name: 'lists.start_export',
  permission: EXPORT_PERMISSION,
  summary: 'Write a list to a file in the background',
  input: exactly({
    list: ListEnum,
    format: Format,
    filters: Type.Record(Type.String(), Type.String({ maxLength: 200 }), { description: 'parameters of the list, as in its address' }),
  }),
  output: exactly({ id: Uuid }),
  async run({ tx, ctx, now, newId, emit }, { list, format, filters }) {
    const chosen = LISTS[list]
    if (!ctx.may(chosen.query.permission)) throw forbidden(chosen.query.permission)
    const asked = filtersFromAddress(chosen, filters)
    const total = (await chosen.total.run({ tx, ctx, now }, asked as never)) as { count: number }
    const id = newId()
    await sql`
      insert into lists.export_run (org_id, id, list, format, filters, status, expected, created_at, actor_kind, actor_id, heartbeat_at)
      values (${ctx.orgId}, ${id}, ${list}, ${format}, ${JSON.stringify(asked)}::jsonb, 'queued', ${total.count}, ${now}, ${ctx.actor.kind}, ${ctx.actor.id}::uuid, ${now})`.execute(
      tx,
    )
    emit({ type: 'lists.export_started', documentType: 'lists.export_run', documentId: id, payload: { list, format } })
    return { id }
  },
})

/** Takes a file to write: a queued one, or one that its process left behind, which begins anew. `taken` is false when there is nothing to do. */
export const takeExport = defineCommand({
  name: 'lists.take_export',
  permission: EXPORT_PERMISSION,
  summary: 'Take a file to write',
  input: exactly({ export_id: Uuid }),
  output: exactly({ taken: Type.Boolean() }),
  async run({ tx, ctx, now }, { export_id }) {
    const { rows } = await sql`
      update lists.export_run set status = 'running', heartbeat_at = ${now}, row_count = 0, part_count = 0, byte_count = 0
       where org_id = ${ctx.orgId} and id = ${export_id}
         and (status = 'queued' or (status = 'running' and heartbeat_at < ${now}::timestamptz - make_interval(mins => ${SILENCE_MINUTES})))
      returning id`.execute(tx)
    await sql`delete from lists.export_part where org_id = ${ctx.orgId} and export_id = ${export_id} and ${rows.length === 1}`.execute(tx)
    return { taken: rows.length === 1 }
  },
})

/** Keeps the next piece of a file, and moves its progress. `finished` with the last one. */
export const keepExportPart = defineCommand({
  name: 'lists.keep_export_part',
  permission: EXPORT_PERMISSION,
  summary: 'Keep a piece of a file',
  input: exactly({ export_id: Uuid, content_base64: Type.String(), rows: Type.Integer({ minimum: 0 }), finished: Type.Boolean() }),
  output: exactly({ id: Uuid }),
  async run({ tx, ctx, now, emit }, { export_id, content_base64, rows, finished }) {
    await sql`
      with moved as (
        update lists.export_run set part_count = part_count + 1, row_count = row_count + ${rows}, heartbeat_at = ${now},
               byte_count = byte_count + length(decode(${content_base64}, 'base64')), status = ${finished ? 'done' : 'running'}, finished_at = ${finished ? now : null}
         where org_id = ${ctx.orgId} and id = ${export_id} and status = 'running' returning part_count)
      insert into lists.export_part (org_id, export_id, place, content)
      select ${ctx.orgId}, ${export_id}, part_count, decode(${content_base64}, 'base64') from moved`.execute(tx)
    const type = finished ? 'lists.export_done' : 'lists.export_moved_on'
    emit({ type, documentType: 'lists.export_run', documentId: export_id, payload: { rows } })
    return { id: export_id }
  },
})

/** Ends a file that could not be written, with the reason. */
export const failExport = defineCommand({
  name: 'lists.fail_export',
  permission: EXPORT_PERMISSION,
  summary: 'End a file that could not be written',
  input: exactly({ export_id: Uuid, problem: Type.String({ maxLength: 1000 }) }),
  output: exactly({ id: Uuid }),
  async run({ tx, ctx, now, emit }, { export_id, problem }) {
    await sql`
      update lists.export_run set status = 'failed', problem = ${problem}, finished_at = ${now}
       where org_id = ${ctx.orgId} and id = ${export_id} and status in ('queued', 'running')`.execute(tx)
    emit({ type: 'lists.export_failed', documentType: 'lists.export_run', documentId: export_id, payload: {} })
    return { id: export_id }
  },
})

/** Deletes what finished files hold after a day; the row that they were made stays. */
export const expireExports = defineCommand({
  name: 'lists.expire_exports',
  permission: EXPORT_PERMISSION,
  summary: 'Delete files that are older than a day',
  input: exactly({}),
  output: exactly({ expired: Type.Integer() }),
  async run({ tx, ctx, now }) {
    const { rows } = await sql`
      with old as (
        update lists.export_run set status = 'expired'
         where org_id = ${ctx.orgId} and status in ('done', 'failed') and finished_at < ${now}::timestamptz - make_interval(hours => ${KEPT_HOURS}) returning id),
      gone as (delete from lists.export_part where org_id = ${ctx.orgId} and export_id in (select id from old))
      select id from old`.execute(tx)
    return { expired: rows.length }
  },
})

interface StoredExport extends Omit<ExportRun, 'created_at' | 'finished_at'> {
  created_at: Date
  finished_at: Date | null
}
const columns = sql`id, list, format, status, expected, row_count, byte_count, problem, created_at, finished_at`

/** The caller's latest files, at most 20. */
export const listExports = defineQuery({
  name: 'lists.list_exports',
  permission: EXPORT_PERMISSION,
  summary: "List the caller's latest files of lists",
  input: exactly({}),
  output: exactly({ data: Type.Array(ExportRun) }),
  async run({ tx, ctx }) {
    const { rows } = await sql<StoredExport>`
      select ${columns} from lists.export_run where org_id = ${ctx.orgId} and actor_kind = ${ctx.actor.kind} and actor_id is not distinct from ${ctx.actor.id}::uuid
       order by created_at desc, id desc limit 20`.execute(tx)
    return {
      data: rows.map((row) => ({ ...row, created_at: row.created_at.toISOString(), finished_at: row.finished_at?.toISOString() ?? null })),
    }
  },
})

/** A finished file of the caller, to download. @throws `lists.not_found` when it is not there, not done, or was deleted */
export async function findExport(tx: Tx, ctx: Context, exportId: string): Promise<Pick<StoredExport, 'list' | 'format' | 'created_at'>> {
  const { rows } = await sql<StoredExport>`
    select ${columns} from lists.export_run
     where org_id = ${ctx.orgId} and id = ${exportId} and status = 'done' and actor_kind = ${ctx.actor.kind} and actor_id is not distinct from ${ctx.actor.id}::uuid`.execute(
    tx,
  )
  if (rows[0] === undefined) throw notFound('lists.export', exportId)
  return rows[0]
}
