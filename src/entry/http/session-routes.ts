import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { readOnly } from '../../kernel/database.ts'
import { problem } from '../../kernel/http/index.ts'
import { parse } from '../../kernel/parse.ts'
import {
  listMemberships,
  type Membership,
  notSignedIn,
  Organization,
  readOrganization,
  ROLE_PERMISSIONS,
  type SignedIn,
  type SignedInUser,
} from '../../modules/identity/index.ts'
import type { Runtime } from '../runtime.ts'
import { chooseMembership, refuseForeignOrigin } from './authenticate.ts'
import { sendProblem } from './refusals.ts'

const Credentials = Type.Object(
  { email: Type.String({ minLength: 1, maxLength: 254 }), password: Type.String({ minLength: 1, maxLength: 128 }) },
  { additionalProperties: false },
)

const Code = Type.Object({ code: Type.String({ minLength: 1, maxLength: 40 }) }, { additionalProperties: false })

/** The password was right; a code is asked for as well. */
const CodeWanted = Type.Object({ second_step: Type.Literal(true) })

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

const answers = {
  200: { description: 'Signed in', content: { 'application/json': { schema: Session } } },
  401: refusal('Not signed in'),
  403: refusal('No organization, or a foreign Origin'),
}

/** At most so many attempts a minute from one address, password and code together. */
export function signInRate(runtime: Runtime): object {
  return {
    rateLimit: {
      max: runtime.config.TEFTER_SIGN_IN_LIMIT,
      timeWindow: 60_000,
      groupId: 'sign-in',
      keyGenerator: (request: FastifyRequest) => `sign-in ${request.ip}`,
    },
  }
}

/** Signing in and out: routes without a command, because a session belongs to no organization. */
export function registerSessionRoutes(app: FastifyInstance, runtime: Runtime): void {
  const wanted = { description: 'The password is right; send a code', content: { 'application/json': { schema: CodeWanted } } }
  app.post(
    '/v1/session',
    {
      ...described('identity.sign_in', 'Sign in', {
        body: Credentials,
        response: { ...answers, 202: wanted, 429: refusal('Too many attempts') },
      }),
      config: signInRate(runtime),
    },
    (request, reply) => signIn(runtime, request, reply),
  )
  app.post(
    '/v1/session/code',
    {
      ...described('identity.finish_sign_in', 'Sign in: the code of the second step', {
        body: Code,
        response: { ...answers, 429: refusal('Too many attempts') },
      }),
      config: signInRate(runtime),
    },
    async (request, reply) => {
      if (request.headers.origin !== undefined) refuseForeignOrigin(runtime, request)
      const { code } = parse(Code, request.body)
      return welcome(runtime, await runtime.authentication.finishSignIn(request.headers, code), { request, reply })
    },
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

async function signIn(runtime: Runtime, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  // A browser always says where a form comes from; a script without Origin has no cookies to abuse.
  if (request.headers.origin !== undefined) refuseForeignOrigin(runtime, request)
  const credentials = parse(Credentials, request.body)
  const outcome = await runtime.authentication.signIn(request.headers, credentials, request.ip).catch((error: unknown) => {
    request.log.warn({ address: request.ip }, 'sign-in refused')
    throw error
  })
  if (outcome.step === 'signed_in') return welcome(runtime, outcome, { request, reply })
  if (outcome.step === 'wait') return refuseToWait(request, reply, outcome.seconds)
  return reply.status(202).header('set-cookie', outcome.cookies).send({ second_step: true })
}

function refuseToWait(request: FastifyRequest, reply: FastifyReply, seconds: number): FastifyReply {
  request.log.warn({ address: request.ip }, 'sign-in refused: too many wrong passwords')
  const minutes = Math.ceil(seconds / 60)
  const detail = `Too many wrong passwords for this account came from here. Wait ${minutes} min, or sign in with a browser that was signed in before.`
  void reply.header('retry-after', seconds)
  return sendProblem(reply, problem(429, 'identity.too_many_attempts', detail, { instance: request.id, facts: { minutes } }))
}

async function welcome(
  runtime: Runtime,
  { user, cookies }: SignedIn,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<Static<typeof Session>> {
  const session = await describeSession(runtime, user, request)
  request.log.info({ user_id: user.id, address: request.ip }, 'signed in')
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
