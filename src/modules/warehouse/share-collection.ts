import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'

/** What a courier collects for a shipment that was just shipped, in minor units of its currency. */
export interface SharedCollection {
  shipmentId: string
  amount: number
}

/**
 * Cash on delivery after shipping: a shipped shipment collects exactly what its goods and charges are owed; what its order was
 * to collect beyond that moves to the shipment that carries the rest. Shipments that collect nothing stay as they are. The
 * caller holds the shipments (it has just shipped and split them).
 */
export async function shareCollection(tx: Tx, orgId: number, shipped: readonly SharedCollection[]): Promise<void> {
  if (shipped.length === 0) return
  await sql`
    with part as (select p.shipmentId as id, p.amount from ${rowsOf(shipped, { shipmentId: 'uuid', amount: 'bigint' }, 'p')}),
    before as (
      select s.id, s.amount_to_collect as whole, part.amount from warehouse.shipment s join part on part.id = s.id
       where s.org_id = ${orgId} and s.amount_to_collect > 0),
    changed as (
      update warehouse.shipment s set amount_to_collect = case when s.id = b.id then least(b.amount, b.whole) else greatest(0, b.whole - b.amount) end
        from before b
       where s.org_id = ${orgId} and (s.id = b.id or (s.split_from_id = b.id and s.amount_to_collect = 0 and s.status not in ('shipped', 'delivered', 'canceled', 'voided')))
      returning s.id, s.amount_to_collect)
    update warehouse.parcel p set amount_to_collect = c.amount_to_collect
      from changed c where p.org_id = ${orgId} and p.shipment_id = c.id and p.parcel_no = 1`.execute(tx)
}
