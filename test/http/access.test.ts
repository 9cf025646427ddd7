import { beforeAll, describe, expect, test } from 'vitest'
import { allRoutes } from '../../src/entry/routes.ts'
import { pathParameters } from '../../src/kernel/http/index.ts'
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES } from '../../src/modules/identity/index.ts'
import { PASSWORD, useApp } from '../support/app.ts'

const SOME_ID = '01890000-0000-7000-8000-000000000000'
const server = useApp({ settings: { TEFTER_SIGN_IN_LIMIT: '100' } })
let mine = 0
let theirs = 0
const keys: Record<string, string> = {}

beforeAll(async () => {
  mine = (await server.createOrganization('Mine')).id
  theirs = (await server.createOrganization('Theirs')).id
  for (const role of ROLES) keys[role] = await server.createKey(mine, role)
  keys['stranger'] = await server.createKey(theirs, 'owner')
})

const addressed = allRoutes.map((route) => ({
  ...route,
  url: pathParameters(route.path).reduce((path, name) => path.replace(`:${name}`, SOME_ID), route.path),
}))

describe('every route', () => {
  test('names a known permission, and no operation twice', () => {
    for (const route of allRoutes) if (route.permission !== null) expect(PERMISSIONS, route.path).toContain(route.permission)
    const names = allRoutes.map((route) => route.name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  test.each(addressed)('$method $path wants a caller, and the permission $permission', async ({ method, url, permission }) => {
    expect((await server.call(method, url)).body).toMatchObject({ status: 401, code: 'identity.not_signed_in' })
    expect((await server.call(method, url, { key: `tef_${'x'.repeat(43)}` })).body).toMatchObject({
      status: 401,
      code: 'identity.unknown_api_key',
    })
    if (permission === null) return
    const without = ROLES.filter((role) => !ROLE_PERMISSIONS[role].has(permission))
    for (const role of without) {
      expect((await server.call(method, url, { key: keys[role] })).body, role).toMatchObject({
        status: 403,
        code: 'kernel.forbidden',
        permission,
      })
    }
    const within = ROLES.filter((role) => ROLE_PERMISSIONS[role].has(permission))
    for (const role of within) expect([401, 403], role).not.toContain((await server.call(method, url, { key: keys[role] })).status)
  })
})

describe('roles', () => {
  test('a viewer reads all but the audit trail and changes nothing but views of its own', () => {
    expect([...ROLE_PERMISSIONS.viewer].filter((permission) => !permission.endsWith('.read'))).toEqual(['lists.use'])
    expect(ROLE_PERMISSIONS.viewer.has('audit.read')).toBe(false)
  })

  test('operations may everything but manage identity; the owner everything', () => {
    expect(PERMISSIONS.filter((permission) => !ROLE_PERMISSIONS.operations.has(permission))).toEqual([
      'identity.manage_users',
      'identity.manage_keys',
      'identity.manage_organization',
    ])
    expect([...ROLE_PERMISSIONS.owner].toSorted()).toEqual([...PERMISSIONS].toSorted())
  })
})

describe('another organization', () => {
  test('its users, keys and trail are not there', async () => {
    const email = await server.createUser(mine, 'viewer')
    const users = await server.call('GET', '/v1/users', { key: keys['owner'] })
    const user = users.body.data.find((each: { email: string }) => each.email === email)
    const strangers = await server.call('GET', '/v1/users', { key: keys['stranger'] })
    expect(strangers.body.data).toEqual([])
    expect((await server.call('PATCH', `/v1/users/${user.id}`, { key: keys['stranger'], body: { role: 'owner' } })).body).toMatchObject({
      status: 404,
      code: 'identity.not_found',
    })
    const key = (await server.call('GET', '/v1/api-keys', { key: keys['owner'] })).body.data[0]
    expect((await server.call('DELETE', `/v1/api-keys/${key.id}`, { key: keys['stranger'] })).status).toBe(404)
    const trail = await server.call('GET', `/v1/audit?document_id=${user.id}`, { key: keys['stranger'] })
    expect(trail.body.data).toEqual([])
    expect((await server.call('GET', '/v1/organization', { key: keys['stranger'] })).body.name).toBe('Theirs')
  })

  test('a user cannot choose an organization they do not belong to', async () => {
    const email = await server.createUser(mine, 'owner')
    const signedIn = await server.call('POST', '/v1/session', { body: { email, password: PASSWORD } })
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? ''
    expect((await server.call('GET', '/v1/organization', { headers: { cookie } })).body.name).toBe('Mine')
    expect((await server.call('GET', '/v1/organization', { headers: { cookie, 'x-tefter-org': String(theirs) } })).body).toMatchObject({
      status: 403,
      code: 'identity.no_organization',
    })
  })
})
