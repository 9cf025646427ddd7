import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import type { Action } from './action.ts'
import type { TriggerId } from './trigger.ts'

/** A rule as it is asked. */
export interface ActiveRule {
  id: string
  version: number
  name: string
  trigger: TriggerId
  condition: string
  actions: Action[]
  stop: boolean
  enabledAt: Date
}

/** Rules that are on, of some triggers, in the order they are asked. */
export async function readActiveRules(tx: Tx, orgId: number, triggers: readonly TriggerId[]): Promise<ActiveRule[]> {
  if (triggers.length === 0) return []
  const { rows } = await sql<ActiveRule>`
    select id, version, name, trigger, condition, actions, stop, enabled_at as "enabledAt" from automation.rule
     where org_id = ${orgId} and is_enabled and trigger = any(${triggers}::text[]) order by place, id`.execute(tx)
  return rows
}
