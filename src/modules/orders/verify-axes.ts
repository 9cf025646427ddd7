import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import type { CheckFinding } from '../../kernel/verify.ts'
import { type Axes, axesOf, type OrderSums } from './axes.ts'

interface Shape extends Axes {
  order_id: string
  orders: number
  sums: Omit<OrderSums, 'shipments'> & { planned: number; working: number; sent: number; delivered: number }
}

/**
 * Look of V5: the stored statuses are those that `axesOf` derives. Orders whose sums compare alike share a shape, so that few
 * representatives stand for all; a stored status is part of the shape, hence no wrong one hides behind a right one.
 */
export async function verifyAxes(tx: Tx, orgId: number): Promise<CheckFinding> {
  const { rows } = await sql<Shape>`
    with lines as (
      select order_id, sum(ordered)::bigint as ordered, sum(canceled)::bigint as canceled, sum(pending)::bigint as pending, coalesce(sum(pending) filter (where supply = 'stock'), 0)::bigint as pending_stock, sum(reserved)::bigint as reserved,
             sum(backordered)::bigint as backordered, sum(supplied_elsewhere)::bigint as elsewhere, sum(shipped)::bigint as shipped, sum(returned)::bigint as returned, sum(refused)::bigint as refused, sum(lost)::bigint as lost
        from orders.order_line where org_id = ${orgId} and kind <> 'kit' group by 1),
    credits as (
      select order_id, sum(case when kind in ('fee', 'sent_back', 'found') then -amount else amount end) as amount from orders.revenue_slice
       where org_id = ${orgId} and kind in ('returned', 'refused', 'lost', 'reduced', 'fee', 'sent_back', 'found') group by 1),
    shipments as (
      select source_id, count(*) filter (where status = 'planned') as planned, count(*) filter (where status in ('released', 'picked', 'packed')) as working,
             count(*) filter (where status in ('shipped', 'delivered', 'refused', 'lost')) as sent, count(*) filter (where status = 'delivered') as delivered
        from (select distinct l.source_id, s.id, s.status from warehouse.shipment_line l join warehouse.shipment s on s.org_id = l.org_id and s.id = l.shipment_id
               where l.org_id = ${orgId} and l.quantity > 0 and s.status not in ('canceled', 'voided')) s group by 1),
    sums as (
      select o.id, o.state, o.payment_status, o.reservation_status, o.fulfillment_status, o.return_status, coalesce(nullif(greatest(0, o.total - o.canceled_amount - coalesce(c.amount, 0)), 0), o.total)::bigint as total, o.authorized_amount, o.captured_amount, o.refunded_amount, o.written_off_amount, l.*,
             coalesce(s.planned, 0) as planned, coalesce(s.working, 0) as working, coalesce(s.sent, 0) as sent, coalesce(s.delivered, 0) as delivered
        from orders.sales_order o left join lines l on l.order_id = o.id left join shipments s on s.source_id = o.id left join credits c on c.order_id = o.id where o.org_id = ${orgId})
    select (array_agg(x.id))[1] as order_id, count(*) as orders, x.state, x.payment_status, x.reservation_status, x.fulfillment_status, x.return_status,
           (array_agg(jsonb_build_object('ordered', x.ordered, 'canceled', x.canceled, 'pending', x.pending, 'pendingStock', x.pending_stock, 'reserved', x.reserved, 'backordered', x.backordered, 'suppliedElsewhere', x.elsewhere,
             'shipped', x.shipped, 'returned', x.returned, 'refused', x.refused, 'lost', x.lost, 'total', x.total, 'authorized', x.authorized_amount, 'captured', x.captured_amount, 'refunded', x.refunded_amount, 'writtenOff', x.written_off_amount,
             'planned', x.planned, 'working', x.working, 'sent', x.sent, 'delivered', x.delivered)))[1] as sums
      from sums x
     group by x.state, x.payment_status, x.reservation_status, x.fulfillment_status, x.return_status,
           x.ordered = x.canceled, x.shipped + x.elsewhere = x.ordered - x.canceled, x.shipped + x.elsewhere > 0, x.reserved > 0, x.backordered > 0, x.pending_stock > 0, x.backordered + x.pending_stock > 0,
           x.returned + x.refused > 0, x.returned + x.refused + x.lost >= x.shipped + x.elsewhere, x.refunded_amount > 0, x.refunded_amount >= x.captured_amount, x.captured_amount + x.written_off_amount > 0, x.captured_amount + x.written_off_amount >= x.total, x.total = 0,
           x.authorized_amount > 0, x.planned > 0, x.working > 0, x.sent > 0, x.delivered > 0, x.delivered = x.sent`.execute(tx)
  const wrong = rows.map((shape) => ({ shape, fault: faultOf(shape) })).find(({ fault }) => fault !== null)
  return { rows: rows.reduce((sum, shape) => sum + shape.orders, 0), counterexample: wrong?.fault ?? null }
}

function faultOf(shape: Shape): Record<string, unknown> | null {
  const { planned, working, sent, delivered, ...sums } = shape.sums
  if (sums.ordered === null) return { fault: 'statuses', order_id: shape.order_id, lines: 0 }
  const due = axesOf({ ...sums, shipments: { planned, working, sent, delivered } })
  const wrong = (Object.keys(due) as (keyof Axes)[]).filter((axis) => due[axis] !== shape[axis])
  return wrong.length === 0
    ? null
    : {
        fault: 'statuses',
        order_id: shape.order_id,
        ...Object.fromEntries(
          wrong.flatMap((axis) => [
            [axis, shape[axis]],
            [`${axis}_due`, due[axis]],
          ]),
        ),
      }
}
