import type { Context } from '../../kernel/context.ts'
import type { Database } from '../../kernel/database.ts'
import type { System } from '../../kernel/runner.ts'

/** Room for clocks of several machines, and for transactions that began before and ended after. */
const MARGIN_MS = 60_000
const MAX_ORGANIZATIONS = 10_000

/**
 * Remembers organizations in which nobody listens, so that reading a long past (a new demo, an import) costs no question an event.
 * What begins to listen later hears only of what is recorded later: an event that is older than the moment we looked needs no second look,
 * and every newer one is asked about anew.
 */
export function rememberQuiet(listens: (system: System, ctx: Context) => Promise<boolean>) {
  const quietSince = new WeakMap<Database, Map<number, number>>()
  return async (system: System, ctx: Context, recordedAt: Date): Promise<boolean> => {
    const known = quietSince.get(system.database) ?? new Map<number, number>()
    quietSince.set(system.database, known)
    if (recordedAt.getTime() < (known.get(ctx.orgId) ?? 0) - MARGIN_MS) return true
    const lookedAt = ctx.clock.now().getTime()
    if (await listens(system, ctx)) {
      known.delete(ctx.orgId)
      return false
    }
    if (known.size >= MAX_ORGANIZATIONS) known.clear()
    known.set(ctx.orgId, lookedAt)
    return true
  }
}
