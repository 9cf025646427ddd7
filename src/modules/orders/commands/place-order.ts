import { defineCommand } from '../../../kernel/command.ts'
import { invariant } from '../../../kernel/errors.ts'
import { OrderInput, TakenOrder } from '../order-input.ts'
import { takeOrdersLater } from '../take-orders.ts'
import { placeOrders } from './place-orders.ts'

/**
 * Takes in one order by itself: for requests that bring an Idempotency-Key in place of an external id.
 * @throws as {@link placeOrders}
 */
export const placeOrder = defineCommand({
  name: 'orders.place_order',
  permission: placeOrders.permission,
  summary: 'Take in an order',
  input: OrderInput,
  output: TakenOrder,
  errors: placeOrders.errors,
  async run(run, input) {
    const [outcome] = await takeOrdersLater(run, [input])
    invariant(outcome !== undefined, 'one order in, one outcome out')
    if (!outcome.ok) throw outcome.error
    return outcome.value
  },
})
