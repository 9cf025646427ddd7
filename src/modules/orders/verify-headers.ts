import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { findFault } from '../../kernel/find-fault.ts'
import type { CheckFinding } from '../../kernel/verify.ts'

/** Looks of V5 at order headers: totals, discounts, taxes, payments and holds are the sums of their rows. */
export function verifyHeaders(tx: Tx, orgId: number): (() => Promise<CheckFinding>)[] {
  return [() => totalsLook(tx, orgId), () => canceledLook(tx, orgId), () => paymentsLook(tx, orgId)]
}

function totalsLook(tx: Tx, orgId: number): Promise<CheckFinding> {
  return findFault(tx, {
    given: sql`
      lines as (select order_id, sum(amount)::bigint as amount, sum(discount)::bigint as discount, sum(tax)::bigint as tax, sum(marketplace_tax)::bigint as marketplace_tax from orders.order_line where org_id = ${orgId} and parent_line_id is null group by 1),
      charges as (select order_id, sum(amount)::bigint as amount, sum(discount)::bigint as discount, sum(tax)::bigint as tax, sum(marketplace_tax)::bigint as marketplace_tax from orders.order_charge where org_id = ${orgId} group by 1),
      discounts as (select order_id, sum(amount)::bigint as amount from orders.order_discount where org_id = ${orgId} group by 1),
      taxes as (select order_id, sum(amount) filter (where collected_by = 'merchant') as merchant, sum(amount) filter (where collected_by = 'marketplace') as marketplace from orders.order_tax where org_id = ${orgId} group by 1),
      held as (select distinct order_id from orders.order_hold where org_id = ${orgId} and type = 'total_mismatch'),
      due as (
        select o.id, o.number, o.lines_amount, o.charges_amount, o.discounts_amount, o.tax_amount, o.marketplace_tax_amount, o.total, o.channel_total, o.prices_include_tax, h.order_id is not null as has_hold, o.changed_at is not null as was_changed,
               coalesce(l.amount, 0) as lines_due, coalesce(c.amount, 0) as charges_due, coalesce(d.amount, 0) as discounts_due, coalesce(l.discount, 0) + coalesce(c.discount, 0) as shares_of_discount,
               coalesce(l.tax, 0) + coalesce(c.tax, 0) as tax_due, coalesce(l.marketplace_tax, 0) + coalesce(c.marketplace_tax, 0) as marketplace_tax_due, coalesce(t.merchant, 0) as taxes, coalesce(t.marketplace, 0) as marketplace_taxes
          from orders.sales_order o left join lines l on l.order_id = o.id left join charges c on c.order_id = o.id left join discounts d on d.order_id = o.id left join taxes t on t.order_id = o.id left join held h on h.order_id = o.id
         where o.org_id = ${orgId})`,
    rows: sql`select count(*) from due`,
    faults: sql`
      select 'totals' as fault, d.id as order_id, d.number, d.lines_amount, d.lines_due, d.charges_amount, d.charges_due, d.discounts_amount, d.discounts_due, d.shares_of_discount, d.tax_amount, d.tax_due, d.taxes, d.total,
             d.lines_due + d.charges_due - d.discounts_due + case when d.prices_include_tax then 0 else d.tax_due + d.marketplace_tax_due end as total_due, d.channel_total, d.has_hold
        from due d
       where d.lines_amount <> d.lines_due or d.charges_amount <> d.charges_due or d.discounts_amount <> d.discounts_due or d.discounts_amount <> d.shares_of_discount
          or d.tax_amount <> d.tax_due or d.tax_amount <> d.taxes or d.marketplace_tax_amount <> d.marketplace_tax_due or d.marketplace_tax_amount <> d.marketplace_taxes
          or d.total <> d.lines_amount + d.charges_amount - d.discounts_amount + case when d.prices_include_tax then 0 else d.tax_amount + d.marketplace_tax_amount end
          or (d.channel_total <> d.total and not d.has_hold and not d.was_changed)`,
  })
}

/** What was canceled of the total is what lines gave away in slices that no shipment froze, and the canceled charges. */
function canceledLook(tx: Tx, orgId: number): Promise<CheckFinding> {
  return findFault(tx, {
    given: sql`
      frozen as (select line_id, sum(case when kind = 'shipped' then amount when kind = 'voided' then -amount else 0 end)::bigint as amount from orders.revenue_slice where org_id = ${orgId} and line_id is not null group by 1),
      gone as (
        select l.order_id, sum(l.sliced_amount + case when o.prices_include_tax then 0 else l.sliced_tax end - coalesce(f.amount, 0))::bigint as amount
          from orders.order_line l join orders.sales_order o on o.org_id = l.org_id and o.id = l.order_id left join frozen f on f.line_id = l.id
         where l.org_id = ${orgId} and l.kind <> 'kit' and l.sliced_quantity > 0 group by 1),
      charges as (
        select c.order_id, sum(c.amount - c.discount + case when o.prices_include_tax then -c.marketplace_tax else c.tax end)::bigint as amount
          from orders.order_charge c join orders.sales_order o on o.org_id = c.org_id and o.id = c.order_id where c.org_id = ${orgId} and c.canceled_at is not null group by 1)`,
    rows: sql`select count(*) from gone`,
    faults: sql`
      select 'canceled_amount' as fault, o.id as order_id, o.number, o.canceled_amount, coalesce(g.amount, 0) + coalesce(c.amount, 0) as canceled_due
        from orders.sales_order o left join gone g on g.order_id = o.id left join charges c on c.order_id = o.id
       where o.org_id = ${orgId} and o.canceled_amount <> coalesce(g.amount, 0) + coalesce(c.amount, 0)`,
  })
}

/** More voided than authorized leaves nothing authorized. */
function paymentsLook(tx: Tx, orgId: number): Promise<CheckFinding> {
  return findFault(tx, {
    given: sql`
      paid as (
        select order_id, coalesce(sum(amount) filter (where kind in ('captured', 'collected')), 0) as captured, coalesce(sum(amount) filter (where kind = 'refunded'), 0) as refunded,
               coalesce(sum(amount) filter (where kind = 'authorized'), 0) as authorized, coalesce(sum(amount) filter (where kind in ('voided', 'expired')), 0) as voided, coalesce(sum(amount) filter (where kind = 'written_off'), 0) as written_off
          from orders.payment where org_id = ${orgId} group by 1),
      holds as (select order_id, count(*) as open from orders.order_hold where org_id = ${orgId} and released_at is null group by 1)`,
    rows: sql`select (select count(*) from orders.payment where org_id = ${orgId}) + (select count(*) from orders.order_hold where org_id = ${orgId})`,
    faults: sql`
      select 'payments' as fault, o.id as order_id, o.number, o.captured_amount, coalesce(p.captured, 0) as captured, o.refunded_amount, coalesce(p.refunded, 0) as refunded, o.authorized_amount,
             coalesce(p.authorized, 0) - coalesce(p.voided, 0) as authorized, o.hold_count, coalesce(h.open, 0) as open_holds
        from orders.sales_order o left join paid p on p.order_id = o.id left join holds h on h.order_id = o.id
       where o.org_id = ${orgId}
         and (o.captured_amount <> coalesce(p.captured, 0) or o.refunded_amount <> coalesce(p.refunded, 0) or o.hold_count <> coalesce(h.open, 0)
              or o.written_off_amount <> coalesce(p.written_off, 0) or o.authorized_amount <> greatest(0, coalesce(p.authorized, 0) - coalesce(p.voided, 0)))`,
  })
}
