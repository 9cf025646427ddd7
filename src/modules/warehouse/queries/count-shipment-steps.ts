import { sql } from 'kysely'
import type { Tx } from '../../../kernel/database.ts'

/** How many shipments wait at each step. `held` are planned ones whose order is held; `waiting` planned ones of orders to be sent whole. */
export interface ShipmentSteps {
  to_release: number
  to_pick: number
  to_pack: number
  to_ship: number
  held: number
  waiting: number
}

/** Counts the open shipments by step, of all warehouses or of one. */
export async function countShipmentSteps(tx: Tx, orgId: number, warehouseId: string | null = null): Promise<ShipmentSteps> {
  const { rows } = await sql<ShipmentSteps>`
    select count(*) filter (where status = 'planned' and not held and ready)::int as to_release, count(*) filter (where status = 'released')::int as to_pick,
           count(*) filter (where status = 'picked')::int as to_pack, count(*) filter (where status = 'packed')::int as to_ship,
           count(*) filter (where status = 'planned' and held)::int as held, count(*) filter (where status = 'planned' and not held and not ready)::int as waiting
      from warehouse.shipment where org_id = ${orgId} and status in ('planned', 'released', 'picked', 'packed') and (${warehouseId}::uuid is null or warehouse_id = ${warehouseId}::uuid)`.execute(
    tx,
  )
  return rows[0] ?? { to_release: 0, to_pick: 0, to_pack: 0, to_ship: 0, held: 0, waiting: 0 }
}
