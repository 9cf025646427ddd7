import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { lastsDays } from '../outlook.ts'
import { soldUnits, windowOf } from '../sales.ts'

const count = Type.Integer()

/** Days whose sales are the current pace. */
const PACE_DAYS = 28

const Outlook = exactly({
  warehouse_id: Uuid,
  warehouse_code: Type.String(),
  available: count,
  threshold: nullable(count),
  is_low: Type.Boolean(),
  sold: count,
  lasts_days: nullable(count),
})

/** Until when the stock of an item lasts in each warehouse at the pace of the last 28 days, and where it is low. */
export const getItemOutlook = defineQuery({
  name: 'reports.get_item_outlook',
  permission: 'inventory.read',
  summary: 'Read until when the stock of an item lasts',
  input: exactly({ item_id: Uuid }),
  output: exactly({ days: count, data: Type.Array(Outlook) }),

  async run({ tx, ctx, now }, { item_id }) {
    const to = windowOf(ctx, now, {}).to
    const from = new Date(Date.parse(to) - (PACE_DAYS - 1) * 86_400_000).toISOString().slice(0, 10)
    const { rows } = await sql<Omit<Static<typeof Outlook>, 'is_low' | 'lasts_days'>>`
      with sold as (${soldUnits(ctx.orgId, ctx.org.timeZone, { from, to, days: PACE_DAYS }, sql`${item_id}::uuid`)})
      select w.id as warehouse_id, w.code as warehouse_code, coalesce(p.on_hand - p.reserved - p.held, 0) as available, t.threshold, greatest(coalesce(s.units, 0), 0) as sold
        from inventory.warehouse w
        left join inventory.stock_position p on p.org_id = w.org_id and p.warehouse_id = w.id and p.item_id = ${item_id} and p.owner_id = ${ZERO_ID}
        left join inventory.low_stock_threshold t on t.org_id = w.org_id and t.warehouse_id = w.id and t.item_id = ${item_id}
        left join sold s on s.warehouse_id = w.id
       where w.org_id = ${ctx.orgId} and (p.item_id is not null or t.item_id is not null or s.units is not null)
       order by w.priority, w.code limit 1000`.execute(tx)
    return {
      days: PACE_DAYS,
      data: rows.map((row) => ({
        ...row,
        is_low: row.threshold !== null && row.threshold > 0 && row.available < row.threshold,
        lasts_days: lastsDays(row.available, row.sold, PACE_DAYS),
      })),
    }
  },
})
