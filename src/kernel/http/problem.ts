import { Type } from 'typebox'
import { type DomainError, HTTP_STATUS } from '../errors.ts'

/** A problem document of RFC 9457, with our stable `code` and every bad field. Facts of the error stand beside them. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  instance?: string
  errors: readonly { pointer: string; code: string; message: string }[]
  [fact: string]: unknown
}

const fields = {
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String({ description: 'One sentence that names the field and the fix.' }),
  code: Type.String({ description: 'Stable code `room.reason`.' }),
  instance: Type.Optional(Type.String({ description: 'The request id, as in the log.' })),
  errors: Type.Array(Type.Object({ pointer: Type.String(), code: Type.String(), message: Type.String() })),
}

/** Schema of {@link Problem} for the API's description, named there. */
export const ProblemSchema = Type.Object(fields, { $id: 'Problem', description: 'RFC 9457 problem document' })

/** The same inside another answer, such as an element's outcome. */
export const ProblemInside = Type.Object(fields, { description: 'RFC 9457 problem document' })

const TITLES: Readonly<Record<number, string>> = {
  400: 'Not valid',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not possible now',
  429: 'Too many requests',
  500: 'Our error',
  503: 'Not available',
}

/** Fields that a fact of an error may not overwrite. */
const RESERVED = new Set(['type', 'title', 'status', 'detail', 'code', 'instance', 'errors'])

/** Builds a problem document from its parts; `facts` are added beside the standard fields. */
export function problem(
  status: number,
  code: string,
  detail: string,
  options: { instance?: string | null; errors?: Problem['errors']; facts?: Readonly<Record<string, unknown>> } = {},
): Problem {
  const facts = Object.fromEntries(Object.entries(options.facts ?? {}).filter(([name]) => !RESERVED.has(name)))
  return {
    type: `urn:tefter:problem:${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    code,
    ...(options.instance ? { instance: `urn:tefter:request:${options.instance}` } : {}),
    errors: options.errors ?? [],
    ...facts,
  }
}

/** The problem document of a refusal. `requestId` lets the reader find the log line. */
export function problemOf(error: DomainError, requestId: string | null = null): Problem {
  return problem(HTTP_STATUS[error.kind], error.code, error.message, { instance: requestId, errors: error.fields, facts: error.detail })
}

/** The problem document of a bug: nothing but the request id reaches the caller. */
export function internalProblem(requestId: string | null): Problem {
  return problem(
    500,
    'kernel.internal_error',
    `Something broke on our side. Nothing was half done. Tell support the request id ${requestId ?? 'unknown'}.`,
    { instance: requestId },
  )
}
