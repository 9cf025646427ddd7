/** A line that waits for goods; lines come in the order they are served. */
export interface WaitingLine {
  sourceLineId: string
  itemId: string
  quantity: number
  warehouseIds: readonly string[]
}

/** Goods that are expected at a warehouse at an instant. */
export interface DatedSupply {
  supplyLineId: string
  itemId: string
  warehouseId: string
  quantity: number
  expectedAt: Date
}

/** A part of expected goods that a waiting line is promised. */
export interface Peg {
  sourceLineId: string
  supplyLineId: string
  itemId: string
  warehouseId: string
  quantity: number
  expectedAt: Date
}

/**
 * Promises expected goods to waiting lines: each line in turn takes the earliest supply at a warehouse that may serve it (the
 * pegging of requirements to receipts, APICS Dictionary, "pegging"). A supply is never promised beyond its quantity.
 */
export function pegSupply(waiting: readonly WaitingLine[], supplies: readonly DatedSupply[]): Peg[] {
  const left = new Map(
    [...Map.groupBy(supplies, (supply) => supply.itemId)].map(([itemId, group]) => [
      itemId,
      group
        .toSorted((a, b) => a.expectedAt.getTime() - b.expectedAt.getTime() || (a.supplyLineId < b.supplyLineId ? -1 : 1))
        .map((supply) => ({ supply, quantity: supply.quantity })),
    ]),
  )
  const pegs: Peg[] = []
  for (const line of waiting) {
    const open = left.get(line.itemId) ?? []
    let wanted = line.quantity
    for (const part of open) {
      if (wanted === 0) break
      const { supplyLineId, itemId, warehouseId, expectedAt } = part.supply
      const quantity = line.warehouseIds.includes(warehouseId) ? Math.min(wanted, part.quantity) : 0
      if (quantity === 0) continue
      part.quantity -= quantity
      wanted -= quantity
      pegs.push({ sourceLineId: line.sourceLineId, supplyLineId, itemId, warehouseId, quantity, expectedAt })
    }
    if (open.some((part) => part.quantity === 0))
      left.set(
        line.itemId,
        open.filter((part) => part.quantity > 0),
      )
  }
  return pegs
}
