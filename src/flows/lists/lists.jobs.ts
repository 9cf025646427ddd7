import { sql } from 'kysely'
import type { Actor, Context } from '../../kernel/context.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import { DomainError } from '../../kernel/errors.ts'
import type { Job } from '../../kernel/jobs.ts'
import { runCommand, type System } from '../../kernel/runner.ts'
import { BULK_ACTIONS } from './bulk-actions.ts'
import type { Memory, PieceDone } from './bulk-action.ts'
import { recordBulkPiece, SILENCE_MINUTES, takeBulkRun } from './bulk-run.ts'

const WORK_JOB = 'lists.work_bulk_run'

/** Queues the work of a run. Safe to queue twice: a run is taken once. */
export async function queueBulkRun(system: System, orgId: number, runId: string): Promise<void> {
  await inTransaction(system.database, orgId, async (tx) => system.queue?.(tx, WORK_JOB, { org_id: orgId, run_id: runId }))
}

/** Does a bulk run piece by piece, in the name of who asked for it. */
export const workBulkRun: Job = {
  name: WORK_JOB,
  timeoutSeconds: 3600,
  async handle({ system, contextOf }, data) {
    await doBulkRun(system, await contextOf(Number(data['org_id'])), String(data['run_id']))
  },
}

/** Queues again what was never begun or was left behind by a process that is gone. */
export const recoverBulkRuns: Job = {
  name: 'lists.recover_bulk_runs',
  everySeconds: 60,
  async handle({ system, clock, contextOf, listOrganizations }) {
    for (const orgId of await listOrganizations()) {
      // oxlint-disable-next-line no-await-in-loop -- one organization after another
      const ctx = await contextOf(orgId)
      // oxlint-disable-next-line no-await-in-loop -- one organization after another
      const { rows } = await readOnly(system.database, ctx, (tx) =>
        sql<{ id: string }>`
          select id from lists.bulk_run where org_id = ${orgId} and status <> 'done'
             and heartbeat_at < ${clock.now()}::timestamptz - make_interval(mins => ${SILENCE_MINUTES}) order by heartbeat_at limit 20`.execute(
          tx,
        ),
      )
      // oxlint-disable-next-line no-await-in-loop -- a few
      for (const { id } of rows) await queueBulkRun(system, orgId, id)
    }
  },
}

interface OpenRun {
  list: 'orders' | 'shipments'
  action: string
  options: Record<string, unknown>
  /** Whether it takes another run back; `action` is that run's. */
  is_undo: boolean
  actor_kind: Actor['kind']
  actor_id: string | null
}

/** Does what is left of a run; nothing when another process has it. Ends with the run done. */
export async function doBulkRun(system: System, tefter: Context, runId: string): Promise<void> {
  const { taken } = await runCommand(system, tefter, takeBulkRun, { run_id: runId })
  if (!taken) return
  const run = await readRun(system, tefter, runId)
  const ctx: Context = { ...tefter, actor: { kind: run.actor_kind, id: run.actor_id } }
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- piece after piece
    const left = await doPiece(system, ctx, runId, run)
    if (!left) return
  }
}

async function readRun(system: System, ctx: Context, runId: string): Promise<OpenRun> {
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<OpenRun>`
      select r.list, coalesce(u.action, r.action) as action, r.options, r.undoes_id is not null as is_undo, r.actor_kind, r.actor_id
        from lists.bulk_run r left join lists.bulk_run u on u.org_id = r.org_id and u.id = r.undoes_id
       where r.org_id = ${ctx.orgId} and r.id = ${runId}`.execute(tx),
  )
  return rows[0] as OpenRun
}

/** One piece: the next documents without an outcome. The same piece has the same key, so a repeated one is replayed and not done twice. */
async function doPiece(system: System, ctx: Context, runId: string, run: OpenRun): Promise<boolean> {
  const action = BULK_ACTIONS[run.list][run.action]
  const size = action?.pieceSize ?? 1
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{ place: number; document_id: string; undo: Memory | null }>`
      select place, document_id, undo from lists.bulk_item where org_id = ${ctx.orgId} and run_id = ${runId} and outcome is null order by place limit ${size + 1}`.execute(
      tx,
    ),
  )
  const piece = rows.slice(0, size)
  const ids = piece.map((row) => row.document_id)
  const key = `bulk:${runId}:${piece[0]?.place}`
  const { refused, undo } = await doneOf(ctx, ids, async () => {
    if (ids.length === 0 || action === undefined) return { refused: new Map() }
    if (!run.is_undo) return action.perform(system, ctx, { ids, options: run.options, key })
    const memories = new Map(piece.map((row) => [row.document_id, row.undo ?? {}]))
    return { refused: (await action.undo?.(system, ctx, { memories, key })) ?? new Map() }
  })
  const items = piece.map(({ place, document_id }) => {
    const refusal = refused.get(document_id)
    return { place, code: refusal?.code ?? null, message: refusal?.message.slice(0, 1000) ?? null, undo: undo?.get(document_id) ?? null }
  })
  const finished = rows.length <= size
  await runCommand(system, ctx, recordBulkPiece, { run_id: runId, items, finished })
  return !finished
}

/** What became of a piece. A command that is refused as a whole refuses all of it; a database that is away stops the run, to be gone on with. */
async function doneOf(ctx: Context, ids: readonly string[], perform: () => Promise<PieceDone>): Promise<PieceDone> {
  try {
    return await perform()
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'unavailable') throw error
    if (!(error instanceof DomainError)) ctx.log.error({ reason: String(error) }, 'a piece of a bulk run failed')
    const refusal =
      error instanceof DomainError
        ? { code: error.code, message: error.fields[0]?.message ?? error.message }
        : { code: 'lists.failed', message: 'Something unexpected went wrong; nothing of this document was changed. Try it by itself.' }
    return { refused: new Map(ids.map((id) => [id, refusal])) }
  }
}
