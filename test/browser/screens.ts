import type { Business } from './business.ts'
import { orderOf } from './business.ts'

/** A screen of the app by its name, with the address where it stands. */
export interface Screen {
  name: string
  path: string
}

/** Orders at every step, so that no screen is empty. */
export async function fillScreens({ call, warehouseIds }: Business): Promise<Screen[]> {
  const rule = await call('POST', '/v1/automation-rules', {
    name: 'Tag more than two',
    trigger: 'order_placed',
    condition: 'order.quantity > 2',
    actions: [{ kind: 'tag', tags: ['more than two'] }],
  })
  await call('PATCH', `/v1/automation-rules/${String(rule['id'])}`, { condition: 'order.quantity >= 3 && order.country != ""' })
  await call('POST', '/v1/webhook-endpoints', {
    url: 'https://example.com/hooks/tefter',
    description: 'Web shop',
    event_types: ['orders.*'],
  })
  const orders = []
  for (let number = 1; number <= 14; number += 1) {
    const lines = [
      { sku: '85123A', quantity: 1 + (number % 3) },
      { sku: number % 2 === 0 ? '22423' : '21034', quantity: 1 },
    ]
    const more =
      number === 4 ? { total: 1 } : number === 5 ? { lines: [{ sku: '47566', quantity: 500, unit_price: { amount: 495, scale: 2 } }] } : {}
    orders.push(
      await call(
        'POST',
        '/v1/orders',
        orderOf(`S-${number}`, lines, {
          ...more,
          ...(number % 3 === 0 ? { charges: [{ kind: 'shipping', amount: 390 }], discounts: [{ code: 'WELCOME', amount: 100 }] } : {}),
          ...(number % 4 === 0 ? { customer: { name: 'Ana Petrović', email: 'ana@example.com', external_id: 'C-1007' } } : {}),
        }),
      ),
    )
  }
  const shipmentsOf = async (status: string) =>
    (await call('GET', `/v1/shipments?status=${status}&limit=50`))['data'] as {
      id: string
      pick_list_id: string
      held: boolean
      ready: boolean
      quantity: number
    }[]
  const planned = (await shipmentsOf('planned'))
    .filter((one) => !one.held && one.ready && one.quantity < 20)
    .slice(0, 9)
    .map(({ id }) => id)
  await call('POST', '/v1/shipments/release', { shipment_ids: planned.slice(0, 3) })
  await call('POST', '/v1/shipments/release', { shipment_ids: planned.slice(3, 9) })
  for (const id of planned.slice(3, 9)) await call('POST', `/v1/shipments/${id}/picking`, {})
  for (const id of planned.slice(5, 9))
    await call('POST', `/v1/shipments/${id}/packing`, { parcels: [{ weight_g: 900, length_mm: 300, width_mm: 200, height_mm: 120 }] })
  for (const id of planned.slice(7, 9)) await call('POST', `/v1/shipments/${id}/shipping`, {})
  await call('POST', '/v1/verification', {})
  const items = (await call('GET', '/v1/items?sku=85123A'))['data'] as { id: string }[]
  const released = await shipmentsOf('released')
  const shipped = (await shipmentsOf('shipped'))[0]
  const picked = (await shipmentsOf('picked'))[0]
  const shippedOrder = shipped === undefined ? undefined : ((await call('GET', `/v1/shipments/${shipped.id}`))['order_ids'] as string[])[0]
  const promises = await fillPromises(call, warehouseIds[0] ?? '')
  const money = await fillMoney(call)
  const returns = await fillReturns(call, shippedOrder ?? '')
  const disputed = await fillDispute(call)
  const entries = (await call('GET', '/v1/journal-entries?limit=1'))['data'] as { id: string }[]
  const parties = (await call('GET', '/v1/parties?limit=1&kind=customer'))['data'] as { id: string }[]
  const suppliers = (await call('GET', '/v1/parties?limit=1&kind=supplier'))['data'] as { id: string }[]
  const ends = await fillEnds(call)
  return [
    { name: 'home', path: '/' },
    { name: 'home-table', path: '/?metric=orders&as=table&days=7' },
    { name: 'orders', path: '/orders' },
    { name: 'orders-peek', path: `/orders?state=open&peek=${String(orders[0]?.['id'])}` },
    { name: 'orders-no-match', path: '/orders?q=nothing-like-it' },
    { name: 'order', path: `/orders/${shippedOrder}` },
    { name: 'order-held', path: `/orders/${String(orders[3]?.['id'])}` },
    { name: 'order-channel', path: `/orders/${disputed}` },
    { name: 'order-new', path: '/orders/new' },
    { name: 'returns', path: '/returns' },
    { name: 'return', path: `/returns/${returns.rma}` },
    { name: 'return-arrivals', path: '/return-receipts' },
    { name: 'return-arrival', path: `/return-receipts/${returns.receipt}` },
    { name: 'return-receive', path: '/return-receipts/new' },
    { name: 'fulfillment', path: '/fulfillment' },
    { name: 'pick-lists', path: '/pick-lists' },
    { name: 'pick-list', path: `/pick-lists/${released[0]?.pick_list_id}` },
    { name: 'tasks', path: '/tasks' },
    { name: 'carrier-claims', path: '/carrier-claims' },
    { name: 'shipments', path: '/shipments' },
    { name: 'shipment', path: `/shipments/${shipped?.id}` },
    { name: 'packing', path: `/shipments/${picked?.id}/packing` },
    { name: 'stock', path: '/stock' },
    { name: 'stock-item', path: `/stock/${items[0]?.id}` },
    { name: 'movements', path: '/movements' },
    { name: 'receipts', path: '/goods-receipts' },
    { name: 'receipt-new', path: '/goods-receipts/new' },
    { name: 'receipt-received', path: `/goods-receipts/${ends.receipt}` },
    { name: 'receipt', path: `/goods-receipts/${promises.receipt}` },
    { name: 'stock-expected', path: `/stock/${promises.item}` },
    { name: 'stock-holds', path: '/stock-holds' },
    { name: 'counts', path: '/stock-counts' },
    { name: 'count', path: `/stock-counts/${promises.count}` },
    { name: 'items', path: '/items' },
    { name: 'item', path: `/items/${items[0]?.id}` },
    { name: 'item-new', path: '/items/new' },
    { name: 'customers', path: '/customers' },
    { name: 'customer', path: `/customers/${parties[0]?.id}` },
    { name: 'supplier', path: `/customers/${suppliers[0]?.id}` },
    { name: 'entries', path: '/journal-entries' },
    { name: 'entry', path: `/journal-entries/${entries[0]?.id}` },
    { name: 'trial-balance', path: '/trial-balance' },
    { name: 'money-receivables', path: '/receivables' },
    { name: 'money-vouchers', path: '/vouchers' },
    { name: 'money-voucher', path: `/vouchers/${money.voucher}` },
    { name: 'money-remittances', path: '/courier-remittances' },
    { name: 'money-remittance', path: `/courier-remittances/${money.remittance}` },
    { name: 'imports', path: '/imports' },
    { name: 'openings', path: '/openings' },
    { name: 'verification', path: '/verification' },
    { name: 'audit', path: '/audit' },
    ...[
      'organization',
      'security',
      'users',
      'keys',
      'warehouses',
      'carriers',
      'thresholds',
      'taxes',
      'alerts',
      'channels',
      'sourcing',
      'automation',
      'messages',
      'webhooks',
    ].map((tab) => ({
      name: `settings-${tab}`,
      path: `/settings?tab=${tab}`,
    })),
    { name: 'automation-rule', path: `/settings?tab=automation&rule=${String(rule['id'])}` },
    { name: 'automation-new', path: '/settings?tab=automation&rule=new&template=hold_large_first_orders' },
    { name: 'not-found', path: '/orders/0193a6c0-0000-7000-8000-000000000001' },
  ]
}

/** A parcel that was lost, with a claim on its carrier, and goods of a canceled shipment that wait to be put back. */
async function fillEnds(call: Business['call']): Promise<{ receipt: string }> {
  const shipmentOf = async (externalId: string) => {
    const { id } = await call('POST', '/v1/orders', orderOf(externalId, [{ sku: '84879', quantity: 2 }]))
    const [shipment] = (await call('GET', `/v1/orders/${String(id)}`))['shipments'] as { id: string }[]
    await call('POST', '/v1/shipments/release', { shipment_ids: [shipment?.id] })
    await call('POST', `/v1/shipments/${shipment?.id}/picking`, {})
    return shipment?.id ?? ''
  }
  const lost = await shipmentOf('E-1')
  await call('POST', `/v1/shipments/${lost}/packing`, { parcels: [{ weight_g: 300 }] })
  await call('POST', `/v1/shipments/${lost}/shipping`, {})
  await call('POST', `/v1/shipments/${lost}/lost`, { reason: 'Never arrived', amount_claimed: 338 })
  await call('POST', `/v1/shipments/${await shipmentOf('E-2')}/cancellation`, { reason: 'Customer called' })
  const receipts = (await call('GET', '/v1/goods-receipts?status=received&limit=1'))['data'] as { id: string }[]
  return { receipt: receipts[0]?.id ?? '' }
}

/** A return of which one piece came and waits for inspection. */
async function fillReturns(call: Business['call'], orderId: string): Promise<{ rma: string; receipt: string }> {
  const lines = (await call('GET', `/v1/orders/${orderId}`))['lines'] as { id: string }[]
  const rma = await call('POST', `/v1/orders/${orderId}/rmas`, {
    approve: true,
    lines: [{ line_id: lines[0]?.id, quantity: 1, reason: 'does_not_fit', outcome: 'refund', note: 'Too small' }],
  })
  const [line] = rma['lines'] as { id: string }[]
  const received = await call('POST', `/v1/rmas/${String(rma['id'])}/receipts`, { lines: [{ rma_line_id: line?.id, quantity: 1 }] })
  const [receipt] = received['receipts'] as { return_receipt_id: string }[]
  return { rma: String(rma['id']), receipt: receipt?.return_receipt_id ?? '' }
}

/** A voucher given away, and a courier's list with a parcel nobody knows. */
async function fillMoney(call: Business['call']): Promise<{ voucher: string; remittance: string }> {
  const voucher = await call('POST', '/v1/vouchers', { amount: 2500, reason: 'Late delivery' })
  const carrier = await call('POST', '/v1/carriers', {
    code: 'door',
    name: 'Door to door',
    kind: 'manual',
    config: { services: [{ code: 'standard', name: 'Standard' }] },
  })
  const remittance = await call('POST', '/v1/courier-remittances', {
    carrier_id: carrier['id'],
    reference: '2026-118',
    statement_on: '2026-11-20',
    deposit_amount: 5900,
    lines: [
      { tracking_number: 'DD100200', amount: 4500, fee: 120 },
      { tracking_number: 'DD100201', amount: 1520, fee: 120 },
    ],
  })
  return { voucher: String(voucher['id']), remittance: String(remittance['id']) }
}

/** A receipt that is expected and waited for, a checkout that holds, and a count with a difference. */
async function fillPromises(call: Business['call'], warehouseId: string): Promise<{ receipt: string; item: string; count: string }> {
  const receipt = await call('POST', '/v1/goods-receipts', {
    kind: 'supplier',
    warehouse_id: warehouseId,
    supplier_name: 'Potter & Co',
    reference: 'PO-77',
    currency: 'EUR',
    expected_at: '2031-03-01T08:00:00Z',
    lines: [{ sku: '47566', expected_quantity: 600, unit_cost: { amount: 210 } }],
  })
  await call('PUT', '/v1/stock-holds/checkouts/cart-2041', {
    warehouse_id: warehouseId,
    expires_at: new Date(Date.now() + 25 * 60_000).toISOString(),
    lines: [{ sku: '84879', quantity: 2 }],
  })
  const levels = (await call('GET', `/v1/stock/levels?warehouse_id=${warehouseId}&limit=50`))['data'] as {
    sku: string
    location_code: string
    on_hand: number
  }[]
  const level = levels.find((one) => one.sku === '84879')
  const count = await call('POST', '/v1/stock-counts', {
    warehouse_id: warehouseId,
    lines: [{ sku: '84879', location_code: level?.location_code, counted: Math.max(0, (level?.on_hand ?? 0) - 1), reason: 'damaged' }],
  })
  const items = (await call('GET', '/v1/items?sku=47566'))['data'] as { id: string }[]
  return { receipt: String(receipt['id']), item: String(items[0]?.id), count: String(count['id']) }
}

/** An order that the shop and we changed differently, so that a person has to decide. */
async function fillDispute(call: Business['call']): Promise<string> {
  const channels = (await call('GET', '/v1/channels'))['data'] as { id: string; code: string }[]
  const { channel: _channel, external_id: _id, ...order } = orderOf('V-1', [{ sku: '84879', quantity: 5 }])
  const [line] = order['lines'] as object[]
  const view = (version: number, quantity: number, line1: string) => ({
    ...order,
    version,
    ship_to: { name: 'Ana Petrović', line1, city: 'Novi Sad', postcode: '21000', country: 'RS' },
    lines: [{ ...line, external_line_id: '1', quantity }],
  })
  const path = `/v1/channels/${channels.find((channel) => channel.code === 'web')?.id ?? ''}/orders/V-1`
  const id = String((await call('PUT', path, view(1, 5, 'Zmaj Jovina 12')))['order_id'])
  const lines = (await call('GET', `/v1/orders/${id}`))['lines'] as { id: string }[]
  await call('POST', `/v1/orders/${id}/changes`, { lines: [{ line_id: lines[0]?.id, quantity: 3 }] })
  await call('PUT', path, view(2, 8, 'Dunavska 7'))
  return id
}
