import type { Context } from '../../src/kernel/context.ts'
import { readOnly } from '../../src/kernel/database.ts'
import type { System } from '../../src/kernel/runner.ts'
import type { CheckResult } from '../../src/kernel/verify.ts'
import { allChecks } from '../../src/modules/reports/index.ts'

/** Every check of `tefter verify` that found a fault, in one snapshot. Empty checks are no fault. */
export async function reportsChecks(system: System, ctx: Context): Promise<CheckResult[]> {
  const checks = await readOnly(
    system.database,
    ctx,
    async (tx) => {
      const found: CheckResult[] = []
      for (const check of allChecks) found.push(...[await check({ tx, ctx, now: ctx.clock.now() })].flat())
      return found
    },
    'repeatable read',
  )
  return checks.filter((check) => check.counterexample !== null)
}
