import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { DomainError } from '../../kernel/errors.ts'
import { internalProblem, problem, type Problem, problemOf } from '../../kernel/http/index.ts'

/** Seconds after which a client may try again when the database was away. */
const RETRY_AFTER_SECONDS = 2

/** Turns every failure of the server into a problem document; only bugs are logged as errors. */
export function registerRefusals(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(reply, describeFailure(error, request)))
}

/** Sends a problem document. */
export function sendProblem(reply: FastifyReply, document: Problem): FastifyReply {
  if (document.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS)
  if (document.status === 401) void reply.header('www-authenticate', 'Bearer realm="tefter"')
  // serialize: the answer's own content type has no schema of the route.
  return reply
    .status(document.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(document)
}

/** The problem document of a failure; a bug is logged, and tells the caller its request id only. */
export function describeFailure(error: FastifyError, request: FastifyRequest): Problem {
  if (error instanceof DomainError) {
    if (error.kind === 'unavailable') request.log.warn({ code: error.code, cause: String(error.cause) }, 'not available')
    return problemOf(error, request.id)
  }
  const known = FASTIFY_PROBLEMS[error.code] ?? (error.statusCode === 429 ? tooMany : undefined)
  if (known !== undefined) {
    const { status, code, detail } = known
    return problem(status, code, detail, { instance: request.id })
  }
  request.log.error({ err: { message: error.message, code: error.code, stack: error.stack } }, 'request failed by our own error')
  return internalProblem(request.id)
}

interface KnownProblem {
  status: number
  code: string
  detail: string
}

const tooMany: KnownProblem = {
  status: 429,
  code: 'kernel.too_many_requests',
  detail: 'Too many requests in a short time. Wait as long as the header Retry-After says.',
}
const badJson: KnownProblem = {
  status: 400,
  code: 'kernel.bad_json',
  detail: 'The body is not valid JSON in UTF-8. Check it with a JSON tool; it may be cut off.',
}
const tooLarge: KnownProblem = {
  status: 413,
  code: 'kernel.body_too_large',
  detail: 'The body is larger than this server takes. Send it in several requests.',
}

/** What Fastify and its plugins refuse by themselves. */
const FASTIFY_PROBLEMS: Readonly<Record<string, KnownProblem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: tooLarge,
  FST_REQ_FILE_TOO_LARGE: tooLarge,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'kernel.unsupported_media_type',
    detail: 'Send the body as application/json (files as multipart/form-data) and say so in Content-Type.',
  },
  FST_INVALID_MULTIPART_CONTENT_TYPE: {
    status: 415,
    code: 'kernel.unsupported_media_type',
    detail: 'Send the file as multipart/form-data and say so in Content-Type.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: badJson,
  FST_ERR_CTP_EMPTY_JSON_BODY: badJson,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'kernel.bad_content_length',
    detail: 'The body is longer or shorter than Content-Length says.',
  },
  FST_ERR_BAD_URL: { status: 400, code: 'kernel.bad_url', detail: 'The address is not valid percent-encoding.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, code: 'kernel.bad_url', detail: 'A part of the address is too long.' },
}
