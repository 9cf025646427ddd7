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

interface AuthFailedSignIn {
  account: Buffer
  ends_at: Timestamp
  failures: number
  place: string
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

interface AuthTwoFactor {
  backup_codes: string
  failed_verification_count: Generated<number>
  id: string
  /** Codes are refused until then, after too many wrong ones in a row; only who knows the password can cause it. */
  locked_until: Timestamp | null
  secret: string
  user_id: string
  verified: Generated<boolean>
}

interface AuthUsedCode {
  code_hash: Buffer
  used_at: Timestamp
  user_id: string
}

interface AuthUser {
  created_at: Timestamp
  email: string
  email_verified: Generated<boolean>
  id: string
  image: string | null
  name: string
  /** Whether signing in asks for a code after the password. */
  two_factor_enabled: Generated<boolean>
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
  'auth.failed_sign_in': AuthFailedSignIn
  'auth.session': AuthSession
  'auth.two_factor': AuthTwoFactor
  'auth.used_code': AuthUsedCode
  'auth.user': AuthUser
  'auth.verification': AuthVerification
}
