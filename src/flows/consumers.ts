import type { OutboxConsumer } from '../kernel/outbox-delivery.ts'

/** Who is told of events after the commit, through the outbox. */
export const outboxConsumers: readonly OutboxConsumer[] = []
