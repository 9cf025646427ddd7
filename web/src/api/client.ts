/** A refusal of the server, as an RFC 9457 problem document. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly fields: readonly FieldProblem[]
  readonly detail: Readonly<Record<string, unknown>>

  constructor(status: number, body: ProblemBody) {
    super(body.detail ?? body.title ?? `HTTP ${status}`)
    this.name = 'Problem'
    this.status = status
    this.code = body.code ?? 'http.error'
    this.fields = body.errors ?? []
    this.detail = body
  }
}

export interface FieldProblem {
  pointer: string
  code: string
  message: string
}

interface ProblemBody {
  title?: string
  detail?: string
  code?: string
  errors?: FieldProblem[]
  [key: string]: unknown
}

export type Query = Record<string, string | number | boolean | readonly string[] | undefined | null>

interface CallOptions {
  query?: Query
  body?: unknown
  /** Version the caller edits, sent as `If-Match`. */
  version?: number
  signal?: AbortSignal
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const ORGANIZATION_KEY = 'tefter-organization'

/** Organization chosen by a user of several; none means the user's first. */
export function chosenOrganization(): string | null {
  return window.localStorage.getItem(ORGANIZATION_KEY)
}

/** Remembers which organization later calls are about. */
export function chooseOrganization(id: string | null): void {
  if (id === null) window.localStorage.removeItem(ORGANIZATION_KEY)
  else window.localStorage.setItem(ORGANIZATION_KEY, id)
}

/** Address of a path with its query; empty values are left out, arrays are repeated. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(key, String(one))
  }
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}

/** Headers every call carries besides its own. */
export function commonHeaders(): Record<string, string> {
  const organization = chosenOrganization()
  return organization === null ? {} : { 'X-Tefter-Org': organization }
}

/**
 * Calls the public API and answers its JSON. Every POST carries an idempotency key, so that a call sent twice by the network does its work once.
 *
 * @throws {Problem} for every answer that is not 2xx, and with code `network.unreachable` when there is none
 */
export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json', ...commonHeaders() }
  if (method === 'POST') headers['Idempotency-Key'] = crypto.randomUUID()
  if (options.version !== undefined) headers['If-Match'] = `"${options.version}"`
  const form = options.body instanceof FormData
  if (options.body !== undefined && !form) headers['content-type'] = 'application/json'
  const response = await reach(address(path, options.query), {
    method,
    headers,
    ...(options.body === undefined ? {} : { body: form ? (options.body as FormData) : JSON.stringify(options.body) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  const text = await response.text()
  if (!response.ok) throw new Problem(response.status, problemOf(text))
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** Downloads a file by its address, and answers it with the name the server gave. */
export async function download(path: string, body?: unknown): Promise<{ blob: Blob; name: string }> {
  const response = await reach(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...commonHeaders(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Problem(response.status, problemOf(await response.text()))
  const name = /filename="?([^";]+)"?/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  return { blob: await response.blob(), name: name ?? path.split('/').at(-1) ?? 'download' }
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { credentials: 'same-origin', ...init })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem(0, { code: 'network.unreachable', detail: String(error) })
  }
}

function problemOf(text: string): ProblemBody {
  try {
    return JSON.parse(text) as ProblemBody
  } catch {
    return { code: 'http.error', detail: text.slice(0, 200) }
  }
}
