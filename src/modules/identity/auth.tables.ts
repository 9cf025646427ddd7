// Generated from the migrated database by scripts/generate-database-types.ts. Do not edit.

import type { ColumnType } from 'kysely'

type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>

type Timestamp = ColumnType<Date, Date | string, Date | string>

interface AuthAccount {
  access_token: string | null
  access_token_expires_at: Timestamp | null
  account_id: string
  created_at: Timestamp
  id: string
  id_token: string | null
  password: string | null
  provider_id: string
  refresh_token: string | null
  refresh_token_expires_at: Timestamp | null
  scope: string | null
  updated_at: Timestamp
  user_id: string
}

interface AuthSession {
  created_at: Timestamp
  expires_at: Timestamp
  id: string
  ip_address: string | null
  token: string
  updated_at: Timestamp
  user_agent: string | null
  user_id: string
}

interface AuthUser {
  created_at: Timestamp
  email: string
  email_verified: Generated<boolean>
  id: string
  image: string | null
  name: string
  updated_at: Timestamp
}

interface AuthVerification {
  created_at: Timestamp
  expires_at: Timestamp
  id: string
  identifier: string
  updated_at: Timestamp
  value: string
}

export interface AuthTables {
  'auth.account': AuthAccount
  'auth.session': AuthSession
  'auth.user': AuthUser
  'auth.verification': AuthVerification
}
