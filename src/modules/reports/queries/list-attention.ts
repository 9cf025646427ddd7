import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { exactly, Instant, nullable } from '../../../kernel/schema.ts'
import { countLowStock } from '../../inventory/index.ts'

/** Failed imports of so many days count as news; older ones are history. */
const IMPORT_DAYS = 7

const KINDS = [
  'to_release',
  'to_pick',
  'to_pack',
  'to_ship',
  'late',
  'held',
  'backordered',
  'task',
  'low_stock',
  'import_failed',
  'verify_fault',
] as const

const Attention = exactly({
  kind: Type.Enum([...KINDS]),
  /** Type of the hold, kind of the task. */
  detail: nullable(Type.String()),
  count: Type.Integer(),
  oldest_at: nullable(Instant),
})

/**
 * What waits for a person, with the age of the oldest: shipments by step, orders late against their promise, held (by type) or waiting for stock,
 * tasks that facts left behind (a short pick leaves a recount), items below their threshold, failed imports of the last seven days, faults of the
 * last verification. Kinds of which nothing waits are left out; low stock has no age.
 */
export const listAttention = defineQuery({
  name: 'reports.list_attention',
  permission: 'orders.read',
  summary: 'List what waits for a person, with the age of the oldest',
  input: exactly({}),
  output: exactly({ data: Type.Array(Attention) }),

  async run({ tx, ctx, now }) {
    const since = new Date(now.getTime() - IMPORT_DAYS * 86_400_000)
    const { rows } = await sql<Omit<Static<typeof Attention>, 'oldest_at'> & { oldest_at: Date | null }>`
      select case status when 'planned' then 'to_release' when 'released' then 'to_pick' when 'picked' then 'to_pack' else 'to_ship' end as kind, null as detail,
             count(*)::int as count, min(case status when 'planned' then created_at when 'released' then released_at when 'picked' then picked_at else packed_at end) as oldest_at
        from warehouse.shipment where org_id = ${ctx.orgId} and status in ('planned', 'released', 'picked', 'packed') and (status <> 'planned' or (not held and ready)) group by status
      union all
      select 'late', null, count(*)::int, min(coalesce(promised_at, first_expected_at)) from orders.sales_order
       where org_id = ${ctx.orgId} and state = 'open' and fulfillment_status not in ('shipped', 'delivered') and coalesce(promised_at, first_expected_at) is not null
         and (coalesce(promised_at, first_expected_at) < ${now} or expected_at > coalesce(promised_at, first_expected_at))
      union all
      select 'held', h.type, count(distinct h.order_id)::int, min(h.placed_at) from orders.sales_order o
        join orders.order_hold h on h.org_id = o.org_id and h.order_id = o.id and h.released_at is null
       where o.org_id = ${ctx.orgId} and o.hold_count > 0 and o.state = 'open' group by h.type
      union all
      select 'backordered', null, count(*)::int, min(placed_at) from orders.sales_order where org_id = ${ctx.orgId} and reservation_status in ('partly_reserved', 'backordered')
      union all
      select 'task', kind, count(*)::int, min(created_at) from warehouse.task where org_id = ${ctx.orgId} and status = 'open' group by kind
      union all
      select 'import_failed', null, count(*)::int, min(created_at) from imports.import_run where org_id = ${ctx.orgId} and status = 'failed' and created_at >= ${since}
      union all
      select 'verify_fault', null, 1, finished_at from (select ok, finished_at from reports.verification where org_id = ${ctx.orgId} order by finished_at desc, id desc limit 1) v where not ok`.execute(
      tx,
    )
    const low = await countLowStock(tx, ctx.orgId)
    const all = [...rows, { kind: 'low_stock' as const, detail: null, count: low, oldest_at: null }]
    return {
      data: all
        .filter((row) => row.count > 0)
        .toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || b.count - a.count)
        .map((row) => ({ ...row, oldest_at: row.oldest_at?.toISOString() ?? null })),
    }
  },
})
