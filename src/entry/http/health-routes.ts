import type { FastifyInstance, FastifyRequest } from 'fastify'
import { problem } from '../../kernel/http/index.ts'
import type { Runtime } from '../runtime.ts'
import { sendProblem } from './refusals.ts'

/** Liveness, readiness and metrics, for machines that watch over us. Without sign-in. */
export function registerHealthRoutes(app: FastifyInstance, runtime: Runtime): void {
  const hidden = { schema: { hide: true }, config: { rateLimit: false as const }, logLevel: 'warn' as const }
  app.get('/healthz', hidden, () => ({ status: 'ok' }))
  app.get('/readyz', hidden, async (request, reply) => {
    const missing = runtime.stopping() ? 'shutting down' : await runtime.readiness()
    if (missing === null) return { status: 'ready' }
    return sendProblem(reply, problem(503, 'kernel.not_ready', `Not ready: ${missing}.`, { instance: request.id }))
  })
  app.get('/metrics', hidden, async (request, reply) => {
    if (!runtime.config.TEFTER_METRICS_PUBLIC && !isLoopback(request)) {
      return sendProblem(
        reply,
        problem(403, 'kernel.metrics_private', 'Metrics answer the machine itself only; TEFTER_METRICS_PUBLIC=true opens them.', {
          instance: request.id,
        }),
      )
    }
    return reply.type(runtime.metrics.registry.contentType).send(await runtime.metrics.read())
  })
}

/** Whether the connection comes from this machine, and not through a proxy on it. */
function isLoopback(request: FastifyRequest): boolean {
  const forwarded = request.headers['x-forwarded-for'] !== undefined || request.headers['forwarded'] !== undefined
  return !forwarded && /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '')
}
