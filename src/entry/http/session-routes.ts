import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { readOnly } from '../../kernel/database.ts'
import { parse } from '../../kernel/parse.ts'
import {
  listMemberships,
  type Membership,
  notSignedIn,
  Organization,
  readOrganization,
  ROLE_PERMISSIONS,
  type SignedInUser,
} from '../../modules/identity/index.ts'
import type { Runtime } from '../runtime.ts'
import { chooseMembership, refuseForeignOrigin } from './authenticate.ts'

const Credentials = Type.Object(
  { email: Type.String({ minLength: 1, maxLength: 254 }), password: Type.String({ minLength: 1, maxLength: 128 }) },
  { additionalProperties: false },
)

/** What a signed-in browser needs to draw itself. */
const Session = Type.Object({
  user: Type.Object({ id: Type.String(), email: Type.String(), name: Type.String() }),
  organization: Organization,
  role: Type.String(),
  permissions: Type.Array(Type.String()),
  organizations: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String(), slug: Type.String(), role: Type.String() })),
})

const refusal = (description: string): object => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
})
const described = (operationId: string, summary: string, extra: object): object => ({
  schema: { operationId, summary, tags: ['session'], security: [], ...extra },
})

/** Signing in and out: the only routes without a command, because a session belongs to no organization. */
export function registerSessionRoutes(app: FastifyInstance, runtime: Runtime): void {
  const answers = {
    200: { description: 'Signed in', content: { 'application/json': { schema: Session } } },
    401: refusal('Not signed in'),
    403: refusal('No organization, or a foreign Origin'),
  }
  app.post(
    '/v1/session',
    {
      ...described('identity.sign_in', 'Sign in', { body: Credentials, response: { ...answers, 429: refusal('Too many attempts') } }),
      config: {
        rateLimit: {
          max: runtime.config.TEFTER_SIGN_IN_LIMIT,
          timeWindow: 60_000,
          keyGenerator: (request: FastifyRequest) => `sign-in ${request.ip}`,
        },
      },
    },
    (request, reply) => signIn(runtime, request, reply),
  )
  app.get('/v1/session', described('identity.get_session', 'Who is signed in', { response: answers }), async (request, reply) => {
    const session = await runtime.authentication.findSession(request.headers)
    if (session === undefined) throw notSignedIn()
    if (session.cookies.length > 0) void reply.header('set-cookie', session.cookies)
    return describeSession(runtime, session.user, request)
  })
  app.delete(
    '/v1/session',
    described('identity.sign_out', 'Sign out', { response: { 204: { description: 'Signed out', type: 'null' } } }),
    async (request, reply) => {
      refuseForeignOrigin(runtime, request)
      const { cookies } = await runtime.authentication.signOut(request.headers)
      return reply.header('set-cookie', cookies).status(204).send()
    },
  )
}

async function signIn(runtime: Runtime, request: FastifyRequest, reply: FastifyReply): Promise<Static<typeof Session>> {
  // A browser always says where a form comes from; a script without Origin has no cookies to abuse.
  if (request.headers.origin !== undefined) refuseForeignOrigin(runtime, request)
  const credentials = parse(Credentials, request.body)
  const { user, cookies } = await runtime.authentication.signIn(request.headers, credentials)
  const session = await describeSession(runtime, user, request)
  void reply.header('set-cookie', cookies)
  return session
}

async function describeSession(runtime: Runtime, user: SignedInUser, request: FastifyRequest): Promise<Static<typeof Session>> {
  const memberships = await listMemberships(runtime.system.database, user.id)
  const chosen: Membership = chooseMembership(memberships, request.headers['x-tefter-org'])
  return {
    user,
    organization: await readOnly(runtime.system.database, { orgId: chosen.org_id }, readOrganization),
    role: chosen.role,
    permissions: [...ROLE_PERMISSIONS[chosen.role]],
    organizations: memberships.map(({ org_id, name, slug, role }) => ({ id: org_id, name, slug, role })),
  }
}
