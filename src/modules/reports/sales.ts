import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Context } from '../../kernel/context.ts'
import { dayIn } from '../../kernel/clock.ts'
import { invalidField } from '../../kernel/errors.ts'
import { exactly } from '../../kernel/schema.ts'

const DAY_MS = 86_400_000

/** Longest window of a report, in days: a year and its leap day. */
const MAX_DAYS = 366

/** Days of a report that names none. */
const DEFAULT_DAYS = 28

/** Ledger roles whose credits less debits are revenue: what was sold, less what was taken back or given. */
const REVENUE_ROLES = ['revenue', 'shipping_income', 'other_income', 'sales_discount', 'sales_allowances', 'restocking_fees']
const COST_ROLE = 'cost_of_goods_sold'

const Day = Type.String({ pattern: String.raw`^\d{4}-\d{2}-\d{2}$`, format: 'date' })

/** Window and channel of a sales report; days are calendar days of the organization's time zone, both included. */
export const salesWindow = {
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  channel: Type.Optional(Type.String({ maxLength: 40, description: 'code' })),
}

const SalesInput = exactly(salesWindow)
type SalesInput = Static<typeof SalesInput>

/** First and last day of a report; without them the last 28 days. */
export interface Window {
  from: string
  to: string
  days: number
}

/**
 * The window a report is about.
 * @throws `kernel.invalid_input` where it ends before it starts or is longer than 366 days
 */
export function windowOf(ctx: Pick<Context, 'org'>, now: Date, { from, to }: Pick<SalesInput, 'from' | 'to'>): Window {
  const last = to ?? dayIn(ctx.org.timeZone, now)
  const first = from ?? dayBefore(last, DEFAULT_DAYS - 1)
  const days = Math.round((Date.parse(last) - Date.parse(first)) / DAY_MS) + 1
  if (days < 1) throw invalidField('/from', 'from', 'lies after the last day; choose an earlier one')
  if (days > MAX_DAYS) throw invalidField('/from', 'from', `makes a window of ${days} days; choose at most ${MAX_DAYS}`)
  return { from: first, to: last, days }
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10)
}

/**
 * Postings of revenue and cost in a window: `day, channel_id, item_id, revenue, cost` in minor units of the base currency, a row a posting.
 * Postings of goods know no channel: it is the channel of the order whose shipment (or return) they value. Cost of no order has none.
 *
 * Income of the same line in the window names the channel, so most cost is matched by one hash join; only cost without it (its income fell
 * on a day outside, or the goods were free) is looked up, each by its keys. As scalar queries, because a join would read whole tables.
 */
export function salesPostings(orgId: number, { from, to }: Window): RawBuilder<unknown> {
  return sql`
    with posted as materialized (
      select p.accounting_date, p.channel_id, p.line_id, p.item_id, p.base_amount, a.role = ${COST_ROLE} as is_cost
        from ledger.account a
        join ledger.posting p on p.org_id = a.org_id and p.account_id = a.id and p.accounting_date between ${from}::date and ${to}::date
       where a.org_id = ${orgId} and a.role = any(${[...REVENUE_ROLES, COST_ROLE]}::text[])
    ), known as (
      select line_id, max(channel_id::text)::uuid as channel_id from posted where channel_id is not null and line_id is not null group by 1
    ), told as (
      select accounting_date, channel_id, item_id, base_amount, is_cost from posted where channel_id is not null
      union all
      select p.accounting_date, coalesce(k.channel_id, ${channelOfLine(orgId)}), p.item_id, p.base_amount, p.is_cost
        from posted p left join known k on k.line_id = p.line_id where p.channel_id is null
    )
    select accounting_date as day, channel_id, item_id, case when is_cost then 0 else -base_amount end as revenue, case when is_cost then base_amount else 0 end as cost
      from told`
}

/** The channel of the order that a shipment line or a line of a return (`p.line_id`) belongs to. */
function channelOfLine(orgId: number): RawBuilder<unknown> {
  return sql`
    (select o.channel_id from warehouse.shipment_line s join orders.sales_order o on o.org_id = s.org_id and o.id = s.source_id
      where s.org_id = ${orgId} and s.id = p.line_id),
    (select o.channel_id from warehouse.return_receipt_line r join warehouse.shipment_line s on s.org_id = r.org_id and s.id = r.shipment_line_id
       join orders.sales_order o on o.org_id = s.org_id and o.id = s.source_id
      where r.org_id = ${orgId} and r.id = p.line_id)`
}

/** True where the channel of a row is the one asked for. */
export function ofChannel(orgId: number, channel: string | undefined): RawBuilder<unknown> {
  return channel === undefined ? sql`true` : sql`channel_id = (select id from orders.channel where org_id = ${orgId} and code = ${channel})`
}

/** Pieces of items (all, or those that `itemIds` selects) that went to customers less those that came back, by `item_id` and `warehouse_id`, in a window. */
export function soldUnits(orgId: number, zone: string, { from, to }: Window, itemIds?: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select m.item_id, coalesce(f.warehouse_id, t.warehouse_id) as warehouse_id, sum(case when t.kind = 'customer' then m.quantity else -m.quantity end)::bigint as units
      from inventory.stock_movement m
      join inventory.location f on f.org_id = m.org_id and f.id = m.from_location_id
      join inventory.location t on t.org_id = m.org_id and t.id = m.to_location_id
     where m.org_id = ${orgId} and (f.kind = 'customer') <> (t.kind = 'customer') and ${itemIds === undefined ? sql`true` : sql`m.item_id in (${itemIds})`}
       and m.happened_at >= (${from}::date)::timestamp at time zone ${zone} and m.happened_at < (${to}::date + 1)::timestamp at time zone ${zone}
     group by 1, 2`
}
