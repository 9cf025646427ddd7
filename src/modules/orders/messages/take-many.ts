import { Type } from 'typebox'
import { DomainError } from '../../../kernel/errors.ts'
import type { Outcome } from '../../../kernel/command.ts'
import { customRoute, problemOf, ProblemInside, type Route, type RouteCall } from '../../../kernel/http/index.ts'
import { parse } from '../../../kernel/parse.ts'
import { runCommand } from '../../../kernel/runner.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { takeChannelOrder } from './message-commands.ts'

/** Views in one request. */
const MAX_VIEWS = 100

const { channel_id: _channel, ...view } = takeChannelOrder.input.properties
/** Only the frame: each view is checked for itself. */
const Frame = exactly({ channel_id: Uuid, orders: Type.Array(Type.Unknown(), { minItems: 1, maxItems: MAX_VIEWS }) })
const Documented = exactly({ channel_id: Uuid, orders: Type.Array(exactly(view), { minItems: 1, maxItems: MAX_VIEWS }) })
const Answer = exactly({
  outcomes: Type.Array(
    Type.Union([
      exactly({ ok: Type.Literal(true), ...takeChannelOrder.output.properties }),
      exactly({ ok: Type.Literal(false), error: ProblemInside }),
    ]),
  ),
})

/**
 * Takes a channel's current views of up to 100 orders, one after another in the order given, each in a transaction of its own: a view
 * locks its order's external id before anything else. One outcome each; views of one order are taken in their order.
 */
export function manyViewsRoute(tag: string, example: object): Route {
  const described = customRoute({
    method: 'PUT',
    path: '/v1/channels/:channel_id/orders',
    tag,
    name: 'orders.take_channel_orders',
    summary: "Take a channel's current views of many orders",
    permission: takeChannelOrder.permission,
    errors: takeChannelOrder.errors,
    input: Documented,
    output: Answer,
    example: { orders: [{ external_id: 'S-1001', ...example }] },
    run: takeMany,
  })
  return { ...described, run: takeMany }
}

async function takeMany(call: RouteCall): Promise<object> {
  const { channel_id, orders } = parse(Frame, call.input)
  const outcomes: object[] = []
  for (const order of orders) {
    // oxlint-disable-next-line no-await-in-loop -- one order after another: two views of one order keep their order
    const outcome = await takeOne(call, channel_id, order)
    outcomes.push(outcome.ok ? { ok: true, ...outcome.value } : { ok: false, error: problemOf(outcome.error, call.ctx.requestId) })
  }
  return { outcomes }
}

async function takeOne(call: RouteCall, channelId: string, order: unknown): Promise<Outcome<object>> {
  try {
    return { ok: true, value: await runCommand(call.system, call.ctx, takeChannelOrder, { ...(order as object), channel_id: channelId }) }
  } catch (error) {
    if (error instanceof DomainError) return { ok: false, error }
    throw error
  }
}
