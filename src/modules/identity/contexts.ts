import type { Clock } from '../../kernel/clock.ts'
import type { Actor, Context, OrgProfile } from '../../kernel/context.ts'
import type { Database } from '../../kernel/database.ts'
import type { Log } from '../../kernel/log.ts'
import { keyringOf } from './keyring.ts'

/** What every context of a process shares. */
export interface ContextGround {
  clock: Clock
  log: Log
  requestId?: string | null
}

/** A context of an actor with a closed set of permissions. */
export function contextFor(
  ground: ContextGround,
  who: { orgId: number; org: OrgProfile; actor: Actor; permissions: ReadonlySet<string> },
): Context {
  const { orgId, org, actor, permissions } = who
  return {
    orgId,
    org,
    actor,
    may: (permission) => permissions.has(permission),
    requestId: ground.requestId ?? null,
    clock: ground.clock,
    log: ground.log,
  }
}

/** A context of Tefter itself (jobs, flows) or of a person at the server's command line: both may everything. @throws `identity.not_found` */
export async function trustedContext(database: Database, ground: ContextGround, orgId: number, kind: 'system' | 'cli'): Promise<Context> {
  const org = await keyringOf(database).profile(orgId, Date.now())
  return {
    orgId,
    org,
    actor: { kind, id: null },
    may: () => true,
    requestId: ground.requestId ?? null,
    clock: ground.clock,
    log: ground.log,
  }
}
