import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { openCrowd } from '../../src/entry/prove/http-crowd.ts'
import { inGlobalTransaction, readOnly } from '../../src/kernel/database.ts'
import { findRunningPostgres } from '../../src/kernel/embedded-postgres.ts'
import { openCluster } from '../../src/kernel/postgres/cluster.ts'
import { serverSettings } from '../../src/kernel/postgres/settings.ts'
import { createUser } from '../../src/modules/identity/index.ts'
import { type Auditor, expectExactly, openAuditor } from '../crash/account.ts'
import { type Load, openShop, startLoad } from '../crash/mixed-load.ts'
import { freePort, runTefter, startTefter, waitUntil } from '../crash/tefter-process.ts'
import { makeTemporaryFolder } from '../support/temporary-folder.ts'
import { installed } from './install.ts'

/** The clock of server and database steps back an hour while people work. */
const HOUR_MS = 3_600_000
let library = ''

beforeAll(async () => {
  await installed('faketime')
  const [folder] = readdirSync('/usr/lib').flatMap((name) => (/-linux-gnu/.test(name) ? [`/usr/lib/${name}/faketime`] : []))
  library = join(folder ?? '', 'libfaketimeMT.so.1')
})

/** Starts the PostgreSQL of a data folder under a clock of its own; a server that starts on the folder joins it. */
async function startPostgres(dataDir: string, clock: NodeJS.ProcessEnv): Promise<ChildProcess> {
  expect(await runTefter(['migrate'], { TEFTER_DATA: dataDir })).toMatchObject({ code: 0 })
  const { binaries, folder, user, logFile } = await openCluster(dataDir)
  const settings = Object.entries(serverSettings()).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openSync(logFile, 'a', 0o600)
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', ...clock }
  const args = ['-D', folder, '-p', String(await freePort()), ...settings]
  const child = spawn(binaries.postgres, args, { ...user, cwd: folder, env, stdio: ['ignore', log, log] })
  await waitUntil(async () => (await findRunningPostgres(dataDir)) !== undefined, 60_000)
  return child
}

async function moreAnswers({ sender }: Load, more: number): Promise<void> {
  const acknowledged = (): number => sender.journal.filter((sent) => sent.outcome === 'acknowledged').length
  const before = acknowledged()
  await waitUntil(() => Promise.resolve(acknowledged() >= before + more), 120_000)
}

/** How far the database's clock is from ours, in milliseconds. */
async function offsetOf({ database }: Auditor): Promise<number> {
  const { rows } = await inGlobalTransaction(database, (tx) => sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx))
  return (rows[0]?.now.getTime() ?? 0) - Date.now()
}

test('the clock steps back an hour under load: nothing is lost or doubled, sessions, holds and keys go on, order stays the order of facts', async () => {
  const folder = makeTemporaryFolder('clock ')
  const clockFile = join(folder, 'clock')
  const setClock = (offset: string) => writeFileSync(clockFile, `${offset}\n`)
  setClock('+0')
  const clock = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: clockFile,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  const dataDir = join(folder, 'data')
  const postgres = await startPostgres(dataDir, clock)
  const server = await startTefter({ settings: { TEFTER_DATA: dataDir, TEFTER_POOL_SIZE: '10', ...clock }, port: await freePort() })
  let behindMs = 0
  const sameClock = { now: () => new Date(Date.now() - behindMs) }
  const auditor = await openAuditor((await findRunningPostgres(dataDir))?.url ?? '', sameClock)
  const crowd = openCrowd([server.address], auditor.apiKey, 4)
  const shop = await openShop(server.address, auditor.apiKey)
  const load = startLoad([server.address], shop)
  await moreAnswers(load, 60)

  const serverNow = async () => new Date((await fetch(`${server.address}/healthz`)).headers.get('date') ?? '').getTime()
  const cookie = await signIn(server.address, auditor)
  const hold = async (reference: string, seconds: number) => {
    const expires_at = new Date((await serverNow()) + seconds * 1000).toISOString()
    const body = { warehouse_id: shop.warehouseId, sku: 'EXTRA', quantity: 1, reference, expires_at }
    expect((await crowd.send('POST', '/v1/stock-holds', body)).status).toBe(201)
  }
  const references = async () => {
    const { body } = await crowd.send('GET', '/v1/stock-holds')
    return (body as { data: { reference: string }[] }).data.map(({ reference }) => reference)
  }
  await addExtra(crowd, shop.warehouseId)
  await hold('before', 600)
  const keyed = () => crowd.send('POST', '/v1/goods-receipts', receipt('EXTRA', 7), { 'idempotency-key': 'kept' })
  const first = await keyed()

  setClock('-3600s')
  behindMs = HOUR_MS
  await waitUntil(async () => (await serverNow()) - Date.now() < -0.9 * HOUR_MS && (await offsetOf(auditor)) < -0.9 * HOUR_MS, 30_000)
  await moreAnswers(load, 60)
  expect((await fetch(`${server.address}/v1/orders`, { headers: { cookie } })).status).toBe(200)
  expect((await keyed()).body['id']).toBe(first.body['id'])
  await hold('after', 2)
  await waitUntil(async () => (await references()).join() === 'before', 60_000)
  await load.finish()
  expect(load.sender.faults, server.output()).toEqual([])
  load.pieces['EXTRA'] = 10 + 7
  const receipts = load.sender.journal.filter((sent) => sent.command === 'warehouse.create_goods_receipt')
  // Two receipts of EXTRA were sent beside the load.
  const beside = (id: string) => Object.assign({ ...receipts[0] }, { key: id }) as (typeof load.sender.journal)[number]
  const all: Load = { ...load, sender: { ...load.sender, journal: [...load.sender.journal, beside('extra'), beside('kept')] } }
  await expectExactly(auditor, all)
  await expectFactsInOrder(auditor)
  await expectPastStock(auditor, crowd)
  const metrics = await (await fetch(`${server.address}/metrics`)).text()
  expect(metrics.split('\n').filter((line) => /^tefter.* -\d/.test(line))).toEqual([])

  crowd.close()
  await auditor.close()
  const gone = once(postgres, 'exit')
  expect(await server.stop()).toBe(0)
  await gone
})

const receipt = (sku: string, quantity: number) => ({
  kind: 'supplier',
  warehouse_code: 'W',
  supplier_name: 'Maker',
  currency: 'EUR',
  lines: [{ sku, quantity, unit_cost: { amount: 400 }, location_code: 'X-1' }],
})

/** An item in a bin that the load leaves alone. */
async function addExtra(crowd: ReturnType<typeof openCrowd>, warehouse_id: string): Promise<void> {
  expect((await crowd.send('POST', '/v1/locations', { warehouse_id, code: 'X-1', role: 'pick' })).status).toBe(201)
  const item = { sku: 'EXTRA', name: 'Extra', kind: 'stocked', price: { amount: 1000, scale: 2, currency: 'EUR' }, tax_class: 'standard' }
  expect((await crowd.send('POST', '/v1/items', item)).status).toBe(201)
  expect((await crowd.send('POST', '/v1/goods-receipts', receipt('EXTRA', 10))).status).toBe(201)
}

async function signIn(address: string, { database, ctx }: Auditor): Promise<string> {
  const person = { email: 'ana@example.com', password: 'a long enough password' }
  await createUser({ database, handlers: new Map(), onCommit: () => undefined }, ctx, { ...person, name: 'Ana', role: 'owner' })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${address}/v1/session`, { method: 'POST', headers, body: JSON.stringify(person) })
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
}

/** The clock went back between two events, and yet what every order heard first came from the command that took it. */
async function expectFactsInOrder({ database, ctx }: Auditor): Promise<void> {
  const { rows } = await readOnly(database, ctx, (tx) =>
    sql<{ back: number; wrong: number }>`
      with told as (select command, document_type, recorded_at, lag(recorded_at) over (order by seq) as before,
                           row_number() over (partition by document_id order by seq) as place
                      from kernel.event where org_id = ${ctx.orgId})
      select count(*) filter (where before > recorded_at + interval '50 minutes') as back,
             count(*) filter (where document_type = 'order' and place = 1 and command not in ('orders.place_orders', 'orders.take_channel_order')) as wrong from told`.execute(
      tx,
    ),
  )
  expect(Number(rows[0]?.back)).toBeGreaterThan(0)
  expect(Number(rows[0]?.wrong)).toBe(0)
}

/** Stock at instants before, in and after the hour that came twice is what the movements that happened by then sum to. */
async function expectPastStock({ database, ctx }: Auditor, crowd: ReturnType<typeof openCrowd>): Promise<void> {
  for (const minutes of [-60.5, -59.8, -30, -0.5, -0.1, 120]) {
    const at = new Date(Date.now() + minutes * 60_000).toISOString()
    /* oxlint-disable no-await-in-loop -- a handful of questions */
    const { body } = await crowd.send('GET', `/v1/stock/at?limit=200&at=${at}`)
    const { rows } = await readOnly(database, ctx, (tx) =>
      sql<{ sku: string; code: string; n: number }>`
        select i.sku, c.code, sum(case when c.id = m.to_location_id then m.quantity else -m.quantity end)::int as n
          from inventory.stock_movement m join inventory.location c on c.org_id = m.org_id and c.id in (m.to_location_id, m.from_location_id) and c.kind = 'real'
          join catalog.item i on i.org_id = m.org_id and i.id = m.item_id
         where m.org_id = ${ctx.orgId} and m.happened_at <= ${at} group by 1, 2 having sum(case when c.id = m.to_location_id then m.quantity else -m.quantity end) <> 0`.execute(
        tx,
      ),
    )
    /* oxlint-enable no-await-in-loop */
    const told = (body as { data: { sku: string; location_code: string; on_hand: number }[] }).data
    const key = (sku: string, code: string, n: number) => `${sku} ${code} ${n}`
    expect(told.map((row) => key(row.sku, row.location_code, row.on_hand)).toSorted(), at).toEqual(
      rows.map((row) => key(row.sku, row.code, row.n)).toSorted(),
    )
  }
}
