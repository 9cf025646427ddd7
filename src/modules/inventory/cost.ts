import { invariant } from '../../kernel/errors.ts'
import { mulDivFloor, sliceOf } from '../../kernel/money.ts'

/** An open cost layer, oldest first by `seq`. Values in minor units of the base currency. */
export interface OpenLayer {
  id: string
  seq: number
  quantity: number
  valueMinor: number
  remainingQuantity: number
  remainingValueMinor: number
}

/** A part taken from a layer. */
export interface LayerUse {
  layerId: string
  quantity: number
  valueMinor: number
}

/**
 * Takes a quantity from layers in the order recorded (FIFO), changing their remainders in place.
 * A part of a layer is worth value × cumulative quantity ÷ layer quantity, rounded down, less what is already taken,
 * so the parts of a layer always add up to its value.
 */
export function consumeLayers(layers: OpenLayer[], wanted: number): LayerUse[] {
  const uses: LayerUse[] = []
  let left = wanted
  for (const layer of layers) {
    if (left === 0) break
    if (layer.remainingQuantity === 0) continue
    const quantity = Math.min(left, layer.remainingQuantity)
    const valueMinor = worthOfNext(layer, quantity)
    layer.remainingQuantity -= quantity
    layer.remainingValueMinor -= valueMinor
    uses.push({ layerId: layer.id, quantity, valueMinor })
    left -= quantity
  }
  invariant(left === 0, `cost layers hold what levels hold; ${left} of ${wanted} had no layer`)
  return uses
}

function worthOfNext(layer: OpenLayer, quantity: number): number {
  const takenQuantity = layer.quantity - layer.remainingQuantity
  const takenValue = layer.valueMinor - layer.remainingValueMinor
  return sliceOf(layer.valueMinor, takenQuantity + quantity, layer.quantity, takenValue)
}

/** A shipment's use of a layer and how much of it came back already. */
export interface ReturnableUse {
  layerId: string
  seq: number
  quantity: number
  valueMinor: number
  returnedQuantity: number
  returnedValueMinor: number
}

/** A part of a use that comes back. */
export interface ReturnedPart extends LayerUse {
  ofUseSeq: number
}

/**
 * Gives a quantity back to a shipment line's uses, last used first, changing their returned parts in place.
 * Never more than was used: what is left over is answered as `uncovered`.
 */
export function giveBack(uses: ReturnableUse[], wanted: number): { parts: ReturnedPart[]; uncovered: number } {
  const parts: ReturnedPart[] = []
  let left = wanted
  for (const use of uses.toSorted((a, b) => b.seq - a.seq)) {
    if (left === 0) break
    const quantity = Math.min(left, use.quantity - use.returnedQuantity)
    if (quantity === 0) continue
    const valueMinor = sliceOf(use.valueMinor, use.returnedQuantity + quantity, use.quantity, use.returnedValueMinor)
    use.returnedQuantity += quantity
    use.returnedValueMinor += valueMinor
    parts.push({ layerId: use.layerId, ofUseSeq: use.seq, quantity, valueMinor })
    left -= quantity
  }
  return { parts, uncovered: left }
}

/** Cost of a quantity at a layer's average, rounded down; 0 without a layer. For goods whose cost is not known. */
export function assumedCost(layer: Pick<OpenLayer, 'quantity' | 'valueMinor'> | undefined, quantity: number): number {
  return layer === undefined ? 0 : mulDivFloor(layer.valueMinor, quantity, layer.quantity)
}
