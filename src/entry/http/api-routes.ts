import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { forbidden, invalidInput, invariant } from '../../kernel/errors.ts'
import { describeRoute, readInput, type Route } from '../../kernel/http/index.ts'
import { findProblems } from '../../kernel/parse.ts'
import type { Runtime } from '../runtime.ts'
import { authenticate } from './authenticate.ts'

const MAX_KEY_LENGTH = 255

/** Hangs the rooms' declared routes on the server. `checkAnswers` compares every answer with its schema: for tests. */
export function registerRoutes(app: FastifyInstance, runtime: Runtime, routes: readonly Route[], options: { checkAnswers: boolean }): void {
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      schema: describeRoute(route),
      handler: (request, reply) => serve({ runtime, route, ...options }, request, reply),
    })
  }
}

interface Served {
  runtime: Runtime
  route: Route
  checkAnswers: boolean
}

async function serve({ runtime, route, checkAnswers }: Served, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const ctx = await authenticate(runtime, request, reply)
  if (route.permission !== null && !ctx.may(route.permission)) throw forbidden(route.permission)
  const input = readInput(route, request)
  void reply.status(route.status)
  const began = performance.now()
  const observe = (ok: boolean): void => runtime.metrics.observeOperation(route.name, ok, (performance.now() - began) / 1000)
  const output = await route
    .run({ system: runtime.system, ctx, input, idempotencyKey: readIdempotencyKey(request), request, reply })
    .catch((error: unknown) => {
      observe(false)
      throw error
    })
  observe(true)
  if (reply.sent || output === reply) return reply
  if (checkAnswers && route.output !== null) checkAnswer(route, output)
  const version = (output as { version?: unknown } | null | undefined)?.version
  if (typeof version === 'number') void reply.header('etag', `"${version}"`)
  return route.output === null && (output === undefined || output === null) ? reply.status(204).send() : reply.send(output)
}

/** @throws `kernel.invalid_input` for a key that is empty, too long or not printable */
function readIdempotencyKey(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key']
  if (header === undefined || request.method === 'GET') return undefined
  if (typeof header !== 'string' || header.length === 0 || header.length > MAX_KEY_LENGTH || !/^[\x20-\x7e]+$/.test(header)) {
    throw invalidInput([
      {
        pointer: '',
        code: 'idempotency_key',
        message: `the header Idempotency-Key must have 1 to ${MAX_KEY_LENGTH} printable ASCII characters`,
      },
    ])
  }
  return header
}

/** What goes over the wire must be what the description says. */
function checkAnswer(route: Route, output: unknown): void {
  const sent: unknown = output === undefined ? undefined : JSON.parse(JSON.stringify(output))
  const problems = route.output === null ? [] : findProblems(route.output, sent)
  invariant(problems.length === 0, `${route.method} ${route.path} answers what its schema says; ${JSON.stringify(problems)}`)
}
