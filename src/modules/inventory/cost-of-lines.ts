import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'

/**
 * What the goods of document lines cost, in minor units of the base currency: what shipment lines took from layers, less what return
 * receipt lines gave back. Lines without valued movements (services, goods of others) count nothing. One statement.
 */
export async function readCostOfLines(tx: Tx, orgId: number, lineIds: readonly string[]): Promise<number> {
  if (lineIds.length === 0) return 0
  const { rows } = await sql<{ cost: number }>`
    select coalesce(sum(case u.kind when 'consumed' then u.value_minor else -u.value_minor end), 0)::bigint as cost
      from inventory.stock_movement m join inventory.cost_use u on u.org_id = m.org_id and u.movement_seq = m.seq and u.kind in ('consumed', 'returned')
     where m.org_id = ${orgId} and m.source_line_id = any(${[...new Set(lineIds)]}::uuid[])`.execute(tx)
  return rows[0]?.cost ?? 0
}

/** What the goods of each shipment line cost when they left, in minor units of the base currency. One statement. */
export async function readCostByLine(tx: Tx, orgId: number, lineIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (lineIds.length === 0) return new Map()
  const { rows } = await sql<{ id: string; cost: number }>`
    select m.source_line_id as id, sum(u.value_minor)::bigint as cost
      from inventory.stock_movement m join inventory.cost_use u on u.org_id = m.org_id and u.movement_seq = m.seq and u.kind = 'consumed'
     where m.org_id = ${orgId} and m.source_line_id = any(${[...new Set(lineIds)]}::uuid[]) group by 1`.execute(tx)
  return new Map(rows.map((row) => [row.id, row.cost]))
}
