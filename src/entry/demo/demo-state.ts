import type { DemoGround } from './demo-setup.ts'

/** What every day's work needs. */
export interface DemoWork {
  ground: DemoGround
  state: DemoState
}

/** What the demo remembers of its work from day to day. */
export interface DemoState {
  /** Order ids by invoice. */
  orderIds: Map<string, string>
  /** Invoices whose orders are left open at some step before shipped. */
  openInvoices: Set<string>
  /** Shipments on their way to the customer, with the moment they arrive. */
  onTheWay: { shipmentId: string; arrivesAt: Date }[]
  /** How much of an amount can still be given back on an order, in pence; what is answered counts as given. */
  refundable(invoice: string, amount: number): number
}

/** Nothing remembered yet. `totals`: what each invoice paid, in pence. */
export function emptyState(totals: ReadonlyMap<string, number>): DemoState {
  const left = new Map(totals)
  return {
    orderIds: new Map(),
    openInvoices: new Set(),
    onTheWay: [],
    refundable(invoice, amount) {
      const can = Math.min(amount, left.get(invoice) ?? 0)
      left.set(invoice, (left.get(invoice) ?? 0) - can)
      return can
    },
  }
}
