import { sql } from 'kysely'
import { Webhook } from 'standardwebhooks'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { useApp } from '../../../test/support/app.ts'
import { untilFinal } from '../../../test/support/events.ts'
import { takeIt, useReceiver } from '../../../test/support/receiver.ts'
import { webhookConsumer } from '../../flows/telling/webhook-consumer.ts'
import { fixedClock } from '../../kernel/clock.ts'
import { inTransaction } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'
import { silentLog } from '../../kernel/log.ts'
import { deliverDue } from '../../kernel/outbox-delivery.ts'
import { deliverToEndpoint, listDueEndpoints } from './deliver-webhooks.ts'
import { addressObstacle, postWebhook, urlObstacle } from './webhook-request.ts'

const clock = fixedClock(new Date('2026-11-03T10:00:00Z'))
const program = useApp({ clock, settings: { TEFTER_WEBHOOK_NETWORKS: '127.0.0.1/32' } })
const receiver = useReceiver()

let orgId: number
let key: string
const post = (url: string, body: unknown = {}) => program.call('POST', url, { key, body })
const get = async (url: string) => (await program.call('GET', url, { key })).body
const later = (seconds: number) => clock.set(new Date(clock.now().getTime() + seconds * 1000))

async function addEndpoint(event_types: string[], url = receiver.url): Promise<{ id: string; secret: string }> {
  const { status, body, text } = await post('/v1/webhook-endpoints', { url, event_types })
  expect(status, text).toBe(201)
  later(1)
  return body as { id: string; secret: string }
}

/** Something happens: a channel is made. Answers its event's type. */
async function happen(): Promise<void> {
  const { status } = await post('/v1/channels', { code: `c-${newId().slice(-12)}`, name: 'One more', kind: 'shop' })
  expect(status).toBe(201)
}

/** A worker that begins now. Answers how many requests it sent. */
async function work(): Promise<number> {
  await untilFinal(program.runtime.system.database, orgId)
  const { system, reader, contextOf } = program.runtime
  await inTransaction(system.database, orgId, (tx) => sql`update kernel.event_cursor set leased_until = null`.execute(tx))
  await deliverDue({ system, reader, log: silentLog, contextOf: (id) => contextOf(id) }, webhookConsumer, newId())
  const ctx = await contextOf(orgId)
  let sent = 0
  for (const endpointId of await listDueEndpoints(system, ctx)) sent += await deliverToEndpoint(system, ctx, endpointId)
  return sent
}

const deliveriesOf = async (endpointId: string) =>
  (await get(`/v1/webhook-endpoints/${endpointId}/deliveries`)).data as Record<string, unknown>[]
const remove = (id: string) => program.call('DELETE', `/v1/webhook-endpoints/${id}`, { key })

beforeAll(async () => {
  orgId = (await program.createOrganization('Hooks')).id
  key = await program.createKey(orgId, 'owner')
})

beforeEach(() => {
  receiver.received.length = 0
  receiver.answer = takeIt
})

describe('an event reaches its receiver', () => {
  test('once, signed as Standard Webhooks says, whoever reads the outbox how often', async () => {
    await happen()
    later(1)
    const { id, secret } = await addEndpoint(['orders.channel_created'])
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    await happen()
    await work()
    await inTransaction(program.runtime.system.database, orgId, (tx) =>
      sql`update kernel.event_cursor set xid = '0', seq = 0 where consumer = 'messaging.webhooks'`.execute(tx),
    )
    await work()
    expect(receiver.received, 'only what was recorded after the endpoint').toHaveLength(1)
    const [request] = receiver.received
    const headers = request?.headers as Record<string, string>
    const told = new Webhook(secret).verify(request?.body ?? '', headers) as { type: string; data: Record<string, unknown> }
    expect(told).toMatchObject({
      type: 'orders.channel_created',
      data: { version: 1, organization_id: orgId, document: { type: 'channel' }, changes: { kind: 'shop' } },
    })
    expect(() => new Webhook(secret).verify(`${request?.body} `, headers)).toThrow('No matching signature found')
    const [delivery] = await deliveriesOf(id)
    expect(delivery).toMatchObject({ id: headers['webhook-id'], state: 'delivered', attempts: 1, last_status: 200 })
    expect((await get(`/v1/webhook-deliveries/${String(delivery?.['id'])}`)).log).toMatchObject([
      { status: 200, error: null, response_excerpt: 'thanks' },
    ])
    await remove(id)
  })

  test('by room and by star; users, keys and our own telling stay inside', async () => {
    const [room, all, other] = [await addEndpoint(['orders.*']), await addEndpoint(['*']), await addEndpoint(['warehouse.*'])]
    await happen()
    await program.createKey(orgId, 'viewer')
    await work()
    expect((await deliveriesOf(room.id)).map((one) => one['event_type'])).toEqual(['orders.channel_created'])
    expect((await deliveriesOf(all.id)).map((one) => one['event_type'])).toEqual(['orders.channel_created'])
    expect(await deliveriesOf(other.id)).toEqual([])
    for (const one of [room, all, other]) await remove(one.id)
  })

  test('after a rotation both secrets verify for a day, then only the new one', async () => {
    const { id, secret } = await addEndpoint(['orders.*'])
    const { body } = await post(`/v1/webhook-endpoints/${id}/secret`)
    expect(body.secret).not.toBe(secret)
    await happen()
    await work()
    const verifies = (by: string) => {
      const last = receiver.received.at(-1)
      try {
        new Webhook(by).verify(last?.body ?? '', last?.headers as Record<string, string>)
        return true
      } catch {
        return false
      }
    }
    expect([verifies(secret), verifies(body.secret)]).toEqual([true, true])
    later(86_400)
    await happen()
    await work()
    expect([verifies(secret), verifies(body.secret)]).toEqual([false, true])
    await remove(id)
  })
})

describe('a receiver in trouble', () => {
  test('500, a reset and no answer are tried again after 5 s, 30 s and 2 min; the log shows each', async () => {
    const { id } = await addEndpoint(['orders.*'])
    await happen()
    receiver.answer = (_request, response) => void response.writeHead(500).end('broken <b>here</b>')
    expect(await work()).toBe(1)
    expect(await work(), 'not before it is due').toBe(0)
    later(5)
    receiver.answer = (request) => void request.socket.destroy()
    expect(await work()).toBe(1)
    later(30)
    receiver.answer = (_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    expect(await work()).toBe(1)
    later(120)
    receiver.answer = takeIt
    expect(await work()).toBe(1)
    const [delivery] = await deliveriesOf(id)
    expect(delivery).toMatchObject({ state: 'delivered', attempts: 4 })
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 'always the same id').toBe(1)
    const { log } = await get(`/v1/webhook-deliveries/${String(delivery?.['id'])}`)
    expect(log.map((one: { status: number | null }) => one.status)).toEqual([200, 302, null, 500])
    expect(log[2].error).toMatch(/ECONNRESET|socket hang up/)
    expect(log[3].response_excerpt).toBe('broken <b>here</b>')
    await remove(id)
  })

  test('later events do not wait behind one that fails, and a failing endpoint is asked once a look', async () => {
    const { id } = await addEndpoint(['orders.*'])
    receiver.answer = (_request, response) => void response.writeHead(503).end()
    for (let n = 0; n < 3; n += 1) await happen()
    expect(await work()).toBe(1)
    receiver.answer = takeIt
    expect(await work()).toBe(2)
    expect((await deliveriesOf(id)).map((one) => one['state'])).toEqual(['delivered', 'delivered', 'waiting'])
    await remove(id)
  })

  test('after ten pauses it has failed; people are warned once; all that failed is replayed and the warning ends', async () => {
    const user = await program.createUser(orgId, 'owner')
    const { id } = await addEndpoint(['orders.*'])
    receiver.answer = (_request, response) => void response.writeHead(500).end()
    await happen()
    await work()
    for (const pause of [5, 30, 120, 600, 1800, 7200, 21_600, 43_200, 86_400, 86_400]) {
      later(pause)
      await work()
    }
    expect(await deliveriesOf(id)).toMatchObject([{ state: 'failed', attempts: 11 }])
    expect(user).toContain('@')
    const open = () =>
      inTransaction(program.runtime.system.database, orgId, (tx) =>
        sql<{
          open: boolean
        }>`select recovered_at is null as open from messaging.alert where org_id = ${orgId} and subject_key = ${id}`.execute(tx),
      )
    expect((await open()).rows).toEqual([{ open: true }])
    receiver.answer = takeIt
    expect(await post(`/v1/webhook-endpoints/${id}/replay`, { failed_since: '2026-11-01T00:00:00Z' })).toMatchObject({
      status: 200,
      body: { replayed: 1 },
    })
    await work()
    expect(await deliveriesOf(id)).toMatchObject([{ state: 'delivered', attempts: 1 }])
    expect((await open()).rows).toEqual([{ open: false }])
    expect(await post(`/v1/webhook-endpoints/${id}/replay`, {})).toMatchObject({ status: 400 })
    await remove(id)
  })

  test('five days without a success, or 410, switch it off; what waits fails and can be replayed once it is on again', async () => {
    const gone = await addEndpoint(['orders.*'])
    receiver.answer = (_request, response) => void response.writeHead(410).end()
    await happen()
    await work()
    expect(await get(`/v1/webhook-endpoints/${gone.id}`)).toMatchObject({
      is_active: false,
      disabled_reason: 'the receiver answered 410 Gone',
    })
    expect(await deliveriesOf(gone.id)).toMatchObject([{ state: 'failed' }])
    expect(await post(`/v1/webhook-endpoints/${gone.id}/replay`, { failed_since: '2026-11-01T00:00:00Z' })).toMatchObject({
      status: 422,
      body: { code: 'messaging.endpoint_off' },
    })
    await remove(gone.id)
    const { id } = await addEndpoint(['orders.*'])
    receiver.answer = (_request, response) => void response.writeHead(500).end()
    await happen()
    await work()
    later(5 * 86_400)
    await work()
    expect(await get(`/v1/webhook-endpoints/${id}`)).toMatchObject({ is_active: false, disabled_reason: 'no success for 5 days' })
    expect(await program.call('PATCH', `/v1/webhook-endpoints/${id}`, { key, body: { is_active: true } })).toMatchObject({
      body: { is_active: true, failing_since: null },
    })
    receiver.answer = takeIt
    const [failed] = await deliveriesOf(id)
    await post(`/v1/webhook-endpoints/${id}/replay`, { delivery_ids: [failed?.['id']] })
    await work()
    expect(await deliveriesOf(id)).toMatchObject([{ state: 'delivered' }])
    await remove(id)
  })

  test('a delivery whose worker died is sent again under the same id when its lease ends', async () => {
    const { id } = await addEndpoint(['orders.*'])
    await happen()
    await work()
    await inTransaction(program.runtime.system.database, orgId, (tx) =>
      sql`update messaging.webhook_delivery set state = 'sending', delivered_at = null, lease_until = ${new Date(clock.now().getTime() + 60_000)} where endpoint_id = ${id}`.execute(
        tx,
      ),
    )
    expect(await work()).toBe(0)
    later(60)
    expect(await work()).toBe(1)
    expect(receiver.received).toHaveLength(2)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    await remove(id)
  })
})

describe('where requests may go', () => {
  test('not to private addresses, however they are written', () => {
    const refused = [
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://[::1]/',
      'https://[::ffff:10.0.0.1]/',
      'https://169.254.169.254/latest',
      'https://192.168.1.1/',
      'https://[fd00::1]/',
      'http://example.com/',
      'ftp://example.com/',
      'https://user:pw@example.com/',
      'not a url',
    ]
    for (const url of refused) expect(urlObstacle(url, []), url).not.toBeNull()
    for (const url of ['https://example.com/hooks', 'https://8.8.8.8/', 'https://[2606:4700::1111]/'])
      expect(urlObstacle(url, []), url).toBeNull()
    expect(urlObstacle('http://10.1.2.3/', ['10.0.0.0/8'])).toBeNull()
    expect(addressObstacle('64:ff9b::7f00:1', 'https:', [])).not.toBeNull()
  })

  test('a name that leads to this machine is refused when it is looked up, not only when it is typed', async () => {
    const result = await postWebhook({
      url: receiver.url.replace('127.0.0.1', 'localhost').replace('http:', 'https:'),
      headers: {},
      body: '{}',
      allowedNetworks: [],
    })
    expect(result).toMatchObject({ status: null, error: expect.stringContaining('private address') as string })
    expect(receiver.received).toEqual([])
  })

  test('a slow answer ends at the time limit, a long one at its beginning', async () => {
    const request = { url: receiver.url, headers: {}, body: '{}', allowedNetworks: ['127.0.0.1/32'] }
    receiver.answer = () => undefined
    expect(await postWebhook({ ...request, timeoutMs: 200 })).toMatchObject({ status: null, error: 'no answer within 0.2 s' })
    receiver.answer = (_request, response) => void response.writeHead(200).write('x'.repeat(100_000))
    const long = await postWebhook({ ...request, timeoutMs: 2000 })
    expect(long).toMatchObject({ status: 200, error: null })
    expect(long.excerpt).toHaveLength(1000)
  })

  test('an endpoint there is refused at its field', async () => {
    expect(await post('/v1/webhook-endpoints', { url: 'https://10.0.0.1/x', event_types: ['*'] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/url', code: 'messaging.url_refused' }] },
    })
  })
})
