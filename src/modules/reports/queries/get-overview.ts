import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { exactly } from '../../../kernel/schema.ts'
import { countLowStock } from '../../inventory/index.ts'
import { countOrdersToWatch } from '../../orders/index.ts'
import { countShipmentSteps } from '../../warehouse/index.ts'

const count = Type.Integer()

/** Failed imports of so many days count as news; older ones are history. */
const IMPORT_DAYS = 7

/** What waits for somebody: shipments by step, held and backordered orders, items below their threshold, imports that failed in the last seven days. */
export const getOverview = defineQuery({
  name: 'reports.get_overview',
  permission: 'orders.read',
  summary: 'Count the work that waits',
  input: exactly({}),
  output: exactly({
    to_release: count,
    to_pick: count,
    to_pack: count,
    to_ship: count,
    held: count,
    backordered: count,
    low_stock: count,
    imports_failed: count,
  }),

  async run({ tx, ctx, now }) {
    const { to_release, to_pick, to_pack, to_ship } = await countShipmentSteps(tx, ctx.orgId)
    const { held, backordered } = await countOrdersToWatch(tx, ctx.orgId)
    const low_stock = await countLowStock(tx, ctx.orgId)
    const since = new Date(now.getTime() - IMPORT_DAYS * 86_400_000)
    const { rows } = await sql<{
      count: number
    }>`select count(*)::int as count from imports.import_run where org_id = ${ctx.orgId} and status = 'failed' and created_at >= ${since}`.execute(
      tx,
    )
    return { to_release, to_pick, to_pack, to_ship, held, backordered, low_stock, imports_failed: rows[0]?.count ?? 0 }
  },
})
