import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

/** Who acts. `system` is Tefter itself (jobs, flows), `cli` a person at the command line of the server. */
export interface Actor {
  kind: 'user' | 'api_key' | 'system' | 'cli'
  id: string | null
}

/** What the kernel needs to know of an organization to date and value things. */
export interface OrgProfile {
  timeZone: string
  baseCurrency: string
  language: string
}

/**
 * On whose behalf something runs: organization, actor, permissions, clock, log. Passed explicitly, never ambient.
 * `may` answers whether the actor holds a permission such as `inventory.adjust`.
 */
export interface Context {
  orgId: number
  org: OrgProfile
  actor: Actor
  may(permission: string): boolean
  requestId: string | null
  clock: Clock
  log: Log
}
