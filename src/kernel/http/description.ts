import type { FastifySchema } from 'fastify'
import type { TSchema } from 'typebox'
import { pathParameters } from './input.ts'
import type { Route } from './route.ts'
import { propertiesOf } from './schema.ts'

/** Refusals that any operation can answer with, by status, for the description. */
const COMMON_REFUSALS = [400, 401, 403, 404, 409, 422, 429, 500, 503] as const

interface ObjectSchema {
  type: 'object'
  properties: Record<string, TSchema>
  required: string[]
  additionalProperties: false
}

/** The OpenAPI side of a route: path, query and body cut out of its one input schema. Nothing is validated by it. */
export function describeRoute(route: Route): FastifySchema {
  const inPath = pathParameters(route.path)
  const properties = propertiesOf(route.input)
  const rest = Object.keys(properties).filter((name) => !inPath.includes(name) && !(name === 'expected_version'))
  const inBody = route.body === 'json' ? rest : []
  const inQuery = route.body === 'json' ? [] : rest
  const schema: Record<string, unknown> = {
    operationId: route.name,
    tags: [route.tag],
    summary: route.summary,
    description: describeInWords(route),
    response: describeAnswers(route),
    'x-permission': route.permission,
    'x-error-codes': route.errors,
    ...(inPath.length > 0 ? { params: pick(route.input, inPath, inPath) } : {}),
    ...(inQuery.length > 0 ? { querystring: pick(route.input, inQuery) } : {}),
    ...(route.body === 'multipart'
      ? {
          consumes: ['multipart/form-data'],
          body: { type: 'object', properties: { file: { type: 'string', format: 'binary' } }, required: ['file'] },
        }
      : {}),
  }
  if (inBody.length > 0)
    schema['body'] = {
      ...bodyOf(route, inBody),
      ...(route.example === undefined || route.method === 'GET' ? {} : { examples: [route.example] }),
    }
  const headers = headersOf(route, properties)
  if (headers !== undefined) schema['headers'] = headers
  return schema as FastifySchema
}

function describeInWords(route: Route): string {
  const permission = route.permission === null ? 'For any signed-in caller.' : `Needs the permission \`${route.permission}\`.`
  const codes = route.errors.length === 0 ? '' : ` Refuses with: ${route.errors.map((code) => `\`${code}\``).join(', ')}.`
  return `${permission}${codes}`
}

function describeAnswers(route: Route): Record<string, unknown> {
  const good = route.contentTypes === undefined ? describeJson(route) : describeFile(route.contentTypes)
  const refusals = COMMON_REFUSALS.map((status) => [
    status,
    { description: 'Problem document', content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } },
  ])
  return { [route.status]: good, ...Object.fromEntries(refusals) }
}

function describeJson(route: Route): object {
  if (route.output === null) return { description: 'Done', type: 'null' }
  const example = route.method === 'GET' && route.example !== undefined ? { example: route.example } : {}
  return { description: 'Done', content: { 'application/json': { schema: route.output, ...example } } }
}

function describeFile(contentTypes: readonly string[]): object {
  return {
    description: 'The file',
    content: Object.fromEntries(contentTypes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
  }
}

function headersOf(route: Route, properties: Readonly<Record<string, TSchema>>): object | undefined {
  const headers: Record<string, object> = {}
  if (route.method === 'POST')
    headers['Idempotency-Key'] = { type: 'string', maxLength: 255, description: 'The same key replays the answer for 24 hours.' }
  if (properties['expected_version'] !== undefined)
    headers['If-Match'] = { type: 'string', description: 'The ETag you saw; refused with 409 when it changed meanwhile.' }
  return Object.keys(headers).length === 0 ? undefined : { type: 'object', properties: headers }
}

/** A body that is the whole input stays one schema (unions too); otherwise the named properties. */
function bodyOf(route: Route, names: readonly string[]): object {
  const all = Object.keys(propertiesOf(route.input))
  return all.length === names.length ? { ...(route.input as object) } : pick(route.input, names)
}

function pick(schema: TSchema | null, names: readonly string[], required: readonly string[] = requiredOf(schema)): ObjectSchema {
  const properties = propertiesOf(schema)
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, properties[name] ?? ({ type: 'string' } as TSchema)])),
    required: names.filter((name) => required.includes(name)),
    additionalProperties: false,
  }
}

function requiredOf(schema: TSchema | null): readonly string[] {
  return (schema as { required?: string[] } | null)?.required ?? []
}
