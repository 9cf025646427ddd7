import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { exactly } from '../../../kernel/schema.ts'
import { releaseRuleHolds } from '../../orders/index.ts'
import { lockOrderShipments } from '../../warehouse/index.ts'
import type { Action, ActionResult } from '../action.ts'
import { askRules } from '../ask-rules.ts'
import { eventColumns, loadFacts, type Occurrence, occurrencesOf } from '../facts.repo.ts'
import { performActions } from '../perform-actions.ts'
import { readActiveRules } from '../rule.repo.ts'
import { claimRuns, keepResults, type RuleRun } from '../run.repo.ts'
import { triggersOf } from '../trigger.ts'

const NAME = 'automation.ask_rules_after_event'

/**
 * Asks the rules about an event that was committed, finishes what an order's intake left pending, and releases holds that waited for
 * the money. Safe to repeat: each rule acts once on an event. Events that rules themselves caused are not asked about, so rules cannot
 * set each other off without end; nor are events from before a rule was turned on.
 */
export const askRulesAfterEvent = defineCommand({
  name: NAME,
  permission: 'automation.manage',
  summary: 'Ask the rules about an event',
  input: exactly({ seq: Type.Integer({ minimum: 1 }) }),
  output: exactly({ matched: Type.Integer(), released: Type.Integer() }),

  async run(run, { seq }) {
    const occurrence = await readOccurrence(run, seq)
    if (occurrence === null) return { matched: 0, released: 0 }
    const pending = occurrence.eventType === 'orders.order_placed' ? await readPending(run, occurrence) : []
    const runs = occurrence.eventType === 'orders.order_placed' ? pending : await askAll(run, occurrence)
    if (runs.length > 0) {
      // Whatever the actions are, the order's shipments come first in the order of locks.
      await lockOrderShipments(run.tx, run.ctx.orgId, [occurrence.orderId])
      await performActions(run, runs, 'after_commit')
      await keepResults(run.tx, run.ctx.orgId, runs)
    }
    const released = occurrence.eventType === 'orders.payment_recorded' ? await releaseRuleHolds(run, occurrence.orderId, 'paid') : 0
    return { matched: runs.length, released }
  },
})

async function askAll(run: CommandRun, occurrence: Occurrence): Promise<RuleRun[]> {
  const triggers = triggersOf(occurrence.eventType).map((trigger) => trigger.id)
  const active = await readActiveRules(run.tx, run.ctx.orgId, triggers)
  const rules = active.filter((rule) => rule.enabledAt <= occurrence.at)
  if (rules.length === 0) return []
  const facts = (await loadFacts(run.tx, run.ctx, [occurrence])).get(occurrence.key)
  if (facts === undefined) return []
  return claimRuns(
    run,
    triggers.flatMap((trigger) => askRules(rules, trigger, occurrence, facts)),
  )
}

/** The event, unless rules caused it. */
async function readOccurrence(run: CommandRun, seq: number): Promise<Occurrence | null> {
  const { rows } = await sql<Parameters<typeof occurrencesOf>[0][number]>`
    select ${eventColumns} from kernel.event e where e.org_id = ${run.ctx.orgId} and e.seq = ${seq} and e.command <> ${NAME}`.execute(
    run.tx,
  )
  return occurrencesOf(rows)[0] ?? null
}

/** Runs of an order's intake that wait for the commit, locked so that two deliveries do not both finish them. */
async function readPending(run: CommandRun, occurrence: Occurrence): Promise<RuleRun[]> {
  await lockOrderShipments(run.tx, run.ctx.orgId, [occurrence.orderId])
  const { rows } = await sql<{
    id: string
    rule_id: string
    rule_version: number
    name: string
    actions: Action[]
    results: ActionResult[]
  }>`
    select r.id, r.rule_id, r.rule_version, v.name, v.actions, r.results from automation.rule_run r
      join automation.rule_version v on v.org_id = r.org_id and v.rule_id = r.rule_id and v.version = r.rule_version
     where r.org_id = ${run.ctx.orgId} and r.document_id = ${occurrence.documentId}::uuid and r.occurrence = ${occurrence.key} and r.is_pending
     order by r.id for update of r`.execute(run.tx)
  return rows.map((row) => ({
    id: row.id,
    results: row.results,
    verdict: {
      rule: {
        id: row.rule_id,
        version: row.rule_version,
        name: row.name,
        trigger: 'order_placed',
        condition: '',
        actions: row.actions,
        stop: false,
      },
      occurrence,
      actions: row.actions,
      error: null,
    },
  }))
}
