import type { Action } from './action.ts'
import { checkCondition } from './condition.ts'
import type { Facts, Occurrence } from './facts.repo.ts'
import type { ActiveRule } from './rule.repo.ts'
import type { TriggerId } from './trigger.ts'

/** What is asked of a rule. */
export type AskedRule = Pick<ActiveRule, 'id' | 'version' | 'name' | 'trigger' | 'condition' | 'actions' | 'stop'>

/** A rule that holds for an occurrence, or whose condition could not be worked out. */
export interface Verdict {
  rule: AskedRule
  occurrence: Occurrence
  actions: readonly Action[]
  error: string | null
}

/** Orders placed longer ago are history that is taken in (imports): rules leave them alone. Half a year covers returns. */
const MAX_AGE_MS = 183 * 86_400_000
/** Longest text of an error kept. */
const MAX_ERROR = 500

/**
 * Asks the rules of a trigger about one occurrence, in their order. Every condition sees the facts as they were before any rule acted.
 * A condition that fails is a verdict of its own and never ends the asking; a matching rule with `stop` does. Pure.
 */
export function askRules(rules: readonly AskedRule[], trigger: TriggerId, occurrence: Occurrence, facts: Facts): Verdict[] {
  if (occurrence.at.getTime() - facts.order.placed_at.getTime() > MAX_AGE_MS) return []
  const verdicts: Verdict[] = []
  for (const rule of rules) {
    if (rule.trigger !== trigger) continue
    const { matched, error } = ask(rule, facts)
    if (error !== null) verdicts.push({ rule, occurrence, actions: [], error })
    if (!matched) continue
    verdicts.push({ rule, occurrence, actions: rule.actions, error: null })
    if (rule.stop) break
  }
  return verdicts
}

function ask(rule: AskedRule, facts: Facts): { matched: boolean; error: string | null } {
  const checked = checkCondition(rule.trigger, rule.condition)
  if (!checked.ok) return { matched: false, error: checked.problem.message }
  try {
    return { matched: checked.condition(facts as unknown as Record<string, unknown>), error: null }
  } catch (error) {
    const { summary, message } = error as { summary?: string; message?: string }
    return { matched: false, error: (summary ?? message ?? String(error)).slice(0, MAX_ERROR) }
  }
}
