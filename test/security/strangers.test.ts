import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PERMISSIONS } from '../../src/modules/identity/index.ts'
import { seedBusiness } from '../browser/business.ts'
import { fillScreens } from '../browser/screens.ts'
import { useApp } from '../support/app.ts'
import { pick, type Schema, seededRandom, type Source, valueFor } from './schema-values.ts'

/** Operations whose caller is not known yet, or is a session that the operation itself looks at. Whatever else stands in the description wants a caller. */
const BEFORE_SIGN_IN = ['POST /v1/session', 'POST /v1/session/code']
const OF_THE_SESSION = /^\/v1\/session(\/|$)/
/** For any signed-in caller, because they only say what there is, or take the permission from what is asked. */
const WITHOUT_PERMISSION: readonly string[] = ['GET /v1/events/stream', 'GET /v1/openapi.json']

interface Operation {
  operationId: string
  'x-permission'?: string | null
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
interface Described {
  method: Method
  path: string
  operation: Operation
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const server = useApp({ settings: { TEFTER_SIGN_IN_LIMIT: '1000' } })
let owner: pg.Client
let operations: Described[] = []
let schemas: Record<string, Schema> = {}
let mine = 0
let theirs = 0
let myKey = ''
let strangerKey = ''

/** Two shops alike: the same codes, channels and outside numbers, so that nothing but the organization tells them apart. */
beforeAll(async () => {
  owner = new pg.Client({ connectionString: server.ownerUrl })
  await owner.connect()
  mine = (await server.createOrganization('Mine')).id
  theirs = (await server.createOrganization('Theirs')).id
  const shop = await seedBusiness(server, { organization: mine, email: 'me@example.com', stock: true })
  await fillScreens(shop)
  await seedBusiness(server, { organization: theirs, email: 'them@example.com', stock: true })
  myKey = shop.key
  strangerKey = await server.createKey(theirs, 'owner')
  const { body } = await server.call('GET', '/v1/openapi.json', { key: myKey })
  schemas = body.components?.schemas ?? {}
  operations = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase() as Method, path, operation })),
  )
}, 240_000)
afterAll(() => owner.end())

const nameOf = ({ method, path }: Described): string => `${method} ${path}`
const withCaller = (): Described[] =>
  operations.filter((one) => !BEFORE_SIGN_IN.includes(nameOf(one)) && one.path !== '/v1/openapi.json' && !one.path.endsWith('stream'))
const addressed = (path: string): string => path.replaceAll(/\{[^}]+\}/g, () => randomUUID())

describe('every operation of the description', () => {
  test('names a permission that exists, or is one of a session, or stands on the closed list', () => {
    expect(operations.length).toBeGreaterThan(150)
    const open = operations.filter(
      (one) =>
        !OF_THE_SESSION.test(one.path) &&
        !WITHOUT_PERMISSION.includes(nameOf(one)) &&
        !(PERMISSIONS as readonly string[]).includes(one.operation['x-permission'] ?? ''),
    )
    expect(open.map(nameOf)).toEqual([])
  })

  test('wants a caller: nobody, a made-up key and a made-up session get 401', async () => {
    const wrong: string[] = []
    const callers: Record<string, string>[] = [
      {},
      { authorization: `Bearer tef_${'A'.repeat(43)}` },
      { cookie: 'tefter.session_token=abcdefghijklmnopqrstuvwxyz012345.c2lnbmF0dXJl', origin: 'http://localhost:80' },
    ]
    for (const one of withCaller()) {
      for (const headers of callers) {
        if (one.method === 'DELETE' && one.path === '/v1/session') continue
        const session = OF_THE_SESSION.test(one.path) && headers['cookie'] === undefined && one.method !== 'GET'
        const { status } = await server.call(one.method, addressed(one.path), {
          headers,
          ...(one.method === 'GET' || one.method === 'DELETE' ? {} : { body: sampleOf(one) }),
        })
        // A change of one's own sign-in without an Origin is refused even before anybody looks for a session.
        if (status !== 401 && !(session && status === 403)) wrong.push(`${nameOf(one)} ${JSON.stringify(headers)} → ${status}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('refuses a key that may everything but this', async () => {
    const wrong: string[] = []
    const wanted = new Set(withCaller().flatMap((one) => one.operation['x-permission'] ?? []))
    for (const permission of wanted) {
      const key = await server.createKey(mine, ...PERMISSIONS.filter((other) => other !== permission))
      for (const one of withCaller().filter(({ operation }) => operation['x-permission'] === permission)) {
        const { status, body } = await server.call(one.method, addressed(one.path), { key })
        if (status !== 403 || body.code !== 'kernel.forbidden' || body.permission !== permission) wrong.push(`${nameOf(one)} → ${status}`)
      }
    }
    expect(wrong).toEqual([])
    expect(wanted.size).toBeGreaterThan(30)
  })

  test('of a session is not for keys', async () => {
    for (const one of operations.filter(({ path }) => OF_THE_SESSION.test(path) && path !== '/v1/session' && !path.endsWith('/code'))) {
      const { status } = await server.call(one.method, one.path, {
        key: myKey,
        headers: { origin: 'http://localhost:80' },
        ...(one.method === 'GET' || one.method === 'DELETE' ? {} : { body: sampleOf(one) }),
      })
      expect(status, nameOf(one)).toBe(401)
    }
  })
})

/** A body as the schema asks for, the same each time. */
function sampleOf(one: Described): unknown {
  const schema = one.operation.requestBody?.content['application/json']?.schema
  return schema === undefined ? undefined : valueFor(schema, sourceOf([randomUUID()], 1), 0)
}

function sourceOf(ids: readonly string[], seed: number): Source {
  return {
    random: seededRandom(seed),
    ids,
    codes: ['85123A', '22423', 'NS', 'BG', 'A-01', 'A-02', 'web', 'standard'],
    resolve: (reference) => schemas[reference.split('/').at(-1) ?? ''] ?? {},
  }
}

/** Everything that organization `mine` has, one line a table. */
async function fingerprint(): Promise<Record<string, string>> {
  const { rows } = await owner.query<{ name: string }>(`
    select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pgboss') order by 1`)
  const prints: Record<string, string> = {}
  for (const { name } of rows) {
    // A key's last use is written when it is used, whoever asks for what.
    const text = name === 'identity.api_key' ? `(to_jsonb(t) - 'last_used_at')::text` : 't::text'
    const found = await owner.query(
      `select count(*) || ' ' || coalesce(md5(string_agg(${text}, '|' order by ${text})), '') as print from ${name} t where org_id = ${mine}`,
    )
    prints[name] = found.rows[0].print
  }
  return prints
}

/** Ids of `mine` by the list they stand in, such as `/v1/orders`. */
async function myIds(): Promise<Map<string, string[]>> {
  const lists = operations.filter((one) => one.method === 'GET' && !one.path.includes('{') && !/stream$|openapi|\/session/.test(one.path))
  const found = new Map<string, string[]>()
  for (const { path } of lists) {
    const { body } = await server.call('GET', `${path}${path.includes('?') ? '' : '?limit=50'}`, { key: myKey })
    const rows = Array.isArray(body?.data) ? (body.data as Record<string, unknown>[]) : []
    const ids = rows.flatMap((row) => Object.values(row).filter((value): value is string => typeof value === 'string' && isUuid(value)))
    if (ids.length > 0) found.set(path, [...new Set(ids)])
  }
  return found
}

function isUuid(text: string): boolean {
  return new RegExp(`^${UUID.source}$`).test(text)
}

/** What an answer says, without ids, times and the request's own number. */
function gist(answer: { status: number; text: string; body: unknown }): string {
  if (answer.status >= 400) return `${answer.status} ${answer.text.replaceAll(/"instance":"[^"]*",?/g, '').replaceAll(UUID, '#')}`
  const codes = [...answer.text.matchAll(/"code":"([a-z_]+\.[a-z_]+)"/g)].map((match) => match[1])
  return `${answer.status} ${codes.join()}`
}

function replaceIds(value: unknown, others: ReadonlyMap<string, string>): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value).replaceAll(UUID, (id) => others.get(id) ?? id))
}

test('ids of another organization are answered as ids of nobody, and nothing of it changes', async () => {
  const lists = await myIds()
  const all = [...new Set([...lists.values()].flat())]
  const others = new Map(all.map((id) => [id, randomUUID()]))
  const before = await fingerprint()
  const different: string[] = []
  let told = 0
  let compared = 0
  const idsFor = (path: string): string[] => {
    const fitting = [...lists].filter(([list]) => path.startsWith(`${list}/`)).toSorted(([a], [b]) => b.length - a.length)[0]
    return (fitting?.[1] ?? all).slice(0, 2)
  }
  const compare = async (one: Described, url: string, body: unknown): Promise<void> => {
    const unknownUrl = url.replaceAll(UUID, (id) => others.get(id) ?? id)
    const unknownBody = replaceIds(body, others)
    const foreign = await server.call(one.method, url, { key: strangerKey, ...(body === undefined ? {} : { body }) })
    // Without an id in it the request is nobody's, and asked twice it would meet itself.
    if (unknownUrl === url && JSON.stringify(unknownBody) === JSON.stringify(body)) return
    const unknown = await server.call(one.method, unknownUrl, {
      key: strangerKey,
      ...(body === undefined ? {} : { body: unknownBody }),
    })
    compared += 1
    if (gist(foreign) !== gist(unknown))
      different.push(
        `${one.method} ${url} ${JSON.stringify(body)?.slice(0, 300)}\n  ${gist(foreign).slice(0, 300)}\n  ${gist(unknown).slice(0, 300)}`,
      )
    if (foreign.status === 404 && one.method === 'GET' && (await server.call('GET', url, { key: myKey })).status === 200) told += 1
  }
  for (const one of withCaller().filter(
    ({ path, method }) => !OF_THE_SESSION.test(path) && !(method === 'DELETE' && path.includes('api-keys')),
  )) {
    const schema = one.operation.requestBody?.content['application/json']?.schema
    const ids = one.path.includes('{') ? idsFor(one.path) : ['', '']
    for (const [index, id] of ids.entries()) {
      const url = one.path.replace(/\{[^}]+\}/, id).replaceAll(/\{[^}]+\}/g, () => pick(sourceOf(all, index + 7), all) ?? id)
      await compare(one, url, schema === undefined ? undefined : valueFor(schema, sourceOf(all, index + 1), 0))
    }
  }
  expect(different).toEqual([])
  expect(await fingerprint()).toEqual(before)
  // The ids were good ones: their owner reads with them what strangers are told is not there.
  expect(told).toBeGreaterThan(25)
  expect(compared).toBeGreaterThan(200)
}, 240_000)
