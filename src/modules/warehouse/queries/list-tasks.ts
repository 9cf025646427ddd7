import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { findItemsById } from '../../catalog/index.ts'
import { findLocations, findWarehouses } from '../../inventory/index.ts'
import { TASK_KINDS } from '../tasks.ts'

const text = Type.String()

/** Work for a person, with the goods and bins it is about. */
export const TaskView = exactly({
  id: Uuid,
  kind: text,
  status: text,
  warehouse_id: Uuid,
  warehouse_code: text,
  document_type: text,
  document_id: Uuid,
  document_number: nullable(Type.Integer()),
  item_id: nullable(Uuid),
  sku: nullable(text),
  name: nullable(text),
  unit: nullable(text),
  unit_scale: nullable(Type.Integer()),
  location_id: nullable(Uuid),
  location_code: nullable(text),
  to_location_id: nullable(Uuid),
  to_location_code: nullable(text),
  quantity: nullable(Type.Integer()),
  note: text,
  created_at: text,
  done_at: nullable(text),
})
export type TaskView = Static<typeof TaskView>

interface StoredTask {
  id: string
  kind: string
  status: string
  warehouse_id: string
  document_type: string
  document_id: string
  document_number: number | null
  item_id: string | null
  location_id: string | null
  to_location_id: string | null
  quantity: number | null
  note: string
  created_at: Date
  done_at: Date | null
}

const select = sql`
  select t.id, t.kind, t.status, t.warehouse_id, t.document_type, t.document_id, t.item_id, t.location_id, t.to_location_id, t.quantity, t.note, t.created_at, t.done_at,
         (select s.number from warehouse.shipment s where s.org_id = t.org_id and s.id = t.document_id and t.document_type = 'shipment') as document_number
    from warehouse.task t`

async function show(tx: Tx, orgId: number, rows: readonly StoredTask[]): Promise<TaskView[]> {
  const items = await findItemsById(
    tx,
    orgId,
    rows.flatMap((row) => row.item_id ?? []),
  )
  const places = await findLocations(tx, orgId, {
    ids: rows.flatMap((row) => [row.location_id, row.to_location_id].filter((id) => id !== null)),
  })
  const codes = new Map(places.map((place) => [place.id, place.code]))
  const warehouses = new Map(
    (await findWarehouses(tx, orgId, { ids: rows.map((row) => row.warehouse_id) })).map((warehouse) => [warehouse.id, warehouse.code]),
  )
  return rows.map((row) => {
    const item = items.get(row.item_id ?? '')
    return {
      ...row,
      warehouse_code: warehouses.get(row.warehouse_id) ?? '',
      sku: item?.sku ?? null,
      name: item?.name ?? null,
      unit: item?.unit ?? null,
      unit_scale: item?.unit_scale ?? null,
      location_code: codes.get(row.location_id ?? '') ?? null,
      to_location_code: codes.get(row.to_location_id ?? '') ?? null,
      created_at: row.created_at.toISOString(),
      done_at: row.done_at?.toISOString() ?? null,
    }
  })
}

/** Tasks of warehouses, the oldest first. */
export const listTasks = defineQuery({
  name: 'warehouse.list_tasks',
  permission: 'warehouse.read',
  summary: 'List tasks of the warehouses',
  input: exactly({
    kind: Type.Optional(Type.Enum([...TASK_KINDS])),
    status: Type.Optional(Type.Enum(['open', 'done', 'canceled'])),
    warehouse_id: Type.Optional(Uuid),
    ...pageInput,
  }),
  output: pageOf(TaskView),

  async run({ tx, ctx }, { kind, status, warehouse_id, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['string'])
    const conditions = [sql`t.org_id = ${ctx.orgId}`]
    if (kind !== undefined) conditions.push(sql`t.kind = ${kind}`)
    if (status !== undefined) conditions.push(sql`t.status = ${status}`)
    if (warehouse_id !== undefined) conditions.push(sql`t.warehouse_id = ${warehouse_id}::uuid`)
    if (after !== null) conditions.push(sql`t.id > ${after[0]}::uuid`)
    const { rows } = await sql<StoredTask>`${select} where ${sql.join(conditions, sql` and `)} order by t.id limit ${limit + 1}`.execute(tx)
    return toPage(await show(tx, ctx.orgId, rows), limit, (row) => [row.id])
  },
})

/** One task. @throws `warehouse.not_found` */
export const getTask = defineQuery({
  name: 'warehouse.get_task',
  permission: 'warehouse.read',
  summary: 'Get a task',
  input: exactly({ task_id: Uuid }),
  output: TaskView,
  errors: ['warehouse.not_found'],

  async run({ tx, ctx }, { task_id }) {
    const { rows } = await sql<StoredTask>`${select} where t.org_id = ${ctx.orgId} and t.id = ${task_id}::uuid`.execute(tx)
    const [task] = await show(tx, ctx.orgId, rows)
    if (task === undefined) throw notFound('warehouse.task', task_id)
    return task
  },
})
