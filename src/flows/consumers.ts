import type { OutboxConsumer } from '../kernel/outbox-delivery.ts'
import { automationConsumer } from './automation.ts'

/** Who is told of events after the commit, through the outbox. */
export const outboxConsumers: readonly OutboxConsumer[] = [automationConsumer]
