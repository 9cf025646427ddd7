import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { ofChannel, salesPostings, salesWindow, soldUnits, windowOf } from '../sales.ts'

const count = Type.Integer()

const ItemSales = exactly({
  item_id: Uuid,
  sku: Type.String(),
  name: Type.String(),
  unit_scale: count,
  units: count,
  on_hand: count,
  revenue: nullable(count),
  cost: nullable(count),
  margin: nullable(count),
  stock_value: nullable(count),
})
type ItemSales = Static<typeof ItemSales>

/**
 * Items by what they sold in a window: `top` by revenue, `slow` those in stock that sold least, the dearest stock first. Pieces are what went to
 * customers less what came back, over all channels; revenue and cost come from the journal and follow the channel asked for.
 */
export const listItemSales = defineQuery({
  name: 'reports.list_item_sales',
  permission: 'reports.read',
  summary: 'List items by their sales',
  input: exactly({
    ...salesWindow,
    item_id: Type.Optional(Uuid),
    order: Type.Optional(Type.Enum(['top', 'slow'])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  }),
  output: exactly({ from: Type.String(), to: Type.String(), currency: Type.String(), data: Type.Array(ItemSales) }),

  async run({ tx, ctx, now }, { item_id = null, order = 'top', limit = 10, ...input }) {
    const window = windowOf(ctx, now, input)
    // The best are known by their revenue alone; their pieces, stock and worth are read of them only.
    const isOfAll = order === 'slow' && item_id === null
    const chosen =
      item_id !== null
        ? sql`select id as item_id from catalog.item where org_id = ${ctx.orgId} and id = ${item_id}::uuid`
        : order === 'slow'
          ? sql`select item_id from stock where on_hand > 0`
          : sql`select m.item_id from money m join catalog.item i on i.org_id = ${ctx.orgId} and i.id = m.item_id where m.revenue > 0 order by m.revenue desc, i.sku limit ${limit}`
    const { rows } = await sql<ItemSales & { revenue: number; cost: number; stock_value: number }>`
      with money as (
        select item_id, sum(revenue)::bigint as revenue, sum(cost)::bigint as cost from (${salesPostings(ctx.orgId, window)}) p
         where item_id is not null and ${ofChannel(ctx.orgId, input.channel)} group by 1
      ), stock as (
        select item_id, sum(on_hand)::bigint as on_hand from inventory.stock_position where org_id = ${ctx.orgId} and owner_id = ${ZERO_ID} group by 1
      ), chosen as materialized (${chosen}), sold as (
        select item_id, sum(units)::bigint as units from (${soldUnits(ctx.orgId, ctx.org.timeZone, window, isOfAll ? undefined : sql`select item_id from chosen`)}) s group by 1
      ), worth as (
        select item_id, sum(remaining_value_minor)::bigint as value from inventory.cost_layer
         where org_id = ${ctx.orgId} and remaining_quantity > 0 and ${isOfAll ? sql`true` : sql`item_id in (select item_id from chosen)`} group by 1
      )
      select i.id as item_id, i.sku, i.name, i.unit_scale, coalesce(s.units, 0) as units, coalesce(k.on_hand, 0) as on_hand, coalesce(m.revenue, 0) as revenue,
             coalesce(m.cost, 0) as cost, coalesce(w.value, 0) as stock_value
        from chosen h join catalog.item i on i.org_id = ${ctx.orgId} and i.id = h.item_id left join money m on m.item_id = i.id left join sold s on s.item_id = i.id left join stock k on k.item_id = i.id
        left join worth w on w.item_id = i.id
       order by ${order === 'top' ? sql`coalesce(m.revenue, 0) desc` : sql`coalesce(s.units, 0), coalesce(w.value, 0) desc`}, i.sku limit ${limit}`.execute(
      tx,
    )
    const seesMoney = ctx.may('ledger.read')
    return {
      from: window.from,
      to: window.to,
      currency: ctx.org.baseCurrency,
      data: rows.map((row): ItemSales => ({
        ...row,
        revenue: seesMoney ? row.revenue : null,
        cost: seesMoney ? row.cost : null,
        margin: seesMoney ? row.revenue - row.cost : null,
        stock_value: seesMoney ? row.stock_value : null,
      })),
    }
  },
})
