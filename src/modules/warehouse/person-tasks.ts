import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { insertTasks } from './tasks.ts'

/** What of an order line lost its promise and found no other. */
export interface LostCover {
  orderId: string
  orderLineId: string
  warehouseId: string
  itemId: string
  quantity: number
}

/**
 * Asks a person about lost promises that nothing else covers: one task for each order and item at the warehouse that had promised, with
 * the order as its document. Where a shipment of the line has a task to choose again already, that one is enough.
 */
export async function askAboutLostPromises(run: CommandRun, lost: readonly LostCover[]): Promise<void> {
  if (lost.length === 0) return
  const { rows } = await sql<{ id: string }>`
    select distinct l.source_line_id as id
      from ${rowsOf(lost, { orderLineId: 'uuid', itemId: 'uuid' }, 'w')}
      join warehouse.shipment_line l on l.org_id = ${run.ctx.orgId} and l.source_line_id = w.orderLineId
      join warehouse.task t on t.org_id = l.org_id and t.document_id = l.shipment_id and t.document_type = 'shipment' and t.kind = 'rechoose' and t.status = 'open' and t.item_id = w.itemId`.execute(
    run.tx,
  )
  const asked = new Set(rows.map((row) => row.id))
  const groups = Map.groupBy(
    lost.filter((part) => !asked.has(part.orderLineId)),
    (part) => `${part.orderId}/${part.itemId}/${part.warehouseId}`,
  )
  await insertTasks(
    run,
    [...groups.values()].flatMap((group) => {
      const [first] = group
      return first === undefined
        ? []
        : [
            {
              kind: 'rechoose' as const,
              warehouseId: first.warehouseId,
              documentType: 'order',
              documentId: first.orderId,
              itemId: first.itemId,
              quantity: group.reduce((sum, part) => sum + part.quantity, 0),
              note: 'Its promise was taken away and nothing else covers it',
            },
          ]
    }),
  )
}

/** A count was booked for a task to count again: the task is done with it. Tasks that are finished, or of another kind, stay as they are. */
export async function finishRecounts(run: CommandRun, taskIds: readonly string[]): Promise<void> {
  if (taskIds.length === 0) return
  const { rows } = await sql<{ id: string; quantity: number | null }>`
    update warehouse.task set status = 'done', done_at = ${run.now}, done_by = ${run.ctx.actor.id}::uuid
     where org_id = ${run.ctx.orgId} and id = any(${[...new Set(taskIds)]}::uuid[]) and kind = 'recount' and status = 'open' returning id, quantity`.execute(
    run.tx,
  )
  for (const task of rows)
    run.emit({
      type: 'warehouse.task_done',
      documentType: 'task',
      documentId: task.id,
      payload: { kind: 'recount', status: ['open', 'done'], quantity: task.quantity ?? 0, stock_move_id: null },
    })
}
