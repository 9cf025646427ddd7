import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCrowd } from '../../src/entry/prove/http-crowd.ts'
import { proveOversell } from '../../src/entry/prove/oversell.ts'
import { type Job, type JobGround, migrateJobs, openJobs } from '../../src/kernel/jobs.ts'
import { inGlobalTransaction } from '../../src/kernel/database.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/kernel/embedded-postgres.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { type Auditor, expectExactly, openAuditor } from '../crash/account.ts'
import { type Installation, openInstallation } from '../crash/installation.ts'
import { openShop, startLoad } from '../crash/mixed-load.ts'
import { answersReady, waitUntil } from '../crash/tefter-process.ts'
import { type LiveListener, listenLive } from '../support/live-updates.ts'
import { useReceiver } from '../support/receiver.ts'
import { makeTemporaryFolder } from '../support/temporary-folder.ts'

/**
 * Two API processes and two workers through PgBouncer in transaction mode. The tests of concurrency and crashes pass over it as well:
 * `TEFTER_TEST_POOLER=pgbouncer npx vitest run`; here is what CI sees of it.
 */
const receiver = useReceiver()
/** Kills of PostgreSQL, an API process and a worker, each. */
const KILLS = Number(process.env['TEFTER_TEST_KILLS'] ?? 1)
let postgres: EmbeddedPostgres
let installation: Installation
const auditors: Auditor[] = []

beforeAll(async () => {
  const folder = makeTemporaryFolder()
  postgres = await startEmbeddedPostgres({ dataDir: folder })
  installation = await openInstallation({
    url: postgres.url,
    ownerUrl: postgres.ownerUrl,
    folder,
    settings: { TEFTER_WEBHOOK_NETWORKS: '127.0.0.1/32' },
  })
})
afterAll(async () => {
  await Promise.all(auditors.map((auditor) => auditor.close()))
  await installation.stop()
  await postgres.stop()
})

async function openBusiness(): Promise<Auditor> {
  const auditor = await openAuditor(installation.pooler.through(postgres.url))
  auditors.push(auditor)
  return auditor
}

const ordersHeard = ({ heard }: LiveListener): unknown[] =>
  heard.filter(({ event }) => event === 'orders.order_placed').map(({ data }) => data['document_id'])

test('200 buyers for 37 pieces at two processes: 37 are sold, live updates reach the listeners of both, each webhook is sent once', async () => {
  const { apiKey } = await openBusiness()
  const crowd = openCrowd(installation.addresses, apiKey, 20)
  const listeners = await Promise.all(installation.addresses.map((address) => listenLive(address, apiKey)))
  const endpoint = await crowd.send('POST', '/v1/webhook-endpoints', { url: receiver.url, event_types: ['orders.order_placed'] })
  expect(endpoint.status, JSON.stringify(endpoint.body)).toBe(201)
  expect(await proveOversell(crowd, { buyers: 200, units: 37 })).toMatchObject({ accepted: 37, refused: 163, other: {}, holds: true })
  for (const listener of listeners) await expect.poll(() => ordersHeard(listener).length, { timeout: 20_000 }).toBe(37)
  const [first, second] = listeners.map((listener) => new Set(ordersHeard(listener)))
  expect(first?.size).toBe(37)
  expect(second).toEqual(first)
  await expect.poll(() => receiver.received.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(37)
  // Another second for what would come twice.
  await sleep(1000)
  const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
  expect([ids.length, new Set(ids).size]).toEqual([37, 37])
  await Promise.all(listeners.map((listener) => listener.leave()))
  crowd.close()
})

test('the same idempotency key fifty times, a channel telling thirty times and out of order: one order each, the newest stands', async () => {
  const { apiKey } = await openBusiness()
  const crowd = openCrowd(installation.addresses, apiKey, 20)
  const { channelId } = await openShop(installation.addresses[0] ?? '', apiKey)
  const ship_to = { name: 'Ana', line1: 'Ulica 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }
  const frame = { currency: 'EUR', prices_include_tax: true, ship_to }
  const priced = { unit_price: { amount: 1000 }, tax_rate_ppm: 200_000 }
  const order = { channel: 'manual', ...frame, lines: [{ sku: 'A', quantity: 1, ...priced }] }
  const same = await Promise.all(Array.from({ length: 50 }, () => crowd.send('POST', '/v1/orders', order, { 'idempotency-key': 'once' })))
  expect(new Set(same.map(({ body }) => body['id'])).size).toBe(1)
  expect(same.filter(({ status }) => status === 201)).toHaveLength(1)
  // Versions 1 to 10, three times each, in an order of no meaning: 7 · i mod 10 goes through all ten.
  const versions = Array.from({ length: 30 }, (_, index) => ((7 * index) % 10) + 1)
  const path = `/v1/channels/${channelId}/orders/told`
  const told = await Promise.all(
    versions.map((version) =>
      crowd.send('PUT', path, {
        version,
        status: 'open',
        ...frame,
        lines: [{ external_line_id: '1', sku: 'A', quantity: version, ...priced }],
      }),
    ),
  )
  expect(told.filter(({ status }) => status >= 300)).toEqual([])
  const ids = new Set(told.map(({ body }) => String(body['order_id'])))
  expect(ids.size).toBe(1)
  const { body } = await crowd.send('GET', `/v1/orders/${[...ids][0] ?? ''}`)
  expect((body['lines'] as { ordered: number; canceled: number }[]).map((line) => line.ordered - line.canceled)).toEqual([10])
  crowd.close()
})

test('two workers share a queue: each job runs once', async () => {
  const done: string[] = []
  const job: Job = {
    name: 'trial.note',
    handle(_, data) {
      done.push(String(data['note']))
      return Promise.resolve()
    },
  }
  await migrateJobs(postgres.ownerUrl, [job])
  const url = installation.pooler.through(postgres.url)
  const workers = await Promise.all([openJobs(url, [job], silentLog), openJobs(url, [job], silentLog)])
  const { database: pool } = await openBusiness()
  const notes = ['a', 'b', 'c', 'd', 'e', 'f']
  await inGlobalTransaction(pool, async (tx) => {
    for (const note of notes) await workers[0].queue(tx, job.name, { note })
  })
  const ground = { log: silentLog } as JobGround
  await Promise.all(workers.map((worker) => worker.startWorking(ground)))
  await expect.poll(() => done.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(notes.length)
  await Promise.all(workers.map((worker) => worker.stop(10)))
  expect(done.toSorted()).toEqual(notes)
})

test('PostgreSQL and processes killed, wires between pooler and PostgreSQL cut, a rolling restart, all under load: nothing is lost or doubled', async () => {
  const auditor = await openBusiness()
  const shop = await openShop(installation.addresses[0] ?? '', auditor.apiKey)
  const load = startLoad(installation.addresses, shop)
  for (let kill = 0; kill < KILLS; kill += 1) {
    await sleep(300 + Math.random() * 700)
    installation.wire.cut()
    await sleep(300 + Math.random() * 700)
    await killPostgres()
    await Promise.all([
      installation.restart('api', kill % 2 === 0 ? 0 : 1, 'kill'),
      installation.restart('worker', kill % 2 === 0 ? 0 : 1, 'kill'),
    ])
  }
  // A rolling restart: one after the other, each answers what it has taken and ends by itself with 0.
  expect(await installation.restart('api', 0, 'stop')).toBe(0)
  expect(await installation.restart('api', 1, 'stop')).toBe(0)
  expect(await installation.restart('worker', 1, 'stop')).toBe(0)
  await load.finish()
  expect(load.sender.faults, installation.output()).toEqual([])
  expect(load.sender.journal.filter(({ outcome }) => outcome === 'acknowledged').length).toBeGreaterThan(50)
  await expectExactly(auditor, load)
})

/** Until its supervisor has brought it back and both processes reach it again. */
async function killPostgres(): Promise<void> {
  const { pid } = postgres
  process.kill(pid, 'SIGKILL')
  await waitUntil(() => Promise.resolve(postgres.pid !== pid), 120_000)
  for (const address of installation.addresses) await waitUntil(() => answersReady(address), 120_000)
}

test('nothing is left in the sessions that the pooler shares', async () => {
  const clients = Array.from({ length: 8 }, () => new pg.Client(installation.pooler.through(postgres.url)))
  await Promise.all(clients.map((client) => client.connect()))
  // A transaction each, all at once: eight of the pooler's sessions.
  await Promise.all(clients.map((client) => client.query('begin')))
  const found = await Promise.all(
    clients.map(async (client) => {
      const { rows } = await client.query<Record<string, string | number>>(`
        select pg_backend_pid() as session, current_user = session_user as own_role, coalesce(current_setting('tefter.org_id', true), '') as org,
          (select count(*)::int from pg_prepared_statements) as statements, (select count(*)::int from pg_cursors where is_holdable) as cursors,
          (select count(*)::int from pg_listening_channels()) as channels, pg_my_temp_schema()::int as temporary,
          (select count(*)::int from pg_locks where pid = pg_backend_pid() and locktype = 'advisory') as locks,
          (select count(*)::int from pg_settings where source = 'session') as settings`)
      return rows[0] ?? {}
    }),
  )
  await Promise.all(clients.map((client) => client.end()))
  expect(new Set(found.map(({ session }) => session)).size).toBe(8)
  const clean = { own_role: true, org: '', statements: 0, cursors: 0, channels: 0, temporary: 0, locks: 0 }
  for (const state of found) expect(state).toMatchObject(clean)
  // What the driver asks for when a client connects (client_encoding, application_name …) is the pooler's business.
  expect((await installation.pooler.ask('show config')).find(({ key }) => key === 'pool_mode')?.['value']).toBe('transaction')
})
