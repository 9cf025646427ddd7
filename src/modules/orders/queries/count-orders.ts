import { sql } from 'kysely'
import type { Tx } from '../../../kernel/database.ts'

/** How many open orders are held, and how many wait for stock. Served by partial indexes. */
export async function countOrdersToWatch(tx: Tx, orgId: number): Promise<{ held: number; backordered: number }> {
  const { rows } = await sql<{ held: number; backordered: number }>`
    select (select count(*) from orders.sales_order where org_id = ${orgId} and hold_count > 0 and state = 'open') as held,
           (select count(*) from orders.sales_order where org_id = ${orgId} and reservation_status in ('partly_reserved', 'backordered')) as backordered`.execute(
    tx,
  )
  return rows[0] ?? { held: 0, backordered: 0 }
}
