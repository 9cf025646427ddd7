import type { CommandRun } from '../../../kernel/command.ts'
import { DomainError, invalidInput, notFound } from '../../../kernel/errors.ts'
import { lockOrderShipments } from '../../warehouse/index.ts'
import { applyView } from './apply-view.ts'
import { type Conflict, mergeView, withRefused } from './merge-view.ts'
import { findMergeState, lockExternalId, type MergeState, settleSnapshot } from './message.repo.ts'
import { advance, readGround } from './take-view.ts'

export type Side = 'theirs' | 'ours'

/** A person's decision on a view that waits. */
export interface Resolution {
  orderId: string
  /** The view the person saw. */
  snapshotId: string
  take: Side
  /** Fields decided otherwise. */
  fields: readonly { path: string; take: Side }[]
}

/**
 * Settles a view that waits for a person: fields nobody disputes are taken, disputed ones as decided. The merge goes on from this view,
 * and its hold is released. What was kept stays known as our own edit.
 * @throws `orders.not_found`, `orders.channel_change_settled` (conflict: another view waits, or none), `orders.cannot_take_theirs`
 * (rule), `kernel.invalid_input`, what the change-set refuses
 */
export async function resolveView(run: CommandRun, resolution: Resolution): Promise<{ taken: string[]; kept: string[] }> {
  const { orderId } = resolution
  const known = await findMergeState(run, { orderId })
  if (known === undefined) throw notFound('orders.order', orderId)
  await lockExternalId(run, known.channelId, known.externalId)
  const state = waiting(await findMergeState(run, { orderId }), resolution)
  await lockOrderShipments(run.tx, run.ctx.orgId, [orderId])
  const ground = await readGround(run, orderId, state.held, state)
  const merge = withRefused(mergeView(ground.base, ground.theirs, ground.ours), state.heldConflicts)
  const decided = decide(merge.conflicts, resolution)
  const taken = [...merge.take, ...decided.taken]
  if (taken.length > 0) await applyView(run, orderId, state.held, { paths: taken, ours: ground.ours })
  const { channelId, externalId, heldId } = state
  await advance(run, { channelId, externalId, orderId, newestId: heldId, state, ground, taken })
  await settleSnapshot(run, heldId, 'taken')
  run.emit({
    type: 'orders.channel_change_resolved',
    documentType: 'order',
    documentId: orderId,
    payload: { snapshot_id: heldId, fields: taken, kept: decided.kept },
  })
  return { taken, kept: decided.kept }
}

function waiting(
  state: MergeState | undefined,
  { orderId, snapshotId }: Resolution,
): MergeState & { heldId: string; held: NonNullable<MergeState['held']> } {
  if (state === undefined) throw notFound('orders.order', orderId)
  const { heldId, held } = state
  if (heldId === null || held === null || heldId !== snapshotId)
    throw new DomainError(
      'conflict',
      'orders.channel_change_settled',
      heldId === null
        ? 'No change of the channel waits for a decision on this order any more. Reload it.'
        : 'The channel sent a newer view meanwhile. Reload the order and compare again.',
      { detail: { snapshot_id: heldId } },
    )
  return { ...state, heldId, held }
}

function decide(conflicts: readonly Conflict[], { take, fields }: Resolution): { taken: string[]; kept: string[] } {
  const paths = new Set(conflicts.map((conflict) => conflict.path))
  const problems = fields.flatMap((field, index) =>
    paths.has(field.path)
      ? []
      : [{ pointer: `/fields/${index}/path`, code: 'not_disputed', message: `${field.path} is not disputed; reload and compare again` }],
  )
  if (problems.length > 0) throw invalidInput(problems)
  const chosen = new Map(fields.map((field) => [field.path, field.take]))
  const taken = conflicts.filter((conflict) => (chosen.get(conflict.path) ?? take) === 'theirs')
  const blocked = taken.find((conflict) => !conflict.can_take)
  if (blocked !== undefined)
    throw new DomainError(
      'rule',
      'orders.cannot_take_theirs',
      `${blocked.path} cannot be taken from the channel: ${BECAUSE[blocked.cause]} Keep ours for it.`,
      { detail: { path: blocked.path, cause: blocked.cause } },
    )
  const names = new Set(taken.map((conflict) => conflict.path))
  return { taken: [...names], kept: conflicts.filter((conflict) => !names.has(conflict.path)).map((conflict) => conflict.path) }
}

const BECAUSE: Readonly<Record<Conflict['cause'], string>> = {
  both_changed: 'both sides changed it.',
  picked: 'goods of it are picked.',
  shipped: 'goods of it have left; they come back by a return, money by a refund.',
  shipped_elsewhere: 'nothing of the order is open any more.',
  not_open: 'the order is canceled.',
  own_lines: 'lines of ours would go too.',
  tax: 'the tax rate of a line stands; add a line in its place.',
  refused: 'the order refuses it.',
}
