import { type SourcedLine, sourceOrder, type SourcingPolicy, type SourcingReasons, type SourcingWarehouse } from './source-order.ts'

/** Where an order's goods come from: by warehouse code how many pieces of what, and the pieces nobody had. */
export interface SourcedParts {
  parts: ReadonlyMap<string, { sku: string; quantity: number }[]>
  missing: number
}

/** Why a decision cannot be made again from what was kept of it. */
export type Untold = 'held_stock' | 'not_kept' | 'no_stocked_lines' | 'warehouses_gone'

/** A decision made again. `effects` is empty where the draft decides as it was decided. */
export interface SourcingTrial {
  before: SourcedParts
  after: SourcedParts
  effects: SourcingEffect[]
}

export const SOURCING_EFFECTS = ['moved', 'split', 'joined', 'backordered', 'served', 'refused'] as const
export type SourcingEffect = (typeof SOURCING_EFFECTS)[number]

export interface DecisionToTry {
  reasons: SourcingReasons
  /** Different stocked items of the order; a record without lines tells the stock of one item only. */
  itemCount: number
  /** SKU of the order where it has one item; any text else. */
  sku: string
  warehouses: readonly SourcingWarehouse[]
  shipTo: { country: string; postcode: string }
}

/**
 * Decides an order again under a draft policy, on the stock it met when it was decided and on the warehouses as they are today (their
 * priority and address), as far as they were candidates then. Pure. What is not told exactly by the record is not guessed.
 */
export function trySourcing(decision: DecisionToTry, draft: SourcingPolicy): SourcingTrial | Untold {
  const lines = linesOf(decision)
  if (typeof lines === 'string') return lines
  const known = new Set(decision.reasons.candidates.map((candidate) => candidate.code))
  const warehouses = decision.warehouses.filter((warehouse) => known.has(warehouse.code))
  const chosen = warehouses.filter((warehouse) => decision.reasons.chosen.includes(warehouse.code))
  if (warehouses.length === 0 || chosen.length < decision.reasons.chosen.length) return 'warehouses_gone'
  // What was decided, from the warehouses that were chosen and in their order: their goods line by line as they were given then.
  const inOrder = decision.reasons.chosen.flatMap((code, priority) =>
    chosen.filter((one) => one.code === code).map((one) => ({ ...one, priority })),
  )
  const before = partsOf(lines, inOrder, { ...ALL_OF_THEM, max_shipments: Math.max(1, inOrder.length) }, decision.shipTo)
  const after = partsOf(lines, warehouses, draft, decision.shipTo)
  return { before, after, effects: effectsOf(before, after, draft) }
}

const ALL_OF_THEM: SourcingPolicy = {
  prefer: 'priority',
  keep_together: false,
  allow_split: true,
  max_shipments: 10,
  on_shortage: 'backorder',
}

/** The lines with the stock they met: as kept, or told by the candidates where each had all or nothing, or where there is one item. */
function linesOf({ reasons, itemCount, sku }: DecisionToTry): SourcedLine[] | Untold {
  if (reasons.rule === 'no_stocked_lines') return 'no_stocked_lines'
  if (reasons.rule === 'held_stock' || (reasons.from_holds ?? 0) > 0) return 'held_stock'
  if (reasons.lines !== undefined) return reasons.lines
  const [first] = reasons.candidates
  if (first === undefined) return 'warehouses_gone'
  if (first.wanted === 0) return 'no_stocked_lines'
  const told = itemCount === 1 || reasons.candidates.every((candidate) => candidate.ships_all || candidate.can_ship === 0)
  if (!told) return 'not_kept'
  const stock = Object.fromEntries(reasons.candidates.map((candidate) => [candidate.code, candidate.can_ship]))
  return [{ sku, quantity: first.wanted, only: null, stock }]
}

function partsOf(
  lines: readonly SourcedLine[],
  warehouses: readonly SourcingWarehouse[],
  policy: SourcingPolicy,
  shipTo: DecisionToTry['shipTo'],
): SourcedParts {
  const stockOf = new Map(lines.map((line) => [line.sku, line.stock]))
  const codeOf = new Map(warehouses.map((warehouse) => [warehouse.id, warehouse.code]))
  const answer = sourceOrder({
    lines: lines.map((line, index) => ({
      key: String(index),
      itemId: line.sku,
      sku: line.sku,
      quantity: line.quantity,
      onlyCode: line.only,
    })),
    warehouses,
    policy,
    shipTo,
    available: (itemId, warehouseId) => stockOf.get(itemId)?.[codeOf.get(warehouseId) ?? ''] ?? 0,
  })
  const parts = Map.groupBy(answer.assigned, (part) => codeOf.get(part.warehouseId) ?? '')
  return {
    parts: new Map(
      [...parts].map(([code, group]) => [
        code,
        group.map((part) => ({ sku: lines[Number(part.key)]?.sku ?? '', quantity: part.quantity })),
      ]),
    ),
    missing: answer.missing.reduce((sum, part) => sum + part.quantity, 0),
  }
}

/** At most one of moved, split and joined, and what becomes of pieces nobody had. A refused order goes nowhere. */
function effectsOf(before: SourcedParts, after: SourcedParts, draft: SourcingPolicy): SourcingEffect[] {
  if (after.missing > 0 && draft.on_shortage === 'refuse') return ['refused']
  const way = ((): SourcingEffect[] => {
    if (before.parts.size === 0 || after.parts.size === 0) return []
    if (before.parts.size <= 1 && after.parts.size > 1) return ['split']
    if (before.parts.size > 1 && after.parts.size === 1) return ['joined']
    return [...before.parts.keys()].every((code) => after.parts.has(code)) && before.parts.size === after.parts.size ? [] : ['moved']
  })()
  if (after.missing > before.missing) return [...way, 'backordered']
  return after.missing < before.missing ? [...way, 'served'] : way
}
