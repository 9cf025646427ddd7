import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Context } from '../../../kernel/context.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { fieldsOfView, partOf } from './view-fields.ts'
import { ConflictView } from './message-commands.ts'
import { mergeView, weChanged, withRefused } from './merge-view.ts'
import { findMergeState, type MergeState } from './message.repo.ts'
import { type OurOrder, readOurSide } from './our-side.ts'

/** Newest views shown of an order; a channel that talks more has the older ones by id. */
const MAX_SNAPSHOTS = 100

const Snapshot = exactly({
  id: Uuid,
  version: Type.String(),
  outcome: Type.String(),
  received_at: Instant,
  last_seen_at: Instant,
  seen_count: Type.Integer(),
  is_base: Type.Boolean(),
  is_held: Type.Boolean(),
})

/** One field on all sides; a price is an amount in minor units per unit as a fraction. */
const ComparedField = exactly({
  path: Type.String(),
  line: nullable(Type.String()),
  last_seen: Type.Unknown(),
  theirs: Type.Unknown(),
  ours: Type.Unknown(),
  changed_by: Type.Enum(['nobody', 'theirs', 'ours', 'both']),
  conflict: Type.Union([ConflictView, Type.Null()]),
})
type ComparedField = Static<typeof ComparedField>

const Snapshots = exactly({
  order_id: Uuid,
  channel_id: Type.Union([Uuid, Type.Null()]),
  external_id: nullable(Type.String()),
  held_snapshot_id: Type.Union([Uuid, Type.Null()]),
  snapshots: Type.Array(Snapshot),
  fields: Type.Array(ComparedField),
})

/**
 * What the channel said of an order: its views, and field by field what it said last, says now, and what stands here.
 * @throws `orders.not_found`
 */
export const listSnapshots = defineQuery({
  name: 'orders.list_snapshots',
  permission: 'orders.read',
  summary: "Compare an order with its channel's views",
  input: exactly({ order_id: Uuid }),
  output: Snapshots,
  errors: ['orders.not_found'],

  async run({ tx, ctx }, { order_id }) {
    await checkOrder(tx, ctx, order_id)
    const state = await findMergeState({ tx, ctx }, { orderId: order_id })
    if (state === undefined) return { order_id, channel_id: null, external_id: null, held_snapshot_id: null, snapshots: [], fields: [] }
    const ours = await readOurSide({ tx, ctx }, order_id, state.oursThen)
    return {
      order_id,
      channel_id: state.channelId,
      external_id: state.externalId,
      held_snapshot_id: state.heldId,
      snapshots: await readSnapshots(tx, ctx, state),
      fields: compare(state, ours),
    }
  },
})

async function checkOrder(tx: Tx, ctx: Context, orderId: string): Promise<void> {
  const { rows } = await sql`select 1 from orders.sales_order where org_id = ${ctx.orgId} and id = ${orderId}::uuid`.execute(tx)
  if (rows.length === 0) throw notFound('orders.order', orderId)
}

async function readSnapshots(tx: Tx, ctx: Context, state: MergeState): Promise<Static<typeof Snapshot>[]> {
  const { rows } = await sql<
    Omit<Static<typeof Snapshot>, 'received_at' | 'last_seen_at'> & { received_at: Date; last_seen_at: Date | null }
  >`
    select id, channel_version as version, outcome, received_at, last_seen_at, seen_count, coalesce(id = ${state.baseId}::uuid, false) as is_base, coalesce(id = ${state.heldId}::uuid, false) as is_held
      from orders.channel_snapshot where org_id = ${ctx.orgId} and channel_id = ${state.channelId}::uuid and external_id = ${state.externalId}
     order by received_at desc, id desc limit ${MAX_SNAPSHOTS}`.execute(tx)
  return rows.map((row) => ({
    ...row,
    received_at: row.received_at.toISOString(),
    last_seen_at: (row.last_seen_at ?? row.received_at).toISOString(),
  }))
}

/** All fields that any side names. Without a view that waits, theirs is what was merged last. */
function compare(state: MergeState, ours: OurOrder): ComparedField[] {
  const base = state.base === null ? null : fieldsOfView(state.base)
  const theirs = state.held === null ? (base ?? {}) : fieldsOfView(state.held, Object.keys(base ?? ours.fields))
  const conflicts = new Map(
    state.held === null
      ? []
      : withRefused(mergeView(base, theirs, ours), state.heldConflicts).conflicts.map((conflict) => [conflict.path, conflict] as const),
  )
  const paths = [...new Set([...Object.keys(theirs), ...Object.keys(base ?? {})])]
  return paths.map((path): ComparedField => {
    const part = partOf(path)
    const isTheirs = JSON.stringify(base?.[path]) !== JSON.stringify(theirs[path])
    const isOurs = path in ours.fields && weChanged(path, base, ours)
    const external = part?.kind === 'lines' ? part.key : null
    const shipped = part?.field === 'shipped' ? (ours.lines.get(part.key)?.shipped ?? 0) : undefined
    return {
      path,
      line: external,
      last_seen: base?.[path] ?? null,
      theirs: theirs[path] ?? null,
      ours: shipped ?? ours.fields[path] ?? null,
      changed_by: isTheirs ? (isOurs ? 'both' : 'theirs') : isOurs ? 'ours' : 'nobody',
      conflict: conflicts.get(path) ?? null,
    }
  })
}

/**
 * One view of a channel as it came, whole.
 * @throws `orders.not_found`
 */
export const getSnapshot = defineQuery({
  name: 'orders.get_snapshot',
  permission: 'orders.read',
  summary: "Get a channel's view of an order as it came",
  input: exactly({ order_id: Uuid, snapshot_id: Uuid }),
  output: exactly({ id: Uuid, version: Type.String(), outcome: Type.String(), received_at: Instant, body: Type.Unknown() }),
  errors: ['orders.not_found'],

  async run({ tx, ctx }, { order_id, snapshot_id }) {
    const { rows } = await sql<{ id: string; version: string; outcome: string; received_at: Date; body: unknown }>`
      select id, channel_version as version, outcome, received_at, body from orders.channel_snapshot
       where org_id = ${ctx.orgId} and order_id = ${order_id}::uuid and id = ${snapshot_id}::uuid`.execute(tx)
    const [row] = rows
    if (row === undefined) throw notFound('orders.channel_snapshot', snapshot_id)
    return { ...row, received_at: row.received_at.toISOString() }
  },
})
