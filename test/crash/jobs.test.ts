import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { findRunningPostgres } from '../../src/kernel/embedded-postgres.ts'
import { inGlobalTransaction, inTransaction, readOnly } from '../../src/kernel/database.ts'
import { reportsChecks } from '../support/checks.ts'
import { useMailServer } from '../support/mail-server.ts'
import { useReceiver } from '../support/receiver.ts'
import { makeTemporaryFolder } from '../support/temporary-folder.ts'
import { type Auditor, openAuditor } from './account.ts'
import { openShop } from './mixed-load.ts'
import { openSender, type Sender } from './sender.ts'
import { freePort, startTefter, waitUntil } from './tefter-process.ts'

/**
 * Work that goes on in the background when the process is killed in the middle of it: an import of orders, an import of stock, a release
 * of many orders, e-mails and webhooks. Another process goes on with it, and each effect is there exactly once.
 */
const mail = useMailServer()
const receiver = useReceiver()

const ORDERS = 150
const STOCK_ROWS = 1500

const orderFile = [
  'channel,external_id,currency,customer_name,customer_email,ship_name,ship_line1,ship_city,ship_country,sku,quantity,unit_price',
  ...Array.from({ length: ORDERS }, (_, n) => `shop,job-${n},EUR,Ana,ana${n}@example.com,Ana,Ulica 1,Novi Sad,RS,A,1,10.00`),
].join('\n')
const stockFile = ['warehouse,sku,quantity,unit_cost,location', ...Array.from({ length: STOCK_ROWS }, () => 'W,A,1,4.00,A-1')].join('\n')

/** Uploads a file to be looked at, then lets a worker write it. Answers the import's id. */
async function importInBackground(address: string, auditor: Auditor, kind: string, content: string): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([content], { type: 'text/csv' }), `${kind}.csv`)
  const headers = { authorization: `Bearer ${auditor.apiKey}` }
  const uploaded = await fetch(`${address}/v1/imports?kind=${kind}&preview=true`, { method: 'POST', headers, body: form })
  const preview = (await uploaded.json()) as { id: string; rows_bad: number }
  expect([uploaded.status, preview.rows_bad], JSON.stringify(preview)).toEqual([201, 0])
  const begun = await fetch(`${address}/v1/imports/${preview.id}/run`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{"background":true}',
  })
  expect(await begun.json()).toMatchObject({ status: expect.stringMatching(/queued|running|done/) })
  return preview.id
}

async function statusOf({ read }: Sender, path: string): Promise<string> {
  return ((await read(path)) as { status: string }).status
}

/** Lets the minutes pass after which work counts as left behind: leases and heartbeats are set back, as the clock would do. */
async function letTimePass({ database, ctx }: Auditor): Promise<void> {
  const org = ctx.orgId
  await inTransaction(database, org, async (tx) => {
    await sql`update imports.import_run set heartbeat_at = heartbeat_at - interval '1 hour' where org_id = ${org} and status in ('queued', 'running')`.execute(
      tx,
    )
    await sql`update lists.bulk_run set heartbeat_at = heartbeat_at - interval '1 hour' where org_id = ${org} and status <> 'done'`.execute(
      tx,
    )
    await sql`update messaging.webhook_delivery set lease_until = now() where org_id = ${org} and lease_until > now()`.execute(tx)
    await sql`update messaging.message set lease_until = now() where org_id = ${org} and lease_until > now()`.execute(tx)
  })
  await inGlobalTransaction(database, (tx) =>
    sql`update kernel.event_cursor set leased_until = now() where leased_until > now()`.execute(tx),
  )
}

/** One number from the organization's rows. */
async function count({ database, ctx }: Auditor, what: string): Promise<number> {
  const { rows } = await readOnly(database, ctx, (tx) => sql<{ n: number }>`select (${sql.raw(what)})::int as n`.execute(tx))
  return rows[0]?.n ?? -1
}

/** How often each request or message came, by its id. */
const times = (ids: readonly unknown[]): Map<unknown, number> =>
  new Map([...Map.groupBy(ids, (id) => id)].map(([id, same]) => [id, same.length]))

test('kill -9 in the middle of imports, of a release of many orders, of e-mails and webhooks: another process goes on, nothing is done twice', async () => {
  const settings = { TEFTER_DATA: makeTemporaryFolder('jobs '), TEFTER_POOL_SIZE: '10', TEFTER_WEBHOOK_NETWORKS: '127.0.0.1/32' }
  const port = await freePort()
  let server = await startTefter({ settings, port })
  const { address } = server
  const auditor = await openAuditor((await findRunningPostgres(settings.TEFTER_DATA))?.url ?? '')
  await openShop(address, auditor.apiKey)
  const sender = openSender([address], auditor.apiKey)
  const must = async (method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown) => {
    const { outcome, answer } = await sender.send('set-up', method, path, body)
    expect(outcome, JSON.stringify(answer)).toBe('acknowledged')
    return answer
  }
  const mailer = { host: '127.0.0.1', port: mail.port, security: 'none', username: 'shop', password: 'hunter2' }
  await must('PATCH', '/v1/message-sender', { is_on: true, ...mailer, from_name: 'Shop', from_address: 'shop@example.com' })
  await must('PUT', '/v1/message-switches', { kind: 'order_received', is_on: true })
  await must('POST', '/v1/webhook-endpoints', { url: receiver.url, event_types: ['orders.order_placed', 'warehouse.shipment_released'] })
  let kills = 0
  const killWhen = async (isTime: () => Promise<boolean>): Promise<void> => {
    await waitUntil(isTime, 60_000)
    await server.kill()
    kills += 1
    await letTimePass(auditor)
    server = await startTefter({ settings, port })
  }

  const stock = await importInBackground(address, auditor, 'stock', stockFile)
  await killWhen(async () => (await statusOf(sender, `/v1/imports/${stock}`)) !== 'queued')
  await waitUntil(async () => (await statusOf(sender, `/v1/imports/${stock}`)) === 'done', 120_000)
  const orders = await importInBackground(address, auditor, 'orders', orderFile)
  await killWhen(async () => (await statusOf(sender, `/v1/imports/${orders}`)) !== 'queued')
  await waitUntil(async () => (await statusOf(sender, `/v1/imports/${orders}`)) === 'done', 120_000)
  expect(await sender.read(`/v1/imports/${orders}`)).toMatchObject({ rows_done: ORDERS, rows_bad: 0 })

  const { rows } = await readOnly(auditor.database, auditor.ctx, (tx) =>
    sql<{ id: string }>`select id from orders.sales_order where org_id = ${auditor.ctx.orgId}`.execute(tx),
  )
  const run = await must('POST', '/v1/bulk-runs', { list: 'orders', action: 'release', ids: rows.map(({ id }) => id) })
  for (const piece of [1, 50])
    await killWhen(async () => {
      const { status, done_count } = (await sender.read(`/v1/bulk-runs/${run.id}`)) as { status: string; done_count: number }
      return done_count >= piece || status === 'done'
    })
  await waitUntil(async () => (await statusOf(sender, `/v1/bulk-runs/${run.id}`)) === 'done', 120_000)
  expect(await sender.read(`/v1/bulk-runs/${run.id}`)).toMatchObject({ total: ORDERS, done_count: ORDERS, refused_count: 0 })

  const due = "select count(*) from messaging.webhook_delivery where state <> 'delivered'"
  await waitUntil(async () => (await count(auditor, 'select count(*) from messaging.webhook_delivery')) === 2 * ORDERS, 120_000)
  await waitUntil(async () => (await count(auditor, due)) === 0, 120_000)
  await waitUntil(async () => (await count(auditor, "select count(*) from messaging.message where state = 'sent'")) === ORDERS, 120_000)
  await expectOnce(auditor, kills)
  await auditor.close()
  await server.stop()
})

async function expectOnce(auditor: Auditor, kills: number): Promise<void> {
  const seen = {
    orders: await count(auditor, 'select count(*) from orders.sales_order'),
    pieces: await count(auditor, 'select sum(on_hand) from inventory.stock_level'),
    promised: await count(auditor, 'select sum(quantity) from inventory.reservation'),
    released: await count(auditor, "select count(*) from kernel.event where type = 'warehouse.shipment_released'"),
    shipments: await count(auditor, "select count(*) from warehouse.shipment where status = 'released'"),
    messages: await count(auditor, 'select count(*) from messaging.message'),
  }
  expect(seen).toEqual({
    orders: ORDERS,
    pieces: STOCK_ROWS,
    promised: ORDERS,
    released: ORDERS,
    shipments: ORDERS,
    messages: ORDERS,
  })
  // What was on its way at a kill is told again, under the same id, by which the other side knows it.
  const hooks = times(receiver.received.map(({ headers }) => headers['webhook-id']))
  expect(hooks.size).toBe(2 * ORDERS)
  expect([...hooks.values()].filter((n) => n > 1).length).toBeLessThanOrEqual(kills)
  const mails = times(mail.received.map(({ raw }) => /^message-id: *(\S+)/im.exec(raw)?.[1]))
  expect(mails.size).toBe(ORDERS)
  expect(Math.max(...mails.values())).toBeLessThanOrEqual(2)
  expect(await reportsChecks({ database: auditor.database, handlers: new Map(), onCommit: () => undefined }, auditor.ctx)).toEqual([])
}
