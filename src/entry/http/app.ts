import { STATUS_CODES } from 'node:http'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import { DomainError } from '../../kernel/errors.ts'
import type { Route } from '../../kernel/http/index.ts'
import { newId } from '../../kernel/ids.ts'
import type { Log } from '../../kernel/log.ts'
import { allRoutes } from '../routes.ts'
import type { Runtime } from '../runtime.ts'
import { VERSION } from '../version.ts'
import { registerRoutes } from './api-routes.ts'
import { registerEventStream } from './event-stream.ts'
import { registerHealthRoutes } from './health-routes.ts'
import { registerDescription, registerDescriptionRoute } from './openapi.ts'
import { describeFailure, registerRefusals, sendProblem } from './refusals.ts'
import { registerOwnSecurityRoutes } from './own-security-routes.ts'
import { registerSessionRoutes } from './session-routes.ts'
import { registerTrackingRoutes } from './tracking-routes.ts'
import { registerWebApp } from './web-app.ts'

const MEGABYTE = 1024 * 1024
/** Longest time a connection may take to send its request. */
const REQUEST_TIMEOUT_MS = 120_000
const IDLE_SWEEP_MS = 100

export interface AppOptions {
  /** More routes than the rooms', for tests. */
  routes?: readonly Route[]
  /** Compares every answer with its schema; for tests. */
  checkAnswers?: boolean
}

/** Builds the HTTP server of a runtime from all rooms' routes. Not listening yet: tests use `app.inject`. */
export async function buildApp(runtime: Runtime, options: AppOptions = {}): Promise<FastifyInstance> {
  const { config } = runtime
  const app: FastifyInstance = Fastify({
    loggerInstance: serverLog(runtime.log),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: requestId,
    bodyLimit: config.TEFTER_BODY_LIMIT_MB * MEGABYTE,
    trustProxy: trustedProxies(config.TEFTER_TRUST_PROXY),
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => void sendProblem(reply, describeFailure(error, request)),
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
  })
  // Input is checked by the runner, answers are written as they are.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => JSON.stringify)
  registerRefusals(app)
  registerJson(app)
  await registerProtection(app, runtime)
  await app.register(multipart, {
    limits: { fileSize: config.TEFTER_UPLOAD_LIMIT_MB * MEGABYTE, files: 1, fields: 20, fieldSize: MEGABYTE },
  })
  await registerDescription(app, VERSION)
  observe(app, runtime)
  registerHealthRoutes(app, runtime)
  registerSessionRoutes(app, runtime)
  registerOwnSecurityRoutes(app, runtime)
  registerTrackingRoutes(app, runtime)
  registerEventStream(app, runtime)
  registerRoutes(app, runtime, [...allRoutes, ...(options.routes ?? [])], { checkAnswers: options.checkAnswers ?? false })
  registerDescriptionRoute(app)
  await registerWebApp(app)
  closeWhenIdle(app)
  await app.ready()
  return app
}

/** Fastify wants pino's whole set of levels; the process's own log has it already. */
function serverLog(log: Log): FastifyBaseLogger {
  if ('fatal' in log) return log as unknown as FastifyBaseLogger
  const { info, warn, error, debug } = log
  return {
    level: 'info',
    info,
    warn,
    error,
    debug,
    fatal: error,
    trace: debug,
    silent: debug,
    child: (fields: object) => serverLog(log.child(fields)),
  } as FastifyBaseLogger
}

/** A sane X-Request-Id is kept, so that a caller finds its own id in our log. */
function requestId(request: { headers: Record<string, unknown> }): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[\w.:-]{8,128}$/.test(given) ? given : newId()
}

function trustedProxies(setting: string | undefined): boolean | string[] {
  if (setting === undefined || setting === 'false') return false
  return setting === 'true' ? true : setting.split(',').map((address) => address.trim())
}

/** JSON that is not UTF-8 is refused instead of turned into replacement characters; `__proto__` is refused too. */
function registerJson(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  const decoder = new TextDecoder('utf-8', { fatal: true })
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    let text: string
    try {
      text = decoder.decode(body as Buffer)
    } catch (cause) {
      done(new DomainError('invalid', 'kernel.bad_json', 'The body is not UTF-8. Save or send it as UTF-8.', { cause }), undefined)
      return
    }
    if (text === '') done(null, undefined)
    else void parseJson(request, text, (error, value) => done(error === null ? null : asBadJson(error), value))
  })
}

function asBadJson(cause: Error): DomainError {
  return new DomainError(
    'invalid',
    'kernel.bad_json',
    'The body is not valid JSON. It may be cut off, or hold the forbidden name __proto__; check it with a JSON tool.',
    { cause },
  )
}

async function registerProtection(app: FastifyInstance, { config }: Runtime): Promise<void> {
  await app.register(cookie)
  const secure = config.TEFTER_PUBLIC_URL?.startsWith('https:') === true
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // Component libraries set style attributes; scripts stay strict.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:', 'https:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        frameSrc: ["'self'", 'blob:'],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: secure,
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'same-origin' },
  })
  await app.register(rateLimit, {
    global: config.TEFTER_RATE_LIMIT > 0,
    max: config.TEFTER_RATE_LIMIT > 0 ? config.TEFTER_RATE_LIMIT : Number.MAX_SAFE_INTEGER,
    timeWindow: 60_000,
    cache: 20_000,
    keyGenerator: (request: FastifyRequest) => request.headers.authorization ?? request.ip,
  })
}

/**
 * Once the server stops and the last request under way is answered, every connection is cut: Node by itself would wait
 * for those that have not said anything yet, or that keep alive.
 */
function closeWhenIdle(app: FastifyInstance): void {
  let underWay = 0
  let sweep: NodeJS.Timeout | undefined
  app.server.on('request', (_request, response) => {
    underWay += 1
    response.once('close', () => {
      underWay -= 1
    })
  })
  app.addHook('preClose', (done) => {
    sweep = setInterval(() => {
      if (underWay === 0) app.server.closeAllConnections()
    }, IDLE_SWEEP_MS)
    done()
  })
  app.addHook('onClose', (_app, done) => {
    clearInterval(sweep)
    done()
  })
}

/** One structured line and one measurement a request: no bodies, no query strings, no headers. */
function observe(app: FastifyInstance, runtime: Runtime): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id)
    // What the API answers is one organization's; no cache on the way keeps it, unless its route says so.
    if (request.url.startsWith('/v1/')) void reply.header('cache-control', 'no-store')
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    const seconds = reply.elapsedTime / 1000
    runtime.metrics.observeRequest(route, request.method, reply.statusCode, seconds)
    const line = { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }
    const outcome = STATUS_CODES[reply.statusCode] ?? 'answered'
    if (request.routeOptions.logLevel === 'warn') request.log.debug(line, outcome)
    else request.log.info(line, outcome)
    done()
  })
}
