import Type from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { holdOrder, releaseOrderHold } from '../holds.ts'

const Uuid = Type.String({ format: 'uuid' })
const Closed = { additionalProperties: false } as const

/**
 * Holds an order for a reason; it is not released to the floor until the hold is.
 * @throws `orders.not_found`
 */
export const placeHold = defineCommand({
  name: 'orders.place_hold',
  permission: 'orders.hold',
  summary: 'Hold an order',
  input: Type.Object(
    { order_id: Uuid, type: Type.Enum(['fraud', 'address', 'payment', 'manual']), note: Type.Optional(Type.String({ maxLength: 1000 })) },
    Closed,
  ),
  output: Type.Object({ order_id: Uuid, hold_id: Uuid }),
  errors: ['orders.not_found'],
  async run(run, input) {
    return { order_id: input.order_id, hold_id: await holdOrder(run, input.order_id, input.type, input.note ?? '') }
  },
})

/**
 * Releases one hold of an order.
 * @throws `orders.not_found`, `orders.hold_not_open` (conflict)
 */
export const releaseHold = defineCommand({
  name: 'orders.release_hold',
  permission: 'orders.hold',
  summary: 'Release a hold of an order',
  input: Type.Object({ order_id: Uuid, hold_id: Uuid }, Closed),
  output: Type.Object({ order_id: Uuid, open_holds: Type.Integer() }),
  errors: ['orders.not_found', 'orders.hold_not_open'],
  async run(run, input) {
    const { open } = await releaseOrderHold(run, input.order_id, input.hold_id)
    return { order_id: input.order_id, open_holds: open }
  },
})
