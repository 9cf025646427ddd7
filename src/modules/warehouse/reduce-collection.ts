import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'

/** What a courier no longer collects with a shipment for an order, in minor units of its currency. */
export interface CollectionCut {
  shipmentId: string
  sourceId: string
  quantity: number
  amount: number
}

/** Goods that were refused or lost are not paid for: the courier's amount on shipment and parcels is lowered, never below zero. The caller holds the shipments. */
export async function reduceCollections(tx: Tx, orgId: number, cuts: readonly CollectionCut[]): Promise<void> {
  if (cuts.length === 0) return
  const columns = { shipmentId: 'uuid', sourceId: 'uuid', quantity: 'bigint', amount: 'bigint' } as const
  await sql`
    with cut as (select * from ${rowsOf(cuts, columns, 'c')}),
    fixed as (
      update warehouse.shipment_collection x set amount = greatest(0, x.amount - cut.amount), quantity = greatest(0, x.quantity - cut.quantity)
        from cut where x.org_id = ${orgId} and x.shipment_id = cut.shipmentId and x.source_id = cut.sourceId returning 1),
    changed as (
      update warehouse.shipment s set amount_to_collect = greatest(0, s.amount_to_collect - t.amount)
        from (select cut.shipmentId, sum(cut.amount)::bigint as amount from cut group by 1) t
       where s.org_id = ${orgId} and s.id = t.shipmentId and s.amount_to_collect > 0 returning s.id, s.amount_to_collect)
    update warehouse.parcel p set amount_to_collect = case when p.parcel_no = 1 then ch.amount_to_collect else 0 end
      from changed ch where p.org_id = ${orgId} and p.shipment_id = ch.id and exists (select from fixed having count(*) >= 0)`.execute(tx)
}
