import pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { permissionsOfScopes } from '../../src/modules/identity/roles.ts'
import { useApp } from '../support/app.ts'

const server = useApp()
let org = 0
let owner = ''

beforeAll(async () => {
  org = (await server.createOrganization()).id
  owner = await server.createKey(org, 'owner')
})

describe('an API key', () => {
  test('is shown once, and only its hash is kept', async () => {
    const created = await server.call('POST', '/v1/api-keys', { key: owner, body: { name: 'shop', scopes: ['orders.place', 'read'] } })
    expect(created.status).toBe(201)
    expect(created.body.key).toMatch(/^tef_[\w-]{43}$/)
    const listed = await server.call('GET', '/v1/api-keys', { key: owner })
    expect(listed.text).not.toContain(created.body.key)
    expect(listed.body.data.map((each: { hint: string }) => each.hint)).toContain(created.body.key.slice(0, 10))
    const client = new pg.Client({ connectionString: server.ownerUrl })
    await client.connect()
    const { rows } = await client.query('select k::text as row from identity.api_key k union all select e::text from kernel.event e')
    await client.end()
    expect(rows.map(({ row }) => row).join('\n')).not.toContain(created.body.key)
  })

  test('the stored answer of an idempotency key does not hold it', async () => {
    const request = { key: owner, body: { name: 'twice', scopes: ['read'] }, headers: { 'idempotency-key': 'make a key' } }
    const first = await server.call('POST', '/v1/api-keys', request)
    const again = await server.call('POST', '/v1/api-keys', request)
    expect(first.body.key).toMatch(/^tef_/)
    expect([again.status, again.body.id, again.body.key]).toEqual([200, first.body.id, null])
  })

  test.each([
    [['orders.place'], ['orders.place']],
    [['carriers.*'], ['carriers.manage', 'carriers.read']],
    [['viewer'], expect.arrayContaining(['catalog.read', 'reports.read'])],
  ])('scopes %j give %j', async (scopes, permissions) => {
    const key = await server.createKey(org, ...scopes)
    expect([...permissionsOfScopes(scopes)].toSorted()).toEqual(permissions)
    expect((await server.call('GET', '/v1/users', { key })).status).toBe(scopes[0] === 'viewer' ? 200 : 403)
  })

  test("read means every room's read, but not the audit trail", async () => {
    const key = await server.createKey(org, 'read')
    expect((await server.call('GET', '/v1/items', { key })).status).toBe(200)
    expect((await server.call('GET', '/v1/audit', { key })).status).toBe(403)
  })

  test('a scope that stands for nothing is refused by its place', async () => {
    const refused = await server.call('POST', '/v1/api-keys', { key: owner, body: { name: 'x', scopes: ['read', 'orders.fly'] } })
    expect(refused.body.errors).toEqual([expect.objectContaining({ pointer: '/scopes/1', code: 'identity.unknown_scope' })])
  })

  test('nobody gives away more than they have', async () => {
    const keeper = await server.createKey(org, 'identity.manage_keys')
    const refused = await server.call('POST', '/v1/api-keys', { key: keeper, body: { name: 'x', scopes: ['owner'] } })
    expect(refused.body).toMatchObject({ status: 403, code: 'identity.scope_beyond_own' })
    expect((await server.call('POST', '/v1/api-keys', { key: keeper, body: { name: 'x', scopes: ['identity.manage_keys'] } })).status).toBe(
      201,
    )
  })

  test('is refused from the moment it is revoked, although it was just used', async () => {
    const created = await server.call('POST', '/v1/api-keys', { key: owner, body: { name: 'short life', scopes: ['viewer'] } })
    const { id, key } = created.body
    expect((await server.call('GET', '/v1/organization', { key })).status).toBe(200)
    expect((await server.call('DELETE', `/v1/api-keys/${id}`, { key: owner })).status).toBe(200)
    expect((await server.call('GET', '/v1/organization', { key })).body).toMatchObject({ status: 401, code: 'identity.unknown_api_key' })
    const again = await server.call('DELETE', `/v1/api-keys/${id}`, { key: owner })
    expect(again.status).toBe(200)
    const trail = await server.call('GET', `/v1/audit?document_id=${id}&type=identity.api_key_revoked`, { key: owner })
    expect(trail.body.data).toHaveLength(1)
  })

  test('ends when it expires', async () => {
    const soon = new Date(Date.now() + 1500).toISOString()
    const { key } = (
      await server.call('POST', '/v1/api-keys', { key: owner, body: { name: 'brief', scopes: ['viewer'], expires_at: soon } })
    ).body
    expect((await server.call('GET', '/v1/organization', { key })).status).toBe(200)
    await expect.poll(async () => (await server.call('GET', '/v1/organization', { key })).status, { timeout: 5000 }).toBe(401)
    const past = await server.call('POST', '/v1/api-keys', {
      key: owner,
      body: { name: 'late', scopes: ['viewer'], expires_at: '2020-01-01T00:00:00Z' },
    })
    expect(past.body.errors).toEqual([expect.objectContaining({ pointer: '/expires_at' })])
  })

  test('its last use is noted', async () => {
    const created = await server.call('POST', '/v1/api-keys', { key: owner, body: { name: 'used', scopes: ['viewer'] } })
    await server.call('GET', '/v1/organization', { key: created.body.key })
    const lastUse = async (): Promise<unknown> =>
      (await server.call('GET', '/v1/api-keys', { key: owner })).body.data.find((each: { id: string }) => each.id === created.body.id)
        .last_used_at
    await expect.poll(lastUse, { timeout: 5000 }).not.toBeNull()
  })

  test('another scheme than Bearer is refused, not ignored', async () => {
    expect((await server.call('GET', '/v1/organization', { headers: { authorization: 'Basic YTpi' } })).status).toBe(401)
  })
})
