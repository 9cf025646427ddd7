import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { DomainError, invalidField, invariant, notFound } from '../../../kernel/errors.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { postMove, resolveLocations } from '../../inventory/index.ts'
import { Code, Quantity, Reason } from '../schemas.ts'
import { moreThanOpen } from '../warehouse.errors.ts'

interface OpenTask {
  id: string
  kind: string
  status: string
  warehouseId: string
  itemId: string | null
  lotId: string | null
  ownerId: string | null
  locationId: string | null
  toLocationId: string | null
  quantity: number | null
}

async function lockTask({ tx, ctx }: CommandRun, id: string): Promise<OpenTask> {
  const { rows } = await sql<OpenTask>`
    select id, kind, status, warehouse_id as "warehouseId", item_id as "itemId", lot_id as "lotId", owner_id as "ownerId", location_id as "locationId", to_location_id as "toLocationId", quantity
      from warehouse.task where org_id = ${ctx.orgId} and id = ${id} for update`.execute(tx)
  const [task] = rows
  if (task === undefined) throw notFound('warehouse.task', id)
  if (task.status !== 'open')
    throw new DomainError(
      'conflict',
      'warehouse.task_finished',
      `This task is ${task.status === 'done' ? 'done' : 'canceled'} already. Reload the list.`,
      {
        detail: { task_id: id, status: task.status },
      },
    )
  return task
}

/**
 * Confirms that a task is done. For goods to be put back, `location` says where they went (else the bin they came from), and
 * `quantity` how many of them: the rest stays open. The goods move with it.
 * @throws `warehouse.not_found`, `warehouse.task_finished` (conflict), `warehouse.more_than_open`, `inventory.insufficient_stock`
 */
export const completeTask = defineCommand({
  name: 'warehouse.complete_task',
  permission: 'warehouse.pick',
  summary: 'Confirm that a task is done',
  input: exactly({
    task_id: Uuid,
    location_id: Type.Optional(Uuid),
    location_code: Type.Optional(Code),
    quantity: Type.Optional(Quantity),
    note: Type.Optional(Type.String({ maxLength: 500 })),
  }),
  output: exactly({ task_id: Uuid, status: Type.String(), stock_move_id: Type.Union([Uuid, Type.Null()]) }),
  errors: ['warehouse.not_found', 'warehouse.task_finished', 'warehouse.more_than_open', 'inventory.insufficient_stock'],

  async run(run, { task_id, quantity, note, ...where }) {
    const task = await lockTask(run, task_id)
    const all = task.quantity ?? 0
    const done = task.kind === 'put_back' ? (quantity ?? all) : all
    if (done > all) throw moreThanOpen('Task', task.id, done, all)
    const moveId = task.kind === 'put_back' ? await putBack(run, task, done, where) : null
    const status = done < all ? 'open' : 'done'
    await sql`
      update warehouse.task set status = ${status}, quantity = ${done < all ? all - done : task.quantity}, done_at = ${status === 'done' ? run.now : null}::timestamptz,
             done_by = ${run.ctx.actor.id}::uuid, stock_move_id = coalesce(${moveId}::uuid, stock_move_id), note = case when ${note ?? ''} = '' then note else ${note ?? ''} end
       where org_id = ${run.ctx.orgId} and id = ${task.id}`.execute(run.tx)
    run.emit({
      type: 'warehouse.task_done',
      documentType: 'task',
      documentId: task.id,
      payload: { kind: task.kind, status: ['open', status], quantity: done, stock_move_id: moveId },
    })
    return { task_id: task.id, status, stock_move_id: moveId }
  },
})

async function putBack(
  run: CommandRun,
  task: OpenTask,
  quantity: number,
  where: { location_id?: string; location_code?: string },
): Promise<string> {
  const named = where.location_id !== undefined || where.location_code !== undefined
  const [toLocationId = task.toLocationId] = named
    ? await resolveLocations(run.tx, run.ctx.orgId, task.warehouseId, [
        { id: where.location_id, code: where.location_code, pointer: '', field: 'location' },
      ])
    : []
  invariant(task.itemId !== null && task.locationId !== null && toLocationId !== null, 'a put-back task names goods and bins')
  if (toLocationId === task.locationId)
    throw invalidField('/location_code', 'same_location', 'is where the goods stand now; name the bin they were put into')
  const id = run.newId()
  await postMove(run, {
    id,
    warehouseId: task.warehouseId,
    note: 'put back',
    lines: [
      {
        id: run.newId(),
        itemId: task.itemId,
        lotId: task.lotId ?? ZERO_ID,
        ownerId: task.ownerId ?? ZERO_ID,
        fromLocationId: task.locationId,
        toLocationId,
        quantity,
      },
    ],
  })
  return id
}

/** Closes a task that needs no doing, with the reason. @throws `warehouse.not_found`, `warehouse.task_finished` (conflict) */
export const cancelTask = defineCommand({
  name: 'warehouse.cancel_task',
  permission: 'warehouse.release',
  summary: 'Cancel a task',
  input: exactly({ task_id: Uuid, reason: Reason }),
  output: exactly({ task_id: Uuid, status: Type.String() }),
  errors: ['warehouse.not_found', 'warehouse.task_finished'],

  async run(run, { task_id, reason }) {
    const task = await lockTask(run, task_id)
    await sql`
      update warehouse.task set status = 'canceled', done_at = ${run.now}, done_by = ${run.ctx.actor.id}::uuid, note = ${reason}
       where org_id = ${run.ctx.orgId} and id = ${task.id}`.execute(run.tx)
    run.emit({
      type: 'warehouse.task_canceled',
      documentType: 'task',
      documentId: task.id,
      payload: { kind: task.kind, status: ['open', 'canceled'], reason },
    })
    return { task_id, status: 'canceled' }
  },
})

/** The picker has seen what changed on a list. @throws `warehouse.not_found` */
export const acknowledgePickList = defineCommand({
  name: 'warehouse.acknowledge_pick_list',
  permission: 'warehouse.pick',
  summary: 'Say that the changes of a pick list were seen',
  input: exactly({ pick_list_id: Uuid }),
  output: exactly({ pick_list_id: Uuid, changes: Type.Integer() }),
  errors: ['warehouse.not_found'],

  async run(run, { pick_list_id }) {
    const { rows } = await sql`select id from warehouse.pick_list where org_id = ${run.ctx.orgId} and id = ${pick_list_id}::uuid`.execute(
      run.tx,
    )
    if (rows.length === 0) throw notFound('warehouse.pick_list', pick_list_id)
    const { numAffectedRows } = await sql`
      update warehouse.pick_list_change set acknowledged_at = ${run.now}, acknowledged_by = ${run.ctx.actor.id}::uuid
       where org_id = ${run.ctx.orgId} and pick_list_id = ${pick_list_id}::uuid and acknowledged_at is null`.execute(run.tx)
    const changes = Number(numAffectedRows ?? 0n)
    if (changes > 0)
      run.emit({ type: 'warehouse.pick_list_acknowledged', documentType: 'pick_list', documentId: pick_list_id, payload: { changes } })
    return { pick_list_id, changes }
  },
})
