import { instantOf } from '../../flows/imports/online-retail/index.ts'
import { deliverArrived, workLeftovers, workTheFloor } from './demo-floor.ts'
import { receiveDeliveries, writeOffGoods } from './demo-goods.ts'
import { giveRefunds, takeOrders } from './demo-orders.ts'
import type { DemoDay } from './demo-plan.ts'
import { receiveReturned } from './demo-returns.ts'
import type { DemoSession } from './demo-session.ts'
import type { DemoWork } from './demo-state.ts'

const MINUTE_MS = 60_000

/** Does one day: deliveries in the morning and what they set free, orders, the floor, and in the evening returns, refunds and write-offs. */
export async function playDay(session: DemoSession, { ground, state }: DemoWork, day: DemoDay): Promise<void> {
  await receiveDeliveries(session, ground, day.receipts)
  await workLeftovers(session, state, instantOf(`${day.day} 05:30:00`))
  await takeOrders(session, state, day.orders)
  const lastPlaced = day.orders.at(-1)?.order.placedAt.getTime() ?? 0
  const afternoon = new Date(Math.max(instantOf(`${day.day} 15:00:00`).getTime(), lastPlaced + 10 * MINUTE_MS))
  await workTheFloor(session, { ground, state }, day.orders, afternoon)
  const evening = instantOf(`${day.day} 23:00:00`)
  await deliverArrived(session, state, evening)
  await receiveReturned(session, ground, state, day.returns)
  await giveRefunds(session, state, day.refunds)
  await writeOffGoods(session, ground, day.writeOffs)
}
