/** A warehouse that may serve the order's channel. */
export interface SourcingWarehouse {
  id: string
  code: string
  name: string
  priority: number
  country: string
  postcode: string
  latitude: number | null
  longitude: number | null
}

export interface SourcingPolicy {
  prefer: 'priority' | 'nearest'
  keep_together: boolean
  allow_split: boolean
  max_shipments: number
  on_shortage: 'backorder' | 'refuse'
}

export interface SourcingLine {
  key: string
  itemId: string
  sku: string
  quantity: number
  /** The line may only come from this warehouse. */
  onlyCode: string | null
}

export interface SourcingQuestion {
  lines: readonly SourcingLine[]
  warehouses: readonly SourcingWarehouse[]
  policy: SourcingPolicy
  shipTo: { country: string; postcode: string; latitude?: number; longitude?: number }
  /** What a warehouse can promise of an item now. */
  available(itemId: string, warehouseId: string): number
}

export interface SourcingAnswer {
  assigned: { key: string; warehouseId: string; quantity: number }[]
  missing: { key: string; quantity: number; warehouseIds: string[] }[]
  reasons: SourcingReasons
}

/** Why this warehouse: kept on the order and shown to people. */
export interface SourcingReasons {
  rule:
    | 'one_warehouse_has_all'
    | 'fewest_shipments'
    | 'most_in_one'
    | 'most_available'
    | 'nothing_available'
    | 'no_stocked_lines'
    | 'no_warehouse'
    | 'held_stock'
  prefer: 'priority' | 'nearest'
  chosen: string[]
  /** Ranked best first: how near, what priority, and how much of the order each could ship. */
  candidates: {
    code: string
    rank: number
    same_country: boolean
    postcode_match: number
    distance_km: number | null
    priority: number
    can_ship: number
    wanted: number
    ships_all: boolean
  }[]
  missing: { sku: string; quantity: number }[]
  /** What each line found, by warehouse; kept only where `candidates` do not say it all: a warehouse had a part, or a line is bound to one. */
  lines?: SourcedLine[]
  /** Pieces a checkout had held for the order; they were not chosen here. */
  from_holds?: number
}

/** A line as it was sourced, with what every candidate could promise of its item then. */
export interface SourcedLine {
  sku: string
  quantity: number
  only: string | null
  stock: Record<string, number>
}

/** Most warehouses looked at for one order; the best ranked ones. Keeps the choice of subsets small. */
const MAX_CANDIDATES = 10

/**
 * Decides which warehouse ships which line, by rule: warehouses ranked by nearness or priority; one that has everything wins;
 * else the smallest set (fewest shipments, best ranked first) that has everything, if splitting is allowed; else as much as
 * possible, the rest is missing. Pure: the answer names its reasons.
 */
export function sourceOrder(question: SourcingQuestion): SourcingAnswer {
  const ranked = rank(question).slice(0, MAX_CANDIDATES)
  if (ranked.length === 0) return answer(question, ranked, 'no_warehouse', { from: [], wait: [] })
  if (question.lines.length === 0) return answer(question, ranked, 'no_stocked_lines', { from: [], wait: [] })
  const { policy } = question
  const alone = ranked.find((warehouse) => coversAll(question, [warehouse]))
  if (alone !== undefined && (policy.keep_together || !policy.allow_split || alone === ranked[0]))
    return answer(question, ranked, 'one_warehouse_has_all', { from: [alone], wait: [alone] })
  if (!policy.allow_split) {
    const best = mostIn(question, ranked)
    return answer(question, ranked, canShip(question, best) === 0 ? 'nothing_available' : 'most_in_one', { from: [best], wait: [best] })
  }
  if (!policy.keep_together)
    return answer(question, ranked, 'most_available', { from: ranked.slice(0, policy.max_shipments), wait: ranked })
  const set = smallestCover(question, ranked)
  if (set !== null) return answer(question, ranked, 'fewest_shipments', { from: set, wait: ranked })
  const some = ranked.filter((warehouse) => canShip(question, warehouse) > 0)
  const from = bestSome(question, some)
  return answer(question, ranked, from.length === 0 ? 'nothing_available' : 'most_available', { from, wait: ranked })
}

interface Ranked extends SourcingWarehouse {
  sameCountry: boolean
  postcodeMatch: number
  distanceKm: number | null
}

function rank(question: SourcingQuestion): Ranked[] {
  const { shipTo, policy } = question
  const near = (a: Ranked, b: Ranked) =>
    Number(b.sameCountry) - Number(a.sameCountry) ||
    (a.distanceKm !== null && b.distanceKm !== null ? a.distanceKm - b.distanceKm : 0) ||
    b.postcodeMatch - a.postcodeMatch
  const byPriority = (a: Ranked, b: Ranked) => a.priority - b.priority
  const [first, second] = policy.prefer === 'nearest' ? [near, byPriority] : [byPriority, near]
  return question.warehouses
    .map((warehouse): Ranked => ({
      ...warehouse,
      sameCountry: warehouse.country === shipTo.country,
      postcodeMatch:
        warehouse.country === shipTo.country ? commonPrefix(plainPostcode(warehouse.postcode), plainPostcode(shipTo.postcode)) : 0,
      distanceKm: distanceKm(warehouse, shipTo),
    }))
    .toSorted((a, b) => first(a, b) || second(a, b) || (a.code < b.code ? -1 : 1))
}

function plainPostcode(postcode: string): string {
  return postcode.toUpperCase().replaceAll(/[^0-9A-Z]/g, '')
}

function commonPrefix(a: string, b: string): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1
  return length
}

/** Great-circle distance by the haversine formula on a sphere of 6371 km; null where a coordinate is unknown. */
export function distanceKm(
  from: { latitude: number | null; longitude: number | null },
  to: { latitude?: number; longitude?: number },
): number | null {
  if (from.latitude === null || from.longitude === null || to.latitude === undefined || to.longitude === undefined) return null
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const [lat1, lat2] = [radians(from.latitude), radians(to.latitude)]
  const h = Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin(radians(to.longitude - from.longitude) / 2) ** 2
  return Math.round(2 * 6371 * Math.asin(Math.sqrt(h)))
}

/** Demand by item of lines that may come from a warehouse: two lines of one item share its stock. */
function demandAt(question: SourcingQuestion, warehouse: SourcingWarehouse): Map<string, number> {
  const demand = new Map<string, number>()
  for (const line of question.lines) {
    if (line.onlyCode !== null && line.onlyCode !== warehouse.code) continue
    demand.set(line.itemId, (demand.get(line.itemId) ?? 0) + line.quantity)
  }
  return demand
}

function canShip(question: SourcingQuestion, warehouse: SourcingWarehouse): number {
  let quantity = 0
  for (const [itemId, wanted] of demandAt(question, warehouse))
    quantity += Math.min(wanted, Math.max(0, question.available(itemId, warehouse.id)))
  return quantity
}

function coversAll(question: SourcingQuestion, set: readonly SourcingWarehouse[]): boolean {
  return assign(question, set).left.every((line) => line.quantity === 0)
}

function mostIn(question: SourcingQuestion, ranked: readonly Ranked[]): Ranked {
  return ranked.toSorted((a, b) => canShip(question, b) - canShip(question, a))[0] as Ranked
}

/** The smallest set that has everything; among equal sizes the best ranked first (lexicographic in rank order). */
function smallestCover(question: SourcingQuestion, ranked: readonly Ranked[]): Ranked[] | null {
  for (let size = 1; size <= Math.min(question.policy.max_shipments, ranked.length); size += 1) {
    const set = subsets(ranked, size).find((candidate) => coversAll(question, candidate))
    if (set !== undefined) return set
  }
  return null
}

function subsets<T>(of: readonly T[], size: number): T[][] {
  if (size === 0) return [[]]
  return of.flatMap((element, index) => subsets(of.slice(index + 1), size - 1).map((rest) => [element, ...rest]))
}

/** Nothing covers the order: take the warehouse that ships most, then the next that adds most, within the limit. */
function bestSome(question: SourcingQuestion, some: readonly Ranked[]): Ranked[] {
  const chosen: Ranked[] = []
  let covered = 0
  while (chosen.length < question.policy.max_shipments) {
    const gains = some
      .filter((warehouse) => !chosen.includes(warehouse))
      .map((warehouse) => ({ warehouse, ships: assign(question, [...chosen, warehouse]).quantity }))
    const best = gains.toSorted((a, b) => b.ships - a.ships)[0]
    if (best === undefined || best.ships === covered) break
    chosen.push(best.warehouse)
    covered = best.ships
  }
  return chosen
}

/** Gives each line what the set has, whole lines from one warehouse where possible, in the order of the set. */
function assign(
  question: SourcingQuestion,
  set: readonly SourcingWarehouse[],
): { assigned: SourcingAnswer['assigned']; left: { line: SourcingLine; quantity: number }[]; quantity: number } {
  const stock = new Map<string, number>()
  const free = (itemId: string, warehouseId: string) => {
    const key = `${itemId}/${warehouseId}`
    const known = stock.get(key)
    if (known !== undefined) return known
    const now = Math.max(0, question.available(itemId, warehouseId))
    stock.set(key, now)
    return now
  }
  const assigned: SourcingAnswer['assigned'] = []
  const take = (line: SourcingLine, warehouse: SourcingWarehouse, quantity: number) => {
    if (quantity === 0) return
    stock.set(`${line.itemId}/${warehouse.id}`, free(line.itemId, warehouse.id) - quantity)
    assigned.push({ key: line.key, warehouseId: warehouse.id, quantity })
  }
  const left = question.lines.map((line) => {
    const allowed = set.filter((warehouse) => line.onlyCode === null || line.onlyCode === warehouse.code)
    const whole = allowed.find((warehouse) => free(line.itemId, warehouse.id) >= line.quantity)
    if (whole !== undefined) {
      take(line, whole, line.quantity)
      return { line, quantity: 0 }
    }
    let rest = line.quantity
    for (const warehouse of allowed) {
      const quantity = Math.min(rest, free(line.itemId, warehouse.id))
      take(line, warehouse, quantity)
      rest -= quantity
    }
    return { line, quantity: rest }
  })
  return { assigned, left, quantity: assigned.reduce((sum, part) => sum + part.quantity, 0) }
}

/** The answer when lines ship `from` these warehouses and what is missing may `wait` at those. */
function answer(
  question: SourcingQuestion,
  ranked: readonly Ranked[],
  rule: SourcingReasons['rule'],
  { from, wait }: { from: readonly Ranked[]; wait: readonly Ranked[] },
): SourcingAnswer {
  const { assigned, left } = assign(question, from)
  const missing = left
    .filter(({ quantity }) => quantity > 0)
    .map(({ line, quantity }) => ({
      key: line.key,
      quantity,
      warehouseIds: [...new Set([...from, ...wait, ...ranked])]
        .filter((warehouse) => line.onlyCode === null || line.onlyCode === warehouse.code)
        .map((warehouse) => warehouse.id),
    }))
  const used = new Set(assigned.map((part) => part.warehouseId))
  const chosen = from.filter((warehouse) => used.has(warehouse.id) || question.lines.length === 0)
  const wanted = question.lines.reduce((sum, line) => sum + line.quantity, 0)
  const candidates = ranked.map((warehouse, index) => ({
    code: warehouse.code,
    rank: index + 1,
    same_country: warehouse.sameCountry,
    postcode_match: warehouse.postcodeMatch,
    distance_km: warehouse.distanceKm,
    priority: warehouse.priority,
    can_ship: canShip(question, warehouse),
    wanted,
    ships_all: coversAll(question, [warehouse]),
  }))
  const told = question.lines.every((line) => line.onlyCode === null) && candidates.every((one) => one.ships_all || one.can_ship === 0)
  return {
    assigned,
    missing: question.policy.allow_split ? missing : missing.map((part) => ({ ...part, warehouseIds: part.warehouseIds.slice(0, 1) })),
    reasons: {
      rule,
      prefer: question.policy.prefer,
      chosen: chosen.map((warehouse) => warehouse.code),
      candidates,
      missing: left.filter(({ quantity }) => quantity > 0).map(({ line, quantity }) => ({ sku: line.sku, quantity })),
      ...(told ? {} : { lines: stockSeen(question, ranked) }),
    },
  }
}

function stockSeen(question: SourcingQuestion, ranked: readonly Ranked[]): SourcedLine[] {
  return question.lines.map((line) => ({
    sku: line.sku,
    quantity: line.quantity,
    only: line.onlyCode,
    stock: Object.fromEntries(ranked.map((warehouse) => [warehouse.code, Math.max(0, question.available(line.itemId, warehouse.id))])),
  }))
}
