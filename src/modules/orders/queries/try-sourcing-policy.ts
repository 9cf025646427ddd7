import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { decodeCursor, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { loadChannels } from '../channel.repo.ts'
import type { SourcingReasons } from '../source-order.ts'
import { SOURCING_EFFECTS, type SourcingTrial, trySourcing, type Untold } from '../source-trial.ts'
import { priceTrials } from '../source-trial-costs.ts'
import { policyFields } from './list-sourcing-policies.ts'

/** Orders decided again in one request: a long span is asked for in several, each beginning where the one before ended. */
const PART = 500

const Side = exactly({
  warehouses: Type.Array(Type.String()),
  missing: Type.Integer({ description: 'pieces nobody had' }),
  cost: nullable(Type.Integer({ description: 'carriage in minor units of the base currency, where price lists tell it' })),
})
const Concerned = exactly({
  order_id: Uuid,
  number: Type.Integer(),
  placed_at: Instant,
  effects: Type.Array(Type.Enum([...SOURCING_EFFECTS])),
  before: Side,
  after: Side,
})
type Concerned = Static<typeof Concerned>
const count = Type.Integer()

/**
 * What a draft policy would have decided for the orders placed in the last days. Reads only. Each order is decided again by itself on the
 * stock it met when it was taken, with the warehouses as they are today: what other orders would then have left is not followed, and
 * orders that were refused are no orders. What was not recorded exactly is counted in `untold` and not guessed.
 */
export const trySourcingPolicy = defineQuery({
  name: 'orders.try_sourcing_policy',
  permission: 'orders.read',
  summary: 'Try a sourcing policy on past orders',
  input: exactly({
    ...policyFields,
    channel_id: Type.Optional(nullable(Uuid)),
    days: Type.Integer({ minimum: 1, maximum: 92 }),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  output: exactly({
    total: nullable(Type.Integer({ description: 'orders in the span; given with the first part' })),
    looked_at: count,
    changed: count,
    effects: exactly(
      Object.fromEntries(SOURCING_EFFECTS.map((effect) => [effect, count])) as Record<(typeof SOURCING_EFFECTS)[number], typeof count>,
    ),
    untold: exactly({ held_stock: count, not_kept: count, no_stocked_lines: count, warehouses_gone: count }),
    cost: exactly({
      currency: Type.String(),
      before: Type.Integer({ description: 'carriage of the changed orders whose prices are known' }),
      after: count,
      known: count,
    }),
    orders: Type.Array(Concerned),
    next_cursor: nullable(Type.String()),
  }),

  async run({ tx, ctx, now }, { channel_id = null, days, cursor, ...draft }) {
    const span: Span = { orgId: ctx.orgId, channelId: channel_id, since: new Date(now.getTime() - days * 86_400_000) }
    const from = decodeCursor(cursor, ['string', 'string'])
    const { data: decided, next_cursor } = toPage(await readDecided(tx, span, from), PART, (row) => [row.placedAt.toISOString(), row.id])
    const channels = await loadChannels(
      tx,
      ctx.orgId,
      decided.map((row) => row.channelCode),
    )
    const trials = decided.map((row) => ({
      row,
      trial: trySourcing({ ...row, warehouses: channels.get(row.channelCode)?.warehouses ?? [] }, draft),
    }))
    const changed = trials.filter(
      (one): one is { row: Decided; trial: SourcingTrial } => typeof one.trial !== 'string' && one.trial.effects.length > 0,
    )
    const orders = await showChanged(tx, { orgId: ctx.orgId, currency: ctx.org.baseCurrency }, changed)
    const known = orders.filter((order) => order.before.cost !== null && order.after.cost !== null)
    return {
      total: from === null ? await countDecided(tx, span) : null,
      looked_at: decided.length,
      changed: changed.length,
      effects: counted(
        SOURCING_EFFECTS,
        changed.flatMap(({ trial }) => trial.effects),
      ),
      untold: counted(
        UNTOLD,
        trials.flatMap(({ trial }) => (typeof trial === 'string' ? [trial] : [])),
      ),
      cost: {
        currency: ctx.org.baseCurrency,
        before: known.reduce((sum, order) => sum + (order.before.cost ?? 0), 0),
        after: known.reduce((sum, order) => sum + (order.after.cost ?? 0), 0),
        known: known.length,
      },
      orders,
      next_cursor,
    }
  },
})

const UNTOLD = ['held_stock', 'not_kept', 'no_stocked_lines', 'warehouses_gone'] as const satisfies readonly Untold[]

function counted<K extends string>(keys: readonly K[], seen: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, seen.filter((one) => one === key).length])) as Record<K, number>
}

interface Span {
  orgId: number
  /** Null: orders of channels without a policy of their own. */
  channelId: string | null
  since: Date
}

interface Decided {
  id: string
  number: number
  placedAt: Date
  channelCode: string
  shipTo: { country: string; postcode: string }
  reasons: SourcingReasons
  itemCount: number
  sku: string
  goods: { sku: string; quantity: number }[]
}

function inSpan({ orgId, channelId, since }: Span) {
  return sql`o.org_id = ${orgId} and o.placed_at >= ${since} and ${
    channelId === null
      ? sql`not exists (select from orders.sourcing_policy p where p.org_id = o.org_id and p.channel_id = o.channel_id)`
      : sql`o.channel_id = ${channelId}::uuid`
  }`
}

async function countDecided(tx: Tx, span: Span): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::integer as count from orders.sales_order o where ${inSpan(span)}`.execute(
    tx,
  )
  return rows[0]?.count ?? 0
}

async function readDecided(tx: Tx, span: Span, from: readonly (string | number)[] | null): Promise<Decided[]> {
  const after = from === null ? sql`true` : sql`(o.placed_at, o.id) < (${from[0]}::timestamptz, ${from[1]}::uuid)`
  const { rows } = await sql<Decided>`
    select o.id, o.number, o.placed_at as "placedAt", c.code as "channelCode", d.reasons,
           json_build_object('country', o.ship_to ->> 'country', 'postcode', coalesce(o.ship_to ->> 'postcode', '')) as "shipTo",
           l.items as "itemCount", case when l.items = 1 then l.sku else '' end as sku, l.goods
      from orders.sales_order o
      join orders.channel c on c.org_id = o.org_id and c.id = o.channel_id
      join orders.sourcing_decision d on d.org_id = o.org_id and d.order_id = o.id and d.attempt = 1
     cross join lateral (
       select count(distinct x.item_id)::integer as items, coalesce(min(x.sku), '') as sku,
              coalesce(json_agg(json_build_object('sku', x.sku, 'quantity', x.ordered)), '[]'::json) as goods
         from orders.order_line x
        where x.org_id = o.org_id and x.order_id = o.id and x.supply = 'stock' and x.replaces_line_id is null) l
     where ${inSpan(span)} and ${after}
     order by o.placed_at desc, o.id desc limit ${PART + 1}`.execute(tx)
  return rows
}

/** The orders as they are shown, with what their shipments would cost. */
async function showChanged(
  tx: Tx,
  by: { orgId: number; currency: string },
  changed: readonly { row: Decided; trial: SourcingTrial }[],
): Promise<Concerned[]> {
  const priced = await priceTrials(
    tx,
    by,
    changed.map(({ row, trial }) => ({ shipTo: row.shipTo, goods: row.goods, trial })),
  )
  return changed.flatMap(({ row, trial }, index) => {
    const sides = priced[index]
    return sides === undefined
      ? []
      : [{ order_id: row.id, number: row.number, placed_at: row.placedAt.toISOString(), effects: trial.effects, ...sides }]
  })
}
