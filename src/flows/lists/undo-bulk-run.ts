import { sql } from 'kysely'
import { defineCommand } from '../../kernel/command.ts'
import { forbidden, notFound } from '../../kernel/errors.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { BULK_ACTIONS } from './bulk-actions.ts'
import { alreadyUndone, nothingToUndo } from './lists.errors.ts'

/**
 * Writes down a run that takes another one back, for the documents it changed; a worker does them, by commands of their own. The caller
 * queues the job.
 * @throws `lists.not_found`, `lists.nothing_to_undo` (rule), `lists.already_undone` (conflict), `kernel.forbidden`
 */
export const undoBulkRun = defineCommand({
  name: 'lists.undo_bulk_run',
  permission: 'lists.use',
  summary: 'Take an action on many documents back',
  input: exactly({ run_id: Uuid }),
  output: exactly({ id: Uuid }),
  errors: ['lists.not_found', 'lists.nothing_to_undo', 'lists.already_undone'],
  constraints: { bulk_run_undone_once: alreadyUndone },
  async run({ tx, ctx, now, newId, emit }, { run_id }) {
    const { rows } = await sql<{ list: 'orders' | 'shipments'; action: string; status: string; undoes_id: string | null }>`
      select list, action, status, undoes_id from lists.bulk_run where org_id = ${ctx.orgId} and id = ${run_id}`.execute(tx)
    const [run] = rows
    if (run === undefined) throw notFound('lists.bulk_run', run_id)
    const action = BULK_ACTIONS[run.list][run.action]
    if (run.status !== 'done' || run.undoes_id !== null || action?.undo === undefined) throw nothingToUndo()
    if (!ctx.may(action.permission)) throw forbidden(action.permission)
    const id = newId()
    const { rows: created } = await sql<{ total: number }>`
      insert into lists.bulk_run (org_id, id, list, action, options, status, total, created_at, actor_kind, actor_id, heartbeat_at, undoes_id)
      select ${ctx.orgId}, ${id}, ${run.list}, 'undo', '{}'::jsonb, 'queued', count(*)::integer, ${now}, ${ctx.actor.kind}, ${ctx.actor.id}::uuid, ${now}, ${run_id}
        from lists.bulk_item where org_id = ${ctx.orgId} and run_id = ${run_id} and outcome = 'done' and undo is not null
      having count(*) > 0 returning total`.execute(tx)
    if (created[0] === undefined) throw nothingToUndo()
    await sql`
      insert into lists.bulk_item (org_id, run_id, place, document_id, undo)
      select ${ctx.orgId}, ${id}, row_number() over (order by place), document_id, undo
        from lists.bulk_item where org_id = ${ctx.orgId} and run_id = ${run_id} and outcome = 'done' and undo is not null`.execute(tx)
    emit({
      type: 'lists.bulk_run_started',
      documentType: 'lists.bulk_run',
      documentId: id,
      payload: { list: run.list, action: 'undo', undoes_id: run_id, total: created[0].total, refused: 0 },
    })
    return { id }
  },
})
