import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'

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

/** Says whether orders are held: their unshipped shipments are not released while they are. Locks the shipments, before the orders. */
export async function setShipmentsHeld(tx: Tx, orgId: number, orderIds: readonly string[], held: boolean): Promise<void> {
  await sql`
    update warehouse.shipment set held = ${held}, version = version + 1 where org_id = ${orgId} and id in (
      select id from warehouse.shipment where org_id = ${orgId} and source_id = any(${orderIds}::uuid[]) and status in ('planned', 'released', 'picked', 'packed') order by id for update)`.execute(
    tx,
  )
}

/** Planned shipments of orders that are to be sent whole and wait for something again. The caller holds them. */
export async function markShipmentsWaiting(tx: Tx, orgId: number, orderIds: readonly string[]): Promise<void> {
  await sql`update warehouse.shipment set ready = false, version = version + 1 where org_id = ${orgId} and source_id = any(${orderIds}::uuid[]) and status = 'planned' and ready`.execute(
    tx,
  )
}

/** What couriers are to collect for shipments that are not shipped, on the first parcel where it is packed. The caller holds them. */
export async function setCollections(tx: Tx, orgId: number, amounts: readonly { shipmentId: string; amount: number }[]): Promise<void> {
  if (amounts.length === 0) return
  await sql`
    with due as (select c.shipmentId as id, c.amount from ${rowsOf(amounts, { shipmentId: 'uuid', amount: 'bigint' }, 'c')}),
    changed as (update warehouse.shipment s set amount_to_collect = d.amount from due d where s.org_id = ${orgId} and s.id = d.id returning s.id, s.amount_to_collect)
    update warehouse.parcel p set amount_to_collect = c.amount_to_collect from changed c where p.org_id = ${orgId} and p.shipment_id = c.id and p.parcel_no = 1`.execute(
    tx,
  )
}
