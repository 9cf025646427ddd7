import Type from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { tagOrders } from '../tag-orders.ts'

const Uuid = Type.String({ format: 'uuid' })
const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 10 })

/**
 * Adds tags to many orders and takes others off. Orders that are not there or have nothing to change are passed over; the answer says
 * what those that changed gained and lost.
 */
export const tagManyOrders = defineCommand({
  name: 'orders.tag_orders',
  permission: 'orders.change',
  summary: 'Add tags to many orders and take others off',
  input: Type.Object(
    { order_ids: Type.Array(Uuid, { minItems: 1, maxItems: 500 }), add: Type.Optional(Tags), remove: Type.Optional(Tags) },
    { additionalProperties: false },
  ),
  output: Type.Object({
    changed: Type.Array(Uuid),
    changes: Type.Array(Type.Object({ order_id: Uuid, added: Type.Array(Type.String()), removed: Type.Array(Type.String()) })),
  }),
  async run(run, { order_ids, add = [], remove = [] }) {
    const changed = await tagOrders(
      run,
      [...new Set(order_ids)].map((orderId) => ({ orderId, add, remove })),
    )
    return { changed: [...changed.keys()], changes: [...changed].map(([order_id, change]) => ({ order_id, ...change })) }
  },
})
