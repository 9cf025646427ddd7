// Generated from the migrated database by scripts/generate-database-types.ts. Do not edit.

import type { ColumnType } from 'kysely'

type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>

type Json = JsonValue

type JsonArray = JsonValue[]

type JsonObject = {
  [x: string]: JsonValue | undefined
}

type JsonPrimitive = boolean | number | string | null

type JsonValue = JsonArray | JsonObject | JsonPrimitive

type Timestamp = ColumnType<Date, Date | string, Date | string>

interface AutomationRule {
  actions: Json
  /** Expression in CEL that answers true or false; checked against the fields of its trigger when it is saved. */
  condition: string
  created_at: Timestamp
  /** When it was deleted: it is not shown or asked any more, its versions and runs stay. */
  deleted_at: Timestamp | null
  enabled_at: Timestamp | null
  id: string
  is_enabled: boolean
  name: string
  org_id: number
  place: number
  stop: Generated<boolean>
  trigger: string
  version: Generated<number>
}

interface AutomationRuleRun {
  document_id: string
  document_type: string
  error: string | null
  id: string
  is_pending: Generated<boolean>
  occurrence: string
  order_id: string | null
  org_id: number
  outcome: string
  ran_at: Timestamp
  results: Generated<Json>
  rule_id: string
  rule_version: number
  trigger: string
}

interface AutomationRuleVersion {
  actions: Json
  condition: string
  is_enabled: boolean
  name: string
  org_id: number
  rule_id: string
  saved_at: Timestamp
  saved_by: string | null
  stop: boolean
  trigger: string
  version: number
}

export interface AutomationTables {
  'automation.rule': AutomationRule
  'automation.rule_run': AutomationRuleRun
  'automation.rule_version': AutomationRuleVersion
}
