import { placeOrders, recordPaymentBatch } from '../../modules/orders/index.ts'
import type { DemoOrder, DemoRefund } from './demo-plan.ts'
import { allGood, type DemoSession } from './demo-session.ts'
import type { DemoState } from './demo-state.ts'

/** Lines of orders that go into one transaction. */
const LINES_AT_ONCE = 2500
const MINUTE_MS = 60_000

/** Takes the day's orders in, a minute after the last of each batch was placed. */
export async function takeOrders(session: DemoSession, state: DemoState, orders: readonly DemoOrder[]): Promise<void> {
  for (const group of groupsOf(orders)) {
    const last = group.at(-1)?.order.placedAt
    if (last === undefined) continue
    session.at(new Date(last.getTime() + MINUTE_MS))
    const bodies = group.map(({ order }) => order.body)
    // oxlint-disable-next-line no-await-in-loop -- orders come one after another
    const taken = allGood(await session.batch(placeOrders, bodies), 'take an order')
    for (const [index, { order, step }] of group.entries()) {
      state.orderIds.set(order.invoice, taken[index]?.id ?? '')
      if (step !== 'shipped') state.openInvoices.add(order.invoice)
    }
  }
}

/** Gives money back that no goods came back for. */
export async function giveRefunds(session: DemoSession, state: DemoState, refunds: readonly DemoRefund[]): Promise<void> {
  const facts = refunds.map(({ invoice, amount, reference, reason }) => ({
    order_id: state.orderIds.get(invoice) ?? '',
    kind: 'refunded' as const,
    amount,
    method: 'card',
    reference,
    reason,
  }))
  allGood(await session.batch(recordPaymentBatch, facts), 'refund')
}

function groupsOf(orders: readonly DemoOrder[]): DemoOrder[][] {
  const groups: DemoOrder[][] = []
  let lines = 0
  for (const order of orders) {
    const last = groups.at(-1)
    const more = order.order.body.lines.length
    if (last === undefined || lines + more > LINES_AT_ONCE || last.length === placeOrders.maxElements) {
      groups.push([order])
      lines = more
    } else {
      last.push(order)
      lines += more
    }
  }
  return groups
}
