import { beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, useApp } from '../support/app.ts'

const ORIGIN = 'http://localhost:80'
const server = useApp({ settings: { TEFTER_SIGN_IN_LIMIT: '8' } })
let org = 0
let address = 10

beforeAll(async () => {
  org = (await server.createOrganization()).id
})

/** Signs in from a new address, so that tests do not use up each other's attempts. */
async function signIn(email: string, password: string, headers: Record<string, string> = {}) {
  address += 1
  const response = await server.app.inject({
    method: 'POST',
    url: '/v1/session',
    payload: { email, password },
    headers,
    remoteAddress: `10.0.0.${address}`,
  })
  const setCookie = [response.headers['set-cookie'] ?? []].flat().map(String)
  return { status: response.statusCode, body: response.json(), setCookie, cookie: setCookie[0]?.split(';')[0] ?? '' }
}

describe('signing in', () => {
  test('answers who it is and what they may, by a cookie scripts and other sites do not get', async () => {
    const email = await server.createUser(org, 'warehouse')
    const { status, body, setCookie } = await signIn(email.toUpperCase(), PASSWORD)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      user: { email },
      role: 'warehouse',
      organization: { id: org },
      organizations: [{ id: org, role: 'warehouse' }],
    })
    expect(body.permissions).toContain('warehouse.pick')
    // The session, and that this browser is known to the account (see test/security/sign-in.test.ts).
    expect(setCookie.map((one) => one.split('=')[0])).toEqual(['tefter.session_token', 'tefter.browser'])
    for (const one of setCookie) {
      expect(one).toMatch(/; HttpOnly/)
      expect(one).toMatch(/; SameSite=Lax/)
      expect(one).not.toMatch(/; Secure/)
    }
  })

  test('a wrong password and an unknown e-mail get the same answer', async () => {
    const email = await server.createUser(org, 'viewer')
    const wrong = await signIn(email, 'not the password')
    const unknown = await signIn('nobody@example.com', 'not the password')
    expect(wrong.body).toMatchObject({ status: 401, code: 'identity.wrong_credentials' })
    expect({ ...wrong.body, instance: '' }).toEqual({ ...unknown.body, instance: '' })
    expect((await signIn('', '')).status).toBe(400)
  })

  test('rotates the session: the one that was presented is over', async () => {
    const email = await server.createUser(org, 'viewer')
    const first = await signIn(email, PASSWORD)
    const second = await signIn(email, PASSWORD, { cookie: first.cookie })
    expect(second.cookie).not.toBe(first.cookie)
    expect((await server.call('GET', '/v1/session', { headers: { cookie: first.cookie } })).status).toBe(401)
    expect((await server.call('GET', '/v1/session', { headers: { cookie: second.cookie } })).status).toBe(200)
  })

  test('a forged cookie is no session', async () => {
    const { cookie } = await signIn(await server.createUser(org, 'viewer'), PASSWORD)
    const forged = cookie.replace(/=(.)/, (_all, letter: string) => `=${letter === 'a' ? 'b' : 'a'}`)
    expect((await server.call('GET', '/v1/session', { headers: { cookie: forged } })).status).toBe(401)
  })

  test('signing out ends the session on the server', async () => {
    const { cookie } = await signIn(await server.createUser(org, 'viewer'), PASSWORD)
    expect((await server.call('DELETE', '/v1/session', { headers: { cookie, origin: ORIGIN } })).status).toBe(204)
    expect((await server.call('GET', '/v1/session', { headers: { cookie } })).status).toBe(401)
  })

  test('too many attempts from one address are refused, others go on', async () => {
    const email = await server.createUser(org, 'viewer')
    const attempt = (remoteAddress: string) =>
      server.app.inject({ method: 'POST', url: '/v1/session', payload: { email, password: 'guess guess' }, remoteAddress })
    const statuses = []
    for (let count = 0; count < 9; count += 1) statuses.push((await attempt('10.9.9.9')).statusCode)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 401, 401, 429])
    const refused = await attempt('10.9.9.9')
    expect(refused.json()).toMatchObject({ status: 429, code: 'kernel.too_many_requests' })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect((await attempt('10.9.9.8')).statusCode).toBe(401)
  })

  test('nobody signs up by themselves', async () => {
    for (const url of ['/api/auth/sign-up/email', '/v1/session/sign-up'])
      expect((await server.call('POST', url, { body: {} })).status).toBe(404)
  })
})

describe('writing by cookie', () => {
  test.each([
    ['without an Origin', undefined, 403],
    ['from another site', 'https://evil.example', 403],
    ['from an opaque page', 'null', 403],
    ['from our own site', ORIGIN, 200],
  ])('%s', async (_what, origin, status) => {
    const { cookie } = await signIn(await server.createUser(org, 'owner'), PASSWORD)
    const answer = await server.call('PATCH', '/v1/organization', {
      body: { language: 'en' },
      headers: { cookie, ...(origin === undefined ? {} : { origin }) },
    })
    expect(answer.status).toBe(status)
    if (status === 403) expect(answer.body.code).toBe('identity.foreign_origin')
  })

  test('reading by cookie needs no Origin', async () => {
    const { cookie } = await signIn(await server.createUser(org, 'viewer'), PASSWORD)
    expect((await server.call('GET', '/v1/organization', { headers: { cookie } })).status).toBe(200)
  })
})

describe('a user', () => {
  test('who is disabled loses access at the next request, and gets it back', async () => {
    const key = await server.createKey(org, 'owner')
    const email = await server.createUser(org, 'support')
    const { cookie, body } = await signIn(email, PASSWORD)
    const { id } = body.user
    expect((await server.call('PATCH', `/v1/users/${id}`, { key, body: { disabled: true } })).body).toMatchObject({ id, disabled: true })
    expect((await server.call('GET', '/v1/organization', { headers: { cookie } })).body).toMatchObject({
      status: 403,
      code: 'identity.no_organization',
    })
    await server.call('PATCH', `/v1/users/${id}`, { key, body: { disabled: false, role: 'viewer' } })
    expect((await server.call('GET', '/v1/session', { headers: { cookie } })).body.role).toBe('viewer')
  })

  test('is created with a good password, once', async () => {
    const key = await server.createKey(org, 'owner')
    const body = { email: 'New@Example.com', name: 'Nova', role: 'viewer', password: PASSWORD }
    expect((await server.call('POST', '/v1/users', { key, body: { ...body, password: 'short' } })).body.errors).toEqual([
      expect.objectContaining({ pointer: '/password', code: 'identity.weak_password' }),
    ])
    const created = await server.call('POST', '/v1/users', { key, body })
    expect([created.status, created.body.email, created.body.disabled]).toEqual([201, 'new@example.com', false])
    expect(created.text).not.toContain(PASSWORD)
    expect((await server.call('POST', '/v1/users', { key, body })).body).toMatchObject({ status: 409, code: 'identity.already_member' })
  })

  test('the last owner stays', async () => {
    const { id: lonely } = await server.createOrganization('Lonely')
    const key = await server.createKey(lonely, 'owner')
    const email = await server.createUser(lonely, 'owner')
    const users = await server.call('GET', '/v1/users', { key })
    const owner = users.body.data.find((user: { email: string }) => user.email === email)
    for (const body of [{ role: 'viewer' }, { disabled: true }]) {
      expect((await server.call('PATCH', `/v1/users/${owner.id}`, { key, body })).body).toMatchObject({
        status: 422,
        code: 'identity.last_owner',
      })
    }
    await server.createUser(lonely, 'owner')
    expect((await server.call('PATCH', `/v1/users/${owner.id}`, { key, body: { role: 'viewer' } })).status).toBe(200)
  })

  test('personal values stand in the trail only for those who may see them', async () => {
    const email = await server.createUser(org, 'viewer')
    const owner = await server.createKey(org, 'owner')
    const auditor = await server.createKey(org, 'audit.read')
    const seen = await server.call('GET', '/v1/audit?type=identity.user_added&limit=1', { key: owner })
    expect(seen.body.data[0].personal).toMatchObject({ email })
    expect(seen.body.data[0].payload).toEqual({ role: 'viewer' })
    const hidden = await server.call('GET', '/v1/audit?type=identity.user_added&limit=1', { key: auditor })
    expect(hidden.body.data[0]).not.toHaveProperty('personal')
    const next = await server.call('GET', `/v1/audit?limit=1&cursor=${seen.body.next_cursor}`, { key: owner })
    expect(next.body.data[0].seq).toBeLessThan(seen.body.data[0].seq)
  })
})
