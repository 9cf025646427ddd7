import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'

/** What a courier collects with a shipment for one of its orders. `quantity` is what of the order's lines the shipment carries. */
export interface Collection {
  shipmentId: string
  sourceId: string
  quantity: number
  amount: number
}

/**
 * Fixes what couriers collect with packed or shipped shipments, by order: the shipment and its first parcel carry the sum. What was
 * fixed for these shipments before is replaced. The caller holds the shipments.
 */
export async function fixCollections(tx: Tx, orgId: number, at: Date, rows: readonly Collection[]): Promise<void> {
  if (rows.length === 0) return
  const shipmentIds = [...new Set(rows.map((row) => row.shipmentId))]
  await sql`delete from warehouse.shipment_collection where org_id = ${orgId} and shipment_id = any(${shipmentIds}::uuid[])`.execute(tx)
  await sql`
    insert into warehouse.shipment_collection (org_id, shipment_id, source_id, quantity, amount, fixed_at)
    select ${orgId}, c.shipmentId, c.sourceId, c.quantity, c.amount, ${at} from ${rowsOf(rows, { shipmentId: 'uuid', sourceId: 'uuid', quantity: 'bigint', amount: 'bigint' }, 'c')}`.execute(
    tx,
  )
  const sums = [...Map.groupBy(rows, (row) => row.shipmentId)].map(([shipmentId, group]) => ({
    shipmentId,
    amount: group.reduce((sum, row) => sum + row.amount, 0),
  }))
  await sql`
    with due as (select c.shipmentId as id, c.amount from ${rowsOf(sums, { shipmentId: 'uuid', amount: 'bigint' }, 'c')}),
    changed as (update warehouse.shipment s set amount_to_collect = d.amount from due d where s.org_id = ${orgId} and s.id = d.id returning s.id, s.amount_to_collect)
    update warehouse.parcel p set amount_to_collect = case when p.parcel_no = 1 then c.amount_to_collect else 0 end
      from changed c where p.org_id = ${orgId} and p.shipment_id = c.id`.execute(tx)
}

/** Says what open shipments are expected to collect; shipments that somebody else holds are passed over and learn it when packed. */
export async function expectCollections(tx: Tx, orgId: number, rows: readonly { shipmentId: string; amount: number }[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    update warehouse.shipment s set amount_to_collect = d.amount
      from (select c.shipmentId as id, c.amount from ${rowsOf(rows, { shipmentId: 'uuid', amount: 'bigint' }, 'c')}) d
     where s.org_id = ${orgId} and s.id = d.id and s.id in (
       select id from warehouse.shipment where org_id = ${orgId} and id = any(${rows.map((row) => row.shipmentId)}::uuid[]) and status in ('planned', 'released', 'picked') order by id for update skip locked)`.execute(
    tx,
  )
}
