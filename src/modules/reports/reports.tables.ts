// Generated from the migrated database by scripts/generate-database-types.ts. Do not edit.

import type { ColumnType } from 'kysely'

type Json = JsonValue

type JsonArray = JsonValue[]

type JsonObject = {
  [x: string]: JsonValue | undefined
}

type JsonPrimitive = boolean | number | string | null

type JsonValue = JsonArray | JsonObject | JsonPrimitive

type Timestamp = ColumnType<Date, Date | string, Date | string>

interface ReportsVerification {
  checks: Json
  finished_at: Timestamp
  id: string
  ok: boolean
  org_id: number
  started_at: Timestamp
}

export interface ReportsTables {
  'reports.verification': ReportsVerification
}
