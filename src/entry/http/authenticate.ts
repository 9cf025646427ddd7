import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../../kernel/context.ts'
import {
  contextFor,
  type ContextGround,
  foreignOrigin,
  keyringOf,
  listMemberships,
  type Membership,
  noOrganization,
  notSignedIn,
  profileOf,
  ROLE_PERMISSIONS,
  type SignedInUser,
  unknownApiKey,
} from '../../modules/identity/index.ts'
import type { Runtime } from '../runtime.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * On whose behalf a request runs: the holder of its bearer key, else the user of its session cookie in the organization
 * of `X-Tefter-Org` (default: their first). Writes by cookie must come from our own site.
 *
 * @throws `identity.not_signed_in`, `identity.unknown_api_key`, `identity.no_organization`, `identity.foreign_origin`
 */
export async function authenticate(runtime: Runtime, request: FastifyRequest, reply: FastifyReply): Promise<Context> {
  const ground: ContextGround = { clock: runtime.clock, log: request.log, requestId: request.id }
  const bearer = bearerOf(request)
  if (bearer !== undefined) return contextOfKey(runtime, ground, bearer)
  const session = await runtime.authentication.findSession(request.headers)
  if (session === undefined) throw notSignedIn()
  if (!SAFE_METHODS.has(request.method)) refuseForeignOrigin(runtime, request)
  if (session.cookies.length > 0) void reply.header('set-cookie', session.cookies)
  const membership = chooseMembership(await listMemberships(runtime.system.database, session.user.id), request.headers['x-tefter-org'])
  return contextOfMember(ground, session.user, membership)
}

/** The key of `Authorization: Bearer …`; undefined without the header. @throws `identity.unknown_api_key` for another scheme */
function bearerOf(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization
  if (header === undefined) return undefined
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1]
  if (token === undefined) throw unknownApiKey()
  return token
}

async function contextOfKey(runtime: Runtime, ground: ContextGround, bearer: string): Promise<Context> {
  const holder = await keyringOf(runtime.system.database).find(bearer, Date.now())
  if (holder === undefined) throw unknownApiKey()
  return contextFor(ground, {
    orgId: holder.orgId,
    org: holder.org,
    actor: { kind: 'api_key', id: holder.keyId },
    permissions: holder.permissions,
  })
}

/** The context of a user in one of their organizations. */
export function contextOfMember(ground: ContextGround, user: SignedInUser, membership: Membership): Context {
  return contextFor(ground, {
    orgId: membership.org_id,
    org: profileOf(membership),
    actor: { kind: 'user', id: user.id },
    permissions: ROLE_PERMISSIONS[membership.role],
  })
}

/** The membership asked for, or the first. @throws `identity.no_organization` */
export function chooseMembership(memberships: readonly Membership[], wanted: string | string[] | undefined): Membership {
  const chosen = wanted === undefined ? memberships[0] : memberships.find((membership) => String(membership.org_id) === wanted)
  if (chosen === undefined) throw noOrganization()
  return chosen
}

/**
 * Cross-site request forgery: a browser names the site that caused a request in `Origin`, and no page can forge it.
 * @throws `identity.foreign_origin`
 */
export function refuseForeignOrigin(runtime: Pick<Runtime, 'config'>, request: FastifyRequest): void {
  const { origin } = request.headers
  if (origin === undefined || !ownOrigins(runtime, request).has(origin)) throw foreignOrigin(origin)
}

function ownOrigins({ config }: Pick<Runtime, 'config'>, request: FastifyRequest): Set<string> {
  const origins = new Set([`${request.protocol}://${request.host}`])
  if (config.TEFTER_PUBLIC_URL !== undefined) origins.add(new URL(config.TEFTER_PUBLIC_URL).origin)
  return origins
}
