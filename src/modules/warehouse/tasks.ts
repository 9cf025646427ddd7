import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'

/** Work for a person: count a bin again, put goods back, choose again, put away, inspect. */
export const TASK_KINDS = ['recount', 'put_back', 'rechoose', 'put_away', 'inspect'] as const
export type TaskKind = (typeof TASK_KINDS)[number]

/** Work that a fact leaves for a person. Quantity in base units. */
export interface NewTask {
  kind: TaskKind
  warehouseId: string
  documentType: string
  documentId: string
  itemId?: string | null
  lotId?: string | null
  ownerId?: string | null
  /** Where the goods are. */
  locationId?: string | null
  /** Where they should go. */
  toLocationId?: string | null
  quantity?: number | null
  note?: string
}

/** Writes tasks and raises `warehouse.task_created` for each. */
export async function insertTasks(run: CommandRun, tasks: readonly NewTask[]): Promise<string[]> {
  if (tasks.length === 0) return []
  const rows = tasks.map((task) => ({
    id: run.newId(),
    kind: task.kind,
    warehouseId: task.warehouseId,
    documentType: task.documentType,
    documentId: task.documentId,
    itemId: task.itemId ?? null,
    lotId: task.lotId ?? null,
    ownerId: task.ownerId ?? null,
    locationId: task.locationId ?? null,
    toLocationId: task.toLocationId ?? null,
    quantity: task.quantity ?? null,
    note: task.note ?? '',
  }))
  await sql`
    insert into warehouse.task (org_id, id, warehouse_id, kind, document_type, document_id, item_id, lot_id, owner_id, location_id, to_location_id, quantity, note, created_at)
    select ${run.ctx.orgId}, t.id, t.warehouseId, t.kind, t.documentType, t.documentId, t.itemId, t.lotId, t.ownerId, t.locationId, t.toLocationId, t.quantity, t.note, ${run.now}
      from ${rowsOf(rows, { id: 'uuid', warehouseId: 'uuid', kind: 'text', documentType: 'text', documentId: 'uuid', itemId: 'uuid', lotId: 'uuid', ownerId: 'uuid', locationId: 'uuid', toLocationId: 'uuid', quantity: 'bigint', note: 'text' }, 't')}`.execute(
    run.tx,
  )
  for (const row of rows)
    run.emit({
      type: 'warehouse.task_created',
      documentType: 'task',
      documentId: row.id,
      payload: {
        kind: row.kind,
        warehouse_id: row.warehouseId,
        document_type: row.documentType,
        document_id: row.documentId,
        quantity: row.quantity,
      },
    })
  return rows.map((row) => row.id)
}

/** A change of a pick list that was handed out, for the picker to see. */
export interface PickListChange {
  pickListId: string | null
  shipmentId: string
  itemId: string
  locationId: string | null
  kind: 'reduced' | 'added' | 'moved_away'
  quantity: number
}

/** Tells pickers what changed on their lists; it stands there until acknowledged. */
export async function insertPickListChanges(run: CommandRun, changes: readonly PickListChange[]): Promise<void> {
  const rows = changes
    .filter((change) => change.pickListId !== null && change.quantity > 0)
    .map((change) => ({ ...change, id: run.newId() }))
  if (rows.length === 0) return
  await sql`
    insert into warehouse.pick_list_change (org_id, id, pick_list_id, shipment_id, item_id, location_id, kind, quantity, created_at)
    select ${run.ctx.orgId}, c.id, c.pickListId, c.shipmentId, c.itemId, c.locationId, c.kind, c.quantity, ${run.now}
      from ${rowsOf(rows, { id: 'uuid', pickListId: 'uuid', shipmentId: 'uuid', itemId: 'uuid', locationId: 'uuid', kind: 'text', quantity: 'bigint' }, 'c')}`.execute(
    run.tx,
  )
  for (const [pickListId, parts] of Map.groupBy(rows, (row) => row.pickListId ?? ''))
    run.emit({
      type: 'warehouse.pick_list_changed',
      documentType: 'pick_list',
      documentId: pickListId,
      payload: {
        changes: parts.map((part) => ({ kind: part.kind, shipment_id: part.shipmentId, item_id: part.itemId, quantity: part.quantity })),
      },
    })
}
