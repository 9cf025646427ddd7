import { sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { useApp } from '../../../test/support/app.ts'
import { untilFinal } from '../../../test/support/events.ts'
import { useMailServer } from '../../../test/support/mail-server.ts'
import { fixedClock } from '../../kernel/clock.ts'
import { inTransaction } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'
import { type Log, silentLog } from '../../kernel/log.ts'
import { deliverDue } from '../../kernel/outbox-delivery.ts'
import { sendDueMessages } from '../../modules/messaging/deliver-messages.ts'
import { messageConsumer } from './message-consumer.ts'

// The wall's time, moved by hand: pauses between attempts are hours.
const clock = fixedClock(new Date('2026-11-03T10:00:00Z'))
const logged: string[] = []
const log: Log = { ...silentLog, warn: (fields, message) => void logged.push(JSON.stringify([fields, message])), child: () => log }
const program = useApp({ clock, log })
const mail = useMailServer()

let orgId: number
let key: string
const post = (url: string, body: unknown = {}) => program.call('POST', url, { key, body })
const get = async (url: string) => (await program.call('GET', url, { key })).body
const later = (minutes: number) => clock.set(new Date(clock.now().getTime() + minutes * 60_000))

async function placeOrder(fields: object = {}, customer: object = {}): Promise<string> {
  const { status, body } = await post('/v1/orders', {
    channel: 'manual',
    currency: 'EUR',
    placed_at: clock.now().toISOString(),
    customer: { name: 'Ana Petrović', email: 'ana@example.com', ...customer },
    ship_to: { name: 'Ana Petrović', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' },
    lines: [{ sku: 'MUG', quantity: 2 }],
    ...fields,
  })
  expect({ status, code: body.code, message: body.detail }).toMatchObject({ status: 201 })
  return body.id as string
}

/** A worker that begins now: reads the outbox from where the one before stopped, then sends what is due. */
async function work(): Promise<void> {
  const { system, contextOf } = program.runtime
  await hear()
  await sendDueMessages(system, await contextOf(orgId))
}

async function hear(): Promise<void> {
  await untilFinal(program.runtime.system.database, orgId)
  const { system, reader, contextOf } = program.runtime
  await inTransaction(system.database, orgId, (tx) => sql`update kernel.event_cursor set leased_until = null`.execute(tx))
  await deliverDue({ system, reader, log, contextOf: (id) => contextOf(id) }, messageConsumer, newId())
}

const messagesOf = async (orderId: string) => (await get(`/v1/messages?order_id=${orderId}`)).data as Record<string, unknown>[]
const header = (raw: string, name: string): string => new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(raw)?.[1] ?? ''
const readable = (raw: string): string =>
  Buffer.from(
    raw.replaceAll(/=\r?\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')

beforeAll(async () => {
  orgId = (await program.createOrganization('Šolja d.o.o.')).id
  key = await program.createKey(orgId, 'owner')
  await post('/v1/warehouses', { code: 'W1', name: 'W1', country: 'RS', postcode: '21000' })
  await post('/v1/items', {
    sku: 'MUG',
    kind: 'stocked',
    name: 'White mug',
    price: { amount: 999, scale: 2, currency: 'EUR' },
    tax_class: 'standard',
  })
  await post('/v1/goods-receipts', {
    kind: 'supplier',
    supplier_name: 'Maker',
    warehouse_code: 'W1',
    currency: 'EUR',
    lines: [{ sku: 'MUG', quantity: 1000, unit_cost: { amount: 400, scale: 2 } }],
  })
  const early = await placeOrder()
  later(1)
  const saved = await program.call('PATCH', '/v1/message-sender', {
    key,
    body: {
      is_on: true,
      host: '127.0.0.1',
      port: mail.port,
      security: 'none',
      username: 'shop',
      password: 'hunter2',
      from_name: 'Šolja',
      from_address: 'shop@solja.example',
    },
  })
  expect(saved).toMatchObject({ status: 200, body: { is_on: true, has_password: true } })
  expect(saved.text).not.toContain('hunter2')
  later(1)
  await work()
  expect(await messagesOf(early), 'what was recorded before the sender was switched on is not mailed').toEqual([])
})

beforeEach(() => {
  mail.received.length = 0
  mail.refuse = null
  logged.length = 0
})

describe('an order is received', () => {
  test('the customer gets one message in the language of the address, whoever reads the outbox how often', async () => {
    const orderId = await placeOrder()
    await work()
    await work()
    // The outbox tells at least once: the same events from the start again queue nothing new.
    await inTransaction(program.runtime.system.database, orgId, (tx) =>
      sql`update kernel.event_cursor set xid = '0', seq = 0 where consumer = 'messaging.messages'`.execute(tx),
    )
    await work()
    const [message, ...more] = await messagesOf(orderId)
    expect(more).toEqual([])
    expect(message).toMatchObject({ kind: 'order_received', language: 'sr-Latn', state: 'sent', attempts: 1, recipient: 'ana@example.com' })
    const own = mail.received.filter((one) => one.raw.includes(String(message?.['id'])))
    expect(own).toHaveLength(1)
    expect(own[0]?.to).toEqual(['ana@example.com'])
    expect(header(own[0]?.raw ?? '', 'Message-ID')).toBe(`<${String(message?.['id'])}@solja.example>`)
    expect(header(own[0]?.raw ?? '', 'Auto-Submitted')).toBe('auto-generated')
    expect(readable(own[0]?.raw ?? '')).toContain('Hvala, Ana')
  })

  test('in English to Germany; nobody without an address; nobody for history brought in', async () => {
    const german = await placeOrder({ ship_to: { name: 'Max Muster', line1: 'Weg 1', city: 'Berlin', postcode: '10115', country: 'DE' } })
    const silent = await placeOrder({}, { email: undefined })
    const old = await placeOrder({ placed_at: '2026-10-01T10:00:00Z' })
    await work()
    expect(await messagesOf(german)).toMatchObject([
      { language: 'en', state: 'sent', subject: expect.stringMatching(/^We have your order \d+$/) as string },
    ])
    expect(await messagesOf(silent)).toEqual([])
    expect(await messagesOf(old)).toEqual([])
  })

  test('a kind that is switched off is not sent, a channel may differ; marketplaces are off by themselves', async () => {
    await post('/v1/channels', { code: 'amz', name: 'Amazon', kind: 'marketplace' })
    const channels = (await get('/v1/channels')).data as { id: string; code: string }[]
    const manual = channels.find(({ code }) => code === 'manual')?.id
    const put = (body: object) => program.call('PUT', '/v1/message-switches', { key, body })
    await put({ kind: 'order_received', is_on: false })
    const off = await placeOrder()
    await work()
    await put({ kind: 'order_received', channel_id: manual, is_on: true })
    const on = await placeOrder()
    const marketplace = await placeOrder({ channel: 'amz' })
    await work()
    await put({ kind: 'order_received', is_on: null })
    expect([(await messagesOf(off)).length, (await messagesOf(on)).length, (await messagesOf(marketplace)).length]).toEqual([0, 1, 0])
  })
})

describe('what happens later', () => {
  test('shipped with its tracking number, then refunded; each told once', async () => {
    const orderId = await placeOrder()
    const { shipments } = await get(`/v1/orders/${orderId}`)
    const shipmentId = shipments[0].id as string
    expect((await post('/v1/shipments/release', { shipment_ids: [shipmentId] })).body.outcomes[0].ok).toBe(true)
    await post(`/v1/shipments/${shipmentId}/picking`, {})
    await post(`/v1/shipments/${shipmentId}/packing`, { parcels: [{ weight_g: 900 }] })
    const shipped = await post(`/v1/shipments/${shipmentId}/shipping`, { tracking_number: 'TR-77' })
    expect(shipped.status, shipped.text).toBeLessThan(300)
    await post(`/v1/orders/${orderId}/payments`, { kind: 'captured', amount: 1998, reference: 'C-1' })
    await post(`/v1/orders/${orderId}/payments`, { kind: 'refunded', amount: 500, reference: 'R-1' })
    await work()
    const messages = (await messagesOf(orderId)).toReversed()
    expect(messages.map((one) => one['kind'])).toEqual(['order_received', 'shipped', 'refunded'])
    const raw = (at: number) => readable(mail.received.find((one) => one.raw.includes(String(messages[at]?.['id'])))?.raw ?? '')
    expect(raw(1)).toContain('TR-77')
    expect(raw(1)).toContain('White mug')
    expect(raw(2)).toContain('5,00')
  })

  test('delayed only when the date moves back', async () => {
    const orderId = await placeOrder()
    const say = (before: string | null, after: string | null) =>
      inTransaction(program.runtime.system.database, orgId, (tx) =>
        sql`insert into kernel.event (org_id, recorded_at, command_id, command, ordinal, of_events, actor_kind, type, document_type, document_id, payload)
            values (${orgId}, ${clock.now()}, gen_random_uuid(), 'trial', 1, 1, 'system', 'orders.promise_changed', 'order', ${orderId},
                    ${JSON.stringify({ expected_at: [before, after], promised_at: null })}::jsonb)`.execute(tx),
      )
    await say(null, '2026-11-20T10:00:00.000Z')
    await say('2026-11-20T10:00:00.000Z', '2026-11-12T10:00:00.000Z')
    await say('2026-11-12T10:00:00.000Z', '2026-11-25T10:00:00.000Z')
    await work()
    const delayed = (await messagesOf(orderId)).filter((one) => one['kind'] === 'delayed')
    expect(delayed).toHaveLength(1)
    const { text } = await get(`/v1/messages/${String(delayed[0]?.['id'])}`)
    expect(text).toContain('12. 11. 2026')
    expect(text).toContain('25. 11. 2026')
  })

  test('who collects from a store is told when it is packed, not when it leaves', async () => {
    await post('/v1/warehouses', {
      code: 'SHOP',
      name: 'Shop Novi Sad',
      kind: 'store',
      country: 'RS',
      postcode: '21000',
      address: { line1: 'Zmaj Jovina 1', city: 'Novi Sad' },
    })
    await post('/v1/items', {
      sku: 'CUP',
      kind: 'stocked',
      name: 'Cup',
      price: { amount: 500, scale: 2, currency: 'EUR' },
      tax_class: 'standard',
    })
    await post('/v1/goods-receipts', {
      kind: 'supplier',
      supplier_name: 'Maker',
      warehouse_code: 'SHOP',
      currency: 'EUR',
      lines: [{ sku: 'CUP', quantity: 5, unit_cost: { amount: 200, scale: 2 } }],
    })
    const orderId = await placeOrder({ lines: [{ sku: 'CUP', quantity: 1 }], tags: ['pickup'] })
    const shipmentId = (await get(`/v1/orders/${orderId}`)).shipments[0].id as string
    await post('/v1/shipments/release', { shipment_ids: [shipmentId] })
    await post(`/v1/shipments/${shipmentId}/picking`, {})
    await post(`/v1/shipments/${shipmentId}/packing`, { parcels: [{ weight_g: 300 }] })
    await work()
    await post(`/v1/shipments/${shipmentId}/shipping`, {})
    await work()
    const messages = await messagesOf(orderId)
    expect(messages.map((one) => one['kind'])).toEqual(['ready', 'order_received'])
    expect((await get(`/v1/messages/${String(messages[0]?.['id'])}`)).text).toContain('Shop Novi Sad, Zmaj Jovina 1, 21000 Novi Sad')
  })
})

describe('a server that does not take it', () => {
  test('an address it will never have fails at once, its name in no log', async () => {
    mail.refuse = { code: 550, text: 'no such mailbox ana@example.com', at: 'rcpt' }
    const orderId = await placeOrder()
    await work()
    expect(await messagesOf(orderId)).toMatchObject([
      { state: 'failed', attempts: 1, last_error: expect.stringContaining('550') as string },
    ])
    expect(logged.join('\n')).toContain('a message could not be sent')
    expect(logged.join('\n')).not.toContain('ana@')
    expect(JSON.stringify((await messagesOf(orderId))[0]?.['last_error'])).not.toContain('ana@')
  })

  test('a passing trouble is tried again after a minute, then five, and ends after the eighth attempt', async () => {
    mail.refuse = { code: 451, text: 'try later', at: 'data' }
    const orderId = await placeOrder()
    await work()
    const state = async () => (await messagesOf(orderId))[0]
    expect(await state()).toMatchObject({
      state: 'queued',
      attempts: 1,
      next_try_at: new Date(clock.now().getTime() + 60_000).toISOString(),
    })
    await work()
    expect(await state(), 'not before it is due').toMatchObject({ attempts: 1 })
    later(1)
    await work()
    expect(await state()).toMatchObject({ attempts: 2, next_try_at: new Date(clock.now().getTime() + 5 * 60_000).toISOString() })
    for (const minutes of [5, 15, 60, 180, 480, 960]) {
      later(minutes)
      await work()
    }
    expect(await state()).toMatchObject({ state: 'failed', attempts: 8 })
    expect(mail.received).toEqual([])
  })

  test('a message whose worker died after sending is sent again under the same Message-ID when its lease ends', async () => {
    const orderId = await placeOrder()
    await work()
    // What the crash leaves: sent by SMTP, not marked.
    await inTransaction(program.runtime.system.database, orgId, (tx) =>
      sql`update messaging.message set state = 'sending', sent_at = null, lease_until = ${new Date(clock.now().getTime() + 180_000)} where order_id = ${orderId}`.execute(
        tx,
      ),
    )
    await work()
    expect(mail.received).toHaveLength(1)
    later(3)
    await work()
    expect(mail.received).toHaveLength(2)
    expect(new Set(mail.received.map(({ raw }) => header(raw, 'Message-ID'))).size).toBe(1)
    expect(await messagesOf(orderId)).toMatchObject([{ state: 'sent', attempts: 2 }])
  })
})

describe('by hand', () => {
  test('a message is sent again to a corrected address; one that waits is not', async () => {
    const orderId = await placeOrder()
    await hear()
    const [first] = await messagesOf(orderId)
    expect(await post(`/v1/messages/${String(first?.['id'])}/resending`)).toMatchObject({
      status: 422,
      body: { code: 'messaging.message_under_way' },
    })
    await work()
    expect(await post(`/v1/messages/${String(first?.['id'])}/resending`, { recipient: 'ana.new@example.com' })).toMatchObject({
      status: 201,
    })
    await work()
    expect((await messagesOf(orderId)).map((one) => [one['recipient'], one['resend_of'] === first?.['id']])).toEqual([
      ['ana.new@example.com', true],
      ['ana@example.com', false],
    ])
  })

  test('erasing a person empties words and address, and nothing can be sent again', async () => {
    const orderId = await placeOrder({}, { email: 'forget@example.com' })
    await work()
    const [message] = await messagesOf(orderId)
    expect(await post('/v1/message-erasures', { recipients: ['Forget@example.com'] })).toMatchObject({ status: 200, body: { erased: 1 } })
    expect(await get(`/v1/messages/${String(message?.['id'])}`)).toMatchObject({
      recipient: null,
      subject: null,
      html: null,
      text: null,
      erased: true,
      state: 'sent',
    })
    expect(await post(`/v1/messages/${String(message?.['id'])}/resending`)).toMatchObject({
      status: 422,
      body: { code: 'messaging.message_erased' },
    })
  })

  test('own words, previewed with a real order before they are saved; a bad template is refused at its field', async () => {
    const orderId = await placeOrder()
    const words = { subject: 'Nr {{order_number}}', html: '<p>{{first_name}}: {{total}}</p>', text: '{{first_name}}' }
    const { body: shown } = await post('/v1/message-previews', { kind: 'order_received', language: 'en', order_id: orderId, ...words })
    // 2 × 9.99 EUR.
    expect(shown).toMatchObject({ text: 'Ana', html: expect.stringContaining('<p>Ana: €19.98</p>') as string, sent: false })
    const put = (body: object) => program.call('PUT', '/v1/message-templates/order_received/sr-Latn', { key, body })
    expect(await put({ ...words, html: '{{card_number}}' })).toMatchObject({
      status: 400,
      body: { code: 'messaging.template_invalid', errors: [{ pointer: '/html' }] },
    })
    expect(await put({ ...words, expected_version: 0 })).toMatchObject({ status: 200, body: { version: 1 } })
    const next = await placeOrder()
    await work()
    expect(await messagesOf(next)).toMatchObject([{ subject: expect.stringMatching(/^Nr \d+$/) as string }])
    expect((await program.call('DELETE', '/v1/message-templates/order_received/sr-Latn', { key })).status).toBe(200)
  })

  test('a test message says what the server says', async () => {
    expect(await post('/v1/message-sender/test', { to: 'me@example.com' })).toMatchObject({ status: 200, body: { sent: true } })
    expect(mail.received[0]?.to).toEqual(['me@example.com'])
    await program.call('PATCH', '/v1/message-sender', { key, body: { password: 'wrong' } })
    expect(await post('/v1/message-sender/test', { to: 'me@example.com' })).toMatchObject({
      status: 422,
      body: { code: 'messaging.test_failed' },
    })
    await program.call('PATCH', '/v1/message-sender', { key, body: { password: 'hunter2' } })
  })

  test('the password stands nowhere in the clear', async () => {
    const { rows } = await inTransaction(program.runtime.system.database, orgId, (tx) =>
      sql<{ found: string }>`
        select 'sender' as found from messaging.sender s where position('hunter2'::bytea in s.password_sealed) > 0
        union all select 'event' from kernel.event e where e.payload::text like '%hunter2%' or e.payload::text like '%ana@example.com%'`.execute(
        tx,
      ),
    )
    expect(rows).toEqual([])
  })

  test('who may look may not change, and who may send may not set up', async () => {
    const viewer = await program.createKey(orgId, 'viewer')
    const support = await program.createKey(orgId, 'support')
    const status = async (method: 'GET' | 'POST' | 'PATCH', url: string, by: string, body?: object) =>
      (await program.call(method, url, { key: by, ...(body === undefined ? {} : { body }) })).status
    expect(await status('GET', '/v1/messages', viewer)).toBe(200)
    expect(await status('PATCH', '/v1/message-sender', support, { is_on: false })).toBe(403)
    expect(await status('POST', '/v1/webhook-endpoints', support, { url: 'https://example.com/x', event_types: ['*'] })).toBe(403)
    expect(await status('POST', `/v1/orders/${await placeOrder()}/tracking-page`, viewer, {})).toBe(403)
    expect(await status('POST', `/v1/orders/${await placeOrder()}/tracking-page`, support, {})).toBe(200)
  })
})

describe('the public page of an order', () => {
  const open = async (orderId: string): Promise<URL> => new URL((await post(`/v1/orders/${orderId}/tracking-page`)).body.url as string)

  test('shows steps and parcels without sign-in, and nothing of the person but first name and city', async () => {
    const orderId = await placeOrder()
    const url = await open(orderId)
    expect((await open(orderId)).href).toBe(url.href)
    expect(url.pathname).toMatch(/^\/t\/[\w-]{32}$/)
    const page = await program.call('GET', url.pathname)
    expect(page.status).toBe(200)
    expect(page.text).toContain('<html lang="sr-Latn">')
    expect(page.text).toContain('Ana, Novi Sad')
    expect(page.text).not.toMatch(/Petrović|Bulevar|21000|ana@example|19[.,]98|<script/)
    expect(page.headers).toMatchObject({
      'x-robots-tag': 'noindex, nofollow',
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-/) as string,
    })
    expect((await program.call('GET', `${url.pathname}?lang=en`)).text).toContain('Order received')
    expect((await program.call('GET', `${url.pathname}?lang=sr-Cyrl`)).text).toContain('Поруџбина примљена')
  })

  test('a wrong, cut or closed link leads nowhere, and the database does not hold the token', async () => {
    const orderId = await placeOrder()
    const { pathname } = await open(orderId)
    const token = pathname.slice(3)
    for (const wrong of [`/t/${token.slice(0, -1)}`, `/t/${'A'.repeat(32)}`, '/t/..%2f..%2fetc'])
      expect((await program.call('GET', wrong)).status).toBe(404)
    const { rows } = await inTransaction(program.runtime.system.database, orgId, (tx) =>
      sql`select from messaging.tracking_link l where l::text like ${`%${token}%`}`.execute(tx),
    )
    expect(rows).toEqual([])
    expect((await program.call('DELETE', `/v1/orders/${orderId}/tracking-page`, { key })).status).toBe(200)
    expect((await program.call('GET', pathname)).status).toBe(404)
    const again = await open(orderId)
    expect(again.pathname).not.toBe(pathname)
    expect((await program.call('GET', again.pathname)).status).toBe(200)
    expect((await program.call('GET', pathname)).status).toBe(404)
  })

  test('who tries many is stopped', async () => {
    const answers = []
    for (let n = 0; n < 70; n += 1) answers.push((await program.call('GET', `/t/${'B'.repeat(31)}${n % 10}`)).status)
    expect(answers).toContain(429)
  })
})
