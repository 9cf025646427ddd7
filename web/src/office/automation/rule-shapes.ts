/** One thing a rule does; its fields depend on its kind. */
export interface RuleAction {
  kind: string
  type?: string
  note?: string
  release_when?: string
  tags?: string[]
  warehouse_id?: string
  priority?: number
  carrier_id?: string
  service?: string
  audience?: string
  message?: string
}

/** What a rule says, as the editor holds it. */
export interface RuleValues {
  name: string
  trigger: string
  condition: string
  actions: RuleAction[]
  stop: boolean
  is_enabled: boolean
}

export interface Rule extends RuleValues {
  id: string
  place: number
  version: number
  matched: number
  failed: number
  last_ran_at: string | null
  last_error: string | null
}

export interface RuleVersion extends RuleValues {
  version: number
  saved_at: string
  saved_by: string | null
}

export interface RuleWithVersions extends Rule {
  versions: RuleVersion[]
}

export interface RuleRun {
  id: string
  rule_id: string
  rule_version: number
  rule_name: string
  order_id: string | null
  order_number: number | null
  outcome: string
  error: string | null
  results: { kind: string; state: string; detail: string }[]
  ran_at: string
}

export interface RuleLanguage {
  triggers: { id: string; about: string; at_once: boolean }[]
  fields: { of: string; variable: string | null; fields: { name: string; type: string }[] }[]
  functions: { signature: string; example: string }[]
  templates: (Pick<RuleValues, 'name' | 'trigger' | 'condition' | 'actions'> & { id: string })[]
}

export interface ConditionCheck {
  ok: boolean
  problem: { message: string; start: number; end: number; line: number; column: number } | null
}

export interface TrialPart {
  total: number | null
  looked_at: number
  matched: number
  failed: number
  matches: {
    order_id: string
    order_number: number
    at: string
    customer_name: string
    total: number
    currency: string
    changed_since: boolean
    error: string | null
  }[]
  next_cursor: string | null
}
