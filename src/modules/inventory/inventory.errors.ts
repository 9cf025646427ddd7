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
  return new DomainError('rule', 'inventory.insufficient_stock', `Not enough stock: item ${first?.item_id} has ${first?.available} where ${first?.wanted} are wanted${more}. Lower the quantity or book the goods in first.`, { detail: { shortages } })
}

/** Goods cannot go between these kinds of places: no accounts are known for it. */
export function refusedPair(from: string, to: string): DomainError {
  return new DomainError('rule', 'inventory.no_posting_rule', `Goods cannot move from ${from} to ${to}: no posting rule covers that pair. Use the document made for it.`, { detail: { from, to } })
}

/** A location id or code that this organization or warehouse does not have. */
export function unknownLocation(pointer: string, value: string): DomainError {
  return new DomainError('invalid', 'inventory.unknown_location', `There is no location ${value} in this warehouse. Create it or correct the code.`, {
    fields: [{ pointer, code: 'unknown_location', message: `there is no location ${value} in this warehouse; create it or correct the code` }],
  })
}
