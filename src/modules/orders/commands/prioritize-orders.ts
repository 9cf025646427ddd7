import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { prioritizeOrders } from '../prioritize-orders.ts'

const Priority = Type.Integer({ minimum: 0, maximum: 1000, description: 'lower is served first; 100 is usual' })

/**
 * Gives many orders another priority. Orders that are not there or have it already are passed over; the answer says which changed, and
 * what priority they had.
 */
export const prioritizeManyOrders = defineCommand({
  name: 'orders.prioritize_orders',
  permission: 'orders.change',
  summary: 'Give many orders another priority',
  input: exactly({
    changes: Type.Array(exactly({ order_id: Uuid, priority: Priority }), { minItems: 1, maxItems: 500 }),
  }),
  output: exactly({ changed: Type.Array(exactly({ order_id: Uuid, before: Type.Integer() })) }),
  async run(run, { changes }) {
    const byOrder = new Map(changes.map(({ order_id, priority }) => [order_id, priority]))
    const changed = await prioritizeOrders(
      run,
      [...byOrder].map(([orderId, priority]) => ({ orderId, priority })),
    )
    return { changed: [...changed].map(([order_id, before]) => ({ order_id, before })) }
  },
})
