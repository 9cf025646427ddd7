import { sql } from 'kysely'
import { openSession, type DemoSession, allGood } from '../../src/entry/demo/demo-session.ts'
import { readOnly } from '../../src/kernel/database.ts'
import { createLocations, moveStock } from '../../src/modules/inventory/index.ts'
import { cancelOrder, placeHolds, placeOrders, recordPaymentBatch } from '../../src/modules/orders/index.ts'
import {
  createGoodsReceipt,
  deliverShipments,
  packShipments,
  pickShipments,
  releaseShipments,
  shipShipments,
} from '../../src/modules/warehouse/index.ts'
import { type Business, chunksOf, type Place } from '../ground.ts'
import { createOrders, ITEMS, priceOf, skuOf } from '../orders.ts'

/** Orders of the seed: enough of each state that copies of it look like a business. */
export const SEED_ORDERS = 10_000
/** Days that the seed spans; each copy lies that much later than the one before. */
export const SEED_DAYS = 7

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const PICK_BINS = 200
const RESERVE_BINS = 50
/** The last items are never in stock: whoever orders them waits. */
const MISSING_ITEMS = 20
const EMPTY_SKU = skuOf(ITEMS - 1)
/** Customers who come back; a copy has others. */
const CUSTOMERS = 5000
/** Moves of the one item that has a tenth of all movements, beside those of its sales. */
const HOT_MOVES = 2400

const bin = (kind: 'P' | 'R', place: number): string =>
  `${kind}-${String(place % (kind === 'P' ? PICK_BINS : RESERVE_BINS)).padStart(3, '0')}`

/** How far an order of the seed gets. Of a hundred: 92 shipped, one of each other step, the rest planned. */
type Step = 'planned' | 'held' | 'canceled' | 'released' | 'picked' | 'packed' | 'shipped' | 'delivered'
const STEPS: readonly Step[] = ['planned', 'held', 'canceled', 'released', 'picked', 'packed', 'planned', 'planned']

function stepOf(place: number): Step {
  const step = STEPS[place % 100]
  if (step !== undefined) return step
  return place % 100 < 40 ? 'shipped' : 'delivered'
}

/**
 * A week of a business through its own commands: goods in and put away, 10,000 orders of which nearly all are paid, picked, packed,
 * shipped and two thirds delivered; some wait, are held, canceled or on their way through the floor.
 */
export async function seedWeek(place: Place, business: Business, start: Date, onStep: (text: string) => void): Promise<void> {
  const session = openSession(place.system, business.ctx, start)
  await createBins(session, business.warehouseId)
  for (let day = 0; day < SEED_DAYS - 1; day += 1) {
    const morning = new Date(start.getTime() + day * DAY_MS + 6 * HOUR_MS)
    onStep(`day ${day + 1} of the seed`)
    // oxlint-disable no-await-in-loop -- days follow each other
    if (day % 3 === 0) await receiveAndPutAway(session, business.warehouseId, morning)
    await moveHot(session, business.warehouseId, morning)
    await sellDay(place, session, day, morning)
    // oxlint-enable no-await-in-loop
  }
}

async function createBins(session: DemoSession, warehouseId: string): Promise<void> {
  const locations = [
    ...Array.from({ length: PICK_BINS }, (_, index) => ({ code: bin('P', index), role: 'pick' as const })),
    ...Array.from({ length: RESERVE_BINS }, (_, index) => ({ code: bin('R', index), role: 'reserve' as const })),
  ]
  await session.run(createLocations, { warehouse_id: warehouseId, locations })
}

const received = (place: number): number => (place < 50 ? 40_000 : 4000)
const stocked = Array.from({ length: ITEMS - MISSING_ITEMS }, (_, place) => place)

async function receiveAndPutAway(session: DemoSession, warehouseId: string, at: Date): Promise<void> {
  session.at(at)
  for (const part of chunksOf(stocked, 1000)) {
    // oxlint-disable no-await-in-loop -- one document after another
    await session.run(createGoodsReceipt, {
      kind: 'supplier',
      warehouse_code: 'BG',
      supplier_name: 'Supplier',
      currency: 'EUR',
      lines: part.map((item) => ({
        sku: skuOf(item),
        quantity: received(item),
        unit_cost: { amount: Math.round(priceOf(item) / 3), scale: 2 },
        location_code: bin('R', item),
      })),
    })
    const lines = part.map((item) => ({
      sku: skuOf(item),
      from_location_code: bin('R', item),
      to_location_code: bin('P', item),
      quantity: received(item) / 2,
    }))
    await session.run(moveStock, { warehouse_id: warehouseId, note: 'put away', lines })
    // oxlint-enable no-await-in-loop
  }
}

async function moveHot(session: DemoSession, warehouseId: string, at: Date): Promise<void> {
  session.at(at)
  const codes = [bin('R', 0), bin('P', 0)]
  const lines = Array.from({ length: HOT_MOVES / (SEED_DAYS - 1) }, (_, index) => ({
    sku: skuOf(0),
    from_location_code: codes[index % 2] ?? '',
    to_location_code: codes[(index + 1) % 2] ?? '',
    quantity: 1,
  }))
  await session.run(moveStock, { warehouse_id: warehouseId, note: 'back and forth', lines })
}

async function sellDay(place: Place, session: DemoSession, day: number, morning: Date): Promise<void> {
  const count = Math.ceil(SEED_ORDERS / (SEED_DAYS - 1))
  const few = Math.ceil(count / 65)
  const made = [...createOrders(day + 1, `W${day}`)(count - few), ...createOrders(day + 100, `E${day}`, EMPTY_SKU)(few)]
  const orders = made.slice(0, SEED_ORDERS - day * count).map((order, index) => {
    const customer = (day * count + index * 7) % CUSTOMERS
    return {
      ...order,
      placed_at: new Date(morning.getTime() + index * 20_000).toISOString(),
      customer: { external_id: `C-${customer}`, name: `Buyer ${customer}`, email: `buyer${customer}@example.com` },
    }
  })
  session.at(new Date(morning.getTime() + 10 * HOUR_MS))
  const taken = allGood(await session.batch(placeOrders, orders), 'take an order')
  await pay(
    place,
    session,
    taken.map(({ id }) => id).filter((_, index) => index % 10 !== 9),
  )
  const byStep = Map.groupBy(taken, (_, index) => stepOf(index))
  const idsOf = (...steps: Step[]) => steps.flatMap((step) => (byStep.get(step) ?? []).map(({ id }) => id))
  allGood(
    await session.batch(
      placeHolds,
      idsOf('held').map((order_id) => ({ order_id, type: 'manual' as const, note: 'Ask the customer' })),
    ),
    'hold an order',
  )
  for (const order_id of idsOf('canceled'))
    // oxlint-disable-next-line no-await-in-loop -- a few, one after another
    await session.run(cancelOrder, { order_id, reason: 'The customer changed their mind' })
  await workTheFloor(session, idsOf, new Date(morning.getTime() + 11 * HOUR_MS))
}

async function pay(place: Place, session: DemoSession, ids: readonly string[]): Promise<void> {
  const { rows } = await readOnly(place.system.database, session.ctx, (tx) =>
    sql<{
      id: string
      total: number
    }>`select id, total from orders.sales_order where org_id = ${session.ctx.orgId} and id = any(${ids}::uuid[])`.execute(tx),
  )
  const facts = rows.map(({ id, total }) => ({
    order_id: id,
    kind: 'captured' as const,
    amount: total,
    method: 'card',
    reference: `pay-${id}`,
  }))
  allGood(await session.batch(recordPaymentBatch, facts, 500), 'record a payment')
}

async function workTheFloor(session: DemoSession, idsOf: (...steps: Step[]) => string[], at: Date): Promise<void> {
  session.at(at)
  const going = idsOf('released', 'picked', 'packed', 'shipped', 'delivered')
  const shipmentOf = new Map<string, string>()
  for (const part of chunksOf(going, 250)) {
    // oxlint-disable no-await-in-loop -- batches of a day, one after another
    const ids = await plannedOf(session, part)
    const { outcomes } = await session.run(releaseShipments, { shipment_ids: [...ids.values()] })
    const good = new Set(outcomes.filter(({ ok }) => ok).map(({ shipment_id }) => shipment_id))
    for (const [order, shipment] of ids) if (good.has(shipment)) shipmentOf.set(order, shipment)
    // oxlint-enable no-await-in-loop
  }
  const shipmentsOf = (...steps: Step[]) => idsOf(...steps).flatMap((id) => shipmentOf.get(id) ?? [])
  const each = (ids: readonly string[]) => ids.map((shipment_id) => ({ shipment_id }))
  session.at(new Date(at.getTime() + HOUR_MS))
  allGood(await session.batch(pickShipments, each(shipmentsOf('picked', 'packed', 'shipped', 'delivered')), 250), 'pick')
  session.at(new Date(at.getTime() + 2 * HOUR_MS))
  const packed = shipmentsOf('packed', 'shipped', 'delivered').map((shipment_id) => ({
    shipment_id,
    carrier: 'manual',
    parcels: [{ weight_g: 1000, tracking_number: `T${shipment_id.replaceAll('-', '').slice(-14)}` }],
  }))
  allGood(await session.batch(packShipments, packed, 250), 'pack')
  const shippedAt = new Date(at.getTime() + 3 * HOUR_MS)
  session.at(shippedAt)
  allGood(await session.batch(shipShipments, each(shipmentsOf('shipped', 'delivered')), 250), 'ship')
  session.at(new Date(at.getTime() + 7 * HOUR_MS))
  allGood(await session.batch(deliverShipments, each(shipmentsOf('delivered')), 250), 'deliver')
}

/** The planned shipment of each order; one that waits for goods alone has none. */
async function plannedOf(session: DemoSession, orderIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await readOnly(session.system.database, session.ctx, (tx) =>
    sql<{
      id: string
      order: string
    }>`select id, source_id as order from warehouse.shipment where org_id = ${session.ctx.orgId} and source_id = any(${orderIds}::uuid[]) and status = 'planned'`.execute(
      tx,
    ),
  )
  return new Map(rows.map(({ id, order }) => [order, id]))
}
