import { sql } from 'kysely'
import { toSVG } from 'bwip-js/node'
import { type Database, inGlobalTransaction } from '../../kernel/database.ts'
import { type BetterAuth, MIN_PASSWORD_LENGTH } from './better-auth.ts'
import { isCommonPassword } from './common-passwords.ts'
import { commonPassword, notSignedIn, secondStepOn, signInUnavailable, weakPassword, wrongCode, wrongPassword } from './identity.errors.ts'
import { type RequestHeaders, type SignedInUser, toHeaders } from './request-headers.ts'

/** How a user's own sign-in is protected. */
export interface SecurityState {
  second_step: boolean
  /** Other browsers that are signed in. */
  other_sessions: number
}

/** What an authenticator app needs, shown once. */
export interface NewSecondStep {
  /** Base32, to type. */
  secret: string
  uri: string
  /** `data:` address of an SVG picture of the uri. */
  qr_code: string
  recovery_codes: string[]
}

/** What signed-in users do about their own sign-in. All but the state want the password again; changes end their other sessions. */
export interface OwnSecurity {
  /** @throws `identity.not_signed_in` */
  state(headers: RequestHeaders): Promise<SecurityState>
  /** Prepares the second step; it is on once {@link OwnSecurity.confirm} took a code. @throws `identity.wrong_password`, `identity.second_step_on` */
  prepare(headers: RequestHeaders, password: string): Promise<NewSecondStep>
  /** @throws `identity.wrong_code` (unauthenticated) */
  confirm(headers: RequestHeaders, code: string): Promise<{ cookies: string[] }>
  /** @throws `identity.wrong_password` */
  remove(headers: RequestHeaders, password: string): Promise<{ cookies: string[] }>
  /** New recovery codes; the old ones end. @throws `identity.wrong_password` */
  renewRecoveryCodes(headers: RequestHeaders, password: string): Promise<{ recovery_codes: string[] }>
  /** @throws `identity.wrong_password`, `identity.weak_password`, `identity.common_password` */
  changePassword(headers: RequestHeaders, change: { current: string; next: string }): Promise<{ cookies: string[] }>
  /** Ends all sessions of the user but this one. */
  endOthers(headers: RequestHeaders): Promise<void>
}

/** {@link OwnSecurity} on better-auth. Callers have checked that the request comes from our own site. */
export function createOwnSecurity(auth: BetterAuth, database: Database): OwnSecurity {
  const endOthers = (headers: RequestHeaders, cookies: readonly string[] = []) => endOtherSessions(auth, database, { headers, cookies })
  return {
    state: (headers) => readState(auth, database, headers),
    async prepare(headers, password) {
      if ((await readState(auth, database, headers)).second_step) throw secondStepOn()
      const response = await auth.api.enableTwoFactor({ body: { password, method: 'totp' }, headers: toHeaders(headers), asResponse: true })
      await refuseFailure(response, wrongPassword)
      const { totpURI, backupCodes } = (await response.json()) as { totpURI: string; backupCodes: string[] }
      return describeSecondStep(totpURI, backupCodes)
    },
    async confirm(headers, code) {
      await currentSession(auth, headers)
      const body = { code: code.replaceAll(/\s/g, '') }
      const response = await auth.api.verifyTOTP({ body, headers: toHeaders(headers), asResponse: true })
      await refuseFailure(response, wrongCode)
      const cookies = response.headers.getSetCookie()
      await endOthers(headers, cookies)
      return { cookies }
    },
    async remove(headers, password) {
      const response = await auth.api.disableTwoFactor({ body: { password }, headers: toHeaders(headers), asResponse: true })
      await refuseFailure(response, wrongPassword)
      return { cookies: response.headers.getSetCookie() }
    },
    async renewRecoveryCodes(headers, password) {
      const response = await auth.api.generateBackupCodes({ body: { password }, headers: toHeaders(headers), asResponse: true })
      await refuseFailure(response, wrongPassword)
      return { recovery_codes: ((await response.json()) as { backupCodes: string[] }).backupCodes }
    },
    async changePassword(headers, { current, next }) {
      await currentSession(auth, headers)
      if (next.length < MIN_PASSWORD_LENGTH) throw weakPassword(MIN_PASSWORD_LENGTH)
      if (isCommonPassword(next)) throw commonPassword()
      const body = { currentPassword: current, newPassword: next, revokeOtherSessions: true }
      const response = await auth.api.changePassword({ body, headers: toHeaders(headers), asResponse: true })
      await refuseFailure(response, wrongPassword)
      return { cookies: response.headers.getSetCookie() }
    },
    endOthers: (headers) => endOthers(headers),
  }
}

interface CurrentSession {
  user: SignedInUser & { twoFactorEnabled?: boolean | null }
  session: { token: string }
}

async function currentSession(auth: BetterAuth, headers: RequestHeaders): Promise<CurrentSession> {
  const response = await auth.api.getSession({ headers: toHeaders(headers), asResponse: true })
  const found = response.ok ? ((await response.json()) as CurrentSession | null) : null
  if (found === null) throw notSignedIn()
  return found
}

async function readState(auth: BetterAuth, database: Database, headers: RequestHeaders): Promise<SecurityState> {
  const { user, session } = await currentSession(auth, headers)
  const others = await inGlobalTransaction(database, async (tx) => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from auth.session
       where user_id = ${user.id} and token <> ${session.token} and expires_at > now()`.execute(tx)
    return rows[0]?.n ?? 0
  })
  return { second_step: user.twoFactorEnabled === true, other_sessions: others }
}

/** Ends all sessions of the user but the one that the request, or its answer, carries. */
async function endOtherSessions(
  auth: BetterAuth,
  database: Database,
  { headers, cookies }: { headers: RequestHeaders; cookies: readonly string[] },
): Promise<void> {
  const fresh = cookies.map((cookie) => cookie.split(';')[0] ?? '').filter((pair) => pair.includes('session_token='))
  const { user, session } = await currentSession(auth, fresh.length === 0 ? headers : { ...headers, cookie: fresh.join('; ') })
  await inGlobalTransaction(database, (tx) =>
    sql`delete from auth.session where user_id = ${user.id} and token <> ${session.token}`.execute(tx),
  )
}

async function refuseFailure(response: Response, refusal: () => Error): Promise<void> {
  if (response.ok) return
  const text = await response.text()
  if (response.status >= 500) throw signInUnavailable(text)
  // better-auth answers 401 both for a session that ended and for a wrong code; only the latter has its own code.
  if (response.status === 401 && !/INVALID_CODE|INVALID_BACKUP_CODE/.test(text)) throw notSignedIn()
  throw refusal()
}

function describeSecondStep(uri: string, recoveryCodes: string[]): NewSecondStep {
  const svg = toSVG({ bcid: 'qrcode', text: uri, scale: 4, paddingwidth: 4, paddingheight: 4, backgroundcolor: 'FFFFFF' })
  return {
    secret: new URL(uri).searchParams.get('secret') ?? '',
    uri,
    qr_code: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
    recovery_codes: recoveryCodes,
  }
}
