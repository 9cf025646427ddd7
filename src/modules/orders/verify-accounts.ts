import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { findFault, inTurn } from '../../kernel/find-fault.ts'
import { type CheckResult, runCheck } from '../../kernel/verify.ts'

/**
 * V8 for accounts that equal orders, in the order's currency: the customer account of each order is what was shipped less what was
 * returned, paid and given up; payment clearing is what was captured less refunded, vouchers aside (billing proves those, and cash with
 * couriers). Goods of no known sale are credited on their return receipt. No posting stands on these accounts without its document.
 */
export function verifyAccounts(tx: Tx, orgId: number): Promise<CheckResult> {
  return runCheck('V8', 'Customer accounts and payment clearing equal the orders behind them.', () =>
    inTurn([
      () =>
        findFault(tx, {
          given: sql`
          earned as (select order_id, sum(case when kind in ('shipped', 'fee', 'sent_back', 'found') then amount else -amount end) as amount from orders.revenue_slice where org_id = ${orgId} group by 1),
          paid as (
            select order_id, coalesce(sum(amount) filter (where kind = 'captured'), 0) as captured, coalesce(sum(amount) filter (where kind = 'collected'), 0) as collected, coalesce(sum(amount) filter (where kind = 'refunded'), 0) as refunded,
                   coalesce(sum(case kind when 'written_off' then amount else -amount end) filter (where kind in ('written_off', 'kept')), 0) as given_up,
                   coalesce(sum(case kind when 'captured' then amount else -amount end) filter (where kind in ('captured', 'refunded') and voucher_id is null and not (kind = 'refunded' and method = 'store_credit')), 0) as cleared
              from orders.payment where org_id = ${orgId} group by 1),
          expected as (
            select d.role, d.document_type, d.document_id, d.currency, sum(d.amount) as amount from (
              select v.role, 'order' as document_type, o.id as document_id, o.currency, v.amount
                from orders.sales_order o left join earned e on e.order_id = o.id left join paid p on p.order_id = o.id
                cross join lateral (values ('customer_account', coalesce(e.amount, 0) - coalesce(p.captured, 0) - coalesce(p.collected, 0) + coalesce(p.refunded, 0) - coalesce(p.given_up, 0)),
                                           ('payment_clearing', coalesce(p.cleared, 0))) as v(role, amount)
               where o.org_id = ${orgId} and (e.order_id is not null or p.order_id is not null)
              union all
              select 'customer_account', 'return_receipt', l.receipt_id, r.currency, -l.stated_amount
                from warehouse.return_receipt_line l join warehouse.return_receipt r on r.org_id = l.org_id and r.id = l.receipt_id
               where l.org_id = ${orgId} and l.shipment_line_id is null and l.stated_amount > 0) d
             group by 1, 2, 3, 4),
          booked as (select role, document_type, document_id, currency, amount from ledger.document_balance where org_id = ${orgId} and role in ('customer_account', 'payment_clearing'))`,
          rows: sql`select (select count(*) from booked) + (select count(*) from expected)`,
          faults: sql`
          select coalesce(b.role, x.role) as account, coalesce(b.document_type, x.document_type) as document_type, coalesce(b.document_id, x.document_id) as document_id, coalesce(b.currency, x.currency) as currency,
                 coalesce(b.amount, 0) as booked, coalesce(x.amount, 0) as expected
            from booked b full join expected x on x.role = b.role and x.document_type = b.document_type and x.document_id = b.document_id and x.currency = b.currency
           where coalesce(b.amount, 0) <> coalesce(x.amount, 0)`,
        }),
      () =>
        findFault(tx, {
          rows: sql`select 0`,
          faults: sql`
          select a.role as account, p.entry_id, p.line, p.amount from ledger.posting p join ledger.account a on a.org_id = p.org_id and a.id = p.account_id
           where p.org_id = ${orgId} and a.role in ('customer_account', 'payment_clearing') and p.document_id is null`,
        }),
    ]),
  )
}
