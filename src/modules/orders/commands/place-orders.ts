import { defineBatchCommand } from '../../../kernel/command.ts'
import { OrderInput, TakenOrder } from '../order-input.ts'
import { takeOrdersLater } from '../take-orders.ts'

/**
 * Takes in orders, each accepted, replayed (the same order again) or refused on its own; see `takeOrders`.
 * @throws per order: `kernel.invalid_input`, `orders.external_id_taken` (conflict), `orders.in_flight` (conflict),
 * `orders.insufficient_stock` (rule), `orders.channel_inactive` (rule)
 */
export const placeOrders = defineBatchCommand({
  name: 'orders.place_orders',
  permission: 'orders.place',
  summary: 'Take in orders',
  element: OrderInput,
  output: TakenOrder,
  maxElements: 500,
  errors: ['orders.external_id_taken', 'orders.in_flight', 'orders.insufficient_stock', 'orders.channel_inactive'],
  run: takeOrdersLater,
})
