import { inGlobalTransaction } from '../../kernel/database.ts'
import { type AuthenticationOptions, type BetterAuth, buildBetterAuth } from './better-auth.ts'
import { signInUnavailable, wrongCode, wrongCredentials } from './identity.errors.ts'
import { createKnownBrowsers, type KnownBrowsers } from './known-browser.ts'
import { createOwnSecurity, type OwnSecurity } from './own-security.ts'
import { hasSessionCookie, type RequestHeaders, type SignedInUser, toHeaders, withoutCookies, withoutSession } from './request-headers.ts'
import { beginAttempt, forgetFailures } from './sign-in-limit.ts'
import { takeCode } from './used-code.ts'

/** A sign-in that went through. */
export interface SignedIn {
  step: 'signed_in'
  user: SignedInUser
  cookies: string[]
}

/** What came of e-mail and password: signed in, a code is asked for too, or too many were wrong before. */
export type SignInOutcome = SignedIn | { step: 'code'; cookies: string[] } | { step: 'wait'; seconds: number }

/** Sign-in by e-mail and password, a second step where the user wants one, and the sessions that follow. Answers cookies as `Set-Cookie` values. */
export interface Authentication {
  /**
   * First step. A session that the request still carries ends once this one begins (rotation). `address` is the caller's.
   * @throws `identity.wrong_credentials` (unauthenticated)
   */
  signIn(headers: RequestHeaders, credentials: { email: string; password: string }, address: string): Promise<SignInOutcome>
  /**
   * Second step: a code of the authenticator app (six digits), or a recovery code. Each counts once.
   * @throws `identity.wrong_code` (unauthenticated)
   */
  finishSignIn(headers: RequestHeaders, code: string): Promise<SignedIn>
  /** Ends the session of the request, if any. */
  signOut(headers: RequestHeaders): Promise<{ cookies: string[] }>
  /**
   * The user of the request's session; undefined without one. `cookies` is not empty when the session was prolonged.
   * @throws `identity.sign_in_failed` (unavailable) when it could not be looked up
   */
  findSession(headers: RequestHeaders): Promise<{ user: SignedInUser; cookies: string[] } | undefined>
  /** What a signed-in user does about their own password and second step. */
  own: OwnSecurity
}

interface Ground {
  auth: BetterAuth
  options: AuthenticationOptions
  browsers: KnownBrowsers
}

/** Sets up sign-in. The HTTP handlers of better-auth are not served: nobody signs up by themselves. */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const auth = buildBetterAuth(options)
  const ground: Ground = { auth, options, browsers: createKnownBrowsers(options.secret, options.secure) }
  return {
    signIn: (headers, credentials, address) => signIn(ground, { headers, credentials, address }),
    finishSignIn: (headers, code) => finishSignIn(ground, headers, code),
    async signOut(headers) {
      const response = await auth.api.signOut({ headers: toHeaders(headers), asResponse: true })
      return { cookies: response.headers.getSetCookie() }
    },
    async findSession(headers) {
      if (!hasSessionCookie(headers)) return undefined
      const response = await auth.api.getSession({ headers: toHeaders(headers), asResponse: true })
      // The database is away: nobody is called a stranger, and signed out by the screen, for that.
      if (response.status >= 500) throw signInUnavailable(await response.text())
      const found = (await response.json()) as { user: SignedInUser } | null
      if (!response.ok || found === null) return undefined
      return { user: userOf(found.user), cookies: response.headers.getSetCookie() }
    },
    own: createOwnSecurity(auth, options.database),
  }
}

interface Attempt {
  headers: RequestHeaders
  credentials: { email: string; password: string }
  address: string
}

async function signIn({ auth, options, browsers }: Ground, { headers, credentials, address }: Attempt): Promise<SignInOutcome> {
  const email = credentials.email.toLowerCase()
  const seconds = await beginAttempt(options.database, email, { address, browser: browsers.recognize(headers, email) })
  if (seconds > 0) return { step: 'wait', seconds }
  const response = await auth.api.signInEmail({
    body: { email, password: credentials.password },
    headers: withoutCookies(headers),
    asResponse: true,
  })
  if (response.status === 401 || response.status === 400) throw wrongCredentials()
  if (!response.ok) throw signInUnavailable(await response.text())
  await inGlobalTransaction(options.database, (tx) => forgetFailures(tx, email))
  const body = (await response.json()) as { user: SignedInUser } | { twoFactorRedirect: true }
  if (!('user' in body)) return { step: 'code', cookies: response.headers.getSetCookie().filter((one) => !/session_token=/.test(one)) }
  await endPresentedSession(auth, headers)
  return signedIn(browsers, body.user, response)
}

/** A code of the app has six digits; a recovery code has letters and a dash. */
const APP_CODE = /^\d{6}$/

async function finishSignIn({ auth, options, browsers }: Ground, headers: RequestHeaders, code: string): Promise<SignedIn> {
  const plain = code.replaceAll(/\s/g, '')
  const request = { body: { code: plain }, headers: withoutSession(headers), asResponse: true as const }
  const response = APP_CODE.test(plain) ? await auth.api.verifyTOTP(request) : await auth.api.verifyBackupCode(request)
  if (response.status >= 500) throw signInUnavailable(await response.text())
  if (!response.ok) throw wrongCode()
  const { user, token } = (await response.json()) as { user: SignedInUser; token: string }
  if (!(await takeCode(options.database, { userId: user.id, code: plain, sessionToken: token }))) throw wrongCode()
  await endPresentedSession(auth, headers)
  return signedIn(browsers, user, response)
}

function signedIn(browsers: KnownBrowsers, user: SignedInUser, response: Response): SignedIn {
  return { step: 'signed_in', user: userOf(user), cookies: [...response.headers.getSetCookie(), browsers.introduce(user.email)] }
}

function userOf({ id, email, name }: SignedInUser): SignedInUser {
  return { id, email, name }
}

/** A session that another person may have planted, or an older one of the same person, does not outlive a sign-in. */
async function endPresentedSession(auth: BetterAuth, headers: RequestHeaders): Promise<void> {
  if (hasSessionCookie(headers)) await auth.api.signOut({ headers: toHeaders(headers), asResponse: true })
}
