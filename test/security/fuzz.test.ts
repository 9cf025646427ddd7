import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { allJobs } from '../../src/flows/jobs.ts'
import { inTransaction } from '../../src/kernel/database.ts'
import { migrateJobs } from '../../src/kernel/jobs.ts'
import { verify } from '../../src/modules/reports/index.ts'
import { useApp } from '../support/app.ts'
import { HOSTILE_TEXTS, pick, type Schema, seededRandom, type Source, valueFor } from './schema-values.ts'

/** Requests for each operation; more with TEFTER_RUNS, another seed with TEFTER_SEED. */
const RUNS = Number(process.env['TEFTER_RUNS'] ?? 12)
const SEED = Number(process.env['TEFTER_SEED'] ?? 20_261_122)

/** Streams that do not end, and sign-in, which limits its rate and is tested by itself. */
const LEFT_OUT = /\/events\/stream|\/auth\/|\/sign-/

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema: Schema
}
interface Operation {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const server = useApp({ settings: { TEFTER_SIGN_IN_LIMIT: '1000' } })
let orgId = 0
let key = ''
let document: { paths: Record<string, Record<string, Operation>>; components?: { schemas?: Record<string, Schema> } }
let source: Source

async function ask(method: Method, url: string, body?: unknown) {
  return server.call(method, url, { key, ...(body === undefined ? {} : { body }) })
}

async function build(method: Method, url: string, body: unknown): Promise<string> {
  const answer = await ask(method, url, body)
  expect(answer.status, `${url} ${answer.text.slice(0, 400)}`).toBeLessThan(300)
  return answer.body.id
}

beforeAll(async () => {
  await migrateJobs(server.ownerUrl, allJobs)
  orgId = (await server.createOrganization('Fuzzed')).id
  key = await server.createKey(orgId, 'owner')
  document = (await server.call('GET', '/v1/openapi.json')).body
  const warehouse = await build('POST', '/v1/warehouses', { code: 'W1', name: 'First', country: 'RS' })
  await build('POST', '/v1/warehouses', { code: 'W2', name: 'Second', country: 'DE' })
  for (const code of ['A-1', 'A-2']) await build('POST', '/v1/locations', { warehouse_id: warehouse, code, role: 'pick' })
  for (const [sku, kind] of [
    ['A', 'stocked'],
    ['B', 'stocked'],
    ['S', 'service'],
    ['V', 'voucher'],
  ] as const)
    await build('POST', '/v1/items', {
      sku,
      kind,
      name: `Item ${sku}`,
      price: { amount: 1000, scale: 2, currency: 'EUR' },
      tax_class: 'standard',
    })
  await build('POST', '/v1/channels', { code: 'web', name: 'Web', kind: 'shop' })
  source = {
    random: seededRandom(SEED),
    ids: await knownIds(),
    codes: ['A', 'B', 'S', 'V', 'W1', 'W2', 'A-1', 'A-2', 'web', 'standard'],
    resolve,
  }
}, 120_000)

function resolve(reference: string): Schema {
  return document.components?.schemas?.[reference.split('/').at(-1) ?? ''] ?? {}
}

/** Every id that a list answers. */
async function knownIds(): Promise<string[]> {
  const found = new Set<string>()
  const lists = Object.entries(document.paths).filter(
    ([path, methods]) => methods['get'] !== undefined && !path.includes('{') && !LEFT_OUT.test(path),
  )
  for (const [path] of lists) {
    const answer = await ask('GET', path)
    for (const id of answer.text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? []) found.add(id)
  }
  return ['01890000-0000-7000-8000-000000000000', ...found].slice(0, 400)
}

function requestFor(path: string, operation: Operation): { url: string; body: unknown } {
  const hostility = pick(source, [0, 0, 0.05, 0.2, 0.6]) ?? 0
  const value = (schema: Schema) => valueFor(schema, source, hostility)
  const parameters = operation.parameters ?? []
  let url = path
  for (const parameter of parameters.filter((one) => one.in === 'path')) {
    const id = source.random() < 0.8 ? pick(source, source.ids) : plainText(value(parameter.schema))
    url = url.replace(`{${parameter.name}}`, safeEncode(id ?? 'x'))
  }
  const query = parameters
    .filter((one) => one.in === 'query' && (one.required === true || source.random() < 0.3))
    .map(
      (one) =>
        `${encodeURIComponent(one.name)}=${safeEncode(plainText(source.random() < 0.3 ? pick(source, HOSTILE_TEXTS) : value(one.schema)))}`,
    )
  if (query.length > 0) url += `?${query.join('&')}`
  const schema = operation.requestBody?.content['application/json']?.schema
  return { url, body: schema === undefined ? undefined : value(schema) }
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** Percent-encodes; a lone surrogate has no encoding and travels as the bytes a broken client would send. */
function safeEncode(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text.slice(0, 2000)) : '%ED%A0%80'
}

/** Rows of the ledgers and the audit trail: a refused request adds none. */
async function rowCount(): Promise<number> {
  return inTransaction(server.runtime.system.database, orgId, async (tx) => {
    const { rows } = await sql<{ n: number }>`
      select (select count(*) from kernel.event) + (select count(*) from inventory.stock_movement) + (select count(*) from ledger.posting) as n`.execute(
      tx,
    )
    return Number(rows[0]?.n)
  })
}

/** Sends one request and answers what is wrong with how it was taken, or null. */
async function fault(method: Method, path: string, operation: Operation): Promise<string | null> {
  const { url, body } = requestFor(path, operation)
  const before = await rowCount()
  const answer = await ask(method, url, body)
  statuses.add(answer.status)
  // Its own key may have been revoked by it.
  if (answer.status === 401) key = await server.createKey(orgId, 'owner')
  const what = () =>
    `${method} ${url.slice(0, 200)} ${(JSON.stringify(body) ?? '').slice(0, 600)} → ${answer.status} ${answer.text.slice(0, 300)}`
  if (answer.status >= 500) return what()
  if (answer.status < 400) return null
  if (answer.body?.code === undefined) return `no problem document: ${what()}`
  return answer.status !== 401 && (await rowCount()) !== before ? `a refusal wrote something: ${what()}` : null
}

const statuses = new Set<number>()

test('no operation fails, whatever it is sent, and a refused request leaves nothing behind', async () => {
  const failures: string[] = []
  const operations = Object.entries(document.paths)
    .filter(([path]) => !LEFT_OUT.test(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase() as Method, operation })),
    )
  for (const { path, method, operation } of operations) {
    for (let run = 0; run < RUNS; run += 1) failures.push(...[await fault(method, path, operation)].filter((found) => found !== null))
    if (method === 'POST' && source.ids.length < 300) source = { ...source, ids: await knownIds() }
  }
  expect(failures.slice(0, 40), `${failures.length} faults`).toEqual([])
  expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 400, 404, 422]))
}, 600_000)

test('after all of it every number proves itself', async () => {
  const { checks } = await verify(server.runtime.system, await server.runtime.contextOf(orgId))
  expect(checks.filter((check) => !check.ok && !check.empty)).toEqual([])
})
