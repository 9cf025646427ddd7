/** A person, as sessions know them. */
export interface SignedInUser {
  id: string
  email: string
  name: string
}

/** Headers of an HTTP request, as Node gives them. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>

/** Whether a request carries a session cookie, good or not. */
export function hasSessionCookie(headers: RequestHeaders): boolean {
  return String(headers['cookie'] ?? '').includes('tefter.session_token')
}

/** Headers of a request as the web standard has them. */
export function toHeaders(headers: RequestHeaders): Headers {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((single): [string, string] => [name, single]),
  )
  return new Headers(entries.filter(([name]) => !name.startsWith(':')))
}

/** The same without any cookie: what is asked does not depend on who asked before. */
export function withoutCookies(headers: RequestHeaders): Headers {
  const { cookie: _cookie, ...rest } = headers
  return toHeaders(rest)
}

/** The second step is about the account of the first, never about a session the browser still has. */
export function withoutSession(headers: RequestHeaders): Headers {
  const pairs = String(headers['cookie'] ?? '').split(/; */)
  return toHeaders({ ...headers, cookie: pairs.filter((pair) => !/^[^=]*session_token=/.test(pair)).join('; ') })
}
