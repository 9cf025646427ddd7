import { pickInteger } from './fraction.ts'

/** Goods that leave: how many pieces and when (milliseconds since 1970). */
export interface Demand {
  at: number
  quantity: number
}

/** A quantity that comes in on one of the receiving times. */
export interface Supply {
  period: number
  quantity: number
}

/**
 * When goods of one item come into one warehouse, and how many: at least two receipts, each before the demand it covers, so that nothing is
 * shipped before it was received. Bigger sellers come more often; each receipt brings a little more than is needed, so that
 * stock of several receipts lies side by side.
 *
 * @param times receiving times, ascending; the first is before all demand
 * @param key decides the surplus; the same key gives the same answer, null brings none
 */
export function planSupply(demand: readonly Demand[], times: readonly number[], key: string | null): Supply[] {
  const byPeriod = new Map<number, number>()
  for (const { at, quantity } of demand) {
    const period = periodOf(at, times)
    byPeriod.set(period, (byPeriod.get(period) ?? 0) + quantity)
  }
  const periods = [...byPeriod].toSorted(([a], [b]) => a - b)
  const [only] = periods
  if (only === undefined) return []
  if (periods.length === 1) return splitInTwo(only[0], only[1], key)
  return groupsOf(periods).map(({ period, quantity }, index) => ({
    period,
    quantity: withSurplus(quantity, key === null ? null : `${key} ${index}`),
  }))
}

/** The last receiving time at or before an instant. @throws RangeError when there is none: demand before the first receipt cannot be met. */
function periodOf(at: number, times: readonly number[]): number {
  const period = times.findLastIndex((time) => time <= at)
  if (period < 0) throw new RangeError(`Goods leave at ${new Date(at).toISOString()}, before anything is received`)
  return period
}

function splitInTwo(period: number, quantity: number, key: string | null): Supply[] {
  if (key === null && quantity === 1) return [{ period, quantity }]
  const first = Math.max(1, Math.ceil((quantity * 3) / 5))
  const second = withSurplus(Math.max(1, quantity - first), key)
  return [
    { period, quantity: first },
    { period, quantity: second },
  ]
}

/** Cuts the periods into 2 to 6 groups of about the same quantity; a group comes in whole at its first period. */
function groupsOf(periods: readonly (readonly [number, number])[]): Supply[] {
  const total = periods.reduce((sum, [, quantity]) => sum + quantity, 0)
  const wanted = Math.min(periods.length, 6, 2 + Math.floor(Math.log10(total)))
  const groups: Supply[] = []
  let covered = 0
  for (const [index, [period, quantity]] of periods.entries()) {
    const last = groups.at(-1)
    const due = covered * wanted >= total * groups.length || (groups.length === 1 && index === periods.length - 1)
    if (last === undefined || (due && groups.length < wanted)) groups.push({ period, quantity })
    else last.quantity += quantity
    covered += quantity
  }
  return groups
}

/** 4 to 12 % more, at least a piece for every other item, in packs of six once it is worth it. */
function withSurplus(quantity: number, key: string | null): number {
  if (key === null) return quantity
  const more = quantity + Math.ceil((quantity * pickInteger(key, 4, 12)) / 100) - (quantity < 10 ? pickInteger(`${key} small`, 0, 1) : 0)
  return more < 24 ? more : Math.ceil(more / 6) * 6
}
