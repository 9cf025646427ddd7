import type { OutboxConsumer } from '../kernel/outbox-delivery.ts'
import { automationConsumer } from './automation.ts'
import { alertConsumer } from './telling/alerts.ts'
import { messageConsumer } from './telling/message-consumer.ts'
import { webhookConsumer } from './telling/webhook-consumer.ts'

/** Who is told of events after the commit, through the outbox. */
export const outboxConsumers: readonly OutboxConsumer[] = [automationConsumer, messageConsumer, alertConsumer, webhookConsumer]
