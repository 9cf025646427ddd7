import type { HandlerRun } from '../../kernel/events.ts'

/** Moves the planned shipments of an order to a warehouse. */
export async function routeOrder(
  _run: HandlerRun,
  _orderId: string,
  _warehouseId: string,
): Promise<['done' | 'skipped' | 'failed', string]> {
  return Promise.resolve(['failed', 'shipments cannot be moved yet'])
}
