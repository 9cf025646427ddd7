import type { RetailOrder } from '../../flows/imports/online-retail/index.ts'
import { millionthOf } from './fraction.ts'

/** How far the demo takes an order. */
export type DemoStep = 'placed' | 'released' | 'picked' | 'packed' | 'shipped'

/**
 * How far each order is taken: the orders of the last trading day wait for release, those of the day before are on the floor (half to pick, half to pack),
 * those of the third last stand packed or are gone, everything before is shipped. A demo of fewer than four trading days
 * has all steps within its last day instead.
 */
export function stepOf(order: Pick<RetailOrder, 'invoice'>, day: string, tradingDays: readonly string[]): DemoStep {
  const half = millionthOf(`${order.invoice} step`) % 2 === 0
  const fromEnd = tradingDays.length - 1 - tradingDays.indexOf(day)
  if (tradingDays.length < 4) return fromEnd > 0 ? 'shipped' : stepWithinDay(order)
  if (fromEnd === 0) return 'placed'
  if (fromEnd === 1) return half ? 'released' : 'picked'
  if (fromEnd === 2) return half ? 'packed' : 'shipped'
  return 'shipped'
}

function stepWithinDay(order: Pick<RetailOrder, 'invoice'>): DemoStep {
  const steps: readonly DemoStep[] = ['placed', 'released', 'picked', 'packed', 'shipped']
  return steps[millionthOf(`${order.invoice} step`) % steps.length] ?? 'shipped'
}
