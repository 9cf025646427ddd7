import { sql } from 'kysely'
import type { Tx } from '../../../kernel/database.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'

/** How many items stand below their low-stock threshold, counted by warehouse. */
export async function countLowStock(tx: Tx, orgId: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from inventory.low_stock_threshold t
      left join inventory.stock_position p on p.org_id = t.org_id and p.item_id = t.item_id and p.warehouse_id = t.warehouse_id and p.owner_id = ${ZERO_ID}
     where t.org_id = ${orgId} and t.threshold > 0 and coalesce(p.on_hand - p.reserved - p.held, 0) < t.threshold`.execute(tx)
  return rows[0]?.count ?? 0
}
