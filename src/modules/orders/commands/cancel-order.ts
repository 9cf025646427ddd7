import Type from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { CANCEL_REASONS, cancelOrderLines } from '../cancel-order.ts'

const Uuid = Type.String({ format: 'uuid' })

/**
 * Cancels an order, whole or in part, as far as it is not shipped.
 * @throws `orders.not_found`, `orders.nothing_open` (rule), `orders.more_than_open`, `orders.part_of_kit` (rule)
 */
export const cancelOrder = defineCommand({
  name: 'orders.cancel_order',
  permission: 'orders.cancel',
  summary: 'Cancel an order, whole or in part',
  input: Type.Object(
    {
      order_id: Uuid,
      reason: Type.String({ minLength: 1, maxLength: 500 }),
      reason_code: Type.Optional(Type.Enum([...CANCEL_REASONS])),
      lines: Type.Optional(
        Type.Array(Type.Object({ line_id: Uuid, quantity: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }), {
          minItems: 1,
          maxItems: 5000,
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ order_id: Uuid, canceled: Type.Integer() }),
  errors: ['orders.not_found', 'orders.nothing_open', 'orders.more_than_open', 'orders.part_of_kit'],

  async run(run, input) {
    const lines = input.lines?.map((line) => ({ lineId: line.line_id, quantity: line.quantity }))
    const { canceled } = await cancelOrderLines(run, {
      orderId: input.order_id,
      reason: input.reason,
      ...(input.reason_code === undefined ? {} : { reasonCode: input.reason_code }),
      ...(lines === undefined ? {} : { lines }),
    })
    return { order_id: input.order_id, canceled }
  },
})
