import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { RequestHeaders } from './request-headers.ts'

/** A year, in seconds. */
const KNOWN_SECONDS = 365 * 24 * 3600
const NAME = 'tefter.browser'

/** Cookies that prove that a browser signed in to an account before. They open nothing: they only keep its owner from being locked out. */
export interface KnownBrowsers {
  /** The browser's id when its cookie is of this account; undefined otherwise. */
  recognize(headers: RequestHeaders, email: string): string | undefined
  /** `Set-Cookie` that makes this browser known for an account. */
  introduce(email: string): string
}

/** Known browsers under the installation's secret; `secure` when people reach us by HTTPS. */
export function createKnownBrowsers(secret: string, secure: boolean): KnownBrowsers {
  const name = secure ? `__Secure-${NAME}` : NAME
  const sign = (id: string, email: string): Buffer =>
    createHmac('sha256', secret).update(`tefter known browser v1\n${id}\n${email.toLowerCase()}`).digest()
  return {
    recognize(headers, email) {
      const [id, proof] = readCookie(headers, name)?.split('.') ?? []
      if (id === undefined || proof === undefined || !/^[\w-]{22}$/.test(id)) return undefined
      const given = Buffer.from(proof, 'base64url')
      const wanted = sign(id, email)
      return given.length === wanted.length && timingSafeEqual(given, wanted) ? id : undefined
    },
    introduce(email) {
      const id = randomBytes(16).toString('base64url')
      const value = `${id}.${sign(id, email).toString('base64url')}`
      return `${name}=${value}; Max-Age=${KNOWN_SECONDS}; Path=/v1/session; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
    },
  }
}

/** The value of one cookie of a request. */
function readCookie(headers: RequestHeaders, name: string): string | undefined {
  for (const pair of String(headers['cookie'] ?? '').split(/; */)) {
    if (pair.startsWith(`${name}=`)) return pair.slice(name.length + 1)
  }
  return undefined
}
