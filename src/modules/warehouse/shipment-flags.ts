import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { shipmentsOfSources } from './shipment-orders.ts'

/** Order lines (source line ids) that an open or sent shipment carries. */
export async function findCarriedLines(tx: Tx, orgId: number, sourceLineIds: readonly string[]): Promise<Set<string>> {
  if (sourceLineIds.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select distinct l.source_line_id as id from warehouse.shipment_line l join warehouse.shipment s on s.org_id = l.org_id and s.id = l.shipment_id
     where l.org_id = ${orgId} and l.source_line_id = any(${sourceLineIds}::uuid[]) and l.quantity > 0 and s.status not in ('canceled', 'voided')`.execute(
    tx,
  )
  return new Set(rows.map((row) => row.id))
}

/** Planned shipments of orders that are now complete may be released. Shipments somebody else holds are passed over: whoever holds them refreshes them. */
export async function markShipmentsReady(tx: Tx, orgId: number, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return
  await sql`
    update warehouse.shipment set ready = true where org_id = ${orgId} and id in (
      select id from warehouse.shipment where org_id = ${orgId} and source_id = any(${orderIds}::uuid[]) and status = 'planned' and not ready order by id for update skip locked)`.execute(
    tx,
  )
}

/**
 * Says whether orders are held: their unshipped shipments are not released while they are; a combined one while any of its orders is.
 * Locks the shipments, before the orders.
 */
export async function setShipmentsHeld(tx: Tx, orgId: number, orderIds: readonly string[], held: boolean): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select s.id from warehouse.shipment s
     where s.org_id = ${orgId} and s.id in (select x.shipment_id from (${shipmentsOfSources(orgId, orderIds)}) x) and s.status in ('planned', 'released', 'picked', 'packed') order by s.id for update`.execute(
    tx,
  )
  if (rows.length === 0) return
  const ids = rows.map((row) => row.id)
  await sql`update warehouse.shipment_order set held = ${held} where org_id = ${orgId} and source_id = any(${orderIds}::uuid[]) and shipment_id = any(${ids}::uuid[])`.execute(
    tx,
  )
  await sql`
    update warehouse.shipment s set version = s.version + 1,
           held = coalesce((select bool_or(c.held) from warehouse.shipment_order c where c.org_id = s.org_id and c.shipment_id = s.id), ${held})
     where s.org_id = ${orgId} and s.id = any(${ids}::uuid[])`.execute(tx)
}
