import { Type } from 'typebox'
import { commandRoute, customRoute, markReplay, queryRoute, type Route, type RouteCall } from '../../kernel/http/index.ts'
import { exactly } from '../../kernel/schema.ts'
import { eraseMessages } from './commands/erase-messages.ts'
import { replayDeliveries } from './commands/replay-deliveries.ts'
import { resendMessage } from './commands/resend-message.ts'
import {
  createEndpoint,
  createEndpointCommand,
  deleteEndpoint,
  EndpointWithSecret,
  rotateSecret,
  rotateSecretCommand,
  updateEndpoint,
} from './commands/save-endpoint.ts'
import { saveSender, saveSenderCommand } from './commands/save-sender.ts'
import { resetTemplate, saveTemplate } from './commands/save-template.ts'
import { setMessageSwitch } from './commands/set-switch.ts'
import { markRead, subscribe } from './commands/subscribe.ts'
import { sendTestMessage } from './deliver-messages.ts'
import { getSender, listSwitches, listTemplates } from './queries/get-message-settings.ts'
import { getMessage, listMessages } from './queries/list-messages.ts'
import { listNotifications, listSubscriptions } from './queries/list-notifications.ts'
import { getDelivery, getEndpoint, listDeliveries, listEndpoints } from './queries/list-webhooks.ts'
import { EmailAddress } from './sender.ts'

const messages = 'Messages'
const webhooks = 'Webhooks'
const alerts = 'Notifications'
const example = {
  url: 'https://example.com/hooks/tefter',
  description: 'Web shop',
  event_types: ['orders.*', 'warehouse.shipment_shipped'],
}

const options = (call: RouteCall) => ({ idempotencyKey: call.idempotencyKey, onReplay: () => markReplay(call) })

const messageRoutes: Route[] = [
  queryRoute(getSender, { path: '/v1/message-sender', tag: messages }),
  commandRoute(saveSenderCommand, {
    method: 'PATCH',
    path: '/v1/message-sender',
    tag: messages,
    example: {
      is_on: true,
      host: 'smtp.example.com',
      port: 587,
      security: 'starttls',
      username: 'shop',
      password: 'secret',
      from_name: 'Shop',
      from_address: 'shop@example.com',
    },
    handle: (call) => saveSender(call.system, call.ctx, call.input, options(call)),
  }),
  customRoute({
    method: 'POST',
    path: '/v1/message-sender/test',
    tag: messages,
    name: 'messaging.send_test_message',
    summary: 'Send a test message now and say how it went',
    permission: 'messaging.manage',
    status: 200,
    input: exactly({ to: EmailAddress }),
    output: exactly({ sent: Type.Boolean() }),
    errors: ['messaging.test_failed', 'messaging.sender_off'],
    example: { to: 'me@example.com' },
    async run(call) {
      await sendTestMessage(call.system, call.ctx, String(call.input['to']))
      return { sent: true }
    },
  }),
  queryRoute(listSwitches, { path: '/v1/message-switches', tag: messages }),
  commandRoute(setMessageSwitch, {
    method: 'PUT',
    path: '/v1/message-switches',
    tag: messages,
    example: { kind: 'shipped', is_on: false },
  }),
  queryRoute(listTemplates, { path: '/v1/message-templates', tag: messages }),
  commandRoute(saveTemplate, {
    method: 'PUT',
    path: '/v1/message-templates/:kind/:language',
    tag: messages,
    example: { subject: 'Order {{order_number}}', html: '<p>Thank you, {{first_name}}.</p>', text: 'Thank you, {{first_name}}.' },
  }),
  commandRoute(resetTemplate, { method: 'DELETE', path: '/v1/message-templates/:kind/:language', tag: messages }),
  queryRoute(listMessages, { path: '/v1/messages', tag: messages }),
  queryRoute(getMessage, { path: '/v1/messages/:message_id', tag: messages }),
  commandRoute(resendMessage, { method: 'POST', path: '/v1/messages/:message_id/resending', tag: messages, example: {} }),
  commandRoute(eraseMessages, {
    method: 'POST',
    path: '/v1/message-erasures',
    tag: messages,
    status: 200,
    example: { recipients: ['ana@example.com'] },
  }),
]

const webhookRoutes: Route[] = [
  queryRoute(listEndpoints, { path: '/v1/webhook-endpoints', tag: webhooks }),
  customRoute({
    ...createEndpointCommand,
    method: 'POST',
    path: '/v1/webhook-endpoints',
    tag: webhooks,
    output: EndpointWithSecret,
    example,
    run: (call) => createEndpoint(call.system, call.ctx, call.input, options(call)),
  }),
  queryRoute(getEndpoint, { path: '/v1/webhook-endpoints/:endpoint_id', tag: webhooks }),
  commandRoute(updateEndpoint, {
    method: 'PATCH',
    path: '/v1/webhook-endpoints/:endpoint_id',
    tag: webhooks,
    example: { is_active: true },
  }),
  commandRoute(deleteEndpoint, { method: 'DELETE', path: '/v1/webhook-endpoints/:endpoint_id', tag: webhooks }),
  customRoute({
    ...rotateSecretCommand,
    method: 'POST',
    path: '/v1/webhook-endpoints/:endpoint_id/secret',
    tag: webhooks,
    output: EndpointWithSecret,
    example: {},
    run: (call) => rotateSecret(call.system, call.ctx, call.input, options(call)),
  }),
  queryRoute(listDeliveries, { path: '/v1/webhook-endpoints/:endpoint_id/deliveries', tag: webhooks }),
  commandRoute(replayDeliveries, {
    method: 'POST',
    path: '/v1/webhook-endpoints/:endpoint_id/replay',
    tag: webhooks,
    status: 200,
    example: { failed_since: '2026-11-01T00:00:00Z' },
  }),
  queryRoute(getDelivery, { path: '/v1/webhook-deliveries/:delivery_id', tag: webhooks }),
]

const alertRoutes: Route[] = [
  queryRoute(listNotifications, { path: '/v1/notifications', tag: alerts }),
  commandRoute(markRead, { method: 'POST', path: '/v1/notifications/reading', tag: alerts, status: 200, example: {} }),
  queryRoute(listSubscriptions, { path: '/v1/alert-subscriptions', tag: alerts }),
  commandRoute(subscribe, {
    method: 'PUT',
    path: '/v1/alert-subscriptions/:user_id/:kind',
    tag: alerts,
    example: { in_app: true, by_email: true },
  }),
]

/** Messages, webhooks and notifications over HTTP. */
export const messagingRoutes: Route[] = [...messageRoutes, ...webhookRoutes, ...alertRoutes]
