import { sql } from 'kysely'
import type { CommandRun } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import type { OrderRun } from '../order.repo.ts'
import type { ChannelView, MessageVersion } from './channel-view.ts'
import type { Conflict } from './merge-view.ts'
import type { Fields } from './view-fields.ts'

/** A channel as its messages need it. */
export interface MessageChannel {
  id: string
  code: string
  messageVersion: MessageVersion
}

/** @throws `orders.not_found` */
export async function readMessageChannel({ tx, ctx }: Pick<OrderRun, 'tx' | 'ctx'>, channelId: string): Promise<MessageChannel> {
  const { rows } = await sql<MessageChannel>`
    select id, code, message_version as "messageVersion" from orders.channel where org_id = ${ctx.orgId} and id = ${channelId}::uuid`.execute(
    tx,
  )
  const [channel] = rows
  if (channel === undefined) throw notFound('orders.channel', channelId)
  return channel
}

/** Waits until nobody else takes in this order of this channel: the same lock that intake tries. First lock of its transaction. */
export async function lockExternalId({ tx, ctx }: Pick<OrderRun, 'tx' | 'ctx'>, channelId: string, externalId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${channelId}::text || ${externalId}, ${ctx.orgId}))`.execute(tx)
}

/** Where the merge of an order with its channel stands. */
export interface MergeState {
  orderId: string
  channelId: string
  externalId: string
  baseId: string | null
  base: ChannelView | null
  newestId: string
  newestVersion: string | null
  heldId: string | null
  held: ChannelView | null
  /** What needed a person when it was tried. */
  heldConflicts: Conflict[]
  holdId: string | null
  oursThen: Fields | null
}

/** State of the merge by the channel's order or by ours; undefined before the first message. */
export async function findMergeState(
  { tx, ctx }: Pick<OrderRun, 'tx' | 'ctx'>,
  by: { orderId: string } | { channelId: string; externalId: string },
): Promise<MergeState | undefined> {
  const where =
    'orderId' in by ? sql`s.order_id = ${by.orderId}::uuid` : sql`s.channel_id = ${by.channelId}::uuid and s.external_id = ${by.externalId}`
  const { rows } = await sql<MergeState>`
    select s.order_id as "orderId", s.channel_id as "channelId", s.external_id as "externalId", s.base_id as "baseId", b.body as base, s.newest_id as "newestId", n.channel_version as "newestVersion",
           s.held_id as "heldId", h.body as held, coalesce(h.conflicts, '[]') as "heldConflicts", s.hold_id as "holdId", s.ours_then as "oursThen"
      from orders.channel_order s
      join orders.channel_snapshot n on n.org_id = s.org_id and n.id = s.newest_id
      left join orders.channel_snapshot b on b.org_id = s.org_id and b.id = s.base_id
      left join orders.channel_snapshot h on h.org_id = s.org_id and h.id = s.held_id
     where s.org_id = ${ctx.orgId} and ${where}`.execute(tx)
  return rows[0]
}

/** The order with this external id, however it came. */
export async function findOrderOf(
  { tx, ctx }: Pick<OrderRun, 'tx' | 'ctx'>,
  channelId: string,
  externalId: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from orders.sales_order where org_id = ${ctx.orgId} and channel_id = ${channelId}::uuid and external_id = ${externalId}`.execute(
    tx,
  )
  return rows[0]?.id
}

/** Counts a view that came before, exactly so; undefined when it is new. */
export async function countSeen(
  run: CommandRun,
  { channelId, externalId, hash }: { channelId: string; externalId: string; hash: Buffer },
): Promise<{ id: string; orderId: string; outcome: string } | undefined> {
  const { rows } = await sql<{ id: string; orderId: string; outcome: string }>`
    update orders.channel_snapshot set seen_count = seen_count + 1, last_seen_at = ${run.now}
     where org_id = ${run.ctx.orgId} and channel_id = ${channelId}::uuid and external_id = ${externalId} and hash = ${hash} returning id, order_id as "orderId", outcome`.execute(
    run.tx,
  )
  return rows[0]
}

export type SnapshotOutcome = 'taken' | 'older' | 'held'

/** Keeps a view as it came. */
export async function insertSnapshot(
  run: CommandRun,
  snapshot: {
    channelId: string
    externalId: string
    orderId: string
    hash: Buffer
    view: ChannelView
    outcome: SnapshotOutcome
    conflicts: readonly Conflict[]
  },
): Promise<string> {
  const id = run.newId()
  await sql`
    insert into orders.channel_snapshot (org_id, id, channel_id, external_id, order_id, channel_version, hash, body, received_at, last_seen_at, outcome, conflicts)
    values (${run.ctx.orgId}, ${id}::uuid, ${snapshot.channelId}::uuid, ${snapshot.externalId}, ${snapshot.orderId}::uuid, ${String(snapshot.view.version)}, ${snapshot.hash}, ${JSON.stringify(snapshot.view)}::jsonb,
            ${run.now}, ${run.now}, ${snapshot.outcome}, ${conflictsText(snapshot.conflicts)}::jsonb)`.execute(run.tx)
  return id
}

function conflictsText(conflicts: readonly Conflict[]): string {
  return JSON.stringify(conflicts)
}

/** Says what became of a view that waited. */
export async function settleSnapshot({ tx, ctx }: CommandRun, id: string, outcome: SnapshotOutcome): Promise<void> {
  await sql`update orders.channel_snapshot set outcome = ${outcome} where org_id = ${ctx.orgId} and id = ${id}::uuid`.execute(tx)
}

/** Writes where the merge stands. */
export async function writeMergeState(
  { tx, ctx }: CommandRun,
  state: Pick<MergeState, 'channelId' | 'externalId' | 'orderId' | 'baseId' | 'newestId' | 'heldId' | 'holdId' | 'oursThen'>,
): Promise<void> {
  await sql`
    insert into orders.channel_order (org_id, channel_id, external_id, order_id, base_id, newest_id, held_id, hold_id, ours_then)
    values (${ctx.orgId}, ${state.channelId}::uuid, ${state.externalId}, ${state.orderId}::uuid, ${state.baseId}::uuid, ${state.newestId}::uuid, ${state.heldId}::uuid, ${state.holdId}::uuid, ${state.oursThen === null ? null : JSON.stringify(state.oursThen)}::jsonb)
    on conflict (org_id, channel_id, external_id) do update
      set base_id = excluded.base_id, newest_id = excluded.newest_id, held_id = excluded.held_id, hold_id = excluded.hold_id, ours_then = excluded.ours_then`.execute(
    tx,
  )
}

/** Whether a hold still holds its order. */
export async function isHoldOpen({ tx, ctx }: CommandRun, holdId: string | null): Promise<boolean> {
  if (holdId === null) return false
  const { rows } =
    await sql`select 1 from orders.order_hold where org_id = ${ctx.orgId} and id = ${holdId}::uuid and released_at is null`.execute(tx)
  return rows.length > 0
}
