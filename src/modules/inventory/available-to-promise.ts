/** A change of what is available at an instant: goods expected (positive) or promised to others (negative). */
export interface SupplyChange {
  at: Date
  quantity: number
}

/** What can be promised from an instant on. */
export interface PromisePoint {
  at: Date
  /** Sum of all changes at this instant. */
  change: number
  /** Projected available balance after it. */
  balance: number
  /** Cumulative available-to-promise: what can be given away at this instant without leaving any later one short. */
  available: number
}

/**
 * Cumulative available-to-promise with look-ahead (APICS Dictionary, "available-to-promise", "cumulative ATP"; Vollmann et al.,
 * Manufacturing Planning and Control, ch. "Master production scheduling"): at each instant the least projected balance from there
 * on, not below zero. `now` opens the line with what is available; changes of the past count as of now.
 */
export function availableToPromise(now: Date, available: number, changes: readonly SupplyChange[]): PromisePoint[] {
  const byInstant = new Map<number, number>([[now.getTime(), 0]])
  for (const change of changes) {
    const at = Math.max(now.getTime(), change.at.getTime())
    byInstant.set(at, (byInstant.get(at) ?? 0) + change.quantity)
  }
  let balance = available
  const points = [...byInstant]
    .toSorted(([a], [b]) => a - b)
    .map(([at, change]) => {
      balance += change
      return { at: new Date(at), change, balance, available: 0 }
    })
  let least = Number.MAX_SAFE_INTEGER
  for (const point of points.toReversed()) {
    least = Math.min(least, point.balance)
    point.available = Math.max(0, least)
  }
  return points
}

/** The first instant at which a quantity can be promised; null when never. */
export function promiseOf(points: readonly PromisePoint[], quantity: number): Date | null {
  return points.find((point) => point.available >= quantity)?.at ?? null
}
