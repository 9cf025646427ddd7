import type { FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { type FieldProblem, invalidInput } from '../errors.ts'
import { fromText } from '../from-text.ts'
import type { Route } from './route.ts'
import { propertiesOf } from './schema.ts'

/** Names of the path's parameters: `/v1/orders/:order_id` → `['order_id']`. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/:([a-z_]+)/g)].map((match) => match[1] as string)
}

/**
 * Merges path, query and body of a request into one input. Only query parameters are converted, and only to what the
 * schema asks for; bodies stay as they came. A field said in two places is refused rather than one of them dropped.
 * @throws `kernel.invalid_input`
 */
export function readInput(
  route: Pick<Route, 'input' | 'body'>,
  request: Pick<FastifyRequest, 'params' | 'query' | 'body' | 'headers'>,
): Record<string, unknown> {
  const properties = propertiesOf(route.input)
  const query = Object.entries(request.query as Record<string, string | string[]>)
    // An empty filter field of a form (`?q=`) means no filter.
    .filter(([, text]) => text !== '')
    .map(([name, text]): [string, unknown] => [name, fromText(properties[name], text)])
  const params = Object.entries(request.params as Record<string, string>).map(([name, text]): [string, unknown] => [
    name,
    fromText(properties[name], text),
  ])
  const body = route.body === 'json' ? Object.entries(readBody(request.body)) : []
  const expected = readExpectedVersion(properties, request.headers['if-match'])
  return mergeOnce([params, query, body, expected])
}

function readBody(body: unknown): object {
  if (body === undefined || body === null) return {}
  if (typeof body === 'object' && !Array.isArray(body)) return body
  throw invalidInput([{ pointer: '', code: 'type', message: 'must be a JSON object' }])
}

function readExpectedVersion(properties: Readonly<Record<string, TSchema>>, header: string | undefined): [string, unknown][] {
  if (header === undefined || header === '*' || properties['expected_version'] === undefined) return []
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())?.[1]
  if (version === undefined)
    throw invalidInput([
      { pointer: '/expected_version', code: 'if_match', message: 'If-Match must be the ETag you were given, such as "3"' },
    ])
  return [['expected_version', Number(version)]]
}

function mergeOnce(sources: readonly [string, unknown][][]): Record<string, unknown> {
  const merged = new Map<string, unknown>()
  const twice: FieldProblem[] = []
  for (const [name, value] of sources.flat()) {
    if (merged.has(name) && merged.get(name) !== value)
      twice.push({
        pointer: `/${name}`,
        code: 'said_twice',
        message: 'stands in two places of the request with different values; say it once',
      })
    merged.set(name, value)
  }
  if (twice.length > 0) throw invalidInput(twice)
  return Object.fromEntries(merged)
}
