import type { OutboxConsumer } from '../../kernel/outbox-delivery.ts'
import { runQuery } from '../../kernel/runner.ts'
import { isPublicEvent, listEndpoints, queueDeliveries } from '../../modules/messaging/index.ts'
import { rememberQuiet } from './quiet.ts'

const isQuiet = rememberQuiet(async (system, ctx) =>
  (await runQuery(system, ctx, listEndpoints, {})).data.some((endpoint) => endpoint.is_active),
)

/** Tells other systems what happened: queues each event for every endpoint that wants it, once. */
export const webhookConsumer: OutboxConsumer = {
  name: 'messaging.webhooks',
  types: 'all',
  async handle(system, ctx, event) {
    if (!isPublicEvent(event.type) || (await isQuiet(system, ctx, event.recordedAt))) return
    await queueDeliveries(system, ctx, event)
  },
}
