import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCrowd } from '../../src/entry/prove/http-crowd.ts'
import { createUser } from '../../src/modules/identity/index.ts'
import { useDatabase } from '../support/database.ts'
import { type Auditor, expectExactly, openAuditor } from './account.ts'
import { openShop, type Shop, startLoad } from './mixed-load.ts'
import { openProxy, type TcpProxy } from './tcp-proxy.ts'
import { answersReady, freePort, startTefter, type TefterProcess, waitUntil } from './tefter-process.ts'

/** One server that reaches its database over a wire which the tests cut. It is never restarted. */
const database = useDatabase()
let proxy: TcpProxy
let server: TefterProcess
let auditor: Auditor
let shop: Shop

beforeAll(async () => {
  const target = new URL(database.url)
  proxy = await openProxy(Number(target.port))
  target.port = String(proxy.port)
  const settings = { DATABASE_URL: target.href, DATABASE_OWNER_URL: database.ownerUrl, TEFTER_POOL_SIZE: '4' }
  server = await startTefter({ settings, port: await freePort() })
  auditor = await openAuditor(database.url)
  shop = await openShop(server.address, auditor.apiKey)
})
afterAll(async () => {
  await auditor.close()
  await server.stop()
  await proxy.close()
})

test('the wire to PostgreSQL is cut again and again under mixed load: nothing is lost or doubled, nobody is told 500', async () => {
  const load = startLoad([server.address], shop)
  for (let cut = 0; cut < 10; cut += 1) {
    await sleep(300 + Math.random() * 900)
    proxy.cut()
  }
  await load.finish()
  expect(load.sender.faults, server.output()).toEqual([])
  expect(load.sender.journal.some((sent) => sent.away > 0)).toBe(true)
  await expectExactly(auditor, load)
})

test('while PostgreSQL is away: 503 with a problem that says so, and after it is back the same server serves', async () => {
  const person = { email: 'ana@example.com', password: 'a long enough password' }
  const ground = { database: auditor.database, handlers: new Map(), onCommit: () => undefined }
  await createUser(ground, auditor.ctx, { ...person, name: 'Ana', role: 'owner' })
  const signIn = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(person) }
  const signedIn = await fetch(`${server.address}/v1/session`, signIn)
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  expect((await fetch(`${server.address}/v1/orders`, { headers: { cookie } })).status).toBe(200)
  proxy.refuse()
  const crowd = openCrowd([server.address], auditor.apiKey, 4)
  const away = await crowd.send('GET', '/v1/orders')
  expect(away).toMatchObject({ status: 503, body: { code: 'kernel.database_unavailable', status: 503 } })
  // Whoever signs in, and whoever is signed in, is told to come back; nobody is called a stranger for it.
  for (const [path, asked] of [
    ['/v1/session', signIn],
    ['/v1/session', { headers: { cookie } }],
    ['/v1/orders', { headers: { cookie } }],
  ] as const) {
    const answer = await fetch(`${server.address}${path}`, asked)
    expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '2'])
  }
  expect(await answersReady(server.address)).toBe(false)
  proxy.heal()
  await waitUntil(() => answersReady(server.address), 60_000)
  expect((await crowd.send('GET', '/v1/orders')).status).toBe(200)
  crowd.close()
})

test('every connection of the pool is taken: who waits too long is told 503, and is served when one is free', async () => {
  const blocker = new pg.Client({ connectionString: database.ownerUrl })
  await blocker.connect()
  await blocker.query('begin; lock table orders.sales_order in access exclusive mode')
  const crowd = openCrowd([server.address], auditor.apiKey, 20)
  // Four connections wait for the lock; the fifth and later wait for a connection, at most 30 seconds.
  const answers = Array.from({ length: 8 }, () => crowd.send('GET', '/v1/orders'))
  await sleep(35_000)
  await blocker.query('rollback')
  await blocker.end()
  const told = await Promise.all(answers)
  const statuses = told.map(({ status }) => status)
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
  expect(new Set(told.filter(({ status }) => status === 503).map(({ body }) => body['code']))).toEqual(new Set(['kernel.busy']))
  expect(statuses).toContain(200)
  expect((await crowd.send('GET', '/v1/orders')).status).toBe(200)
  crowd.close()
})
