import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import type { ActionResult } from './action.ts'
import type { Verdict } from './ask-rules.ts'

/** A verdict written down, with what its actions did so far. */
export interface RuleRun {
  id: string
  verdict: Verdict
  results: ActionResult[]
}

/**
 * Writes verdicts down, each once: a rule that already ran on the same occurrence is passed over, so an event that is delivered
 * again does nothing. Answers those that are new.
 */
export async function claimRuns(
  run: { tx: Tx; ctx: { orgId: number }; now: Date; newId(): string },
  verdicts: readonly Verdict[],
): Promise<RuleRun[]> {
  if (verdicts.length === 0) return []
  const runs = verdicts.map((verdict): RuleRun => ({ id: run.newId(), verdict, results: [] }))
  const rows = runs.map(({ id, verdict: { rule, occurrence, error } }) => ({
    id,
    rule_id: rule.id,
    rule_version: rule.version,
    occurrence: occurrence.key,
    trigger: rule.trigger,
    document_type: occurrence.documentType,
    document_id: occurrence.documentId,
    order_id: occurrence.orderId,
    outcome: error === null ? 'matched' : 'failed',
    error,
  }))
  const { rows: written } = await sql<{ id: string }>`
    insert into automation.rule_run (org_id, id, rule_id, rule_version, occurrence, trigger, document_type, document_id, order_id, outcome, error, ran_at)
    select ${run.ctx.orgId}, r.*, ${run.now} from ${rowsOf(
      rows,
      {
        id: 'uuid',
        rule_id: 'uuid',
        rule_version: 'integer',
        occurrence: 'text',
        trigger: 'text',
        document_type: 'text',
        document_id: 'uuid',
        order_id: 'uuid',
        outcome: 'text',
        error: 'text',
      },
      'r',
    )} on conflict on constraint rule_run_once do nothing returning id`.execute(run.tx)
  const fresh = new Set(written.map((row) => row.id))
  return runs.filter((one) => fresh.has(one.id))
}

/** Keeps what the actions of runs did. A run with a pending action is finished after the commit. */
export async function keepResults(tx: Tx, orgId: number, runs: readonly Pick<RuleRun, 'id' | 'results'>[]): Promise<void> {
  if (runs.length === 0) return
  const rows = runs.map(({ id, results }) => ({ id, results, is_pending: results.some((result) => result.state === 'pending') }))
  await sql`
    update automation.rule_run r set results = n.results, is_pending = n.is_pending
      from ${rowsOf(rows, { id: 'uuid', results: 'jsonb', is_pending: 'boolean' }, 'n')} where r.org_id = ${orgId} and r.id = n.id`.execute(
    tx,
  )
}
