import type { CommandRun } from '../../kernel/command.ts'
import { invariant } from '../../kernel/errors.ts'
import { assumedCost, consumeLayers, giveBack, type LayerUse, type OpenLayer, type ReturnableUse } from './cost.ts'
import type { NewMovement, PostingRule } from './goods-posting.ts'
import { layerUsed } from './inventory.errors.ts'
import { type LayerGroup, layerGroupKey, readNewestLayers, readOpenedLayers, readOpenLayers, readReturnableUses } from './stock.repo.ts'

/** A layer that a movement opens. */
export interface NewLayer extends LayerGroup {
  id: string
  quantity: number
  valueMinor: number
  provisional: boolean
  assumed: boolean
  originLayerId: string | null
}

/** A use to be written: taken, carried into a running average, or given back. */
export interface NewUse extends LayerUse {
  kind: 'consumed' | 'merged' | 'returned' | 'lost'
  intoLayerId: string | null
  ofUseSeq: number | null
}

/** A movement with its worth in minor units of the base currency and the layers and uses behind it. */
export interface ValuedMovement extends NewMovement {
  rule: PostingRule
  warehouseId: string
  valueMinor: number
  assumed: boolean
  layers: NewLayer[]
  uses: NewUse[]
}

/**
 * Values movements in the order given: goods out take from layers in the order recorded, goods in open a layer.
 * Layers opened here can be consumed by later movements of the same posting.
 */
export async function valueMovements(
  run: CommandRun,
  movements: readonly NewMovement[],
  ruleOf: (movement: NewMovement) => { rule: PostingRule; warehouseId: string },
  costMethodOf: (itemId: string) => string,
): Promise<ValuedMovement[]> {
  const ruled = movements.map(
    (movement) => ({ ...movement, ...ruleOf(movement), valueMinor: 0, assumed: false, layers: [], uses: [] }) as ValuedMovement,
  )
  const shelf = await readShelf(run, ruled, costMethodOf)
  for (const movement of ruled) {
    if (movement.rule.direction === 'out') takeOut(movement, shelf)
    else if (movement.rule.direction === 'in') bringIn(run, movement, shelf, costMethodOf(movement.itemId))
    else if (movement.rule.direction === 'onward') sendOn(movement, shelf)
    else if (movement.rule.direction === 'through') movement.valueMinor = movement.cost?.kind === 'known' ? movement.cost.valueMinor : 0
  }
  return ruled
}

/** What valuing needs to know, read once for the whole posting. */
interface Shelf {
  open: Map<string, OpenLayer[]>
  newest: Map<string, OpenLayer>
  returnable: Map<string, ReturnableUse[]>
  /** The layer that each receipt movement opened, for taking it back. */
  opened: Map<number, OpenLayer[]>
}

async function readShelf(run: CommandRun, ruled: readonly ValuedMovement[], costMethodOf: (itemId: string) => string): Promise<Shelf> {
  const { tx, ctx } = run
  const groups = new Map<string, LayerGroup & { wanted: number }>()
  for (const movement of ruled) {
    const average = movement.rule.direction === 'in' && costMethodOf(movement.itemId) === 'average'
    const current = movement.cost?.kind === 'current'
    if (movement.rule.direction !== 'out' && !average && !current) continue
    const key = layerGroupKey(movement)
    const group = groups.get(key) ?? {
      itemId: movement.itemId,
      warehouseId: movement.warehouseId,
      ownerId: movement.ownerId,
      lotId: movement.lotId,
      wanted: 0,
    }
    // An average-cost item carries all that is open into one layer, also the many layers of a former FIFO time.
    groups.set(key, {
      ...group,
      wanted: average ? Number.MAX_SAFE_INTEGER : Math.min(Number.MAX_SAFE_INTEGER, group.wanted + movement.quantity),
    })
  }
  const open = await readOpenLayers(tx, ctx.orgId, [...groups.values()])
  const returned = ruled.flatMap((movement) =>
    movement.cost?.kind === 'back' || movement.cost?.kind === 'onward' ? [movement.cost.shippedLineId] : [],
  )
  const returnable = await readReturnableUses(tx, ctx.orgId, returned)
  const unknown = ruled.filter((movement) => movement.cost?.kind === 'current' || movement.cost?.kind === 'back')
  const newest = await readNewestLayers(tx, ctx.orgId, unknown)
  const opened = await readOpenedLayers(
    tx,
    ctx.orgId,
    ruled.flatMap((movement) => (movement.cost?.kind === 'own_layer' ? [movement.cost.openedBySeq] : [])),
  )
  // A layer stands on the shelf once, so that what one movement takes the next one misses.
  const onShelf = new Map([...open.values()].flat().map((layer) => [layer.id, layer]))
  return {
    open,
    newest,
    returnable,
    opened: new Map([...opened].map(([seq, layers]) => [seq, layers.map((layer) => onShelf.get(layer.id) ?? layer)])),
  }
}

function takeOut(movement: ValuedMovement, shelf: Shelf): void {
  const { cost } = movement
  const layers = cost?.kind === 'own_layer' ? (shelf.opened.get(cost.openedBySeq) ?? []) : (shelf.open.get(layerGroupKey(movement)) ?? [])
  if (cost?.kind === 'own_layer') {
    // A layer that holds more than its movement brought is a running average: its goods are mixed, their own cost is gone.
    const intact = layers[0]?.quantity === movement.quantity ? layers[0].remainingQuantity : 0
    if (intact < movement.quantity) throw layerUsed(movement.itemId, movement.quantity, intact)
  }
  const taken = consumeLayers(layers, movement.quantity)
  movement.uses.push(...taken.map((use): NewUse => ({ ...use, kind: 'consumed', intoLayerId: null, ofUseSeq: null })))
  movement.valueMinor = taken.reduce((sum, use) => sum + use.valueMinor, 0)
}

function bringIn(run: CommandRun, movement: ValuedMovement, shelf: Shelf, costMethod: string): void {
  const layerId = run.newId()
  const worth = worthOf(movement, shelf, layerId)
  movement.valueMinor = worth.valueMinor
  movement.assumed = worth.assumed
  const key = layerGroupKey(movement)
  const merged = costMethod === 'average' ? mergeOpen(movement, shelf.open.get(key) ?? [], layerId) : { quantity: 0, valueMinor: 0 }
  const quantity = movement.quantity + merged.quantity
  const valueMinor = worth.valueMinor + merged.valueMinor
  movement.layers.push({
    id: layerId,
    itemId: movement.itemId,
    warehouseId: movement.warehouseId,
    ownerId: movement.ownerId,
    lotId: movement.lotId,
    quantity,
    valueMinor,
    provisional: movement.cost?.kind === 'known' && movement.cost.provisional,
    assumed: worth.assumed,
    originLayerId: worth.originLayerId,
  })
  const layers = shelf.open.get(key) ?? []
  layers.push({
    id: layerId,
    seq: Number.MAX_SAFE_INTEGER,
    quantity,
    valueMinor,
    remainingQuantity: quantity,
    remainingValueMinor: valueMinor,
  })
  shelf.open.set(key, layers)
}

function worthOf(
  movement: ValuedMovement,
  shelf: Shelf,
  layerId: string,
): { valueMinor: number; assumed: boolean; originLayerId: string | null } {
  const { cost } = movement
  if (cost?.kind === 'known') return { valueMinor: cost.valueMinor, assumed: false, originLayerId: null }
  const group = layerGroupKey(movement)
  const reference = shelf.open.get(group)?.find((layer) => layer.remainingQuantity > 0) ?? shelf.newest.get(group)
  if (cost?.kind !== 'back') return { valueMinor: assumedCost(reference, movement.quantity), assumed: true, originLayerId: null }
  const { parts, uncovered } = giveBack(shelf.returnable.get(cost.shippedLineId) ?? [], movement.quantity)
  movement.uses.push(...parts.map((part): NewUse => ({ ...part, kind: 'returned', intoLayerId: layerId })))
  const valueMinor = parts.reduce((sum, part) => sum + part.valueMinor, 0) + assumedCost(shelf.newest.get(group), uncovered)
  return { valueMinor, assumed: uncovered > 0, originLayerId: parts[0]?.layerId ?? null }
}

/** Goods that left with a sale are lost on the way: what they left with is written off, and cannot come back any more. */
function sendOn(movement: ValuedMovement, shelf: Shelf): void {
  const uses = movement.cost?.kind === 'onward' ? (shelf.returnable.get(movement.cost.shippedLineId) ?? []) : []
  const { parts, uncovered } = giveBack(uses, movement.quantity)
  invariant(uncovered === 0, 'what is lost was used by its shipment line')
  movement.uses.push(...parts.map((part): NewUse => ({ ...part, kind: 'lost', intoLayerId: null })))
  movement.valueMinor = parts.reduce((sum, part) => sum + part.valueMinor, 0)
}

/** Weighted average: what is left of older layers is carried into the new one, which is then the only open layer. */
function mergeOpen(movement: ValuedMovement, layers: OpenLayer[], intoLayerId: string): { quantity: number; valueMinor: number } {
  let quantity = 0
  let valueMinor = 0
  for (const layer of layers) {
    if (layer.remainingQuantity === 0) continue
    movement.uses.push({
      layerId: layer.id,
      quantity: layer.remainingQuantity,
      valueMinor: layer.remainingValueMinor,
      kind: 'merged',
      intoLayerId,
      ofUseSeq: null,
    })
    quantity += layer.remainingQuantity
    valueMinor += layer.remainingValueMinor
    layer.remainingQuantity = 0
    layer.remainingValueMinor = 0
  }
  return { quantity, valueMinor }
}
