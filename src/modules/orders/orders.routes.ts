import { Type } from 'typebox'
import type { Outcome } from '../../kernel/command.ts'
import {
  batchRoute,
  commandRoute,
  customRoute,
  executeCommand,
  markReplay,
  problemOf,
  ProblemInside,
  queryRoute,
  type Route,
  type RouteCall,
} from '../../kernel/http/index.ts'
import { parse } from '../../kernel/parse.ts'
import { runCommand, runQuery } from '../../kernel/runner.ts'
import { documentRoutes, receiveReturn } from '../warehouse/index.ts'
import { PreviewDone } from './change-preview.ts'
import { cancelOrder } from './commands/cancel-order.ts'
import { changeOrder, previewOrderChange } from './commands/change-order.ts'
import { createChannel } from './commands/create-channel.ts'
import { placeHold, placeHolds, releaseHold, releaseHolds } from './commands/hold-order.ts'
import { placeOrder } from './commands/place-order.ts'
import { placeOrders } from './commands/place-orders.ts'
import { recordPayment } from './commands/record-payment.ts'
import { setSourcingPolicy } from './commands/set-sourcing-policy.ts'
import { supplyOrderElsewhere } from './commands/supply-elsewhere.ts'
import { updateChannel } from './commands/update-channel.ts'
import { takeOrder, takeOrderBatch } from './order-intake.ts'
import { TakenOrder } from './order-input.ts'
import { getOrderTimeline } from './queries/get-order-timeline.ts'
import { getOrder } from './queries/get-order.ts'
import { getReturn } from './queries/get-return.ts'
import { getChannel, listChannels } from './queries/list-channels.ts'
import { listOrders } from './queries/list-orders.ts'
import { getPayment, listPayments } from './queries/list-payments.ts'
import { listSourcingPolicies } from './queries/list-sourcing-policies.ts'
import { trySourcingPolicy } from './queries/try-sourcing-policy.ts'
import { messagesRoutes } from './messages/messages.routes.ts'
import { readSlipFacts } from './slip-facts.ts'
import { returnsRoutes } from './returns.routes.ts'

const tag = 'Orders'
const showOrder = { query: getOrder, by: (written: { order_id: string }) => ({ order_id: written.order_id }) }
const showReturn = { query: getReturn, by: (written: { id: string }) => ({ return_receipt_id: written.id }) }
const showChannel = { query: getChannel, by: (written: { id: string }) => ({ channel_id: written.id }) }
const showPayment = {
  query: getPayment,
  by: (written: { id: string; order_id: string }) => ({ order_id: written.order_id, payment_id: written.id }),
}
const order = {
  channel: 'manual',
  external_id: 'A-1001',
  currency: 'EUR',
  prices_include_tax: true,
  payment_terms: 'cash_on_delivery',
  ship_to: { name: 'Ana Petrović', line1: 'Bulevar oslobođenja 1', city: 'Novi Sad', postcode: '21000', country: 'RS' },
  lines: [{ sku: 'MUG-1', quantity: 2, unit_price: { amount: 999 } }],
  charges: [{ kind: 'shipping', amount: 360 }],
}

const TakenOrderAnswer = Type.Object({ ...TakenOrder.properties, href: Type.String() }, { additionalProperties: false })

/** 201 with the new order, 200 and `Idempotent-Replay: true` for the same order again. Its page is at `href`. */
async function takeOne(call: RouteCall): Promise<object> {
  const hasNaturalKey = typeof call.input['external_id'] === 'string'
  const taken =
    hasNaturalKey || call.idempotencyKey === undefined
      ? await takeOrder(call.system, call.ctx, call.input)
      : await executeCommand(call, placeOrder)
  if (taken.status === 'replayed') markReplay(call)
  return { ...taken, status: call.reply.statusCode === 200 ? 'replayed' : 'accepted', href: `/v1/orders/${taken.id}` }
}

const TakenOrderOutcome = Type.Union([
  Type.Object({
    ok: Type.Literal(true),
    status: Type.Enum(['accepted', 'replayed']),
    order: Type.Object({
      id: Type.String({ format: 'uuid' }),
      number: Type.Integer(),
      external_id: Type.Union([Type.String(), Type.Null()]),
      held: Type.Boolean(),
    }),
  }),
  Type.Object({ ok: Type.Literal(false), status: Type.Literal('refused'), error: ProblemInside }),
])

function outcomeAnswer(outcome: Outcome<TakenOrder>, requestId: string | null): object {
  if (!outcome.ok) return { ok: false, status: 'refused', error: problemOf(outcome.error, requestId) }
  const { status, ...taken } = outcome.value
  return { ok: true, status, order: taken }
}

/** Only the frame: each order is checked for itself. */
const BatchBody = Type.Object(
  { orders: Type.Array(Type.Unknown(), { minItems: 1, maxItems: placeOrders.maxElements }) },
  { additionalProperties: false },
)

const describedBatch = batchRoute(placeOrders, {
  method: 'POST',
  path: '/v1/orders/batch',
  tag,
  field: 'orders',
  example: { orders: [order] },
})

/** Every order of a batch gets its own outcome. A key is used only when some order has no external id of its own. */
async function takeMany(call: RouteCall): Promise<object> {
  const { orders } = parse(BatchBody, call.input)
  const needsKey = orders.some((one) => typeof (one as { external_id?: unknown } | null)?.external_id !== 'string')
  const outcomes = await takeOrderBatch(
    call.system,
    call.ctx,
    orders,
    needsKey ? { idempotencyKey: call.idempotencyKey, onReplay: () => markReplay(call) } : {},
  )
  return { outcomes: outcomes.map((outcome) => outcomeAnswer(outcome, call.ctx.requestId)) }
}

/** A preview is made and rolled back: what it found arrives as an error that is none. */
async function preview(call: RouteCall): Promise<unknown> {
  try {
    return await runCommand(call.system, call.ctx, previewOrderChange, call.input)
  } catch (error) {
    if (error instanceof PreviewDone) return error.preview
    throw error
  }
}

const exampleChange = {
  reason: 'The customer called',
  lines: [{ line_id: '0199b3a2-0000-7000-8000-000000000001', quantity: 3 }],
  add_lines: [{ sku: 'MUG-2', quantity: 1 }],
}

const examplePolicy = { prefer: 'nearest', keep_together: true, allow_split: true, max_shipments: 3, on_shortage: 'backorder' }

/** Orders, their payments and holds, channels and sourcing policies over HTTP. */
export const ordersRoutes: Route[] = [
  commandRoute(receiveReturn, {
    method: 'POST',
    path: '/v1/return-receipts',
    tag: 'Receiving',
    show: showReturn,
    example: { warehouse_code: 'NS', reason: 'does not fit', lines: [{ sku: 'MUG-RED', quantity: 1 }] },
  }),
  queryRoute(getReturn, { path: '/v1/return-receipts/:return_receipt_id', tag: 'Receiving' }),
  ...documentRoutes(readSlipFacts),
  ...returnsRoutes,
  ...messagesRoutes,
  queryRoute(listOrders, { path: '/v1/orders', tag }),
  queryRoute(getOrder, { path: '/v1/orders/:order_id', tag }),
  queryRoute(getOrderTimeline, { path: '/v1/orders/:order_id/timeline', tag }),
  queryRoute(listPayments, { path: '/v1/orders/:order_id/payments', tag }),
  { ...commandRoute(placeOrder, { method: 'POST', path: '/v1/orders', tag, example: order }), output: TakenOrderAnswer, run: takeOne },
  { ...describedBatch, output: Type.Object({ outcomes: Type.Array(TakenOrderOutcome) }), run: takeMany },
  commandRoute(cancelOrder, {
    method: 'POST',
    path: '/v1/orders/:order_id/cancellation',
    tag,
    status: 200,
    show: showOrder,
    example: { reason: 'customer changed their mind' },
  }),
  commandRoute(supplyOrderElsewhere, {
    method: 'POST',
    path: '/v1/orders/:order_id/elsewhere',
    tag,
    status: 200,
    show: showOrder,
    example: {
      lines: [{ line_id: '0199b3a2-0000-7000-8000-000000000001', quantity: 1 }],
      parcels: [{ carrier: 'Amazon Logistics', tracking_number: 'TBA123456789' }],
    },
  }),
  commandRoute(previewOrderChange, {
    method: 'POST',
    path: '/v1/orders/:order_id/changes/preview',
    tag,
    status: 200,
    handle: preview,
    example: exampleChange,
  }),
  commandRoute(changeOrder, {
    method: 'POST',
    path: '/v1/orders/:order_id/changes',
    tag,
    status: 200,
    show: showOrder,
    example: exampleChange,
  }),
  commandRoute(recordPayment, {
    method: 'POST',
    path: '/v1/orders/:order_id/payments',
    tag,
    show: showPayment,
    example: { kind: 'captured', amount: 11_348, method: 'card', reference: 'pi_1' },
  }),
  commandRoute(placeHold, {
    method: 'POST',
    path: '/v1/orders/:order_id/holds',
    tag,
    show: showOrder,
    example: { type: 'address', note: 'house number is missing' },
  }),
  batchRoute(placeHolds, {
    method: 'POST',
    path: '/v1/orders/holds',
    tag,
    field: 'holds',
    example: { holds: [{ order_id: '0199b3a2-0000-7000-8000-000000000001', type: 'fraud', note: 'two cards, one address' }] },
  }),
  batchRoute(releaseHolds, {
    method: 'POST',
    path: '/v1/orders/holds/release',
    tag,
    field: 'releases',
    example: { releases: [{ order_id: '0199b3a2-0000-7000-8000-000000000001', type: 'fraud' }] },
  }),
  commandRoute(releaseHold, { method: 'POST', path: '/v1/orders/:order_id/holds/:hold_id/release', tag, status: 200, show: showOrder }),
  queryRoute(listChannels, { path: '/v1/channels', tag }),
  queryRoute(getChannel, { path: '/v1/channels/:channel_id', tag }),
  commandRoute(createChannel, {
    method: 'POST',
    path: '/v1/channels',
    tag,
    show: showChannel,
    example: { code: 'shop', name: 'Web shop', kind: 'shop' },
  }),
  commandRoute(updateChannel, { method: 'PATCH', path: '/v1/channels/:channel_id', tag, show: showChannel, example: { name: 'Web shop' } }),
  queryRoute(listSourcingPolicies, { path: '/v1/sourcing-policies', tag }),
  commandRoute(setSourcingPolicy, {
    method: 'PUT',
    path: '/v1/sourcing-policies',
    tag,
    example: examplePolicy,
  }),
  customRoute({
    method: 'POST',
    path: '/v1/sourcing-policies/dry-run',
    tag,
    status: 200,
    example: { ...examplePolicy, days: 7 },
    name: trySourcingPolicy.name,
    summary: trySourcingPolicy.summary,
    permission: trySourcingPolicy.permission,
    input: trySourcingPolicy.input,
    output: trySourcingPolicy.output,
    errors: trySourcingPolicy.errors,
    run: ({ system, ctx, input }) => runQuery(system, ctx, trySourcingPolicy, input),
  }),
]
