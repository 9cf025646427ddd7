import { beforeAll, describe, expect, test } from 'vitest'
import { useApp } from '../../../test/support/app.ts'

const program = useApp()
const shipTo = { name: 'Ana Petrović', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }

let key: string
let orgId: number
const post = (url: string, body: unknown, headers: Record<string, string> = {}) => program.call('POST', url, { key, body, headers })
const get = (url: string) => program.call('GET', url, { key })
const order = (fields: object = {}) => ({
  channel: 'manual',
  currency: 'EUR',
  ship_to: shipTo,
  lines: [{ sku: 'MUG', quantity: 2 }],
  ...fields,
})

beforeAll(async () => {
  orgId = (await program.createOrganization('Orders')).id
  key = await program.createKey(orgId, 'owner')
  await post('/v1/warehouses', { code: 'W1', name: 'W1', country: 'RS', postcode: '21000' })
  await post('/v1/items', {
    sku: 'MUG',
    kind: 'stocked',
    name: 'Mug',
    price: { amount: 999, scale: 2, currency: 'EUR' },
    tax_class: 'standard',
  })
  const received = await post('/v1/goods-receipts', {
    kind: 'supplier',
    supplier_name: 'Maker',
    warehouse_code: 'W1',
    currency: 'EUR',
    lines: [{ sku: 'MUG', quantity: 100, unit_cost: { amount: 400, scale: 2 } }],
  })
  expect(received.status).toBe(201)
})

describe('taking orders over HTTP', () => {
  test('201 for a new order, 200 and a header for the same again, 409 for another under its id', async () => {
    const first = await post('/v1/orders', order({ external_id: 'H-1' }))
    expect(first).toMatchObject({
      status: 201,
      body: { external_id: 'H-1', status: 'accepted', held: false, href: expect.stringContaining('/v1/orders/') as unknown },
    })
    const again = await post('/v1/orders', order({ external_id: 'H-1' }))
    expect(again).toMatchObject({ status: 200, body: { id: first.body.id, number: first.body.number, status: 'replayed' } })
    expect(again.headers['idempotent-replay']).toBe('true')
    expect(await post('/v1/orders', order({ external_id: 'H-1', priority: 1 }))).toMatchObject({
      status: 409,
      body: { code: 'orders.external_id_taken', order_id: first.body.id },
    })
  })

  test('an Idempotency-Key serves an order without an id of its own', async () => {
    const headers = { 'idempotency-key': 'form-1' }
    const first = await post('/v1/orders', order(), headers)
    const again = await post('/v1/orders', order(), headers)
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body).toMatchObject({ id: first.body.id, status: 'replayed' })
    expect(again.headers['idempotent-replay']).toBe('true')
    expect(await post('/v1/orders', order({ priority: 3 }), headers)).toMatchObject({
      status: 409,
      body: { code: 'kernel.idempotency_key_reused' },
    })
    expect((await post('/v1/orders', order())).body.id).not.toBe(first.body.id)
  })

  test('the same order sent many times at once is one order', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => post('/v1/orders', order({ external_id: 'H-RACE' }))))
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(29)
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
  })

  test('a bad order says where; a batch answers each order', async () => {
    expect(await post('/v1/orders', order({ lines: [{ sku: 'NOPE', quantity: 1 }] }))).toMatchObject({
      status: 400,
      body: { code: 'kernel.invalid_input', errors: [{ pointer: '/lines/0/sku', code: 'unknown_sku' }] },
    })
    const batch = await post('/v1/orders/batch', {
      orders: [order({ external_id: 'M-1' }), order({ lines: [] }), order({ external_id: 'M-1' }), 7],
    })
    expect(batch.status).toBe(200)
    expect(batch.body.outcomes).toMatchObject([
      { ok: true, status: 'accepted', order: { external_id: 'M-1' } },
      { ok: false, status: 'refused', error: { code: 'kernel.invalid_input' } },
      { ok: true, status: 'replayed' },
      { ok: false, status: 'refused' },
    ])
    expect(await post('/v1/orders/batch', { orders: [] })).toMatchObject({ status: 400 })
  })

  test('who may not place orders is told which permission is missing', async () => {
    const viewer = await program.createKey(orgId, 'viewer')
    expect(await program.call('POST', '/v1/orders', { key: viewer, body: order() })).toMatchObject({
      status: 403,
      body: { permission: 'orders.place' },
    })
    expect((await program.call('GET', '/v1/orders', { key: viewer })).status).toBe(200)
  })
})

describe('an order from placing to a refund', () => {
  let id: string
  const shown = async () => (await get(`/v1/orders/${id}`)).body

  test('is shown whole, with reasons and what one may do', async () => {
    id = (
      await post(
        '/v1/orders',
        order({
          external_id: 'LIFE',
          customer: { name: 'Đorđe Simić', email: 'djordje@example.com' },
          charges: [{ kind: 'shipping', amount: 360 }],
          discounts: [{ code: 'TEN', amount: 100 }],
        }),
      )
    ).body.id
    expect(await shown()).toMatchObject({
      channel: { code: 'manual' },
      state: 'open',
      payment_status: 'unpaid',
      reservation_status: 'reserved',
      totals: { lines: { amount: 1998, currency: 'EUR' }, charges: { amount: 360 }, discounts: { amount: 100 }, total: { amount: 2258 } },
      lines: [{ sku: 'MUG', ordered: 2, reserved: 2, discount: { amount: 100 }, unit_price: { amount: 999, scale: 2, currency: 'EUR' } }],
      shipments: [{ status: 'planned', warehouse_code: 'W1' }],
      sourcing: [{ attempt: 1, reasons: { rule: 'one_warehouse_has_all', chosen: ['W1'] } }],
    })
    expect((await shown()).cost).toBeUndefined()
  })

  test('a hold stops the release until it is released', async () => {
    const held = await post(`/v1/orders/${id}/holds`, { type: 'address', note: 'no house number' })
    expect(held).toMatchObject({ status: 201, body: { held: true, holds: [{ type: 'address' }] } })
    expect(held.body.allowed_actions).toContainEqual(expect.objectContaining({ action: 'release', allowed: false }))
    const holdId = held.body.holds[0].id
    expect(await post(`/v1/orders/${id}/holds/${holdId}/release`, {})).toMatchObject({ status: 200, body: { held: false } })
    expect(await post(`/v1/orders/${id}/holds/${holdId}/release`, {})).toMatchObject({
      status: 409,
      body: { code: 'orders.hold_not_open' },
    })
  })

  test('payments are facts; the same reference is the same fact', async () => {
    const paid = { kind: 'captured', amount: 2258, method: 'card', reference: 'pi_1' }
    const first = await post(`/v1/orders/${id}/payments`, paid)
    expect(first).toMatchObject({ status: 201, body: { kind: 'captured', amount: { amount: 2258, currency: 'EUR' } } })
    expect((await post(`/v1/orders/${id}/payments`, paid)).body.id).toBe(first.body.id)
    expect((await get(`/v1/orders/${id}/payments`)).body.data).toHaveLength(1)
    expect((await shown()).payment_status).toBe('paid')
  })

  test('shipped, it has cost and margin for who may read the books; then nothing is left to cancel', async () => {
    const [shipment] = (await shown()).shipments
    expect((await post('/v1/shipments/release', { shipment_ids: [shipment.id] })).body.outcomes).toMatchObject([{ ok: true }])
    await post(`/v1/shipments/${shipment.id}/picking`, {})
    expect((await post(`/v1/shipments/${shipment.id}/shipping`, { tracking_number: 'RS123' })).status).toBe(200)
    // Net of 22.58: 18.82 (tax 1898 → 316, 360 → 60); cost 2 × 4.00.
    expect(await shown()).toMatchObject({
      state: 'done',
      fulfillment_status: 'shipped',
      cost: { amount: 800, currency: 'EUR' },
      margin: { amount: 1082, currency: 'EUR' },
      lines: [{ shipped: 2, reserved: 0 }],
    })
    const picker = await program.createKey(orgId, 'orders.read')
    expect((await program.call('GET', `/v1/orders/${id}`, { key: picker })).body.cost).toBeUndefined()
    expect(await post(`/v1/orders/${id}/cancellation`, { reason: 'late' })).toMatchObject({
      status: 422,
      body: { code: 'orders.nothing_open' },
    })
  })

  test('a refund beyond what was taken is recorded and holds the order', async () => {
    await post(`/v1/orders/${id}/payments`, { kind: 'refunded', amount: 2259, reference: 're_1' })
    expect(await shown()).toMatchObject({
      payment_status: 'refunded',
      held: true,
      holds: [{ type: 'address' }, { type: 'payment', released_at: null }],
    })
  })

  test('its timeline names every step and who did it, newest first, in pages', async () => {
    const { data, next_cursor } = (await get(`/v1/orders/${id}/timeline?limit=3`)).body
    expect(data).toHaveLength(3)
    const rest = (await get(`/v1/orders/${id}/timeline?cursor=${next_cursor}`)).body.data
    const types = [...data, ...rest].map((event: { type: string }) => event.type)
    expect(types).toEqual(
      expect.arrayContaining([
        'orders.order_placed',
        'orders.order_held',
        'orders.payment_recorded',
        'warehouse.shipment_released',
        'orders.order_shipped',
      ]),
    )
    expect(types.at(-1)).toMatch(/placed|planned/)
    expect(
      [...data, ...rest].every(
        (event: { actor: { kind: string; name: string | null } }) => event.actor.kind === 'api_key' && event.actor.name !== null,
      ),
    ).toBe(true)
  })
})

describe('finding orders', () => {
  const find = async (query: string) =>
    (await get(`/v1/orders?${query}`)).body.data as { id: string; external_id: string | null; number: number }[]

  test('by number, external id, SKU, tracking number, or the beginning of name or e-mail', async () => {
    const life = (await find('q=LIFE'))[0]
    expect(life).toBeDefined()
    for (const q of [`%23${life?.number}`, String(life?.number), 'RS123', '%C4%91or%C4%91e', 'djordje@'])
      expect((await find(`q=${q}`)).map((row) => row.external_id)).toEqual(['LIFE'])
    expect((await find('q=MUG&limit=200')).length).toBeGreaterThan(3)
    expect(await find('q=%25')).toEqual([])
  })

  test('by status, channel, hold and day', async () => {
    expect((await find('state=done')).map((row) => row.external_id)).toEqual(['LIFE'])
    expect((await find('held=true')).map((row) => row.external_id)).toEqual(['LIFE'])
    expect(await find('channel=import')).toEqual([])
    expect(await find('reservation_status=backordered')).toEqual([])
    expect(await find('to=2001-01-01T00:00:00Z')).toEqual([])
    expect((await get('/v1/orders?state=lost')).status).toBe(400)
  })

  test('pages hold every order once, newest first', async () => {
    const seen: { id: string; placed_at: string }[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body } = await get(`/v1/orders?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      seen.push(...body.data)
      cursor = body.next_cursor
    }
    expect(new Set(seen.map((row) => row.id)).size).toBe(seen.length)
    expect(seen.length).toBe((await find('limit=200')).length)
    expect(seen.map((row) => row.placed_at)).toEqual(
      seen
        .map((row) => row.placed_at)
        .toSorted()
        .toReversed(),
    )
    expect((await get('/v1/orders?cursor=nonsense')).status).toBe(400)
  })
})

describe('channels and policies', () => {
  test('a channel is made, changed against its version, and closed to new orders', async () => {
    const made = await post('/v1/channels', { code: 'shop', name: 'Shop', kind: 'shop' })
    expect(made).toMatchObject({ status: 201, body: { code: 'shop', is_active: true, warehouse_ids: [], version: 1 } })
    expect(await post('/v1/channels', { code: 'shop', name: 'Shop', kind: 'shop' })).toMatchObject({
      status: 409,
      body: { code: 'orders.channel_code_taken' },
    })
    expect(await post('/v1/channels', { code: 'x', name: 'X', kind: 'shop', warehouse_ids: [made.body.id] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/warehouse_ids/0' }] },
    })
    const url = `/v1/channels/${made.body.id}`
    expect(await program.call('PATCH', url, { key, body: { is_active: false }, headers: { 'if-match': '"1"' } })).toMatchObject({
      status: 200,
      body: { is_active: false, version: 2 },
    })
    expect(await program.call('PATCH', url, { key, body: { name: 'Old' }, headers: { 'if-match': '"1"' } })).toMatchObject({
      status: 409,
      body: { code: 'kernel.version_conflict' },
    })
    expect(await post('/v1/orders', order({ channel: 'shop' }))).toMatchObject({ status: 422, body: { code: 'orders.channel_inactive' } })
    expect((await get('/v1/channels')).body.data.map((one: { code: string }) => one.code)).toEqual(['import', 'manual', 'shop'])
  })

  test('the sourcing policy is one row a channel', async () => {
    const policy = { prefer: 'priority', keep_together: true, allow_split: false, max_shipments: 1, on_shortage: 'backorder' }
    const set = await program.call('PUT', '/v1/sourcing-policies', { key, body: policy })
    expect(set).toMatchObject({ status: 200, body: { channel_id: null, ...policy, version: 2 } })
    expect((await get('/v1/sourcing-policies')).body.data).toEqual([set.body])
  })

  test('the overview counts what waits', async () => {
    const { status, body } = await get('/v1/overview')
    expect(status).toBe(200)
    expect(body).toMatchObject({ to_pick: 0, to_pack: 0, to_ship: 0, held: 0, backordered: 0, low_stock: 0, imports_failed: 0 })
    expect(body.to_release).toBe((await find200('state=open')).length)
  })
})

async function find200(query: string): Promise<unknown[]> {
  return (await get(`/v1/orders?limit=200&${query}`)).body.data
}
