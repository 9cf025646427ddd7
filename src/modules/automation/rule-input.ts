import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Tx } from '../../kernel/database.ts'
import { type FieldProblem, invalidInput } from '../../kernel/errors.ts'
import { exactly, Instant, nullable, Uuid } from '../../kernel/schema.ts'
import { Action } from './action.ts'
import { badCondition } from './automation.errors.ts'
import { checkCondition, MAX_CONDITION } from './condition.ts'
import { TRIGGER_IDS } from './trigger.ts'

/** Most rules an organization has. */
export const MAX_RULES = 100

export const TriggerName = Type.Enum([...TRIGGER_IDS])

/** What a rule says. */
export const ruleFields = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  trigger: TriggerName,
  condition: Type.String({ minLength: 1, maxLength: MAX_CONDITION, description: 'CEL expression that answers true or false' }),
  actions: Type.Array(Action, { minItems: 1, maxItems: 10 }),
  stop: Type.Boolean({ description: 'when it matches, rules after it are not asked about the same event' }),
  is_enabled: Type.Boolean(),
}

/** A rule as the API shows it. */
export const RuleRow = exactly({
  id: Uuid,
  ...ruleFields,
  place: Type.Integer(),
  version: Type.Integer(),
  enabled_at: nullable(Instant),
  created_at: Instant,
  matched: Type.Integer({ description: 'matches in the last 30 days' }),
  failed: Type.Integer({ description: 'failures in the last 30 days' }),
  last_ran_at: nullable(Instant),
  last_error: nullable(Type.String()),
})
export type RuleRow = Static<typeof RuleRow>

/** What a rule says, as it is kept. */
export type RuleContent = Pick<RuleRow, 'name' | 'trigger' | 'condition' | 'actions' | 'stop' | 'is_enabled'>

/**
 * Refuses a rule that could not run: a condition that is none, a warehouse or carrier that is not there.
 * @throws `kernel.invalid_input` with the place in the condition, or the pointer of the action
 */
export async function requireSound(tx: Tx, orgId: number, rule: Pick<RuleContent, 'trigger' | 'condition' | 'actions'>): Promise<void> {
  const checked = checkCondition(rule.trigger, rule.condition)
  if (!checked.ok) throw badCondition(checked.problem)
  const problems: FieldProblem[] = []
  const warehouses = rule.actions.flatMap((action) => (action.kind === 'route' ? [action.warehouse_id] : []))
  const carriers = rule.actions.flatMap((action) => (action.kind === 'set_carrier' ? [action.carrier_id] : []))
  const { rows } = await sql<{ id: string }>`
    select id from inventory.warehouse where org_id = ${orgId} and id = any(${warehouses}::uuid[]) and is_active
    union all select id from carriers.carrier where org_id = ${orgId} and id = any(${carriers}::uuid[]) and is_active`.execute(tx)
  const known = new Set(rows.map((row) => row.id))
  for (const [index, action] of rule.actions.entries()) {
    if (action.kind === 'route' && !known.has(action.warehouse_id))
      problems.push({
        pointer: `/actions/${index}/warehouse_id`,
        code: 'unknown_warehouse',
        message: 'is no active warehouse; choose another',
      })
    if (action.kind === 'set_carrier' && !known.has(action.carrier_id))
      problems.push({ pointer: `/actions/${index}/carrier_id`, code: 'unknown_carrier', message: 'is no active carrier; choose another' })
  }
  if (problems.length > 0) throw invalidInput(problems)
}
