import type { OutboxConsumer } from '../kernel/outbox-delivery.ts'
import { readOnly } from '../kernel/database.ts'
import { runCommand } from '../kernel/runner.ts'
import { askRulesAfterEvent, chooseAskable, HEARD_EVENTS } from '../modules/automation/index.ts'

/**
 * Asks the automation rules about what was committed. Orders are asked about at their intake, in its transaction (`order-to-cash.ts`);
 * here only what that left pending is finished.
 */
export const automationConsumer: OutboxConsumer = {
  name: 'automation',
  types: HEARD_EVENTS,
  choose: (system, ctx, events) => readOnly(system.database, ctx, (tx) => chooseAskable(tx, ctx.orgId, events)),
  async handle(system, ctx, event) {
    await runCommand(system, ctx, askRulesAfterEvent, { seq: event.seq })
  },
}
