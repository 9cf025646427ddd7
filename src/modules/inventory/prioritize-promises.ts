import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { lockPositions, type PositionKey } from './stock.repo.ts'

/**
 * Gives the promises and backorders of order lines another priority: who is served first, and who loses last. Locks their
 * positions, so it comes after shipments and before orders.
 */
export async function prioritizePromises(
  tx: Tx,
  orgId: number,
  lines: readonly { sourceLineId: string; priority: number }[],
): Promise<void> {
  if (lines.length === 0) return
  const source = rowsOf(lines, { sourceLineId: 'uuid', priority: 'integer' }, 'l')
  const { rows } = await sql<PositionKey>`
    select r.item_id as "itemId", r.warehouse_id as "warehouseId", r.owner_id as "ownerId" from inventory.reservation r join ${source} on l.sourceLineId = r.source_line_id where r.org_id = ${orgId}
    union select b.item_id, w.id, b.owner_id from inventory.backorder b join ${source} on l.sourceLineId = b.source_line_id cross join unnest(b.warehouse_ids) as w(id) where b.org_id = ${orgId}`.execute(
    tx,
  )
  await lockPositions(tx, orgId, rows)
  await sql`update inventory.reservation r set priority = l.priority from ${source} where r.org_id = ${orgId} and r.source_line_id = l.sourceLineId`.execute(
    tx,
  )
  await sql`update inventory.backorder b set priority = l.priority from ${source} where b.org_id = ${orgId} and b.source_line_id = l.sourceLineId`.execute(
    tx,
  )
}
