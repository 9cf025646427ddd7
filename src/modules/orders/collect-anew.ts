import { sql } from 'kysely'
import { setCollections } from '../warehouse/index.ts'
import type { OrderRun } from './order.repo.ts'

/**
 * What couriers are to collect for an order's shipments that are not shipped yet, worked out anew from its lines: each gets its lines'
 * share of what is owed and not sliced yet (of all orders it carries), the first of an order the charges that no shipment has
 * brought. Only for cash on delivery. The caller holds the shipments and the order.
 */
export async function collectAnew(run: OrderRun, orderId: string): Promise<void> {
  const { rows } = await sql<{ shipmentId: string; amount: number }>`
    with open as (
      select distinct w.shipment_id as id, s.number, w.source_id as order_id from warehouse.shipment_line w join warehouse.shipment s on s.org_id = w.org_id and s.id = w.shipment_id
       where w.org_id = ${run.ctx.orgId} and w.quantity > 0 and s.status in ('planned', 'released', 'picked', 'packed')
         and w.source_id in (select x.source_id from warehouse.shipment_line x where x.org_id = ${run.ctx.orgId} and x.shipment_id in (select y.shipment_id from warehouse.shipment_line y where y.org_id = ${run.ctx.orgId} and y.source_line_id in (select id from orders.order_line where org_id = ${run.ctx.orgId} and order_id = ${orderId}::uuid)))),
    scope as (select distinct id from open where order_id = ${orderId}::uuid),
    goods as (
      select o.id as shipment_id, o.number, h.id as order_id, h.prices_include_tax,
             sum(floor((l.amount - l.discount - l.sliced_amount + case when h.prices_include_tax then -l.marketplace_tax else l.tax - l.sliced_tax end)::numeric * w.quantity / nullif(l.ordered - l.sliced_quantity, 0)))::bigint as amount
        from open o join warehouse.shipment_line w on w.org_id = ${run.ctx.orgId} and w.shipment_id = o.id and w.source_id = o.order_id and w.quantity > 0
        join orders.order_line l on l.org_id = w.org_id and l.id = w.source_line_id
        join orders.sales_order h on h.org_id = l.org_id and h.id = l.order_id and h.payment_terms = 'cash_on_delivery'
       group by o.id, o.number, h.id, h.prices_include_tax),
    charged as (
      select g.shipment_id, coalesce(sum(c.amount - c.discount + case when g.prices_include_tax then -c.marketplace_tax else c.tax end), 0)::bigint as amount
        from goods g join orders.order_charge c on c.org_id = ${run.ctx.orgId} and c.order_id = g.order_id and c.recognized_shipment_id is null and c.canceled_at is null
       where g.number = (select min(f.number) from goods f where f.order_id = g.order_id) group by 1)
    select g.shipment_id as "shipmentId", greatest(0, coalesce(sum(g.amount), 0) + coalesce((select c.amount from charged c where c.shipment_id = g.shipment_id), 0))::bigint as amount
      from goods g join scope s on s.id = g.shipment_id group by g.shipment_id`.execute(run.tx)
  await setCollections(run.tx, run.ctx.orgId, rows)
}
