import { type Static, Type } from 'typebox'
import { readOnly } from '../../kernel/database.ts'
import { commandRoute, customRoute, type Route, type RouteCall } from '../../kernel/http/index.ts'
import { parse } from '../../kernel/parse.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { readOrganization } from '../../modules/identity/index.ts'
import {
  closeTrackingPage,
  EmailAddress,
  openTrackingPage,
  readTemplate,
  renderTemplate,
  sampleFacts,
  sendTestMessage,
  templateInvalid,
  templateKey,
  templateProblems,
  templateWords,
} from '../../modules/messaging/index.ts'
import { factsOf, readOrder, readShipment } from './order-facts.ts'

const tag = 'Messages'

const Preview = exactly({
  ...templateKey,
  order_id: Type.Optional(Uuid),
  ...Type.Partial(Type.Object(templateWords)).properties,
  send_to: Type.Optional(EmailAddress),
})
const Previewed = exactly({ subject: Type.String(), html: Type.String(), text: Type.String(), sent: Type.Boolean() })

/**
 * A message as it would be sent: of a real order or of made-up facts, with words that are not saved yet or the ones that hold. With `send_to` it
 * is sent there at once.
 */
async function preview(call: RouteCall): Promise<Static<typeof Previewed>> {
  const { system, ctx } = call
  const { kind, language, order_id, subject, html, text, send_to } = parse(Preview, call.input)
  const stored = await readOnly(system.database, ctx, (tx) => readTemplate(tx, ctx.orgId, kind, language))
  const words = { subject: subject ?? stored.subject, html: html ?? stored.html, text: text ?? stored.text }
  const problems = templateProblems(words)
  if (problems.length > 0) throw templateInvalid(problems)
  const facts = order_id === undefined ? await madeUp(call, language) : await ofOrder(call, order_id, { kind, language })
  const message = renderTemplate(words, facts, language)
  if (send_to !== undefined) await sendTestMessage(system, ctx, send_to, message)
  return { ...message, sent: send_to !== undefined }
}

async function madeUp({ system, ctx }: RouteCall, language: Static<typeof Preview>['language']) {
  const { name } = await readOnly(system.database, ctx, readOrganization)
  return sampleFacts(language, name)
}

async function ofOrder({ system, ctx }: RouteCall, orderId: string, about: Pick<Static<typeof Preview>, 'kind' | 'language'>) {
  const order = await readOrder(system, ctx, orderId)
  const last = order.shipments.at(-1)
  const ofShipment = about.kind === 'shipped' || about.kind === 'ready'
  return factsOf(system, ctx, {
    order,
    language: about.language,
    ...(ofShipment && last !== undefined ? { shipment: await readShipment(system, ctx, last.id) } : {}),
    ...(about.kind === 'refunded' ? { refund: order.paid.refunded } : {}),
    trackingPageUrl: 'https://example.com/t/preview',
  })
}

/** What messaging shows of orders, over HTTP. */
export const tellingRoutes: Route[] = [
  customRoute({
    method: 'POST',
    path: '/v1/message-previews',
    tag,
    name: 'messaging.preview_message',
    summary: 'Preview a message, with a real order if one is named; send it as a test if an address is',
    permission: 'messaging.manage',
    status: 200,
    input: Preview,
    output: Previewed,
    errors: ['messaging.template_invalid', 'messaging.test_failed', 'messaging.sender_off', 'orders.not_found'],
    example: { kind: 'shipped', language: 'en' },
    run: preview,
  }),
  customRoute({
    method: 'POST',
    path: '/v1/orders/:order_id/tracking-page',
    tag,
    name: 'messaging.open_tracking_page',
    summary: 'Open the public page of an order, or answer its address',
    permission: 'messaging.send',
    status: 200,
    input: exactly({ order_id: Uuid }),
    output: exactly({ url: Type.String() }),
    errors: ['orders.not_found'],
    example: {},
    async run({ system, ctx, input }) {
      const order = await readOrder(system, ctx, String(input['order_id']))
      return { url: await openTrackingPage(system, ctx, order.id) }
    },
  }),
  commandRoute(closeTrackingPage, { method: 'DELETE', path: '/v1/orders/:order_id/tracking-page', tag }),
]
