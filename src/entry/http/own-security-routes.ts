import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, type TSchema, Type } from 'typebox'
import { parse } from '../../kernel/parse.ts'
import type { Runtime } from '../runtime.ts'
import { refuseForeignOrigin } from './authenticate.ts'
import { signInRate } from './session-routes.ts'

const Password = Type.String({ minLength: 1, maxLength: 128 })
const WithPassword = Type.Object({ password: Password }, { additionalProperties: false })
const WithCode = Type.Object({ code: Type.String({ minLength: 1, maxLength: 40 }) }, { additionalProperties: false })
const PasswordChange = Type.Object({ current_password: Password, password: Password }, { additionalProperties: false })

const SecurityState = Type.Object({
  second_step: Type.Boolean({ description: 'Whether signing in asks for a code.' }),
  other_sessions: Type.Integer({ description: 'Other browsers that are signed in.' }),
})
const RecoveryCodes = Type.Object({ recovery_codes: Type.Array(Type.String()) })
const NewSecondStep = Type.Object({
  secret: Type.String({ description: 'Base32, to type into an authenticator app.' }),
  uri: Type.String(),
  qr_code: Type.String({ description: 'A data: address of a picture of the uri.' }),
  recovery_codes: Type.Array(Type.String()),
})

interface OwnRoute<B extends TSchema> {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  operationId: string
  summary: string
  body?: B
  answer?: TSchema
  run(headers: FastifyRequest['headers'], body: Static<B>): Promise<{ cookies?: string[] } | object | void>
}

/** What people do about their own sign-in: for session cookies only, never for keys, and without a command, as sessions are (session-routes.ts). */
export function registerOwnSecurityRoutes(app: FastifyInstance, runtime: Runtime): void {
  const { own } = runtime.authentication
  const add = <B extends TSchema>(route: OwnRoute<B>): void => registerOwn(app, runtime, route)
  add({
    method: 'GET',
    path: '/v1/session/security',
    operationId: 'identity.get_own_security',
    summary: 'How my sign-in is protected',
    answer: SecurityState,
    run: (headers) => own.state(headers),
  })
  add({
    method: 'POST',
    path: '/v1/session/second-step',
    operationId: 'identity.prepare_second_step',
    summary: 'Prepare an authenticator app; it counts once a code is confirmed',
    body: WithPassword,
    answer: NewSecondStep,
    run: (headers, { password }) => own.prepare(headers, password),
  })
  add({
    method: 'POST',
    path: '/v1/session/second-step/confirmation',
    operationId: 'identity.confirm_second_step',
    summary: 'Turn the second step on with a code of the app; other sessions end',
    body: WithCode,
    run: (headers, { code }) => own.confirm(headers, code),
  })
  add({
    method: 'POST',
    path: '/v1/session/second-step/removal',
    operationId: 'identity.remove_second_step',
    summary: 'Turn the second step off',
    body: WithPassword,
    run: (headers, { password }) => own.remove(headers, password),
  })
  add({
    method: 'POST',
    path: '/v1/session/recovery-codes',
    operationId: 'identity.renew_recovery_codes',
    summary: 'New recovery codes; the old ones end',
    body: WithPassword,
    answer: RecoveryCodes,
    run: (headers, { password }) => own.renewRecoveryCodes(headers, password),
  })
  add({
    method: 'POST',
    path: '/v1/session/password',
    operationId: 'identity.change_own_password',
    summary: 'Change my password; other sessions end',
    body: PasswordChange,
    run: (headers, { current_password: current, password: next }) => own.changePassword(headers, { current, next }),
  })
  add({
    method: 'DELETE',
    path: '/v1/session/others',
    operationId: 'identity.end_other_sessions',
    summary: 'End all my other sessions',
    run: (headers) => own.endOthers(headers),
  })
}

function registerOwn<B extends TSchema>(app: FastifyInstance, runtime: Runtime, route: OwnRoute<B>): void {
  const { method, path: url, operationId, summary, body, answer } = route
  const refused = (description: string): object => ({
    description,
    content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
  })
  const done =
    answer === undefined
      ? { 204: { description: 'Done', type: 'null' } }
      : { 200: { description: 'Done', content: { 'application/json': { schema: answer } } } }
  app.route({
    method,
    url,
    schema: {
      operationId,
      summary,
      description: 'For a session cookie; an API key is nobody who signs in.',
      tags: ['session'],
      security: [],
      ...(body === undefined ? {} : { body }),
      response: { ...done, 400: refused('Not valid'), 401: refused('Not signed in, or a wrong code'), 403: refused('A foreign Origin') },
    } as object,
    config: method === 'GET' ? {} : signInRate(runtime),
    handler: (request, reply) => serveOwn(runtime, route, { request, reply }),
  })
}

async function serveOwn<B extends TSchema>(
  runtime: Runtime,
  route: OwnRoute<B>,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<unknown> {
  if (route.method !== 'GET') refuseForeignOrigin(runtime, request)
  const input = (route.body === undefined ? undefined : parse(route.body, request.body)) as Static<B>
  const result = await route.run(request.headers, input)
  if (route.method !== 'GET') request.log.info({ operation: route.operationId }, 'own sign-in changed')
  if (result !== undefined && 'cookies' in result && Array.isArray(result.cookies)) void reply.header('set-cookie', result.cookies)
  void reply.header('cache-control', 'no-store')
  return route.answer === undefined ? reply.status(204).send() : result
}
