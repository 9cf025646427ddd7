import { betterAuth } from 'better-auth'
import type { Database } from '../../kernel/database.ts'
import { DomainError } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import { wrongCredentials } from './identity.errors.ts'

/** Shortest password (NIST SP 800-63B asks for 8 at least; the issue of this house is 10). */
export const MIN_PASSWORD_LENGTH = 10
const SESSION_SECONDS = 7 * 24 * 3600
/** A session in use is prolonged once a day, not at each request. */
const SESSION_RENEWAL_SECONDS = 24 * 3600

/** A person, as sessions know them. */
export interface SignedInUser {
  id: string
  email: string
  name: string
}

/** Headers of an HTTP request, as Node gives them. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>

/** Sign-in by e-mail and password, and the sessions that follow. Answers cookies as `Set-Cookie` values. */
export interface Authentication {
  /**
   * Starts a session; one that the request still carries ends (rotation).
   * @throws `identity.wrong_credentials` (unauthenticated)
   */
  signIn(headers: RequestHeaders, credentials: { email: string; password: string }): Promise<{ user: SignedInUser; cookies: string[] }>
  /** Ends the session of the request, if any. */
  signOut(headers: RequestHeaders): Promise<{ cookies: string[] }>
  /** The user of the request's session; undefined without one. `cookies` is not empty when the session was prolonged. */
  findSession(headers: RequestHeaders): Promise<{ user: SignedInUser; cookies: string[] } | undefined>
}

/** What {@link createAuthentication} stands on. `secret` signs cookies; `secure` when people reach us by HTTPS. */
export interface AuthenticationOptions {
  database: Database
  secret: string
  baseUrl: string
  secure: boolean
}

/** Sets up better-auth on our own pool, schema `auth`. Its HTTP handlers are not served: nobody signs up by themselves. */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const auth = buildBetterAuth(options)
  return {
    async signIn(headers, { email, password }) {
      const response = await auth.api.signInEmail({
        body: { email: email.toLowerCase(), password },
        headers: withoutCookies(headers),
        asResponse: true,
      })
      if (response.status === 401 || response.status === 400) throw wrongCredentials()
      if (!response.ok)
        throw new DomainError('unavailable', 'identity.sign_in_failed', 'Signing in does not work just now. Try again in a moment.', {
          cause: await response.text(),
        })
      const { user } = (await response.json()) as { user: SignedInUser }
      await endPresentedSession(auth, headers)
      return { user: { id: user.id, email: user.email, name: user.name }, cookies: response.headers.getSetCookie() }
    },
    async signOut(headers) {
      const response = await auth.api.signOut({ headers: toHeaders(headers), asResponse: true })
      return { cookies: response.headers.getSetCookie() }
    },
    async findSession(headers) {
      if (!String(headers['cookie'] ?? '').includes('tefter.session_token')) return undefined
      const response = await auth.api.getSession({ headers: toHeaders(headers), asResponse: true })
      const found = (await response.json()) as { user: SignedInUser } | null
      if (!response.ok || found === null) return undefined
      return { user: { id: found.user.id, email: found.user.email, name: found.user.name }, cookies: response.headers.getSetCookie() }
    },
  }
}

function buildBetterAuth({ database, secret, baseUrl, secure }: AuthenticationOptions) {
  const timestamps = { createdAt: 'created_at', updatedAt: 'updated_at' }
  return betterAuth({
    appName: 'Tefter',
    baseURL: baseUrl,
    secret,
    database: { db: database.kysely, type: 'postgres', schemaName: 'auth' },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: MIN_PASSWORD_LENGTH, autoSignIn: false },
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

/** A session that another person may have planted, or an older one of the same person, does not outlive a sign-in. */
async function endPresentedSession(auth: ReturnType<typeof buildBetterAuth>, headers: RequestHeaders): Promise<void> {
  if (String(headers['cookie'] ?? '').includes('tefter.session_token'))
    await auth.api.signOut({ headers: toHeaders(headers), asResponse: true })
}

function toHeaders(headers: RequestHeaders): Headers {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((single): [string, string] => [name, single]),
  )
  return new Headers(entries.filter(([name]) => !name.startsWith(':')))
}

function withoutCookies(headers: RequestHeaders): Headers {
  const { cookie: _cookie, ...rest } = headers
  return toHeaders(rest)
}
