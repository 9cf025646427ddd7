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

interface IdentityApiKey {
  created_at: Timestamp
  created_by: string | null
  expires_at: Timestamp | null
  hash: Buffer
  hint: string
  id: string
  last_used_at: Timestamp | null
  name: string
  org_id: number
  revoked_at: Timestamp | null
  scopes: string[]
}

interface IdentityMembership {
  created_at: Timestamp
  /** Since when the user may not act in this organization; null while they may. */
  disabled_at: Timestamp | null
  org_id: number
  role: string
  user_id: string
}

interface IdentityOrganization {
  address: Generated<Json>
  base_currency: string
  created_at: Timestamp
  /** GS1 company prefix for SSCC on parcels; without one, numbers are for internal use (prefix 0000000). */
  gs1_prefix: string | null
  is_demo: Generated<boolean>
  language: string
  name: string
  org_id: number
  revenue_on: Generated<string>
  slug: string
  time_zone: string
}

export interface IdentityTables {
  'identity.api_key': IdentityApiKey
  'identity.membership': IdentityMembership
  'identity.organization': IdentityOrganization
}
