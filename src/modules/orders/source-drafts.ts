import type { CommandRun } from '../../kernel/command.ts'
import { lockCounters } from '../../kernel/counter.ts'
import { type FieldProblem, invalidInput } from '../../kernel/errors.ts'
import { sendTogether } from '../../kernel/statement.ts'
import { findHolds, type Position, positionKey, positionsToLock, readPreorderRoom, type StockHold } from '../inventory/index.ts'
import { type OrderDraft, OWN, stockLines } from './draft-order.ts'
import { refuseShortage } from './preorder.ts'
import { type SourcingAnswer, type SourcingLine, sourceOrder } from './source-order.ts'

/** Drafts with their sourcing, the checkout holds that each of them takes, and the last document numbers (locked). */
export interface SourcedDrafts {
  taken: Map<number, OrderDraft>
  holds: (StockHold & { takenBy: string })[]
  last: { order: number; shipment: number }
}

/**
 * Locks what the batch may promise, then decides order by order against what is left. What a checkout held for an order becomes its
 * promise, at the warehouse that held it, whatever others took meanwhile; a hold that is gone is sourced like anything else.
 */
export async function sourceDrafts(
  run: CommandRun,
  drafts: ReadonlyMap<number, OrderDraft>,
  refuse: (index: number, error: unknown) => void,
): Promise<SourcedDrafts> {
  const { tx, ctx } = run
  if (drafts.size === 0) return { taken: new Map(), holds: [], last: { order: 0, shipment: 0 } }
  const inputs = [...drafts.values()].map((draft) => draft.input)
  const asked = {
    ids: inputs.flatMap((input) => input.stock_hold_ids ?? []),
    references: inputs.flatMap((input) => input.stock_hold_reference ?? []),
  }
  const keys = [...drafts.values()].flatMap((draft) =>
    stockLines(draft).flatMap((line) =>
      draft.channel.warehouses.map((warehouse) => ({ itemId: line.itemId, warehouseId: warehouse.id, ownerId: OWN })),
    ),
  )
  const { positions, last } = await sendTogether(tx, {
    positions: positionsToLock(tx, ctx.orgId, [...keys, ...(await findHolds(tx, ctx.orgId, asked))]),
    // Numbers come after all positions; how many are used is known at the end.
    last: lockCounters(ctx.orgId, ['order', 'shipment']),
  })
  const desk: Desk = {
    run,
    positions,
    // Read again under their positions; one that appeared meanwhile at another position is not ours to take.
    holds: (await findHolds(tx, ctx.orgId, asked)).filter((hold) => positions.has(positionKey(hold))),
    room: await readPreorderRoom(tx, ctx.orgId, preorderItems([...drafts.values()])),
  }
  const taken = new Map<number, OrderDraft>()
  const used: SourcedDrafts['holds'] = []
  for (const [index, draft] of drafts) {
    try {
      const { answer, holds } = sourceOne(desk, draft)
      taken.set(index, { ...draft, answer })
      used.push(...holds.map((hold) => ({ ...hold, takenBy: draft.id })))
    } catch (error) {
      refuse(index, error)
    }
  }
  return { taken, holds: used, last }
}

/** What the orders of a batch are decided on; changes with each of them. */
interface Desk {
  run: CommandRun
  positions: Map<string, Position>
  holds: StockHold[]
  room: Awaited<ReturnType<typeof readPreorderRoom>>
}

/** Items whose preorders are limited to what is expected. */
function preorderItems(drafts: readonly OrderDraft[]): string[] {
  return drafts.flatMap((draft) => draft.lines.flatMap(({ priced }) => (priced.item.preorder === 'expected' ? [priced.item.id] : [])))
}

function sourceOne(desk: Desk, draft: OrderDraft): { answer: SourcingAnswer; holds: StockHold[] } {
  const { positions, room } = desk
  const holds = holdsOf(draft, desk.holds)
  const { fromHolds, lines } = takeHeld(stockLines(draft), holds)
  const answer = sourceOrder({
    lines,
    warehouses: draft.channel.warehouses,
    policy: draft.channel.policy,
    shipTo: { country: draft.input.ship_to.country, postcode: draft.input.ship_to.postcode ?? '' },
    available: (itemId, warehouseId) => {
      const position = positions.get(positionKey({ itemId, warehouseId, ownerId: OWN }))
      return position === undefined ? 0 : position.onHand - position.reserved - position.held
    },
  })
  const itemOf = new Map(draft.lines.map((line) => [line.id, line.priced.item]))
  const missing = answer.missing.flatMap((part) => {
    const item = itemOf.get(part.key)
    return item === undefined ? [] : [{ item, quantity: part.quantity, warehouseIds: part.warehouseIds }]
  })
  refuseShortage(missing, { onShortage: draft.channel.policy.on_shortage, now: desk.run.now, room })
  const assigned = mergeParts([...fromHolds, ...answer.assigned])
  for (const part of assigned) {
    const position = positions.get(positionKey({ itemId: itemOf.get(part.key)?.id ?? '', warehouseId: part.warehouseId, ownerId: OWN }))
    if (position !== undefined) position.reserved += part.quantity
  }
  for (const hold of holds) {
    const position = positions.get(positionKey(hold))
    if (position !== undefined) position.held -= hold.quantity
  }
  desk.holds = desk.holds.filter((hold) => !holds.includes(hold))
  return { answer: { ...answer, assigned, reasons: reasonsWithHolds(draft, answer, fromHolds) }, holds }
}

/**
 * The holds that an order names and that are still there.
 * @throws `kernel.invalid_input` when one stands in a warehouse that does not serve the channel
 */
function holdsOf({ input, channel }: OrderDraft, holds: readonly StockHold[]): StockHold[] {
  const ids = input.stock_hold_ids ?? []
  const own = holds.filter((hold) => ids.includes(hold.id) || hold.reference === input.stock_hold_reference)
  const elsewhere = own.filter((hold) => !channel.warehouses.some((warehouse) => warehouse.id === hold.warehouseId))
  const problems = elsewhere.map((hold): FieldProblem => ({
    pointer: ids.includes(hold.id) ? `/stock_hold_ids/${ids.indexOf(hold.id)}` : '/stock_hold_reference',
    code: 'other_warehouse',
    message: `stands in a warehouse that does not serve channel ${channel.code}; release it or let the warehouse serve the channel`,
  }))
  if (problems.length > 0) throw invalidInput(problems)
  return own
}

/** Gives lines what was held for them, in the order of the lines; what is left of each is sourced. */
function takeHeld(
  lines: readonly SourcingLine[],
  holds: readonly StockHold[],
): { fromHolds: SourcingAnswer['assigned']; lines: SourcingLine[] } {
  const left = holds.map((hold) => ({ ...hold }))
  const fromHolds: SourcingAnswer['assigned'] = []
  const rest = lines.flatMap((line): SourcingLine[] => {
    let wanted = line.quantity
    for (const hold of left) {
      const quantity = hold.itemId === line.itemId ? Math.min(wanted, hold.quantity) : 0
      if (quantity === 0) continue
      hold.quantity -= quantity
      wanted -= quantity
      fromHolds.push({ key: line.key, warehouseId: hold.warehouseId, quantity })
    }
    return wanted === 0 ? [] : [{ ...line, quantity: wanted }]
  })
  return { fromHolds, lines: rest }
}

/** One part a line and warehouse. */
function mergeParts(parts: readonly SourcingAnswer['assigned'][number][]): SourcingAnswer['assigned'] {
  return [...Map.groupBy(parts, (part) => `${part.key}/${part.warehouseId}`).values()].flatMap((group) =>
    group[0] === undefined ? [] : [{ ...group[0], quantity: group.reduce((sum, part) => sum + part.quantity, 0) }],
  )
}

function reasonsWithHolds(
  draft: OrderDraft,
  { assigned, reasons }: SourcingAnswer,
  fromHolds: SourcingAnswer['assigned'],
): SourcingAnswer['reasons'] {
  if (fromHolds.length === 0) return reasons
  const codeOf = new Map(draft.channel.warehouses.map((warehouse) => [warehouse.id, warehouse.code]))
  const codes = fromHolds.map((part) => codeOf.get(part.warehouseId) ?? '')
  return {
    ...reasons,
    from_holds: fromHolds.reduce((sum, part) => sum + part.quantity, 0),
    rule: assigned.length === 0 && reasons.missing.length === 0 ? 'held_stock' : reasons.rule,
    chosen: [...new Set([...codes, ...reasons.chosen])],
  }
}
