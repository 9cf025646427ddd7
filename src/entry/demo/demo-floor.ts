import {
  deliverShipments,
  listShipments,
  packShipments,
  pickShipments,
  releaseShipments,
  shipShipments,
} from '../../modules/warehouse/index.ts'
import type { DemoOrder } from './demo-plan.ts'
import { allGood, type DemoSession } from './demo-session.ts'
import type { DemoGround } from './demo-setup.ts'
import type { DemoState, DemoWork } from './demo-state.ts'
import type { DemoStep } from './demo-steps.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Heaviest shipment that goes by parcel, in grams; what is heavier goes on a pallet, by hand. */
const PARCEL_LIMIT_G = 25_000

/** How many shipments a page of what is left over holds. */
const PAGE = 200

/** Works the day's orders on the floor, each as far as its step, from the end of intake on: released, picked, packed, shipped within two hours. */
export async function workTheFloor(
  session: DemoSession,
  { ground, state }: DemoWork,
  orders: readonly DemoOrder[],
  at: Date,
): Promise<void> {
  const going = orders.filter(({ step }) => step !== 'placed')
  for (const group of Map.groupBy(going, (order) => `${order.step} ${carrierOf(ground, order)}`).values()) {
    const [first] = group
    if (first === undefined) continue
    session.at(at)
    // oxlint-disable-next-line no-await-in-loop -- at most a few groups a day, each a batch
    const { outcomes } = await session.run(releaseShipments, {
      order_ids: group.map(({ order }) => state.orderIds.get(order.invoice) ?? ''),
    })
    const released = outcomes.filter(({ ok }) => ok).map(({ shipment_id }) => shipment_id)
    const days = first.order.body.ship_to.country === 'GB' ? 2 : 4
    // oxlint-disable-next-line no-await-in-loop -- one group after another
    await takeThrough(session, state, { shipmentIds: released, step: first.step, carrier: carrierOf(ground, first), at, days })
  }
}

/** Ships what earlier days left over because goods were missing: planned shipments of backorders that found stock this morning. */
export async function workLeftovers(session: DemoSession, state: DemoState, at: Date): Promise<void> {
  session.at(at)
  const { data } = await session.query(listShipments, { status: 'planned', limit: PAGE })
  if (data.length === 0) return
  const { outcomes } = await session.run(releaseShipments, { shipment_ids: data.map(({ id }) => id) })
  const released = outcomes.filter(({ ok }) => ok).map(({ shipment_id }) => shipment_id)
  await takeThrough(session, state, { shipmentIds: released, step: 'shipped', carrier: 'manual', at, days: 3 })
}

/** Delivers what has arrived by now. */
export async function deliverArrived(session: DemoSession, state: DemoState, now: Date): Promise<void> {
  const arrived = state.onTheWay.filter(({ arrivesAt }) => arrivesAt <= now)
  if (arrived.length === 0) return
  session.at(now)
  state.onTheWay = state.onTheWay.filter(({ arrivesAt }) => arrivesAt > now)
  const deliveries = arrived.map(({ shipmentId, arrivesAt }) => ({ shipment_id: shipmentId, happened_at: arrivesAt.toISOString() }))
  allGood(await session.batch(deliverShipments, deliveries), 'deliver a shipment')
}

interface Going {
  shipmentIds: readonly string[]
  step: DemoStep
  carrier: 'parcel' | 'manual'
  at: Date
  days: number
}

async function takeThrough(session: DemoSession, state: DemoState, { shipmentIds, step, carrier, at, days }: Going): Promise<void> {
  if (shipmentIds.length === 0 || step === 'released') return
  session.at(new Date(at.getTime() + HOUR_MS / 2))
  // A shipment of services only is picked as it is released; its refusal is expected.
  await session.batch(
    pickShipments,
    shipmentIds.map((shipment_id) => ({ shipment_id })),
    100,
  )
  if (step === 'picked') return
  session.at(new Date(at.getTime() + HOUR_MS))
  allGood(
    await session.batch(
      packShipments,
      shipmentIds.map((shipment_id) => ({ shipment_id, carrier, service: 'standard' })),
    ),
    'pack a shipment',
  )
  if (step === 'packed') return
  const shippedAt = new Date(at.getTime() + 2 * HOUR_MS)
  session.at(shippedAt)
  allGood(
    await session.batch(
      shipShipments,
      shipmentIds.map((shipment_id) => ({ shipment_id, happened_at: shippedAt.toISOString() })),
      100,
    ),
    'ship a shipment',
  )
  const arrivesAt = new Date(shippedAt.getTime() + days * DAY_MS - 5 * HOUR_MS)
  state.onTheWay.push(...shipmentIds.map((shipmentId) => ({ shipmentId, arrivesAt })))
}

/** Parcel or pallet, by the weight of what is ordered. */
function carrierOf(ground: DemoGround, { order }: DemoOrder): 'parcel' | 'manual' {
  const weight = order.body.lines.reduce((sum, line) => sum + (ground.weights.get(line.sku) ?? 0) * line.quantity, 0)
  return weight > 0 && weight <= PARCEL_LIMIT_G ? 'parcel' : 'manual'
}
