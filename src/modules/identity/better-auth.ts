import { betterAuth } from 'better-auth'
import { twoFactor } from 'better-auth/plugins'
import type { Database } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'

/** Shortest password (NIST SP 800-63B asks for 8 at least; the issue of this house is 10). */
export const MIN_PASSWORD_LENGTH = 10
const SESSION_SECONDS = 7 * 24 * 3600
/** A session in use is prolonged once a day, not at each request. */
const SESSION_RENEWAL_SECONDS = 24 * 3600
/** Time between password and code. */
const SECOND_STEP_SECONDS = 600
/** Wrong codes in a row, over all sign-ins, and how long the app is refused then (NIST SP 800-63B § 5.2.2); needs the password each time. */
const MOST_WRONG_CODES = 10
const CODES_LOCKED_SECONDS = 900

/** What sign-in stands on. `secret` signs cookies and encrypts second factors; `secure` when people reach us by HTTPS. */
export interface AuthenticationOptions {
  database: Database
  secret: string
  baseUrl: string
  secure: boolean
}

export type BetterAuth = ReturnType<typeof buildBetterAuth>

/** Sets up better-auth on our own pool, schema `auth`, columns in our case. */
export function buildBetterAuth({ database, secret, baseUrl, secure }: AuthenticationOptions) {
  const timestamps = { createdAt: 'created_at', updatedAt: 'updated_at' }
  return betterAuth({
    appName: 'Tefter',
    baseURL: baseUrl,
    secret,
    database: { db: database.kysely, type: 'postgres', schemaName: 'auth' },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: MIN_PASSWORD_LENGTH, autoSignIn: false },
    plugins: [secondFactor()],
    user: { fields: { ...timestamps, emailVerified: 'email_verified' } },
    session: {
      expiresIn: SESSION_SECONDS,
      updateAge: SESSION_RENEWAL_SECONDS,
      fields: { ...timestamps, userId: 'user_id', expiresAt: 'expires_at', ipAddress: 'ip_address', userAgent: 'user_agent' },
    },
    account: {
      fields: {
        ...timestamps,
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
      },
    },
    verification: { fields: { ...timestamps, expiresAt: 'expires_at' } },
    advanced: {
      cookiePrefix: 'tefter',
      useSecureCookies: secure,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', secure, path: '/' },
      database: { generateId: () => newId() },
      // Origin is checked by our own server for every write by cookie; these calls come from inside the process.
      disableCSRFCheck: true,
      disableOriginCheck: true,
    },
    // Attempts are limited by our own server, at the route.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
}

/** TOTP of RFC 6238 (six digits, 30 seconds) and ten recovery codes. */
function secondFactor() {
  return twoFactor({
    issuer: 'Tefter',
    twoFactorCookieMaxAge: SECOND_STEP_SECONDS,
    accountLockout: { enabled: true, maxFailedAttempts: MOST_WRONG_CODES, durationSeconds: CODES_LOCKED_SECONDS },
    schema: {
      user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
      twoFactor: {
        modelName: 'two_factor',
        fields: {
          userId: 'user_id',
          backupCodes: 'backup_codes',
          failedVerificationCount: 'failed_verification_count',
          lockedUntil: 'locked_until',
        },
      },
    },
  })
}
