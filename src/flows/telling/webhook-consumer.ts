import type { Context } from '../../kernel/context.ts'
import type { OutboxConsumer } from '../../kernel/outbox-delivery.ts'
import { runQuery, type System } from '../../kernel/runner.ts'
import { isPublicEvent, listEndpoints, queueDeliveries } from '../../modules/messaging/index.ts'
import { rememberQuiet } from './quiet.ts'

const listens = async (system: System, ctx: Context) =>
  (await runQuery(system, ctx, listEndpoints, {})).data.some((endpoint) => endpoint.is_active)
const isQuiet = rememberQuiet(listens)

/** Tells other systems what happened: queues each event for every endpoint that wants it, once. */
export const webhookConsumer: OutboxConsumer = {
  name: 'messaging.webhooks',
  types: 'all',
  awaits: listens,
  choose: (_system, _ctx, events) => Promise.resolve(events.filter((event) => isPublicEvent(event.type))),
  async handle(system, ctx, event) {
    if (!isPublicEvent(event.type) || (await isQuiet(system, ctx, event.recordedAt))) return
    await queueDeliveries(system, ctx, event)
  },
}
