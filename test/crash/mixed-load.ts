import { openSender, type Sender, type Sent } from './sender.ts'

/** A warehouse with two bins and the items A, B and the kit SET of two A and one B, ready to sell. */
export interface Shop {
  readonly apiKey: string
  readonly warehouseId: string
  readonly bins: Readonly<Record<'A-1' | 'A-2', string>>
  readonly channelId: string
}

/** Sets a shop up over HTTP. */
export async function openShop(address: string, apiKey: string): Promise<Shop> {
  const { send } = openSender([address], apiKey)
  const must = async (path: string, body: unknown) => {
    const sent = await send('set-up', 'POST', path, body)
    if (sent.outcome !== 'acknowledged') throw new Error(`${path}: ${JSON.stringify(sent.answer)}`)
    return sent.answer
  }
  const { id: warehouseId } = await must('/v1/warehouses', { code: 'W', name: 'W', country: 'RS' })
  const { locations } = await must('/v1/locations/batch', {
    warehouse_id: warehouseId,
    locations: [
      { code: 'A-1', role: 'pick' },
      { code: 'A-2', role: 'pick' },
    ],
  })
  const item = { kind: 'stocked', price: { amount: 1000, scale: 2, currency: 'EUR' }, tax_class: 'standard' }
  for (const sku of ['A', 'B']) await must('/v1/items', { ...item, sku, name: sku })
  const components = [
    { sku: 'A', quantity: 2 },
    { sku: 'B', quantity: 1 },
  ]
  await must('/v1/items', { ...item, sku: 'SET', name: 'SET', kind: 'kit', components })
  const { id: channelId } = await must('/v1/channels', { code: 'shop', name: 'Shop', kind: 'shop' })
  return { apiKey, warehouseId, bins: { 'A-1': locations[0].id, 'A-2': locations[1].id }, channelId }
}

/** What may change the stock of the shop, as its sender knows it. */
export interface Load {
  readonly sender: Sender
  /** External ids of orders that were acknowledged. */
  readonly orders: Set<string>
  /** External ids that were sent at all. */
  readonly asked: Set<string>
  /** Pieces of A and B that must be in the building, by what was acknowledged. */
  readonly pieces: Record<string, number>
  /** Begins no new life, and waits for those under way. */
  finish(): Promise<void>
}

const shipTo = { name: 'Ana', line1: 'Ulica 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }
const priced = { unit_price: { amount: 1000 }, tax_rate_ppm: 200_000 }
const frame = { currency: 'EUR', prices_include_tax: true, ship_to: shipTo }

/** Lives of orders side by side until `finish`: each worker takes one order at a time through an end drawn at random. */
export function startLoad(addresses: readonly string[], shop: Shop, workers = 6): Load {
  const sender = openSender(addresses, shop.apiKey)
  const finishing = new AbortController()
  const load: Load = {
    sender,
    orders: new Set(),
    asked: new Set(),
    pieces: { A: 0, B: 0 },
    async finish() {
      finishing.abort()
      await Promise.all(running)
    },
  }
  const running = Array.from({ length: workers }, async (_, worker) => {
    for (let round = 0; !finishing.signal.aborted; round += 1) {
      await (worker === 0
        ? tendStock(load, shop, round)
        : worker === 1
          ? hearChannel(load, shop, round)
          : liveOrder(load, `${worker}-${round}`))
    }
  })
  return load
}

function count(load: Load, lines: readonly { sku: string; quantity: number }[], sign: 1 | -1): void {
  for (const { sku, quantity } of lines) load.pieces[sku] = (load.pieces[sku] ?? 0) + sign * quantity
}

const acknowledged = (sent: Sent): boolean => sent.outcome === 'acknowledged'
const draw = <T>(choices: readonly T[]): T => choices[Math.floor(Math.random() * choices.length)] as T

/** Receives, scraps a little or nearly all there is whatever is promised, finds some again, blocks a bin and opens it. */
async function tendStock(load: Load, { warehouseId, bins }: Shop, round: number): Promise<void> {
  const { send } = load.sender
  const received = [
    { sku: 'A', quantity: 30, unit_cost: { amount: 400 }, location_code: 'A-1' },
    { sku: 'B', quantity: 20, unit_cost: { amount: 300 + (round % 7) }, location_code: draw(['A-1', 'A-2']) },
  ]
  const receipt = { kind: 'supplier', warehouse_code: 'W', supplier_name: 'Maker', currency: 'EUR', lines: received }
  if (acknowledged(await send('warehouse.create_goods_receipt', 'POST', '/v1/goods-receipts', receipt))) count(load, received, 1)
  const scrapped = [{ sku: draw(['A', 'B']), quantity: draw([1, 2, 5, 25, 60]), location_code: 'A-1' }]
  const scrap = { warehouse_id: warehouseId, kind: 'scrap', lines: scrapped }
  if (acknowledged(await send('inventory.adjust_stock', 'POST', '/v1/adjustments', scrap))) count(load, scrapped, -1)
  const found = [{ sku: draw(['A', 'B']), quantity: 2, location_code: 'A-2' }]
  const more = { warehouse_id: warehouseId, kind: 'found', lines: found }
  if (acknowledged(await send('inventory.adjust_stock', 'POST', '/v1/adjustments', more))) count(load, found, 1)
  const bin = draw(['A-1', 'A-2'] as const)
  for (const blocked of [true, false]) await send('inventory.update_location', 'PATCH', `/v1/locations/${bins[bin]}`, { blocked })
}

/** A channel that tells of an order, then of a newer state, then of an older one. */
async function hearChannel(load: Load, { channelId }: Shop, round: number): Promise<void> {
  const externalId = `channel-${round}`
  const tell = async (version: number, quantity: number): Promise<void> => {
    load.asked.add(externalId)
    const lines = [{ external_line_id: '1', sku: 'A', quantity, ...priced }]
    const sent = await load.sender.send('orders.take_channel_order', 'PUT', `/v1/channels/${channelId}/orders/${externalId}`, {
      version,
      status: 'open',
      ...frame,
      lines,
    })
    if (acknowledged(sent)) load.orders.add(externalId)
  }
  await tell(3, 3)
  await tell(5, 2)
  await tell(4, 7)
}

/** An order from intake to an end drawn at random. */
async function liveOrder(load: Load, externalId: string): Promise<void> {
  const { sender } = load
  const lines = [{ sku: draw(['A', 'B', 'SET']), quantity: draw([1, 2, 3]), ...priced }]
  load.asked.add(externalId)
  const amount = 1000 * (lines[0]?.quantity ?? 0)
  const payments = [{ kind: 'captured', amount, method: 'card', reference: externalId }]
  const taken = await sender.send('orders.place_orders', 'POST', '/v1/orders', {
    channel: 'manual',
    external_id: externalId,
    ...frame,
    lines,
    payments,
  })
  if (!acknowledged(taken)) return
  load.orders.add(externalId)
  const orderId = taken.answer.id as string
  if (Math.random() < 0.15)
    return void (await sender.send('orders.cancel_order', 'POST', `/v1/orders/${orderId}/cancellation`, { reason: 'changed mind' }))
  const [shipment] = (await sender.read(`/v1/orders/${orderId}`)).shipments as { id: string }[]
  if (shipment === undefined) return
  await sender.send('warehouse.release_shipments', 'POST', '/v1/shipments/release', { shipment_ids: [shipment.id] })
  if (Math.random() < 0.1)
    return void (await sender.send('orders.cancel_order', 'POST', `/v1/orders/${orderId}/cancellation`, { reason: 'changed mind' }))
  const picked = await sender.send('warehouse.pick_shipment', 'POST', `/v1/shipments/${shipment.id}/picking`, {})
  if (!acknowledged(picked)) return
  await endShipment(load, orderId, await ship(load, shipment.id, picked.answer.lines))
}

interface Line {
  id: string
  sku: string
  quantity: number
  picked_quantity: number
}

/** Ships one piece first, now and then, and the rest after it; answers the last shipment that left. */
async function ship(load: Load, shipmentId: string, lines: readonly Line[]): Promise<Sent | undefined> {
  const [first] = lines
  const inPart = first !== undefined && first.picked_quantity > 1 && Math.random() < 0.3
  const body = inPart ? { lines: [{ shipment_line_id: first.id, quantity: 1 }] } : { tracking_number: 'T1' }
  const sent = await load.sender.send('warehouse.ship_shipment', 'POST', `/v1/shipments/${shipmentId}/shipping`, body)
  if (!acknowledged(sent)) return undefined
  count(load, sent.answer.lines, -1)
  if (!inPart || Math.random() < 0.5) return sent
  const rest = await load.sender.send('warehouse.ship_shipment', 'POST', `/v1/shipments/${sent.answer.remainder_shipment_id}/shipping`, {})
  if (!acknowledged(rest)) return sent
  count(load, rest.answer.lines, -1)
  return rest
}

/** What becomes of a shipment that left: refused, voided and sent again, returned in part and refunded, or nothing. */
async function endShipment(load: Load, orderId: string, sent: Sent | undefined): Promise<void> {
  if (sent === undefined) return
  const { send } = load.sender
  const { id, lines } = sent.answer as { id: string; lines: (Line & { order_line_id: string })[] }
  const [first] = lines
  const end = Math.random()
  if (end < 0.2) {
    if (acknowledged(await send('warehouse.refuse_shipment', 'POST', `/v1/shipments/${id}/refuse`, { reason: 'refused' })))
      count(load, lines, 1)
  } else if (end < 0.4) {
    if (!acknowledged(await send('warehouse.void_shipment', 'POST', `/v1/shipments/${id}/void`, { reason: 'wrong one' }))) return
    count(load, lines, 1)
    const again = await send('warehouse.ship_shipment', 'POST', `/v1/shipments/${id}/shipping`, {})
    if (acknowledged(again)) count(load, again.answer.lines, -1)
  } else if (end < 0.7 && first !== undefined) {
    const back = { warehouse_code: 'W', order_id: orderId, reason: 'no fit', lines: [{ shipment_line_id: first.id, quantity: 1 }] }
    if (!acknowledged(await send('warehouse.receive_return', 'POST', '/v1/return-receipts', back))) return
    count(load, [{ sku: first.sku, quantity: 1 }], 1)
    await send('orders.refund', 'POST', `/v1/orders/${orderId}/refunds`, { method: 'manual', manual_method: 'cash' })
  }
}
