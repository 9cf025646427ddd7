import { sql } from 'kysely'
import { rowsOf } from '../../kernel/database.ts'
import type { OrderRun } from './order.repo.ts'

/** Tax that an order gains (or, negative, loses) at a rate. */
export interface TaxChange {
  ratePpm: number
  base: number
  amount: number
  collectedBy: 'merchant' | 'marketplace'
}

/** Adds to an order's taxes by rate and collector; a rate of which nothing is left leaves. The caller holds the order. */
export async function addTaxes(run: OrderRun, orderId: string, changes: readonly TaxChange[]): Promise<void> {
  const { orgId } = run.ctx
  const rows = [...Map.groupBy(changes, (change) => `${change.ratePpm}/${change.collectedBy}`).values()].flatMap((same) => {
    const [first] = same
    const base = same.reduce((sum, change) => sum + change.base, 0)
    const amount = same.reduce((sum, change) => sum + change.amount, 0)
    return first === undefined || (base === 0 && amount === 0)
      ? []
      : [{ id: run.newId(), ratePpm: first.ratePpm, collectedBy: first.collectedBy, base, amount }]
  })
  if (rows.length === 0) return
  await sql`
    with change as (select t.id, t.ratePpm, t.collectedBy, t.base, t.amount from ${rowsOf(rows, { id: 'uuid', ratePpm: 'integer', collectedBy: 'text', base: 'bigint', amount: 'bigint' }, 't')}),
    target as (
      select c.*, (select o.id from orders.order_tax o where o.org_id = ${orgId} and o.order_id = ${orderId}::uuid and o.rate_ppm = c.ratePpm and o.collected_by = c.collectedBy order by o.id limit 1) as known
        from change c),
    added as (
      update orders.order_tax o set base = o.base + t.base, amount = o.amount + t.amount from target t where o.org_id = ${orgId} and o.id = t.known)
    insert into orders.order_tax (org_id, id, order_id, rate_ppm, base, amount, collected_by)
    select ${orgId}, t.id, ${orderId}::uuid, t.ratePpm, t.base, t.amount, t.collectedBy from target t where t.known is null`.execute(run.tx)
  await sql`delete from orders.order_tax where org_id = ${orgId} and order_id = ${orderId}::uuid and base = 0 and amount = 0`.execute(
    run.tx,
  )
}

/** Sums an order's lines, charges, discounts and taxes into its header: lines + charges − discounts + exclusive tax = total. */
export async function sumOrder(run: OrderRun, orderId: string): Promise<void> {
  await sql`
    update orders.sales_order o set lines_amount = l.amount, charges_amount = c.amount, discounts_amount = d.amount, tax_amount = l.tax + c.tax, marketplace_tax_amount = l.marketplace_tax + c.marketplace_tax,
           total = l.amount + c.amount - d.amount + case when o.prices_include_tax then 0 else l.tax + c.tax + l.marketplace_tax + c.marketplace_tax end, changed_at = ${run.now}
      from (select coalesce(sum(amount), 0)::bigint as amount, coalesce(sum(tax), 0)::bigint as tax, coalesce(sum(marketplace_tax), 0)::bigint as marketplace_tax
              from orders.order_line where org_id = ${run.ctx.orgId} and order_id = ${orderId}::uuid and parent_line_id is null) l,
           (select coalesce(sum(amount), 0)::bigint as amount, coalesce(sum(tax), 0)::bigint as tax, coalesce(sum(marketplace_tax), 0)::bigint as marketplace_tax
              from orders.order_charge where org_id = ${run.ctx.orgId} and order_id = ${orderId}::uuid) c,
           (select coalesce(sum(amount), 0)::bigint as amount from orders.order_discount where org_id = ${run.ctx.orgId} and order_id = ${orderId}::uuid) d
     where o.org_id = ${run.ctx.orgId} and o.id = ${orderId}::uuid`.execute(run.tx)
}
