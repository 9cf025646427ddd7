import { lookup } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net'

/** A signed request to somebody's server. */
export interface WebhookRequest {
  url: string
  headers: Readonly<Record<string, string>>
  body: string
  /** Networks (CIDR) that may be reached although they are not public. */
  allowedNetworks: readonly string[]
  timeoutMs?: number
}

/** How it went: a status, or an error before one came. `excerpt` is the beginning of the answer. */
export interface WebhookResult {
  status: number | null
  error: string | null
  excerpt: string | null
  durationMs: number
}

const TIMEOUT_MS = 15_000
const MAX_EXCERPT_BYTES = 1000

/**
 * Everything that is not the public internet (IANA special-purpose registries), and what wraps such an address. Node looks IPv4 addresses that are
 * written as IPv6 (`::ffff:10.0.0.1`) up among the IPv4 networks.
 */
const NOT_PUBLIC: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
]
const notPublic = networksOf(NOT_PUBLIC)

function networksOf(list: readonly string[]): BlockList {
  const networks = new BlockList()
  for (const network of list) {
    const [address = '', bits] = network.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    if (isIP(address) !== 0) networks.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family)
  }
  return networks
}

function within(networks: BlockList, address: string): boolean {
  return networks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

/** Why an address may not be reached by this protocol; null when it may. */
export function addressObstacle(address: string, protocol: string, allowedNetworks: readonly string[]): string | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return addressObstacle(mapped, protocol, allowedNetworks)
  if (within(networksOf(allowedNetworks), address)) return null
  if (within(notPublic, address)) return 'it leads to a private address; TEFTER_WEBHOOK_NETWORKS can allow it'
  return protocol === 'https:' ? null : 'it is not https://; plain http:// is for networks that TEFTER_WEBHOOK_NETWORKS allows'
}

/** Why a URL cannot be an endpoint, as far as its text says; names are looked up anew at each request. */
export function urlObstacle(text: string, allowedNetworks: readonly string[]): string | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return 'is not an address such as https://example.com/hooks'
  if (url.username !== '' || url.password !== '') return 'holds a user name or password; receivers prove us by the signature instead'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0) return addressObstacle(host, url.protocol, allowedNetworks)
  if (url.protocol === 'http:' && allowedNetworks.length === 0) return 'must begin with https://'
  return null
}

/** Looks a name up and refuses addresses that may not be reached; the connection goes to the very address that was checked. */
function guardedLookup(protocol: string, allowedNetworks: readonly string[]): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { all: true, family: options.family ?? 0 }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error !== null || first === undefined) return callback(error ?? new Error('the name has no address'), '', 0)
      const obstacle = addresses.map(({ address }) => addressObstacle(address, protocol, allowedNetworks)).find((one) => one !== null)
      if (obstacle !== undefined) return callback(new Error(`refused: ${obstacle}`), '', 0)
      if (options.all === true) return (callback as (none: null, found: typeof addresses) => void)(null, addresses)
      return callback(null, first.address, first.family)
    })
  }
}

/** Posts JSON. Redirects are not followed, the answer is read only so far as the excerpt goes, all of it within the time limit. Never throws. */
export async function postWebhook(request: WebhookRequest): Promise<WebhookResult> {
  const began = performance.now()
  const done = (result: Omit<WebhookResult, 'durationMs'>): WebhookResult => ({
    ...result,
    durationMs: Math.round(performance.now() - began),
  })
  const obstacle = urlObstacle(request.url, request.allowedNetworks)
  if (obstacle !== null) return done({ status: null, error: `refused: ${obstacle}`, excerpt: null })
  const timeoutMs = request.timeoutMs ?? TIMEOUT_MS
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    return done({ error: null, ...(await exchange(request, signal)) })
  } catch (error) {
    const reason = signal.aborted ? `no answer within ${timeoutMs / 1000} s` : describe(error)
    return done({ status: null, error: reason, excerpt: null })
  }
}

function exchange(
  { url, headers, body, allowedNetworks }: WebhookRequest,
  signal: AbortSignal,
): Promise<{ status: number; excerpt: string }> {
  const { protocol } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; excerpt: string }>()
  const send = protocol === 'https:' ? httpsRequest : httpRequest
  const outgoing = send(url, {
    method: 'POST',
    agent: false,
    signal,
    lookup: guardedLookup(protocol, allowedNetworks),
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
  })
  outgoing.once('error', reject)
  outgoing.once('response', (response) => {
    const chunks: Buffer[] = []
    let size = 0
    const finish = (): void => {
      const excerpt = Buffer.concat(chunks).subarray(0, MAX_EXCERPT_BYTES).toString('utf8').replaceAll('\u0000', '')
      resolve({ status: response.statusCode ?? 0, excerpt })
      outgoing.destroy()
    }
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size >= MAX_EXCERPT_BYTES) finish()
    })
    response.once('end', finish)
    response.once('error', reject)
  })
  outgoing.end(body)
  return promise
}

function describe(error: unknown): string {
  const code = (error as { code?: unknown }).code
  const message = error instanceof Error ? error.message : String(error)
  return (typeof code === 'string' && !message.includes(code) ? `${code} ${message}` : message).slice(0, 300)
}
