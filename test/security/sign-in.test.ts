import { createHmac } from 'node:crypto'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { beforeAll, describe, expect, test } from 'vitest'
import type { createLog } from '../../src/kernel/log.ts'
import { resetSecondStep, setPassword } from '../../src/modules/identity/index.ts'
import { PASSWORD, useApp } from '../support/app.ts'

const ORIGIN = 'http://localhost:80'
const lines: string[] = []
const sink = new Writable({
  write(chunk, _encoding, done) {
    lines.push(String(chunk))
    done()
  },
})
const server = useApp({ settings: { TEFTER_SIGN_IN_LIMIT: '1000' }, log: pino({ level: 'trace' }, sink) as ReturnType<typeof createLog> })
let org = 0

beforeAll(async () => {
  org = (await server.createOrganization()).id
})

interface Answer {
  status: number
  body: any // oxlint-disable-line typescript/no-explicit-any -- answers of several shapes
  setCookie: string[]
  headers: Record<string, unknown>
}

/** A browser: keeps the cookies it was given, as one does, and says where it stands. */
class Browser {
  readonly jar = new Map<string, string>()
  readonly address: string

  constructor(address = '192.0.2.1') {
    this.address = address
  }

  async ask(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, origin = ORIGIN): Promise<Answer> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await server.app.inject({
      method,
      url,
      remoteAddress: this.address,
      headers: { origin, ...(cookie === '' ? {} : { cookie }) },
      ...(payload === undefined ? {} : { payload }),
    })
    const setCookie = [response.headers['set-cookie'] ?? []].flat().map(String)
    for (const one of setCookie) {
      const [name = '', value = ''] = (one.split(';')[0] ?? '').split(/=(.*)/s)
      if (value === '' || /max-age=0/i.test(one)) this.jar.delete(name)
      else this.jar.set(name, value)
    }
    return { status: response.statusCode, body: response.body === '' ? undefined : response.json(), setCookie, headers: response.headers }
  }

  signIn(email: string, password = PASSWORD): Promise<Answer> {
    return this.ask('POST', '/v1/session', { email, password })
  }
}

/** The code of an authenticator app: HOTP of RFC 4226 § 5.3 over the count of 30 seconds since 1970, written here anew. */
function codeOf(secret: string, step = 0): string {
  const bits = [...secret.replaceAll('=', '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + step))
  const digest = createHmac('sha1', key).update(counter).digest()
  const at = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

async function signedInOwner(): Promise<{ email: string; browser: Browser }> {
  const email = await server.createUser(org, 'owner')
  const browser = new Browser()
  expect((await browser.signIn(email)).status).toBe(200)
  return { email, browser }
}

async function withSecondStep(): Promise<{ email: string; browser: Browser; secret: string; recovery: string[] }> {
  const { email, browser } = await signedInOwner()
  const prepared = await browser.ask('POST', '/v1/session/second-step', { password: PASSWORD })
  expect(prepared.status, JSON.stringify(prepared.body)).toBe(200)
  const { secret, recovery_codes: recovery } = prepared.body
  // The step before this one, so that the code of this step is still unused.
  const confirmed = await browser.ask('POST', '/v1/session/second-step/confirmation', { code: codeOf(secret, -1) })
  expect(confirmed.status, JSON.stringify(confirmed.body)).toBe(204)
  return { email, browser, secret, recovery }
}

test('the codes of this test are those of RFC 6238, appendix B', () => {
  expect(codeOf('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', Math.floor(59 / 30) - Math.floor(Date.now() / 30_000))).toBe('287082')
})

describe('the second step', () => {
  test('is set up with the password, shown once, and on only after a code of the app', async () => {
    const { browser, email } = await signedInOwner()
    const wrong = await browser.ask('POST', '/v1/session/second-step', { password: 'not the password' })
    expect([wrong.status, wrong.body.errors[0].code]).toEqual([400, 'identity.wrong_password'])
    const { body } = await browser.ask('POST', '/v1/session/second-step', { password: PASSWORD })
    expect(body.uri).toMatch(/^otpauth:\/\/totp\/Tefter/)
    expect(body.qr_code).toMatch(/^data:image\/svg\+xml;base64,/)
    expect(body.recovery_codes).toHaveLength(10)
    expect((await browser.ask('GET', '/v1/session/security')).body.second_step).toBe(false)
    expect((await browser.ask('POST', '/v1/session/second-step/confirmation', { code: '000000' })).body.code).toBe('identity.wrong_code')
    expect((await new Browser().signIn(email)).status).toBe(200)
    expect((await browser.ask('POST', '/v1/session/second-step/confirmation', { code: codeOf(body.secret) })).status).toBe(204)
    // The other browser, signed in by password alone, is out.
    expect((await browser.ask('GET', '/v1/session/security')).body).toEqual({ second_step: true, other_sessions: 0 })
    expect((await browser.ask('POST', '/v1/session/second-step', { password: PASSWORD })).body.code).toBe('identity.second_step_on')
  })

  test('password alone opens nothing; the code does, and counts once', async () => {
    const { email, secret } = await withSecondStep()
    const browser = new Browser()
    const first = await browser.signIn(email)
    expect([first.status, first.body]).toEqual([202, { second_step: true }])
    expect([...browser.jar.keys()]).toEqual(['tefter.two_factor'])
    expect(first.setCookie.every((one) => /HttpOnly/.test(one) && /SameSite=Lax/.test(one))).toBe(true)
    expect((await browser.ask('GET', '/v1/organization')).status).toBe(401)
    const code = codeOf(secret)
    expect((await browser.ask('POST', '/v1/session/code', { code: code === '123456' ? '654321' : '123456' })).body.code).toBe(
      'identity.wrong_code',
    )
    const second = await browser.ask('POST', '/v1/session/code', { code: `${code.slice(0, 3)} ${code.slice(3)}` })
    expect([second.status, second.body.user.email]).toEqual([200, email])
    expect((await browser.ask('GET', '/v1/organization')).status).toBe(200)
    const thief = new Browser('203.0.113.5')
    await thief.signIn(email)
    expect((await thief.ask('POST', '/v1/session/code', { code })).body.code).toBe('identity.wrong_code')
    expect((await thief.ask('GET', '/v1/organization')).status).toBe(401)
  })

  test('a recovery code counts once; new ones end the old', async () => {
    const { email, recovery, browser: own } = await withSecondStep()
    const use = async (code: string) => {
      const browser = new Browser()
      await browser.signIn(email)
      return (await browser.ask('POST', '/v1/session/code', { code })).status
    }
    expect([await use(recovery[0] ?? ''), await use(recovery[0] ?? ''), await use(recovery[1] ?? '')]).toEqual([200, 401, 200])
    const renewed = await own.ask('POST', '/v1/session/recovery-codes', { password: PASSWORD })
    expect([await use(recovery[2] ?? ''), await use(renewed.body.recovery_codes[0])]).toEqual([401, 200])
  })

  test('five wrong codes end the attempt, ten in a row the app for a quarter of an hour; without the password nobody causes it', async () => {
    const { email, secret } = await withSecondStep()
    const wrong = codeOf(secret) === '111111' ? '222222' : '111111'
    const attempt = async () => {
      const browser = new Browser()
      await browser.signIn(email)
      for (let count = 0; count < 5; count += 1) await browser.ask('POST', '/v1/session/code', { code: wrong })
      return (await browser.ask('POST', '/v1/session/code', { code: codeOf(secret) })).status
    }
    expect([await attempt(), await attempt()]).toEqual([401, 401])
    const owner = new Browser()
    await owner.signIn(email)
    expect((await owner.ask('POST', '/v1/session/code', { code: codeOf(secret) })).status).toBe(401)
    expect((await new Browser().ask('POST', '/v1/session/code', { code: codeOf(secret) })).status).toBe(401)
    await resetSecondStep(server.runtime.system, await server.runtime.contextOf(org, 'cli'), email)
    expect((await new Browser().signIn(email)).status).toBe(200)
  })

  test('is about the account of the password, not about a session the browser still has', async () => {
    const { browser: mine } = await signedInOwner()
    const { email, secret } = await withSecondStep()
    await mine.signIn(email)
    const done = await mine.ask('POST', '/v1/session/code', { code: codeOf(secret) })
    expect([done.status, done.body.user.email]).toEqual([200, email])
  })

  test('is turned off with the password only, by cookie only, from our own site only', async () => {
    const { browser, email } = await withSecondStep()
    expect((await browser.ask('POST', '/v1/session/second-step/removal', { password: PASSWORD }, 'https://evil.example')).body.code).toBe(
      'identity.foreign_origin',
    )
    expect((await browser.ask('POST', '/v1/session/second-step/removal', { password: 'wrong wrong' })).status).toBe(400)
    const key = await server.createKey(org, 'owner')
    expect((await server.call('GET', '/v1/session/security', { key })).status).toBe(401)
    expect((await browser.ask('POST', '/v1/session/second-step/removal', { password: PASSWORD })).status).toBe(204)
    expect((await new Browser().signIn(email)).status).toBe(200)
  })
})

describe('wrong passwords', () => {
  test('lock out the network they come from, not the owner: neither elsewhere nor in a known browser beside the guesser', async () => {
    const { email, browser: known } = await signedInOwner()
    const guesser = new Browser('192.0.2.1')
    const statuses: number[] = []
    for (let count = 0; count < 11; count += 1) statuses.push((await guesser.signIn(email, 'guess guess guess')).status)
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429])
    const locked = await new Browser('192.0.2.1').signIn(email)
    expect([locked.status, locked.body.code]).toEqual([429, 'identity.too_many_attempts'])
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(800)
    expect((await new Browser('198.51.100.7').signIn(email)).status).toBe(200)
    expect((await known.signIn(email)).status).toBe(200)
  })

  test('are counted for e-mails of nobody alike, so that the lock tells nothing', async () => {
    const guess = async () => (await new Browser('192.0.2.77').signIn('nobody-at-all@example.com', 'guess guess')).status
    const statuses: number[] = []
    for (let count = 0; count < 11; count += 1) statuses.push(await guess())
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429])
  })

  test('all at once count no less', async () => {
    const email = await server.createUser(org, 'viewer')
    const answers = await Promise.all(Array.from({ length: 16 }, () => new Browser('192.0.2.90').signIn(email, 'guess guess guess')))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10)
  })

  test('from a hundred networks stop at a hundred; the owner goes on in a known browser, and the command line ends it', async () => {
    const { email, browser: known } = await signedInOwner()
    let tried = 0
    for (let network = 0; network < 11; network += 1)
      for (let count = 0; count < 10; count += 1)
        if ((await new Browser(`198.51.100.${network}`).signIn(email, 'x')).status === 401) tried += 1
    expect(tried).toBe(100)
    expect((await known.signIn(email)).status).toBe(200)
    expect((await new Browser('203.0.113.99').signIn(email)).status).toBe(200)
    for (let count = 0; count < 11; count += 1) await new Browser('203.0.113.1').signIn(email, 'x')
    await setPassword(server.runtime.system, await server.runtime.contextOf(org, 'cli'), { email, password: 'another long phrase' })
    expect((await new Browser('203.0.113.1').signIn(email, 'another long phrase')).status).toBe(200)
  })

  test('a forged or borrowed cookie of a known browser is worth nothing', async () => {
    const { browser } = await signedInOwner()
    const other = await server.createUser(org, 'owner')
    const borrowed = new Browser('192.0.2.200')
    borrowed.jar.set('tefter.browser', browser.jar.get('tefter.browser') ?? '')
    for (let count = 0; count < 10; count += 1) await borrowed.signIn(other, 'guess guess guess')
    expect((await borrowed.signIn(other)).status).toBe(429)
  })
})

describe('one’s own password', () => {
  test('changes with the old one; all other sessions end', async () => {
    const { email, browser } = await signedInOwner()
    const other = new Browser()
    await other.signIn(email)
    const change = (current_password: string, password: string) =>
      browser.ask('POST', '/v1/session/password', { current_password, password })
    expect((await change('not it at all', 'a new long phrase')).body.errors[0].code).toBe('identity.wrong_password')
    expect((await change(PASSWORD, 'short')).body.errors[0].code).toBe('identity.weak_password')
    expect((await change(PASSWORD, 'Password1234')).body.errors[0].code).toBe('identity.common_password')
    expect((await change(PASSWORD, 'a new long phrase')).status).toBe(204)
    expect((await browser.ask('GET', '/v1/session')).status).toBe(200)
    expect((await other.ask('GET', '/v1/session')).status).toBe(401)
    expect((await new Browser().signIn(email)).status).toBe(401)
    expect((await new Browser().signIn(email, 'a new long phrase')).status).toBe(200)
  })

  test('other sessions end on wish', async () => {
    const { email, browser } = await signedInOwner()
    const other = new Browser()
    await other.signIn(email)
    expect((await browser.ask('GET', '/v1/session/security')).body.other_sessions).toBe(1)
    expect((await browser.ask('DELETE', '/v1/session/others')).status).toBe(204)
    expect([(await browser.ask('GET', '/v1/session')).status, (await other.ask('GET', '/v1/session')).status]).toEqual([200, 401])
  })
})

test('no password, code, key or cookie ever stands in the log', async () => {
  const { browser, secret, recovery } = await withSecondStep()
  const key = await server.createKey(org, 'owner')
  await server.call('GET', '/v1/organization', { key })
  await server.call('POST', '/v1/users', {
    key,
    body: { email: 'log@example.com', name: 'Log', role: 'viewer', password: 'in nobody’s log 1' },
  })
  const log = lines.join('')
  expect(log).toContain('"msg":"signed in"')
  for (const text of [
    PASSWORD,
    'guess guess',
    'in nobody’s log 1',
    key,
    secret,
    recovery[0] ?? 'x',
    browser.jar.get('tefter.session_token') ?? 'x',
  ])
    expect(log).not.toContain(text)
})

describe('headers', () => {
  test.each(['/', '/v1/organization', '/v1/openapi.json', '/docs', '/no/such/page'])(
    '%s is guarded against framing, sniffing and foreign scripts',
    async (url) => {
      const { headers } = await server.call('GET', url)
      const policy = String(headers['content-security-policy'])
      for (const directive of [
        `default-src 'self'`,
        `script-src 'self'`,
        `object-src 'none'`,
        `frame-ancestors 'none'`,
        `base-uri 'self'`,
        `form-action 'self'`,
      ])
        expect(policy).toContain(directive)
      expect(/script-src[^;]*/.exec(policy)?.[0]).not.toMatch(/unsafe|\*|https:/)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(headers['x-powered-by']).toBeUndefined()
    },
  )

  test('data of the API stays in no cache on the way', async () => {
    const key = await server.createKey(org, 'owner')
    expect((await server.call('GET', '/v1/organization', { key })).headers['cache-control']).toContain('no-store')
    expect((await server.call('GET', '/v1/organization', { headers: { origin: 'https://evil.example' }, key })).headers).not.toHaveProperty(
      'access-control-allow-origin',
    )
  })
})
