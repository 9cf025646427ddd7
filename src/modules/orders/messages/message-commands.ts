import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { CHANGE_ERRORS } from '../change-input.ts'
import { channelViewFields } from './channel-view.ts'
import { resolveView } from './resolve-view.ts'
import { takeView } from './take-view.ts'

/** A field that needs a person. */
export const ConflictView = exactly({
  path: Type.String(),
  cause: Type.Enum(['both_changed', 'picked', 'shipped', 'shipped_elsewhere', 'not_open', 'own_lines', 'tax', 'refused']),
  can_take: Type.Boolean(),
  message: Type.Optional(Type.String()),
})

const Side = Type.Enum(['theirs', 'ours'])

/**
 * Takes a channel's current view of an order: new, the same again, older, or merged three ways; see `takeView`.
 * @throws `orders.not_found` (the channel), `orders.changed_meanwhile` (conflict), and for a new order what intake refuses
 */
export const takeChannelOrder = defineCommand({
  name: 'orders.take_channel_order',
  permission: 'orders.merge',
  summary: "Take a channel's current view of an order",
  input: exactly({ channel_id: Uuid, external_id: Type.String({ minLength: 1, maxLength: 200 }), ...channelViewFields }),
  output: exactly({
    order_id: Uuid,
    snapshot_id: Uuid,
    outcome: Type.Enum(['created', 'taken', 'unchanged', 'older', 'held']),
    fields: Type.Array(Type.String()),
    conflicts: Type.Array(ConflictView),
  }),
  errors: ['orders.not_found', 'orders.changed_meanwhile', 'orders.insufficient_stock', 'orders.channel_inactive', 'orders.in_flight'],

  async run(run, { channel_id, external_id, ...view }) {
    const { orderId, snapshotId, outcome, taken, conflicts } = await takeView(run, channel_id, external_id, view)
    return { order_id: orderId, snapshot_id: snapshotId, outcome, fields: taken, conflicts }
  },
})

/**
 * Settles a channel's change that waits for a person: theirs or ours, for all disputed fields or field by field.
 * @throws `orders.not_found`, `orders.channel_change_settled` (conflict), `orders.cannot_take_theirs` (rule), and what a change-set refuses
 */
export const resolveChannelChange = defineCommand({
  name: 'orders.resolve_channel_change',
  permission: 'orders.change',
  summary: "Settle a channel's change that waits for a person",
  input: exactly({
    order_id: Uuid,
    snapshot_id: Uuid,
    take: Side,
    fields: Type.Optional(Type.Array(exactly({ path: Type.String({ minLength: 1, maxLength: 300 }), take: Side }), { maxItems: 1000 })),
  }),
  output: exactly({ order_id: Uuid, taken: Type.Array(Type.String()), kept: Type.Array(Type.String()) }),
  errors: ['orders.channel_change_settled', 'orders.cannot_take_theirs', 'orders.nothing_open', ...CHANGE_ERRORS],

  async run(run, { order_id, snapshot_id, take, fields = [] }) {
    const { taken, kept } = await resolveView(run, { orderId: order_id, snapshotId: snapshot_id, take, fields })
    return { order_id, taken, kept }
  },
})
