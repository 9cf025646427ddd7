import type { CommandRun } from '../../../kernel/command.ts'
import { lockOrderShipments } from '../../warehouse/index.ts'
import { cancelOrderLines } from '../cancel-order.ts'
import { holdOrder, releaseOrderHold } from '../holds.ts'
import { takeOrders } from '../take-orders.ts'
import { tryView } from './apply-view.ts'
import { type ChannelView, checkView, comparableVersion, isCanceled, orderInputOf, viewHash, wantedOf } from './channel-view.ts'
import { advanceOurs, type Conflict, type Merge, mergeView, refusedPaths } from './merge-view.ts'
import {
  countSeen,
  findMergeState,
  findOrderOf,
  insertSnapshot,
  isHoldOpen,
  lockExternalId,
  type MergeState,
  type MessageChannel,
  readMessageChannel,
  settleSnapshot,
  writeMergeState,
} from './message.repo.ts'
import { adoptLines, type OurOrder, readOurSide } from './our-side.ts'
import { recordFacts } from './record-facts.ts'
import { type Fields, fieldsOfView, partOf, wordsOf } from './view-fields.ts'

/** What became of a channel's message. */
export interface TakenView {
  orderId: string
  snapshotId: string
  outcome: 'created' | 'taken' | 'unchanged' | 'older' | 'held'
  /** Fields taken from the channel. */
  taken: string[]
  conflicts: Conflict[]
}

interface Message {
  channel: MessageChannel
  externalId: string
  view: ChannelView
  hash: Buffer
}

/**
 * Takes a channel's current view of an order. Unknown: through intake. Seen before exactly so: unchanged. Of a lower version than the
 * newest: kept, ignored. Else merged three ways with the view merged last and with the order: what only the channel changed is taken as
 * a change-set, payments by reference are recorded in any case; what needs a person holds the order (`channel_changed`) and nothing of
 * it is taken until somebody decides or a newer view agrees. Waits for the order's advisory lock, then locks as a change-set does.
 * Raises `orders.channel_message_taken` and what its parts raise.
 * @throws `orders.not_found`, `kernel.invalid_input`, what intake refuses for a new order, `orders.changed_meanwhile` (conflict)
 */
export async function takeView(run: CommandRun, channelId: string, externalId: string, view: ChannelView): Promise<TakenView> {
  checkView(view)
  const channel = await readMessageChannel(run, channelId)
  const version = comparableVersion(view.version, channel.messageVersion)
  await lockExternalId(run, channel.id, externalId)
  const message: Message = { channel, externalId, view, hash: viewHash(view) }
  const seen = await countSeen(run, { channelId: channel.id, externalId, hash: message.hash })
  const state = await findMergeState(run, { channelId: channel.id, externalId })
  const isSame = seen !== undefined && seen.id === state?.newestId
  if (seen !== undefined && state !== undefined && (isSame || isOlder(version, state, channel)))
    return { orderId: seen.orderId, snapshotId: seen.id, outcome: isSame ? 'unchanged' : 'older', taken: [], conflicts: [] }
  if (state !== undefined && isOlder(version, state, channel)) {
    const snapshotId = await insertSnapshot(run, { ...keyOf(message), orderId: state.orderId, outcome: 'older', conflicts: [] })
    return { orderId: state.orderId, snapshotId, outcome: 'older', taken: [], conflicts: [] }
  }
  const orderId = state?.orderId ?? (await findOrderOf(run, channel.id, externalId))
  if (orderId === undefined) return takeNew(run, message)
  return mergeInto(run, message, { orderId, state, seenId: seen?.id })
}

function keyOf({ channel, externalId, view, hash }: Message) {
  return { channelId: channel.id, externalId, view, hash }
}

function isOlder(version: bigint | string, state: MergeState, channel: MessageChannel): boolean {
  // A channel whose way of counting was changed has newest versions that cannot be compared: then what comes is newer.
  try {
    return version < comparableVersion(state.newestVersion ?? '', channel.messageVersion)
  } catch {
    return false
  }
}

async function takeNew(run: CommandRun, message: Message): Promise<TakenView> {
  const { channel, externalId, view } = message
  const [outcome] = await takeOrders(run, [orderInputOf(view, channel.code, externalId)])
  if (outcome === undefined || !outcome.ok) throw outcome?.error ?? new Error('one order in, one outcome out')
  const orderId = outcome.value.id
  const placed = await readOurSide(run, orderId, null)
  const canceled = isCanceled(view)
    ? undefined
    : view.lines.flatMap((line) => {
        const lineId = placed.lineIds.get(line.external_line_id)
        const quantity = line.quantity - wantedOf(line)
        return lineId === undefined || quantity === 0 ? [] : [{ lineId, quantity }]
      })
  if (canceled === undefined || canceled.length > 0)
    await cancelOrderLines(run, { orderId, reason: 'Canceled by the channel', ...(canceled === undefined ? {} : { lines: canceled }) })
  await recordFacts(run, orderId, view)
  const now = await readOurSide(run, orderId, null)
  // What the channel shipped before we knew the order is the one thing that intake cannot take.
  const merge = mergeView(now.fields, fieldsOfView(view), now)
  const told = merge.conflicts.filter((conflict) => conflict.cause === 'shipped_elsewhere')
  told.push(...(await bookUnasked(run, orderId, view, { merge, ours: now })))
  const held = told.length > 0
  const snapshotId = await insertSnapshot(run, { ...keyOf(message), orderId, outcome: held ? 'held' : 'taken', conflicts: told })
  const holdId = held ? await hold(run, orderId, { channel, conflicts: told }) : null
  const base = { baseId: held ? null : snapshotId, heldId: held ? snapshotId : null, holdId }
  await writeMergeState(run, { channelId: channel.id, externalId, orderId, newestId: snapshotId, ...base, oursThen: now.fields })
  tell(run, orderId, { snapshotId, version: view.version, outcome: held ? 'held' : 'taken', taken: [], conflicts: told })
  return { orderId, snapshotId, outcome: held ? 'held' : 'created', taken: [], conflicts: told }
}

/** Books what a channel that ships itself says was shipped of a new order; what is refused waits for a person. */
async function bookUnasked(
  run: CommandRun,
  orderId: string,
  view: ChannelView,
  { merge, ours }: { merge: Merge; ours: OurOrder },
): Promise<Conflict[]> {
  const paths = merge.take.filter((path) => partOf(path)?.field === 'shipped')
  if (paths.length === 0) return []
  const refusal = await tryView(run, orderId, view, { paths, ours })
  return refusal === null ? [] : paths.map((path) => ({ path, cause: 'refused', can_take: true, message: refusal.message }))
}

interface Known {
  orderId: string
  state: MergeState | undefined
  /** The snapshot, when exactly this view came before an older one that is newest by its version. */
  seenId: string | undefined
}

/** Both sides and the base between them. */
export interface MergeGround {
  base: Fields | null
  theirs: Fields
  ours: OurOrder
}

/** Reads the three sides of a merge. */
export async function readGround(
  run: Pick<CommandRun, 'tx' | 'ctx'>,
  orderId: string,
  view: ChannelView,
  state: Pick<MergeState, 'base' | 'oursThen'> | undefined,
): Promise<MergeGround> {
  const ours = await readOurSide(run, orderId, state?.oursThen ?? null)
  const base = state?.base == null ? null : fieldsOfView(state.base)
  return { base, theirs: fieldsOfView(view, Object.keys(base ?? ours.fields)), ours }
}

async function mergeInto(run: CommandRun, message: Message, { orderId, state, seenId }: Known): Promise<TakenView> {
  const { channel, externalId, view } = message
  if (state === undefined) await adoptLines(run, orderId, view.lines)
  // Goods of the order stand still from here on: picking and shipping lock the shipment first.
  await lockOrderShipments(run.tx, run.ctx.orgId, [orderId])
  const ground = await readGround(run, orderId, view, state)
  const merge = mergeView(ground.base, ground.theirs, ground.ours)
  if (merge.conflicts.length === 0 && merge.take.length > 0) {
    const refusal = await tryView(run, orderId, view, { paths: merge.take, ours: ground.ours })
    if (refusal !== null)
      merge.conflicts = refusedPaths(
        merge.take,
        refusal.fields.map((field) => field.pointer),
      ).map((path) => ({ path, cause: 'refused', can_take: true, message: refusal.message }))
  }
  const { conflicts } = merge
  const held = conflicts.length > 0
  const taken = held ? [] : merge.take
  const outcome = held ? 'held' : 'taken'
  const snapshotId = seenId ?? (await insertSnapshot(run, { ...keyOf(message), orderId, outcome, conflicts }))
  if (seenId !== undefined) await settleSnapshot(run, seenId, outcome)
  if (state?.heldId != null && state.heldId !== snapshotId) await settleSnapshot(run, state.heldId, 'older')
  const key = { channelId: channel.id, externalId, orderId, newestId: snapshotId }
  if (held) {
    const isOpen = await isHoldOpen(run, state?.holdId ?? null)
    const holdId = isOpen ? (state?.holdId ?? null) : await hold(run, orderId, { channel, conflicts })
    await writeMergeState(run, { ...key, baseId: state?.baseId ?? null, heldId: snapshotId, holdId, oursThen: state?.oursThen ?? null })
  } else {
    await advance(run, { ...key, state, ground, taken })
  }
  await recordFacts(run, orderId, view)
  tell(run, orderId, { snapshotId, version: view.version, outcome, taken, conflicts })
  return { orderId, snapshotId, outcome, taken, conflicts }
}

/** The base moves on to a view: what is open of its hold is released, our own edits stay known as ours. */
export async function advance(
  run: CommandRun,
  step: {
    channelId: string
    externalId: string
    orderId: string
    newestId: string
    state: MergeState | undefined
    ground: MergeGround
    taken: readonly string[]
  },
): Promise<void> {
  const { channelId, externalId, orderId, newestId, state, ground, taken } = step
  const now = await readOurSide(run, orderId, null)
  const { base, theirs } = ground
  const oursThen = advanceOurs(ground.ours, now, { base, theirs, taken: new Set(taken) })
  await writeMergeState(run, { channelId, externalId, orderId, baseId: newestId, newestId, heldId: null, holdId: null, oursThen })
  const holdId = state?.holdId ?? null
  if (holdId !== null && (await isHoldOpen(run, holdId))) await releaseOrderHold(run, orderId, holdId)
}

function hold(
  run: CommandRun,
  orderId: string,
  { channel, conflicts }: { channel: MessageChannel; conflicts: readonly Conflict[] },
): Promise<string> {
  const named = conflicts.slice(0, 5).map((conflict) => wordsOf(conflict.path))
  const more = conflicts.length > named.length ? ` and ${conflicts.length - named.length} more` : ''
  return holdOrder(run, orderId, {
    type: 'channel_changed',
    note: `Channel ${channel.code} changed ${named.join(', ')}${more}. Compare both sides and decide.`,
  })
}

interface Told {
  snapshotId: string
  version: number | string
  outcome: 'taken' | 'held'
  taken: readonly string[]
  conflicts: readonly Conflict[]
}

function tell(run: CommandRun, orderId: string, { snapshotId, version, outcome, taken, conflicts }: Told): void {
  run.emit({
    type: 'orders.channel_message_taken',
    documentType: 'order',
    documentId: orderId,
    payload: {
      snapshot_id: snapshotId,
      version: String(version),
      outcome,
      fields: taken,
      conflicts: conflicts.map(({ path, cause }) => ({ path, cause })),
    },
  })
}
