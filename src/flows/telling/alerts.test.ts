import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { PASSWORD, useApp } from '../../../test/support/app.ts'
import { untilFinal } from '../../../test/support/events.ts'
import { fixedClock } from '../../kernel/clock.ts'
import { inTransaction } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'
import { silentLog } from '../../kernel/log.ts'
import { deliverDue } from '../../kernel/outbox-delivery.ts'
import { runCommand } from '../../kernel/runner.ts'
import { queueDigests } from '../../modules/messaging/commands/queue-digests.ts'
import { alertConsumer, watch } from './alerts.ts'

const clock = fixedClock(new Date('2026-11-03T10:00:00Z'))
const program = useApp({ clock })

let orgId: number
let key: string
let cookie: string
const post = (url: string, body: unknown = {}) => program.call('POST', url, { key, body })
const mine = async (url: string) => {
  const { status, body, text } = await program.call('GET', url, { headers: { cookie } })
  expect(status, text).toBe(200)
  return body
}
const later = (minutes: number) => clock.set(new Date(clock.now().getTime() + minutes * 60_000))
const look = async () => watch(program.runtime.system, await program.runtime.contextOf(orgId))
const digest = async () =>
  (await runCommand(program.runtime.system, await program.runtime.contextOf(orgId), queueDigests, {})).queued as number

async function receive(quantity: number): Promise<void> {
  const { status } = await post('/v1/goods-receipts', {
    kind: 'supplier',
    supplier_name: 'Maker',
    warehouse_code: 'W1',
    currency: 'EUR',
    lines: [{ sku: 'MUG', quantity, unit_cost: { amount: 400, scale: 2 } }],
  })
  expect(status).toBe(201)
}

beforeAll(async () => {
  orgId = (await program.createOrganization('Alerts')).id
  key = await program.createKey(orgId, 'owner')
  const email = await program.createUser(orgId, 'owner')
  const session = await program.call('POST', '/v1/session', { body: { email, password: PASSWORD } })
  cookie = String(session.headers['set-cookie']).split(';')[0] ?? ''
  const warehouse = await post('/v1/warehouses', { code: 'W1', name: 'W1', country: 'RS', postcode: '21000' })
  await post('/v1/items', {
    sku: 'MUG',
    kind: 'stocked',
    name: 'Mug',
    price: { amount: 999, scale: 2, currency: 'EUR' },
    tax_class: 'standard',
  })
  await receive(3)
  await program.call('PUT', '/v1/stock/thresholds', { key, body: { warehouse_id: warehouse.body.id, sku: 'MUG', threshold: 5 } })
})

test('low stock is told once until it recovers, then again', async () => {
  await look()
  await look()
  // 3 available, 5 wanted.
  const { data, unread } = await mine('/v1/notifications')
  expect(unread).toBe(1)
  expect(data).toMatchObject([
    { kind: 'low_stock', facts: { sku: 'MUG', warehouse: 'W1', available: 3, threshold: 5 }, read_at: null, recovered_at: null },
  ])
  await receive(4)
  await look()
  expect((await mine('/v1/notifications')).data).toMatchObject([{ recovered_at: clock.now().toISOString() }])
  // 7 − 4 = 3 again, under a new alert.
  later(1)
  await post('/v1/orders', {
    channel: 'manual',
    currency: 'EUR',
    ship_to: { name: 'Ana', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' },
    lines: [{ sku: 'MUG', quantity: 4 }],
  })
  await look()
  expect((await mine('/v1/notifications')).unread).toBe(2)
})

test('reading is each person’s own; an API key has nothing to read', async () => {
  const read = await program.call('POST', '/v1/notifications/reading', {
    headers: { cookie, origin: 'http://127.0.0.1:0', host: '127.0.0.1:0' },
    body: {},
  })
  expect(read.body, read.text).toEqual({ read: 2 })
  expect(await mine('/v1/notifications')).toMatchObject({ unread: 0 })
  expect((await program.call('GET', '/v1/notifications', { key })).body).toEqual({ data: [], next_cursor: null, unread: 0 })
})

test('by e-mail only who asked, gathered into one message a quarter of an hour', async () => {
  const { data: users } = (await program.call('GET', '/v1/users', { key })).body
  const subscribed = await program.call('PUT', `/v1/alert-subscriptions/${users[0].id}/import_failed`, {
    key,
    body: { in_app: true, by_email: true },
  })
  expect(subscribed.status).toBe(200)
  await program.call('PATCH', '/v1/message-sender', {
    key,
    body: { is_on: true, host: '127.0.0.1', port: 1, from_address: 'shop@example.com' },
  })
  const fail = async (file: string) => {
    const id = newId()
    await inTransaction(program.runtime.system.database, orgId, async (tx) => {
      await sql`insert into imports.import_run (org_id, id, kind, format, file_name, file_sha256, file_bytes, status, rows_total, rows_bad, created_at)
        values (${orgId}, ${id}, 'items', 'csv', ${file}, ${Buffer.from(file)}, 1, 'failed', 10, 3, ${clock.now()})`.execute(tx)
      await sql`insert into kernel.event (org_id, recorded_at, command_id, command, ordinal, of_events, actor_kind, type, document_type, document_id, payload)
        values (${orgId}, ${clock.now()}, gen_random_uuid(), 'trial', 1, 1, 'system', 'imports.import_failed', 'import', ${id}, '{}')`.execute(
        tx,
      )
    })
    const { system, reader, contextOf } = program.runtime
    await untilFinal(system.database, orgId)
    await inTransaction(system.database, orgId, (tx) => sql`update kernel.event_cursor set leased_until = null`.execute(tx))
    await deliverDue({ system, reader, log: silentLog, contextOf: (id) => contextOf(id) }, alertConsumer, newId())
  }
  await fail('one.csv')
  expect(await digest()).toBe(1)
  await fail('two.csv')
  await fail('three.csv')
  expect(await digest(), 'not again within a quarter of an hour').toBe(0)
  later(16)
  expect(await digest()).toBe(1)
  const { data } = (await program.call('GET', '/v1/messages?kind=alert_digest', { key })).body
  expect(data).toHaveLength(2)
  expect(data[0]).toMatchObject({ subject: 'Alerts: 2 to look at', recipient: users[0].email })
  const { text } = (await program.call('GET', `/v1/messages/${data[0].id}`, { key })).body
  expect(text).toBe('- An import failed: two.csv, 3 of 10 rows are bad\n- An import failed: three.csv, 3 of 10 rows are bad\n')
})

test('nobody chooses for others without the permission', async () => {
  const viewer = await program.createKey(orgId, 'viewer')
  const { data: users } = (await program.call('GET', '/v1/users', { key })).body
  expect(
    await program.call('PUT', `/v1/alert-subscriptions/${users[0].id}/low_stock`, {
      key: viewer,
      body: { in_app: false, by_email: false },
    }),
  ).toMatchObject({
    status: 403,
    body: { permission: 'messaging.manage' },
  })
})
