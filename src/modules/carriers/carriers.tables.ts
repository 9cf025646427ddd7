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

interface CarriersCarrier {
  code: string
  config: Generated<Json>
  created_at: Timestamp
  id: string
  is_active: Generated<boolean>
  kind: string
  name: string
  org_id: number
  tracking_url: string | null
  version: Generated<number>
}

export interface CarriersTables {
  'carriers.carrier': CarriersCarrier
}
