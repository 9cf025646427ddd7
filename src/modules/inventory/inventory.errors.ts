import { DomainError } from '../../kernel/errors.ts'

export interface Shortage {
  item_id: string
  location_id?: string
  warehouse_id?: string
  wanted: number
  available: number
}

/** More was asked of a location or warehouse than it has; names every short item. */
export function insufficientStock(shortages: Shortage[]): DomainError {
  const first = shortages[0]
  const more = shortages.length > 1 ? ` and ${shortages.length - 1} more` : ''
  return new DomainError(
    'rule',
    'inventory.insufficient_stock',
    `Not enough stock: item ${first?.item_id} has ${first?.available} where ${first?.wanted} are wanted${more}. Lower the quantity or book the goods in first.`,
    { detail: { shortages } },
  )
}

/** Goods cannot go between these kinds of places: no accounts are known for it. */
export function refusedPair(from: string, to: string): DomainError {
  return new DomainError(
    'rule',
    'inventory.no_posting_rule',
    `Goods cannot move from ${from} to ${to}: no posting rule covers that pair. Use the document made for it.`,
    { detail: { from, to } },
  )
}

/** Goods of a receipt that is to be taken back were already sold or used. */
export function layerUsed(itemId: string, wanted: number, left: number): DomainError {
  return new DomainError(
    'rule',
    'inventory.receipt_used',
    `Of the goods of this receipt only ${left} of ${wanted} (item ${itemId}) are still here at their cost; the rest was shipped or used. Adjust the stock instead.`,
    { detail: { item_id: itemId, wanted, left } },
  )
}

/** Two warehouses cannot share a code. */
export function warehouseCodeTaken(): DomainError {
  return new DomainError('conflict', 'inventory.warehouse_code_taken', 'Another warehouse has this code; choose another one.', {
    fields: [{ pointer: '/code', code: 'taken', message: 'belongs to another warehouse' }],
  })
}

/** A warehouse has each location code once. */
export function locationCodeTaken(): DomainError {
  return new DomainError(
    'conflict',
    'inventory.location_code_taken',
    'A location with this code is already in the warehouse; choose another code.',
    { fields: [{ pointer: '/code', code: 'taken', message: 'belongs to another location of the warehouse' }] },
  )
}

/** An adjustment is taken back once. */
export function alreadyReversed(): DomainError {
  return new DomainError(
    'conflict',
    'inventory.already_reversed',
    'This adjustment was already reversed. Look at the reversal; make a new adjustment for anything else.',
  )
}

/** A reversal is not reversed; its opposite is a new adjustment. */
export function reversalOfReversal(): DomainError {
  return new DomainError('rule', 'inventory.reversal_of_reversal', 'This adjustment is itself a reversal. Make a new adjustment instead.')
}

/** Late cost would leave goods worth less than nothing. */
export function costBelowZero(itemId: string, valueMinor: number, changeMinor: number): DomainError {
  return new DomainError(
    'rule',
    'inventory.cost_below_zero',
    `The goods (item ${itemId}) came in at ${valueMinor} minor units and cannot be lowered by ${-changeMinor}. Lower the amount.`,
    { detail: { item_id: itemId, value_minor: valueMinor, change_minor: changeMinor } },
  )
}
