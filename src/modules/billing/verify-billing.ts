import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { findFault, inTurn } from '../../kernel/find-fault.ts'
import { type CheckResult, runCheck } from '../../kernel/verify.ts'

/** Checks of billing: V8 for vouchers, for cash with couriers and for what is deferred until delivery. */
export async function verifyBilling(tx: Tx, orgId: number): Promise<CheckResult[]> {
  return [await verifyVouchers(tx, orgId), await verifyCourierCash(tx, orgId), await verifyDeferrals(tx, orgId)]
}

/** Each voucher holds the sum of its entries, and the liability holds exactly that for it; no payment by voucher lacks its entry. */
function verifyVouchers(tx: Tx, orgId: number): Promise<CheckResult> {
  return runCheck('V8', 'The liability for vouchers equals what is left on them.', () =>
    inTurn([
      () =>
        findFault(tx, {
          given: sql`
          entered as (select voucher_id as id, sum(amount) as amount from billing.voucher_entry where org_id = ${orgId} group by 1),
          booked as (select document_type, document_id as id, currency, -amount as amount from ledger.document_balance where org_id = ${orgId} and role = 'voucher_liability'),
          held as (select id, currency, balance from billing.voucher where org_id = ${orgId})`,
          rows: sql`select (select count(*) from held) + (select count(*) from booked)`,
          faults: sql`
          select 'voucher' as fault, coalesce(h.id, b.id) as voucher_id, b.document_type, h.balance, coalesce(e.amount, 0) as entries, coalesce(b.amount, 0) as booked
            from held h full join booked b on b.id = h.id and b.document_type = 'voucher' and b.currency = h.currency left join entered e on e.id = h.id
           where h.id is null and b.amount <> 0 or h.balance <> coalesce(e.amount, 0) or h.balance <> coalesce(b.amount, 0)`,
        }),
      () =>
        findFault(tx, {
          rows: sql`select count(*) from billing.voucher_entry where org_id = ${orgId} and payment_id is not null`,
          faults: sql`
          select 'voucher payment' as fault, p.id as payment_id, p.kind, p.amount, e.amount as entry
            from orders.payment p full join billing.voucher_entry e on e.org_id = p.org_id and e.payment_id = p.id
           where coalesce(p.org_id, e.org_id) = ${orgId} and (p.voucher_id is not null or (p.kind = 'refunded' and p.method = 'store_credit') or e.payment_id is not null)
             and coalesce(e.amount, 0) <> case p.kind when 'captured' then -p.amount else p.amount end`,
        }),
      () =>
        findFault(tx, {
          rows: sql`select 0`,
          faults: sql`
          select a.role as account, p.entry_id, p.line, p.amount from ledger.posting p join ledger.account a on a.org_id = p.org_id and a.id = p.account_id
           where p.org_id = ${orgId} and a.role in ('voucher_liability', 'cash_in_courier') and p.document_id is null`,
        }),
    ]),
  )
}

/**
 * Cash with couriers: of each order what was collected less what accepted lists paid, of each list what it paid for orders less its deposit
 * and fees. What each shipment collects is the sum over its orders and stands on its parcels.
 */
function verifyCourierCash(tx: Tx, orgId: number): Promise<CheckResult> {
  return runCheck('V8', 'Cash with couriers equals what they collected and have not paid out.', () =>
    inTurn([
      () =>
        findFault(tx, {
          given: sql`
          parts as (
            select p.order_id, x.remittance_id, p.amount from billing.courier_remittance_part p join billing.courier_remittance_line x on x.org_id = p.org_id and x.id = p.line_id where p.org_id = ${orgId}),
          fees as (select remittance_id, sum(fee) as fee from billing.courier_remittance_line where org_id = ${orgId} group by 1),
          expected as (
            select d.document_type, d.document_id, d.currency, sum(d.amount) as amount from (
              select 'order' as document_type, order_id as document_id, currency, amount from orders.payment where org_id = ${orgId} and kind = 'collected'
              union all
              select 'order', p.order_id, o.currency, -p.amount from parts p join orders.sales_order o on o.org_id = ${orgId} and o.id = p.order_id
              union all
              select 'courier_remittance', r.id, r.currency, coalesce((select sum(amount) from parts p where p.remittance_id = r.id), 0) - r.deposit_amount - coalesce(f.fee, 0)
                from billing.courier_remittance r left join fees f on f.remittance_id = r.id where r.org_id = ${orgId} and r.status = 'accepted') d
             group by 1, 2, 3),
          booked as (select document_type, document_id, currency, amount from ledger.document_balance where org_id = ${orgId} and role = 'cash_in_courier')`,
          rows: sql`select (select count(*) from booked) + (select count(*) from expected)`,
          faults: sql`
          select 'cash with couriers' as fault, coalesce(b.document_type, x.document_type) as document_type, coalesce(b.document_id, x.document_id) as document_id, coalesce(b.amount, 0) as booked, coalesce(x.amount, 0) as expected
            from booked b full join expected x on x.document_type = b.document_type and x.document_id = b.document_id and x.currency = b.currency
           where coalesce(b.amount, 0) <> coalesce(x.amount, 0)`,
        }),
      () =>
        findFault(tx, {
          given: sql`
          by_order as (select shipment_id, sum(amount) as amount from warehouse.shipment_collection where org_id = ${orgId} group by 1),
          by_parcel as (select shipment_id, sum(amount_to_collect) as amount from warehouse.parcel where org_id = ${orgId} group by 1)`,
          rows: sql`select count(*) from by_order`,
          faults: sql`
          select 'collection' as fault, s.id as shipment_id, s.number, s.amount_to_collect, c.amount as by_order, p.amount as by_parcel
            from warehouse.shipment s join by_order c on c.shipment_id = s.id left join by_parcel p on p.shipment_id = s.id
           where s.org_id = ${orgId} and s.status in ('packed', 'shipped', 'delivered') and (s.amount_to_collect <> c.amount or coalesce(p.amount, c.amount) <> c.amount)`,
        }),
    ]),
  )
}

/** Deferred revenue and goods on their way: by order what was deferred less what was released; nothing waits but for a shipment on its way. */
function verifyDeferrals(tx: Tx, orgId: number): Promise<CheckResult> {
  return runCheck('V8', 'Deferred revenue, and the cost of it, are the sent goods that are not delivered.', () =>
    inTurn([
      () =>
        findFault(tx, {
          given: sql`
          released as (select deferral_id as id, sum(net_amount) as amount, sum(cost_base) as cost, sum(quantity) as quantity from billing.deferral_release where org_id = ${orgId} group by 1),
          waiting as (
            select d.order_id, d.currency, d.shipment_id, d.net_amount - coalesce(r.amount, 0) as amount, d.cost_base - coalesce(r.cost, 0) as cost, coalesce(r.quantity, 0) > d.quantity as too_much
              from billing.deferral d left join released r on r.id = d.id where d.org_id = ${orgId}),
          expected as (
            select role, order_id, currency, sum(amount) as amount from (
              select 'deferred_revenue' as role, order_id, currency::text, -amount as amount from waiting
              union all select 'deferred_cost', w.order_id, o.base_currency::text, w.cost from waiting w join identity.organization o on o.org_id = ${orgId}) x group by 1, 2, 3),
          booked as (select role, document_id, currency, amount from ledger.document_balance where org_id = ${orgId} and role in ('deferred_revenue', 'deferred_cost'))`,
          rows: sql`select (select count(*) from booked) + (select count(*) from waiting)`,
          faults: sql`
          select 'deferred' as fault, coalesce(b.role, x.role) as account, coalesce(b.document_id, x.order_id) as order_id, coalesce(b.amount, 0) as booked, coalesce(x.amount, 0) as expected
            from booked b full join expected x on x.role = b.role and x.order_id = b.document_id and x.currency = b.currency where coalesce(b.amount, 0) <> coalesce(x.amount, 0)
          union all
          select 'not on its way', s.status, w.order_id, w.amount, w.cost from waiting w join warehouse.shipment s on s.org_id = ${orgId} and s.id = w.shipment_id
           where w.too_much or ((w.amount <> 0 or w.cost <> 0) and s.status <> 'shipped')`,
        }),
      () =>
        findFault(tx, {
          rows: sql`select 0`,
          faults: sql`
          select a.role as account, p.entry_id, p.line, p.amount from ledger.posting p join ledger.account a on a.org_id = p.org_id and a.id = p.account_id
           where p.org_id = ${orgId} and a.role in ('deferred_revenue', 'deferred_cost') and p.document_id is null`,
        }),
    ]),
  )
}
