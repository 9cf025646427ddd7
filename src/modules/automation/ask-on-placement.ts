import { sql } from 'kysely'
import type { Context } from '../../kernel/context.ts'
import type { HandlerRun, NewEvent } from '../../kernel/events.ts'
import type { Part } from '../../kernel/statement.ts'
import { askRules } from './ask-rules.ts'
import { loadFacts, type Occurrence, placedKey } from './facts.repo.ts'
import { performActions } from './perform-actions.ts'
import { readActiveRules } from './rule.repo.ts'
import { claimRuns, keepResults } from './run.repo.ts'

/**
 * Asks the rules of placed orders inside the transaction that takes them in, set-based for the whole batch: a hold stands before
 * anybody can see the order. Without such a rule it costs one indexed look. What must wait (routing, notices) is left pending.
 */
export async function askOnPlacement(run: HandlerRun, events: readonly NewEvent[]): Promise<void> {
  const rules = await readActiveRules(run.tx, run.ctx.orgId, ['order_placed'])
  if (rules.length === 0) return
  const occurrences = events.map((event): Occurrence => ({
    key: placedKey(event.documentId),
    eventType: event.type,
    documentType: event.documentType,
    documentId: event.documentId,
    orderId: event.documentId,
    shipmentId: null,
    at: run.now,
    payload: event.payload,
  }))
  const facts = await loadFacts(run.tx, run.ctx, occurrences)
  const verdicts = occurrences.flatMap((occurrence) => {
    const known = facts.get(occurrence.key)
    return known === undefined ? [] : askRules(rules, 'order_placed', occurrence, known)
  })
  const runs = await claimRuns(run, verdicts)
  await performActions(run, runs, 'at_once')
  await keepResults(run.tx, run.ctx.orgId, runs)
}

/** Whether any rule asks placed orders: intake reads it along with the rest, so that without such a rule nothing more is sent. */
export function foreseePlacement(ctx: Context): Part<boolean> {
  return {
    call: sql`exists (select from automation.rule r where r.org_id = ${ctx.orgId} and r.is_enabled and r.trigger = 'order_placed')`,
    read: (answer) => answer === true,
  }
}
