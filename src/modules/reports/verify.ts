import { sql } from 'kysely'
import type { Context } from '../../kernel/context.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import { forbidden } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import type { System } from '../../kernel/runner.ts'
import { sealOrganization } from '../../kernel/seal.ts'
import type { CheckResult } from '../../kernel/verify.ts'
import { allChecks, type Check, type CheckRun } from './checks.ts'
import { mergeChecks } from './merge-checks.ts'

/** The outcome of `tefter verify` (MODEL, Proof). `ok`: no check found a fault; an empty check is no fault and no proof. */
export interface Verification {
  id: string
  ok: boolean
  started_at: string
  finished_at: string
  checks: CheckResult[]
}

/**
 * Proves an organization's numbers: seals what is final, runs every check in one snapshot, stores the outcome.
 * @throws `kernel.forbidden`
 */
export async function verify(system: Pick<System, 'database'>, ctx: Context, checks: readonly Check[] = allChecks): Promise<Verification> {
  if (!ctx.may('reports.verify')) throw forbidden('reports.verify')
  const startedAt = ctx.clock.now()
  await sealOrganization(system.database, ctx.orgId, { now: startedAt })
  const parts = await readOnly(system.database, ctx, (tx) => runChecks({ tx, ctx, now: startedAt }, checks), 'repeatable read')
  const results = mergeChecks(parts)
  const verification: Verification = {
    id: newId(),
    ok: results.every((check) => check.ok || check.empty),
    started_at: startedAt.toISOString(),
    finished_at: ctx.clock.now().toISOString(),
    checks: results,
  }
  await inTransaction(system.database, ctx.orgId, async (tx) => {
    await sql`
      insert into reports.verification (org_id, id, started_at, finished_at, ok, checks)
      values (${ctx.orgId}, ${verification.id}, ${startedAt}, ${new Date(verification.finished_at)}, ${verification.ok}, ${JSON.stringify(results)}::jsonb)`.execute(
      tx,
    )
  })
  return verification
}

async function runChecks(run: CheckRun, checks: readonly Check[]): Promise<CheckResult[]> {
  // Sums over whole ledgers: hash joins need room, and a nested loop planned on a poor estimate would take hours.
  await sql`select set_config('work_mem', '128MB', true), set_config('jit', 'off', true), set_config('enable_nestloop', 'off', true)`.execute(
    run.tx,
  )
  const parts: CheckResult[] = []
  for (const check of checks) {
    // oxlint-disable-next-line no-await-in-loop -- one after another on one connection, in one snapshot
    parts.push(...[await check(run)].flat())
  }
  return parts
}
