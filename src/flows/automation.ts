import type { OutboxConsumer } from '../kernel/outbox-delivery.ts'
import { runCommand } from '../kernel/runner.ts'
import { askRulesAfterEvent, HEARD_EVENTS } from '../modules/automation/index.ts'

/**
 * Asks the automation rules about what was committed. Orders are asked about at their intake, in its transaction (`order-to-cash.ts`);
 * here only what that left pending is finished.
 */
export const automationConsumer: OutboxConsumer = {
  name: 'automation',
  types: HEARD_EVENTS,
  async handle(system, ctx, event) {
    await runCommand(system, ctx, askRulesAfterEvent, { seq: event.seq })
  },
}
