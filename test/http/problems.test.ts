import { Type } from 'typebox'
import { beforeAll, describe, expect, test } from 'vitest'
import { defineBatchCommand, defineCommand, defineQuery } from '../../src/kernel/command.ts'
import { DomainError, versionConflict } from '../../src/kernel/errors.ts'
import { batchRoute, commandRoute, fileRoute, queryRoute } from '../../src/kernel/http/index.ts'
import { useApp } from '../support/app.ts'

const KINDS = ['invalid', 'unauthenticated', 'forbidden', 'not_found', 'conflict', 'rule', 'unavailable'] as const

const fail = defineCommand({
  name: 'trial.fail',
  permission: 'orders.place',
  summary: 'Refuse in a chosen way',
  input: Type.Object({ kind: Type.String() }, { additionalProperties: false }),
  output: Type.Object({}),
  run: (_run, { kind }) => {
    const known = KINDS.find((name) => name === kind)
    if (known === undefined) return Promise.reject(new Error('secret inner detail'))
    return Promise.reject(new DomainError(known, `trial.${kind}`, 'A sentence.', { detail: { available: 3, status: 'not overwritten' } }))
  },
})

const rename = defineCommand({
  name: 'trial.rename',
  permission: 'orders.place',
  summary: 'Change something that has a version',
  input: Type.Object(
    { thing_id: Type.Integer(), expected_version: Type.Optional(Type.Integer()), name: Type.String() },
    { additionalProperties: false },
  ),
  output: Type.Object({ thing_id: Type.Integer(), version: Type.Integer(), serial: Type.String() }),
  run: ({ newId }, { thing_id, expected_version }) => {
    if (expected_version !== undefined && expected_version !== 3) return Promise.reject(versionConflict(expected_version, 3))
    return Promise.resolve({ thing_id, version: 4, serial: newId() })
  },
})

const echo = defineQuery({
  name: 'trial.echo',
  permission: 'orders.read',
  summary: 'Answer what was asked',
  input: Type.Object(
    {
      word: Type.Optional(Type.String()),
      count: Type.Optional(Type.Integer({ minimum: 1 })),
      low: Type.Optional(Type.Boolean()),
      ids: Type.Optional(Type.Array(Type.Integer())),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ asked: Type.Unknown() }),
  run: (_run, asked) => Promise.resolve({ asked }),
})

const lie = defineQuery({
  ...echo,
  name: 'trial.lie',
  output: Type.Object({ missing: Type.Integer() }),
  run: () => Promise.resolve({} as { missing: number }),
})

const place = defineBatchCommand({
  name: 'trial.place',
  permission: 'orders.place',
  summary: 'Place many',
  element: Type.Object({ n: Type.Integer() }, { additionalProperties: false }),
  output: Type.Object({ n: Type.Integer() }),
  maxElements: 3,
  run: (_run, elements) =>
    Promise.resolve(
      elements.map(({ n }) =>
        n > 9
          ? { ok: false as const, error: new DomainError('rule', 'trial.too_big', `${n} is too big.`) }
          : { ok: true as const, value: { n } },
      ),
    ),
})

const routes = [
  commandRoute(fail, { method: 'POST', path: '/v1/trial/failures', tag: 'trial' }),
  commandRoute(rename, { method: 'PATCH', path: '/v1/trial/things/:thing_id', tag: 'trial' }),
  commandRoute({ ...rename, name: 'trial.make' }, { method: 'POST', path: '/v1/trial/things/:thing_id', tag: 'trial' }),
  queryRoute(echo, { path: '/v1/trial/echo', tag: 'trial' }),
  queryRoute(lie, { path: '/v1/trial/lie', tag: 'trial' }),
  batchRoute(place, { method: 'POST', path: '/v1/trial/batch', tag: 'trial', field: 'things' }),
  fileRoute({
    name: 'trial.file',
    summary: 'A file',
    path: '/v1/trial/file',
    tag: 'trial',
    permission: 'orders.read',
    input: Type.Object({}, { additionalProperties: false }),
    contentTypes: ['text/plain'],
    file: () => Promise.resolve({ content: 'čaj', contentType: 'text/plain; charset=utf-8', fileName: 'čaj i kafa.txt' }),
  }),
]

const server = useApp({ routes, settings: { TEFTER_BODY_LIMIT_MB: '1' } })
let key = ''

beforeAll(async () => {
  const { id } = await server.createOrganization()
  key = await server.createKey(id, 'owner')
})

describe('problem documents', () => {
  test.each([
    ['invalid', 400],
    ['unauthenticated', 401],
    ['forbidden', 403],
    ['not_found', 404],
    ['conflict', 409],
    ['rule', 422],
    ['unavailable', 503],
  ])('a refusal of kind %s has status %i', async (kind, status) => {
    const answer = await server.call('POST', '/v1/trial/failures', { key, body: { kind } })
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(answer.body).toMatchObject({ status, code: `trial.${kind}`, detail: 'A sentence.', available: 3, errors: [] })
    expect(answer.body.instance).toBe(`urn:tefter:request:${String(answer.headers['x-request-id'])}`)
  })

  test('a bug answers 500 with the request id and nothing of its inside', async () => {
    const answer = await server.call('POST', '/v1/trial/failures', {
      key,
      body: { kind: 'bug' },
      headers: { 'x-request-id': 'my-request-77' },
    })
    expect(answer.status).toBe(500)
    expect(answer.body).toMatchObject({ code: 'kernel.internal_error', instance: 'urn:tefter:request:my-request-77' })
    expect(answer.text).not.toContain('secret inner detail')
  })

  test.each([
    ['an unknown path', 'GET', '/v1/nothing', undefined, {}, 404, 'kernel.no_such_route'],
    ['half a body', 'POST', '/v1/trial/failures', '{"kind":', { 'content-type': 'application/json' }, 400, 'kernel.bad_json'],
    [
      'a body of another type',
      'POST',
      '/v1/trial/failures',
      'kind=x',
      { 'content-type': 'text/plain' },
      415,
      'kernel.unsupported_media_type',
    ],
    [
      'a body too large',
      'POST',
      '/v1/trial/failures',
      `{"kind":"${'x'.repeat(1_100_000)}"}`,
      { 'content-type': 'application/json' },
      413,
      'kernel.body_too_large',
    ],
    ['a body that is no object', 'POST', '/v1/trial/failures', '[1]', { 'content-type': 'application/json' }, 400, 'kernel.invalid_input'],
    [
      '__proto__ in the body',
      'POST',
      '/v1/trial/failures',
      '{"__proto__":{"a":1}}',
      { 'content-type': 'application/json' },
      400,
      'kernel.bad_json',
    ],
    [
      'another encoding',
      'POST',
      '/v1/trial/failures',
      Buffer.from('{"kind":"\xe8aj"}', 'latin1'),
      { 'content-type': 'application/json' },
      400,
      'kernel.bad_json',
    ],
    ['an address with broken escapes', 'GET', '/v1/trial/%zz', undefined, {}, 400, 'kernel.bad_url'],
  ] as const)('%s is refused', async (...[, method, url, body, headers, status, code]) => {
    const answer = await server.call(method, url, { key, headers, ...(body === undefined ? {} : { body }) })
    expect(answer.body).toMatchObject({ status, code })
    expect(answer.status).toBe(status)
  })

  test('every bad field is named, and nothing is coerced or dropped', async () => {
    const answer = await server.call('PATCH', '/v1/trial/things/7', { key, body: { name: 5, extra: true } })
    expect(answer.status).toBe(400)
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer).toSorted()).toEqual(['/extra', '/name'])
  })

  test.for([
    ['kind', 'a\u0000b', 'nul_character'],
    ['kind', 'half \uD800 a pair', 'lone_surrogate'],
    ['ki\uDC00nd', 'x', 'lone_surrogate'],
  ])('text that the database cannot hold is refused: %j %j', async ([name = '', text = '', code = '']) => {
    const { status, body } = await server.call('POST', '/v1/trial/failures', { key, body: { [name]: text } })
    expect([status, body.errors?.[0]?.code]).toEqual([400, code])
  })

  test('an answer that is not what its schema says is our error, not a smaller answer', async () => {
    expect((await server.call('GET', '/v1/trial/lie', { key })).status).toBe(500)
  })
})

describe('input', () => {
  test('query parameters become what the schema asks for, and nothing else', async () => {
    const answer = await server.call('GET', '/v1/trial/echo?word=12&count=12&low=true&ids=1&ids=2', { key })
    expect(answer.body.asked).toEqual({ word: '12', count: 12, low: true, ids: [1, 2] })
    expect((await server.call('GET', '/v1/trial/echo?ids=7', { key })).body.asked).toEqual({ ids: [7] })
    expect((await server.call('GET', '/v1/trial/echo?word=', { key })).body.asked).toEqual({})
  })

  test.each(['count=1.5', 'count=0', 'low=yes', 'unknown=1', 'ids=a', 'count=1&count=2'])('%s is refused', async (query) => {
    expect((await server.call('GET', `/v1/trial/echo?${query}`, { key })).body).toMatchObject({ status: 400, code: 'kernel.invalid_input' })
  })

  test('a field in the path cannot be said differently in the body', async () => {
    const answer = await server.call('PATCH', '/v1/trial/things/7', { key, body: { thing_id: 8, name: 'x' } })
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer: '/thing_id', code: 'said_twice' })])
  })
})

describe('versions and keys', () => {
  test('an answer with a version has an ETag, and If-Match is the expected version', async () => {
    const good = await server.call('PATCH', '/v1/trial/things/7', { key, body: { name: 'x' }, headers: { 'if-match': '"3"' } })
    expect([good.status, good.headers['etag']]).toEqual([200, '"4"'])
    const stale = await server.call('PATCH', '/v1/trial/things/7', { key, body: { name: 'x' }, headers: { 'if-match': 'W/"2"' } })
    expect(stale.body).toMatchObject({ status: 409, code: 'kernel.version_conflict', expected: 2, current: 3 })
    expect((await server.call('PATCH', '/v1/trial/things/7', { key, body: { name: 'x' }, headers: { 'if-match': 'abc' } })).status).toBe(
      400,
    )
  })

  test('the same idempotency key replays a success, decides a refusal anew, and refuses other content', async () => {
    const headers = { 'idempotency-key': 'order 17' }
    const first = await server.call('POST', '/v1/trial/things/1', { key, body: { name: 'x' }, headers })
    const again = await server.call('POST', '/v1/trial/things/1', { key, body: { name: 'x' }, headers })
    expect([first.status, again.status, again.headers['idempotent-replay']]).toEqual([201, 200, 'true'])
    expect(again.body).toEqual(first.body)
    const other = await server.call('POST', '/v1/trial/things/1', { key, body: { name: 'y' }, headers })
    expect(other.body).toMatchObject({ status: 409, code: 'kernel.idempotency_key_reused' })
    const refused = { 'idempotency-key': 'refused' }
    expect((await server.call('POST', '/v1/trial/failures', { key, body: { kind: 'rule' }, headers: refused })).status).toBe(422)
    expect((await server.call('POST', '/v1/trial/things/1', { key, body: { name: 'z' }, headers: refused })).status).toBe(201)
    expect(
      (await server.call('POST', '/v1/trial/things/1', { key, body: { name: 'z' }, headers: { 'idempotency-key': 'x'.repeat(256) } }))
        .status,
    ).toBe(400)
  })
})

describe('batches and files', () => {
  test('each element has its outcome, in order, and a replay says the same', async () => {
    const things = [{ n: 1 }, { n: 10 }, { n: 'a' }]
    const headers = { 'idempotency-key': 'batch 1' }
    const first = await server.call('POST', '/v1/trial/batch', { key, body: { things }, headers })
    expect(first.status).toBe(200)
    expect(first.body.outcomes).toMatchObject([
      { ok: true, n: 1 },
      { ok: false, error: { code: 'trial.too_big', detail: '10 is too big.', status: 422 } },
      { ok: false, error: { code: 'kernel.invalid_input', errors: [{ pointer: '/n' }] } },
    ])
    const again = await server.call('POST', '/v1/trial/batch', { key, body: { things }, headers })
    const withoutInstance = (body: unknown): unknown =>
      JSON.parse(JSON.stringify(body), (name, value: unknown) => (name === 'instance' ? undefined : value))
    expect(withoutInstance(again.body)).toEqual(withoutInstance(first.body))
  })

  test('more elements than allowed are refused as a whole', async () => {
    expect((await server.call('POST', '/v1/trial/batch', { key, body: { things: [1, 2, 3, 4].map((n) => ({ n })) } })).status).toBe(400)
  })

  test('a file comes with its type and name', async () => {
    const answer = await server.call('GET', '/v1/trial/file', { key })
    expect(answer.text).toBe('čaj')
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.headers['content-disposition']).toBe('attachment; filename="_aj_i_kafa.txt"; filename*=UTF-8\'\'%C4%8Daj%20i%20kafa.txt')
  })
})
