import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { findFault, inTurn } from '../../kernel/find-fault.ts'
import { type CheckFinding, type CheckResult, runCheck } from '../../kernel/verify.ts'
import { verifyAxes } from './verify-axes.ts'
import { verifyAccounts } from './verify-accounts.ts'
import { verifyHeaders } from './verify-headers.ts'

/** This room's checks: V5, its part of V8 (accounts that equal orders) and V11. One after another on one connection. */
export async function verifyOrders(tx: Tx, orgId: number): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const check of [verifyLines, verifyAccounts, verifyExternalIds]) {
    // oxlint-disable-next-line no-await-in-loop -- one statement after another on one connection
    results.push(await check(tx, orgId))
  }
  return results
}

/** V5: vectors, kits, frozen money, totals and statuses of orders. */
function verifyLines(tx: Tx, orgId: number): Promise<CheckResult> {
  return runCheck(
    'V5',
    "Every order line's quantities add up and match promises, shipments and returns; order totals add up or carry total_mismatch; statuses follow from them.",
    () =>
      inTurn([
        () => vectorLook(tx, orgId),
        () => promiseLook(tx, orgId),
        () => shipmentLook(tx, orgId),
        () => kitLook(tx, orgId),
        () => sliceLook(tx, orgId),
        ...verifyHeaders(tx, orgId),
        () => verifyAxes(tx, orgId),
      ]),
  )
}

const lineCount = (orgId: number): RawBuilder<unknown> => sql`select count(*) from orders.order_line where org_id = ${orgId}`

/** Each vector adds up; what was sliced is what shipped or was canceled. */
function vectorLook(tx: Tx, orgId: number): Promise<CheckFinding> {
  return findFault(tx, {
    rows: lineCount(orgId),
    faults: sql`
      select 'vector' as fault, l.order_id, l.id as line_id, l.ordered, l.canceled + l.pending + l.reserved + l.backordered + l.supplied_elsewhere + l.shipped as vector, l.picked, l.returned + l.refused + l.lost as back, l.sliced_quantity
        from orders.order_line l
       where l.org_id = ${orgId}
         and (l.ordered <> l.canceled + l.pending + l.reserved + l.backordered + l.supplied_elsewhere + l.shipped or l.picked < 0 or l.picked > l.reserved or l.returned + l.refused + l.lost > l.shipped + l.supplied_elsewhere
              or l.sliced_quantity <> l.canceled + l.shipped + l.supplied_elsewhere or least(l.canceled, l.pending, l.reserved, l.backordered, l.supplied_elsewhere, l.shipped) < 0
              or (l.kind = 'kit' and l.pending <> l.ordered) or (l.supply <> 'stock' and l.reserved + l.backordered <> 0))`,
  })
}

/** Reserved is the sum of the line's promises, backordered of what waits in the queue; both ways. */
function promiseLook(tx: Tx, orgId: number): Promise<CheckFinding> {
  return findFault(tx, {
    given: sql`
      lines as (select id, order_id, item_id, reserved, backordered from orders.order_line where org_id = ${orgId} and (reserved <> 0 or backordered <> 0)),
      promised as (select source_line_id, sum(quantity)::bigint as quantity, min(item_id::text) as item_id, max(item_id::text) as last_item_id from inventory.reservation where org_id = ${orgId} group by 1),
      waiting as (select source_line_id, quantity, item_id from inventory.backorder where org_id = ${orgId})`,
    rows: sql`select (select count(*) from promised) + (select count(*) from waiting)`,
    faults: sql`
      select 'promises' as fault, l.order_id, coalesce(l.id, r.source_line_id, b.source_line_id) as line_id, coalesce(l.reserved, 0) as reserved, coalesce(r.quantity, 0) as reservations, coalesce(l.backordered, 0) as backordered, coalesce(b.quantity, 0) as backorders
        from lines l full join promised r on r.source_line_id = l.id full join waiting b on b.source_line_id = coalesce(l.id, r.source_line_id)
       where coalesce(l.reserved, 0) <> coalesce(r.quantity, 0) or coalesce(l.backordered, 0) <> coalesce(b.quantity, 0)
          or r.item_id <> l.item_id::text or r.last_item_id <> l.item_id::text or b.item_id <> l.item_id`,
  })
}

/** Shipped, returned and staged quantities are those of the shipments that carry the line; both ways. */
function shipmentLook(tx: Tx, orgId: number): Promise<CheckFinding> {
  return findFault(tx, {
    given: sql`
      carried as (
        select s.source_line_id, coalesce(sum(s.shipped_quantity) filter (where s.supply <> 'elsewhere'), 0)::bigint as shipped, coalesce(sum(s.shipped_quantity) filter (where s.supply = 'elsewhere'), 0)::bigint as elsewhere, sum(s.returned_quantity)::bigint as returned, sum(s.refused_quantity)::bigint as refused, sum(s.lost_quantity)::bigint as lost,
               coalesce(sum(s.picked_quantity) filter (where h.status in ('planned', 'released', 'picked', 'packed')), 0)::bigint as picked
          from warehouse.shipment_line s join warehouse.shipment h on h.org_id = s.org_id and h.id = s.shipment_id
         where s.org_id = ${orgId} and h.status not in ('canceled', 'voided') group by 1),
      lines as (select id, order_id, shipped, supplied_elsewhere, picked, returned, refused, lost from orders.order_line where org_id = ${orgId})`,
    rows: sql`select count(*) from carried`,
    faults: sql`
      select 'shipments' as fault, l.order_id, coalesce(l.id, c.source_line_id) as line_id, coalesce(l.shipped, 0) as shipped, coalesce(c.shipped, 0) as on_shipments, coalesce(l.supplied_elsewhere, 0) as supplied_elsewhere, coalesce(c.elsewhere, 0) as on_shipments_elsewhere, coalesce(l.picked, 0) as picked, coalesce(c.picked, 0) as staged,
             coalesce(l.returned, 0) as returned, coalesce(c.returned, 0) as on_return_receipts
        from lines l full join carried c on c.source_line_id = l.id
       where l.id is null or l.shipped <> coalesce(c.shipped, 0) or l.supplied_elsewhere <> coalesce(c.elsewhere, 0) or l.picked <> coalesce(c.picked, 0) or l.returned <> coalesce(c.returned, 0) or l.refused <> coalesce(c.refused, 0) or l.lost <> coalesce(c.lost, 0)`,
  })
}

/** A kit's components are its frozen composition, and their shares of money add up to the kit's. */
function kitLook(tx: Tx, orgId: number): Promise<CheckFinding> {
  return findFault(tx, {
    given: sql`
      children as (
        select parent_line_id, count(*) as lines, sum(amount)::bigint as amount, sum(discount)::bigint as discount, sum(tax)::bigint as tax, sum(marketplace_tax)::bigint as marketplace_tax
          from orders.order_line where org_id = ${orgId} and parent_line_id is not null group by 1)`,
    rows: sql`select count(*) from orders.order_line where org_id = ${orgId} and (kind = 'kit' or parent_line_id is not null)`,
    faults: sql`
      select * from (
        select 'kit_shares' as fault, p.order_id, p.id as line_id, p.amount, c.amount as of_components, p.discount, c.discount as discount_of_components, p.tax, c.tax as tax_of_components
          from orders.order_line p left join children c on c.parent_line_id = p.id
         where p.org_id = ${orgId} and p.kind = 'kit' and (c.lines is null or p.amount <> c.amount or p.discount <> c.discount or p.tax <> c.tax or p.marketplace_tax <> c.marketplace_tax) limit 1) shares
      union all
      select * from (
        select 'kit_quantity', l.order_id, l.id, l.ordered, l.kit_quantity * p.ordered, null::bigint, null::bigint, null::bigint, null::bigint
          from orders.order_line l left join orders.order_line p on p.org_id = l.org_id and p.id = l.parent_line_id and p.kind = 'kit' and p.order_id = l.order_id
         where l.org_id = ${orgId} and l.parent_line_id is not null and (p.id is null or l.kit_quantity is null or l.ordered <> l.kit_quantity * p.ordered) limit 1) quantities`,
  })
}

/** Frozen money: the line's counters follow from the cut rule, shipped slices are inside them (all of them when nothing was canceled), returned inside shipped. */
function sliceLook(tx: Tx, orgId: number): Promise<CheckFinding> {
  return findFault(tx, {
    given: sql`
      slices as (
        select line_id, sum(case kind when 'shipped' then quantity when 'voided' then -quantity end) as shipped, sum(quantity) filter (where kind = 'returned') as returned,
               sum(case kind when 'shipped' then amount when 'voided' then -amount end) as amount, sum(case kind when 'shipped' then tax when 'voided' then -tax end) as tax, sum(case kind when 'shipped' then discount when 'voided' then -discount end) as discount,
               sum(case when kind = 'found' then -amount else amount end) filter (where kind not in ('shipped', 'voided', 'fee', 'sent_back')) as back_amount,
               sum(case when kind = 'found' then -tax else tax end) filter (where kind not in ('shipped', 'voided', 'fee', 'sent_back')) as back_tax
          from orders.revenue_slice where org_id = ${orgId} and line_id is not null group by 1),
      due as (
        select l.id, l.order_id, l.kind, l.ordered, l.canceled, l.shipped + l.supplied_elsewhere as shipped, l.returned, l.refused + l.lost as ended, l.sliced_amount, l.sliced_discount, l.sliced_tax,
               l.cut_amount + coalesce(div(b.base * b.part, b.rest) - case when b.base < 0 and mod(b.base * b.part, b.rest) <> 0 then 1 else 0 end, 0) as amount_due,
               l.cut_discount + coalesce(div((l.discount - l.cut_discount)::numeric * b.part, b.rest), 0) as discount_due, l.cut_tax + coalesce(div((l.tax - l.cut_tax)::numeric * b.part, b.rest), 0) as tax_due,
               coalesce(s.shipped, 0) as slices_shipped, coalesce(s.returned, 0) as slices_returned, coalesce(s.amount, 0) - case when o.prices_include_tax then 0 else coalesce(s.tax, 0) end as slices_amount,
               coalesce(s.tax, 0) as slices_tax, coalesce(s.discount, 0) as slices_discount, coalesce(s.amount, 0) - coalesce(s.back_amount, 0) as kept_amount, coalesce(s.tax, 0) - coalesce(s.back_tax, 0) as kept_tax
          from orders.order_line l join orders.sales_order o on o.org_id = l.org_id and o.id = l.order_id
          cross join lateral (select (l.amount - l.discount - case when o.prices_include_tax then l.marketplace_tax else 0 end - l.cut_amount)::numeric as base, (l.sliced_quantity - l.cut_quantity)::numeric as part, nullif(l.ordered - l.cut_quantity, 0)::numeric as rest) b left join slices s on s.line_id = l.id where l.org_id = ${orgId} and l.kind <> 'kit')`,
    rows: sql`select count(*) from orders.revenue_slice where org_id = ${orgId}`,
    faults: sql`
      select 'frozen_money' as fault, d.order_id, d.id as line_id, d.sliced_amount, d.amount_due, d.slices_amount, d.sliced_tax, d.tax_due, d.slices_tax, d.sliced_discount, d.discount_due, d.slices_discount, d.shipped, d.slices_shipped, d.returned, d.slices_returned
        from due d
       where d.sliced_amount <> d.amount_due or d.sliced_discount <> d.discount_due or d.sliced_tax <> d.tax_due or d.shipped <> d.slices_shipped or d.returned <> d.slices_returned
          or d.slices_amount > d.sliced_amount or d.slices_tax > d.sliced_tax or d.slices_discount > d.sliced_discount
          or (d.canceled = 0 and (d.slices_amount <> d.sliced_amount or d.slices_tax <> d.sliced_tax or d.slices_discount <> d.sliced_discount))
          or d.kept_amount < 0 or d.kept_tax < 0 or (d.shipped = d.returned + d.ended and d.shipped > 0 and (d.kept_amount <> 0 or d.kept_tax <> 0))`,
  })
}

/** V11: one order per channel and external id. */
function verifyExternalIds(tx: Tx, orgId: number): Promise<CheckResult> {
  return runCheck('V11', 'There is one order per channel and external id.', () =>
    findFault(tx, {
      rows: sql`select count(*) from orders.sales_order where org_id = ${orgId}`,
      faults: sql`
        select o.channel_id, o.external_id, count(*) as orders, min(o.number) as first_number, max(o.number) as last_number
          from orders.sales_order o where o.org_id = ${orgId} and o.external_id is not null group by 1, 2 having count(*) > 1`,
    }),
  )
}
