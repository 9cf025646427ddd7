import type { Context } from '../../../kernel/context.ts'
import { runCommand, runQuery, type System } from '../../../kernel/runner.ts'
import { cancelOrder, getOrder } from '../../../modules/orders/index.ts'
import type { RetailReturnLine } from './retail-return.ts'

/**
 * Cancels on an order what a C invoice took back of it before it was sent: a return of goods that never left is a cancellation.
 * Answers how many of the lines were canceled; lines of which less is open stay as they are.
 */
export async function cancelOpenLines(
  { system, ctx }: { system: System; ctx: Context },
  orderId: string,
  returned: readonly RetailReturnLine[],
): Promise<number> {
  const { lines } = await runQuery(system, ctx, getOrder, { order_id: orderId })
  const wanted = new Map<string, number>()
  let canceled = 0
  for (const { sale, quantity } of returned) {
    const line = lines.find(({ external_line_id }) => external_line_id === sale?.externalLineId)
    const taken = wanted.get(line?.id ?? '') ?? 0
    if (line === undefined || line.pending + line.reserved + line.backordered < taken + quantity) continue
    wanted.set(line.id, taken + quantity)
    canceled += 1
  }
  if (wanted.size === 0) return 0
  await runCommand(system, ctx, cancelOrder, {
    order_id: orderId,
    reason: 'Canceled by a C invoice',
    lines: [...wanted].map(([line_id, quantity]) => ({ line_id, quantity })),
  })
  return canceled
}
