import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { exactly, nullable } from '../../../kernel/schema.ts'
import { ofChannel, salesPostings, salesWindow, windowOf } from '../sales.ts'

const count = Type.Integer()

const SalesDay = exactly({
  day: Type.String(),
  channel: nullable(Type.String({ description: 'code; null: cost and income of no channel, such as late cost of a receipt' })),
  channel_name: nullable(Type.String()),
  orders: count,
  units: count,
  revenue: nullable(count),
  cost: nullable(count),
  margin: nullable(count),
})
type SalesDay = Static<typeof SalesDay>

/**
 * Sales by day and channel. Orders and pieces count on the day the order was placed, canceled ones not; revenue and cost are what the journal
 * holds of that accounting date, so their sums are the balances of those accounts. Amounts are minor units of the base currency, without tax;
 * they are null without the permission ledger.read.
 */
export const getSales = defineQuery({
  name: 'reports.get_sales',
  permission: 'reports.read',
  summary: 'Read sales by day and channel',
  input: exactly(salesWindow),
  output: exactly({ from: Type.String(), to: Type.String(), currency: Type.String(), days: Type.Array(SalesDay) }),

  async run({ tx, ctx, now }, input) {
    const window = windowOf(ctx, now, input)
    const zone = ctx.org.timeZone
    const { rows } = await sql<
      Record<'revenue' | 'cost' | 'orders' | 'units', number> & Pick<SalesDay, 'day' | 'channel' | 'channel_name'>
    >`
      with money as (
        select day, channel_id, sum(revenue)::bigint as revenue, sum(cost)::bigint as cost from (${salesPostings(ctx.orgId, window)}) p group by 1, 2
      ), placed as (
        select (o.placed_at at time zone ${zone})::date as day, o.channel_id, count(*)::int as orders,
               sum((select coalesce(sum(l.ordered - l.canceled), 0) from orders.order_line l where l.org_id = o.org_id and l.order_id = o.id and l.kind <> 'kit'))::bigint as units
          from orders.sales_order o
         where o.org_id = ${ctx.orgId} and o.state <> 'canceled' and o.placed_at >= (${window.from}::date)::timestamp at time zone ${zone}
           and o.placed_at < (${window.to}::date + 1)::timestamp at time zone ${zone}
         group by 1, 2
      ), days as (
        select day, channel_id, revenue, cost, 0 as orders, 0::bigint as units from money
        union all select day, channel_id, 0, 0, orders, units from placed
      )
      select to_char(d.day, 'YYYY-MM-DD') as day, c.code as channel, c.name as channel_name, sum(d.orders)::int as orders, sum(d.units)::bigint as units,
             sum(d.revenue)::bigint as revenue, sum(d.cost)::bigint as cost
        from days d left join orders.channel c on c.org_id = ${ctx.orgId} and c.id = d.channel_id
       where ${ofChannel(ctx.orgId, input.channel)} group by d.day, c.code, c.name order by d.day, c.code nulls last`.execute(tx)
    const seesMoney = ctx.may('ledger.read')
    return {
      from: window.from,
      to: window.to,
      currency: ctx.org.baseCurrency,
      days: rows.map((row): SalesDay => ({
        ...row,
        revenue: seesMoney ? row.revenue : null,
        cost: seesMoney ? row.cost : null,
        margin: seesMoney ? row.revenue - row.cost : null,
      })),
    }
  },
})
