import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineCommand, defineQuery } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { notFound } from '../../kernel/errors.ts'
import { exactly, nullable, Uuid } from '../../kernel/schema.ts'
import { BulkList, BulkRequest, actionOf, selectedIds } from './bulk-selection.ts'

const BulkRun = exactly({
  id: Uuid,
  list: BulkList,
  action: Type.String(),
  status: Type.Enum(['queued', 'running', 'done']),
  total: Type.Integer(),
  done_count: Type.Integer(),
  refused_count: Type.Integer(),
  created_at: Type.String(),
  finished_at: nullable(Type.String()),
  undoes_id: nullable(Uuid),
  can_undo: Type.Boolean({ description: 'it is done, did something that has an inverse, and was not taken back' }),
})
type BulkRun = Static<typeof BulkRun>
const Memory = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])

const Refused = exactly({ document_id: Uuid, number: nullable(Type.Integer()), code: Type.String(), message: Type.String() })

/** Minutes without a heartbeat after which a run counts as left behind by its process. */
export const SILENCE_MINUTES = 2
/** Refused documents that a report names. */
const REFUSED_SHOWN = 500

/**
 * What an action would do, counted: how many documents take part, and how many do not, by reason. Nothing is locked, so the run itself
 * may meet other facts; its report has the last word.
 * @throws `lists.unknown_action`, `lists.nothing_selected`, `lists.too_many_selected`
 */
export const previewBulk = defineQuery({
  name: 'lists.preview_bulk_run',
  permission: 'lists.use',
  summary: 'Preview an action on many documents',
  input: BulkRequest,
  output: exactly({
    total: Type.Integer(),
    will: Type.Integer(),
    wont: Type.Array(exactly({ code: Type.String(), count: Type.Integer() })),
  }),
  errors: ['lists.unknown_action', 'lists.nothing_selected', 'lists.too_many_selected'],
  async run({ tx, ctx }, request) {
    const action = actionOf(ctx, request)
    const ids = await selectedIds(tx, ctx, request)
    const obstacles = await action.foresee(tx, ctx, ids, request.options ?? {})
    const counts = new Map<string, number>()
    for (const code of obstacles.values()) counts.set(code, (counts.get(code) ?? 0) + 1)
    const wont = [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count)
    return { total: ids.length, will: ids.length - obstacles.size, wont }
  },
})

/**
 * Writes down a run with its documents as they are now; a worker does them. Documents that something stands in the way of are refused
 * at once. The caller queues the job.
 * @throws `lists.unknown_action`, `lists.nothing_selected`, `lists.too_many_selected`
 */
export const startBulkRun = defineCommand({
  name: 'lists.start_bulk_run',
  permission: 'lists.use',
  summary: 'Start an action on many documents',
  input: BulkRequest,
  output: exactly({ id: Uuid }),
  errors: ['lists.unknown_action', 'lists.nothing_selected', 'lists.too_many_selected'],
  async run({ tx, ctx, now, newId, emit }, request) {
    const action = actionOf(ctx, request)
    const options = request.options ?? {}
    const ids = await selectedIds(tx, ctx, request)
    const obstacles = await action.foresee(tx, ctx, ids, options)
    const id = newId()
    await sql`
      insert into lists.bulk_run (org_id, id, list, action, options, status, total, refused_count, created_at, actor_kind, actor_id, heartbeat_at)
      values (${ctx.orgId}, ${id}, ${request.list}, ${request.action}, ${JSON.stringify(options)}::jsonb, 'queued', ${ids.length}, ${obstacles.size}, ${now}, ${ctx.actor.kind}, ${ctx.actor.id}::uuid, ${now})`.execute(
      tx,
    )
    const items = ids.map((documentId, index) => ({ place: index + 1, documentId, code: obstacles.get(documentId) ?? null }))
    await sql`
      insert into lists.bulk_item (org_id, run_id, place, document_id, outcome, code)
      select ${ctx.orgId}, ${id}, i.place, i.documentId, case when i.code is null then null else 'refused' end, i.code
        from ${rowsOf(items, { place: 'integer', documentId: 'uuid', code: 'text' }, 'i')}`.execute(tx)
    emit({
      type: 'lists.bulk_run_started',
      documentType: 'lists.bulk_run',
      documentId: id,
      payload: { list: request.list, action: request.action, total: ids.length, refused: obstacles.size },
    })
    return { id }
  },
})

/** Takes a run to work: a queued one, or one that its process left behind. `taken` is false when another has it or it has ended. */
export const takeBulkRun = defineCommand({
  name: 'lists.take_bulk_run',
  permission: 'lists.use',
  summary: 'Take a bulk run to work',
  input: exactly({ run_id: Uuid }),
  output: exactly({ taken: Type.Boolean() }),
  async run({ tx, ctx, now }, { run_id }) {
    const { rows } = await sql`
      update lists.bulk_run set status = 'running', heartbeat_at = ${now}
       where org_id = ${ctx.orgId} and id = ${run_id}
         and (status = 'queued' or (status = 'running' and heartbeat_at < ${now}::timestamptz - make_interval(mins => ${SILENCE_MINUTES})))
      returning id`.execute(tx)
    return { taken: rows.length === 1 }
  },
})

/** Writes what became of a piece, and moves the progress; `finished` when nothing is left. */
export const recordBulkPiece = defineCommand({
  name: 'lists.record_bulk_piece',
  permission: 'lists.use',
  summary: 'Write what became of a piece of a bulk run',
  input: exactly({
    run_id: Uuid,
    items: Type.Array(
      exactly({ place: Type.Integer(), code: nullable(Type.String()), message: nullable(Type.String({ maxLength: 1000 })), undo: Memory }),
    ),
    finished: Type.Boolean(),
  }),
  output: exactly({ id: Uuid }),
  async run({ tx, ctx, now, emit }, { run_id, items, finished }) {
    const { rows } = await sql<{ outcome: string }>`
      update lists.bulk_item b set outcome = case when i.code is null then 'done' else 'refused' end, code = i.code, message = i.message, undo = coalesce(i.undo, b.undo)
        from ${rowsOf(items, { place: 'integer', code: 'text', message: 'text', undo: 'jsonb' }, 'i')}
       where b.org_id = ${ctx.orgId} and b.run_id = ${run_id} and b.place = i.place and b.outcome is null returning b.outcome`.execute(tx)
    const refused = rows.filter((row) => row.outcome === 'refused').length
    await sql`
      update lists.bulk_run set done_count = done_count + ${rows.length - refused}, refused_count = refused_count + ${refused}, heartbeat_at = ${now},
             status = ${finished ? 'done' : 'running'}, finished_at = ${finished ? now : null}
       where org_id = ${ctx.orgId} and id = ${run_id}`.execute(tx)
    emit({
      type: finished ? 'lists.bulk_run_done' : 'lists.bulk_run_moved_on',
      documentType: 'lists.bulk_run',
      documentId: run_id,
      payload: { done: rows.length - refused, refused },
    })
    return { id: run_id }
  },
})

interface StoredRun extends Omit<BulkRun, 'created_at' | 'finished_at'> {
  created_at: Date
  finished_at: Date | null
}
const columns = sql`
  r.id, r.list, coalesce(u.action, r.action) as action, r.status, r.total, r.done_count, r.refused_count, r.created_at, r.finished_at, r.undoes_id,
  r.status = 'done' and r.undoes_id is null
    and not exists (select from lists.bulk_run x where x.org_id = r.org_id and x.undoes_id = r.id)
    and exists (select from lists.bulk_item i where i.org_id = r.org_id and i.run_id = r.id and i.outcome = 'done' and i.undo is not null) as can_undo
  from lists.bulk_run r left join lists.bulk_run u on u.org_id = r.org_id and u.id = r.undoes_id`
const viewOf = (run: StoredRun): BulkRun => ({
  ...run,
  created_at: run.created_at.toISOString(),
  finished_at: run.finished_at?.toISOString() ?? null,
})

/** The caller's latest runs, at most 20. */
export const listBulkRuns = defineQuery({
  name: 'lists.list_bulk_runs',
  permission: 'lists.use',
  summary: "List the caller's latest actions on many documents",
  input: exactly({}),
  output: exactly({ data: Type.Array(BulkRun) }),
  async run({ tx, ctx }) {
    const { rows } = await sql<StoredRun>`
      select ${columns} where r.org_id = ${ctx.orgId} and r.actor_kind = ${ctx.actor.kind} and r.actor_id is not distinct from ${ctx.actor.id}::uuid
       order by r.created_at desc, r.id desc limit 20`.execute(tx)
    return { data: rows.map(viewOf) }
  },
})

/**
 * One run with its report: what was refused and why, the first 500.
 * @throws `lists.not_found`
 */
export const getBulkRun = defineQuery({
  name: 'lists.get_bulk_run',
  permission: 'lists.use',
  summary: 'Get an action on many documents with its report',
  input: exactly({ run_id: Uuid }),
  output: exactly({ ...BulkRun.properties, refused: Type.Array(Refused) }),
  errors: ['lists.not_found'],
  async run({ tx, ctx }, { run_id }) {
    const { rows } = await sql<StoredRun>`select ${columns} where r.org_id = ${ctx.orgId} and r.id = ${run_id}`.execute(tx)
    if (rows[0] === undefined) throw notFound('lists.bulk_run', run_id)
    const { rows: refused } = await sql<Static<typeof Refused>>`
      select i.document_id, coalesce(o.number, s.number) as number, coalesce(i.code, '') as code, coalesce(i.message, '') as message
        from lists.bulk_item i
        left join orders.sales_order o on o.org_id = i.org_id and o.id = i.document_id
        left join warehouse.shipment s on s.org_id = i.org_id and s.id = i.document_id
       where i.org_id = ${ctx.orgId} and i.run_id = ${run_id} and i.outcome = 'refused' order by i.place limit ${REFUSED_SHOWN}`.execute(tx)
    return { ...viewOf(rows[0]), refused }
  },
})
