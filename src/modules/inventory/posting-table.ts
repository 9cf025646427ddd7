import { ZERO_ID } from '../../kernel/ids.ts'
import type { LocationFacts, LocationKind, PostingRule } from './goods-posting.ts'

/**
 * Goods post by this table: from kind → to kind → accounts (MODEL, Money). Opening stock is against opening equity, scrap and
 * damage against write-off, only unexplained loss or find against shrinkage. A pair that is not here is refused.
 */
const RULES: Partial<Record<LocationKind, Partial<Record<LocationKind, PostingRule>>>> = {
  supplier: {
    real: { direction: 'in', debit: 'inventory', credit: 'received_not_invoiced' },
    customer: { direction: 'through', debit: 'cost_of_goods_sold', credit: 'received_not_invoiced' },
  },
  opening: { real: { direction: 'in', debit: 'inventory', credit: 'opening_equity' } },
  customer: {
    real: { direction: 'in', debit: 'inventory', credit: 'cost_of_goods_sold' },
    // Lost on the way to the customer: no longer the cost of a sale.
    write_off: { direction: 'onward', debit: 'write_off', credit: 'cost_of_goods_sold' },
  },
  write_off: {
    real: { direction: 'in', debit: 'inventory', credit: 'write_off' },
    // Written off as lost, and the customer has it after all: the cost of the sale again.
    customer: { direction: 'through', debit: 'cost_of_goods_sold', credit: 'write_off' },
  },
  shrinkage: { real: { direction: 'in', debit: 'inventory', credit: 'shrinkage' } },
  real: {
    supplier: { direction: 'out', debit: 'received_not_invoiced', credit: 'inventory' },
    opening: { direction: 'out', debit: 'opening_equity', credit: 'inventory' },
    customer: { direction: 'out', debit: 'cost_of_goods_sold', credit: 'inventory' },
    write_off: { direction: 'out', debit: 'write_off', credit: 'inventory' },
    shrinkage: { direction: 'out', debit: 'shrinkage', credit: 'inventory' },
  },
}

/**
 * The rule for a movement between two locations, or null when the pair is not in the table.
 * Within one warehouse nothing changes value; goods of another owner never do.
 */
export function postingRule(from: LocationFacts, to: LocationFacts, ownerId: string): PostingRule | null {
  if (from.kind === 'real' && to.kind === 'real') return from.warehouseId === to.warehouseId ? { direction: 'none' } : null
  const rule = RULES[from.kind]?.[to.kind] ?? null
  if (rule === null || ownerId === ZERO_ID) return rule
  return { direction: 'none' }
}

/** Every rule of the table, for checks that look at all movements at once. */
export function listPostingRules(): (PostingRule & { from: LocationKind; to: LocationKind })[] {
  return Object.entries(RULES).flatMap(([from, targets]) =>
    Object.entries(targets).map(([to, rule]) => ({ ...rule, from: from as LocationKind, to: to as LocationKind })),
  )
}
