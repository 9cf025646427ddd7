import { dayIn } from '../../kernel/clock.ts'
import type { CommandRun } from '../../kernel/command.ts'
import { invariant } from '../../kernel/errors.ts'
import { findItemsById } from '../catalog/index.ts'
import { type NewEntry, postEntries } from '../ledger/index.ts'
import { valueMovements, type ValuedMovement } from './value-movements.ts'
import type { GoodsPosting, LocationFacts, NewMovement, RecordedMovement } from './goods-posting.ts'
import { type FreedPromises, freePromises, type Lacking } from './free-promises.ts'
import { insufficientStock, refusedPair } from './inventory.errors.ts'
import { insertMovements, writeCosts } from './movement.repo.ts'
import { postingRule } from './posting-table.ts'
import { changeAllocations, endReservations } from './promise.repo.ts'
import { insertReservations, serveBackorders } from './serve-backorders.ts'
import {
  addToLevels,
  addToPositions,
  type Level,
  type LevelChange,
  levelKey,
  lockPositions,
  type Position,
  type PositionChange,
  positionKey,
  readLevels,
  readLocations,
  shareLocations,
} from './stock.repo.ts'

/**
 * Records goods movements with everything they change, in the caller's transaction: levels, positions, allocations, promises,
 * cost layers and uses, and the journal entry of their value. Set-based: the number of statements does not grow with the batch.
 * Stock that becomes available is promised at once to waiting backorders (`inventory.backorders_reserved`).
 * A fact is never refused because stock is promised: goods that leave a bin or a position take allocations and promises with
 * them (`freePromises`). Refused is only what is not there at all, and a new allocation of what is not free.
 *
 * Locks: positions in key order, then locations (share); a position is the mutex for its item's levels, layers and promises.
 *
 * @throws `inventory.insufficient_stock` (rule) naming every short level, `inventory.no_posting_rule` (rule)
 */
export async function postGoods(run: CommandRun, posting: GoodsPosting): Promise<RecordedMovement[]> {
  const { tx, ctx } = run
  // Which positions are touched follows from what never changes of a location; whether it sells is read under the locks.
  const places = await readLocations(tx, ctx.orgId, locationIds(posting))
  const before = await lockPositions(tx, ctx.orgId, positionChanges(posting, places))
  const locations = await shareLocations(tx, ctx.orgId, locationIds(posting))
  const positions = positionChanges(posting, locations)

  const levels = levelChanges(posting, locations)
  const existing = await readLevels(tx, ctx.orgId, levels)
  refuseShortage(levels, existing)
  await changeAllocations(tx, ctx.orgId, posting.deallocate ?? [], [])
  await endReservations(tx, ctx.orgId, posting.release ?? [])
  await insertReservations(run, posting.reserve ?? [])
  const freed = await freePromises(run, { levels: lackingInLevels(levels, existing), positions: lackingAtPositions(positions, before) })
  takeOff(freed, levels, positions)

  const items = await findItemsById(tx, ctx.orgId, [...new Set(posting.movements.map((movement) => movement.itemId))])
  const valued = await valueMovements(
    run,
    posting.movements,
    (movement) => ruleOf(movement, locations),
    (id) => items.get(id)?.cost_method ?? 'fifo',
  )
  const entryOf = await postValue(run, valued)
  const seqs = await insertMovements(run, valued, entryOf)
  const recorded = valued.map((movement, index): RecordedMovement => ({ ...movement, seq: seqs[index] ?? 0 }))
  await writeCosts(
    run,
    recorded.map((movement, index) => ({ movement, layers: valued[index]?.layers ?? [], uses: valued[index]?.uses ?? [] })),
  )

  await addToLevels(tx, ctx.orgId, levels, existing)
  await changeAllocations(tx, ctx.orgId, [], posting.allocate ?? [])
  const changed = positions.filter((change) => change.onHand !== 0 || change.reserved !== 0 || change.held !== 0)
  const now = await addToPositions(tx, ctx.orgId, changed)
  await serveBackorders(
    run,
    now.filter((position) => position.onHand - position.reserved - position.held > 0),
  )
  return recorded
}

function locationIds(posting: GoodsPosting): string[] {
  return [
    ...posting.movements.flatMap((movement) => [movement.fromLocationId, movement.toLocationId]),
    ...(posting.allocate ?? []).map((part) => part.locationId),
    ...(posting.deallocate ?? []).map((part) => part.locationId),
  ]
}

function ruleOf(
  movement: NewMovement,
  locations: ReadonlyMap<string, LocationFacts>,
): { rule: NonNullable<ReturnType<typeof postingRule>>; warehouseId: string } {
  const from = locations.get(movement.fromLocationId)
  const to = locations.get(movement.toLocationId)
  invariant(from !== undefined && to !== undefined, 'the locations of a movement exist')
  const rule = postingRule(from, to, movement.ownerId)
  if (rule === null) throw refusedPair(from.kind === 'real' ? from.code : from.kind, to.kind === 'real' ? to.code : to.kind)
  return { rule, warehouseId: (to.kind === 'real' ? to.warehouseId : from.warehouseId) ?? '' }
}

/** Sums what each position gains or loses: sellable goods in and out, and ended promises. Every touched position is named, also at 0, to be locked. */
function positionChanges(posting: GoodsPosting, locations: ReadonlyMap<string, LocationFacts>): PositionChange[] {
  const changes = new Map<string, PositionChange>()
  const add = (key: { itemId: string; warehouseId: string; ownerId: string }, onHand: number, reserved: number) => {
    const text = positionKey(key)
    const change = changes.get(text) ?? {
      itemId: key.itemId,
      warehouseId: key.warehouseId,
      ownerId: key.ownerId,
      onHand: 0,
      reserved: 0,
      held: 0,
    }
    changes.set(text, { ...change, onHand: change.onHand + onHand, reserved: change.reserved + reserved })
  }
  for (const movement of posting.movements) {
    for (const [id, sign] of [
      [movement.fromLocationId, -1],
      [movement.toLocationId, 1],
    ] as const) {
      const location = locations.get(id)
      if (location?.kind !== 'real' || location.warehouseId === null) continue
      add({ ...movement, warehouseId: location.warehouseId }, location.sellable ? sign * movement.quantity : 0, 0)
    }
  }
  for (const part of [...(posting.allocate ?? []), ...(posting.deallocate ?? [])]) {
    const warehouseId = locations.get(part.locationId)?.warehouseId
    if (warehouseId !== null && warehouseId !== undefined) add({ ...part, warehouseId }, 0, 0)
  }
  for (const release of posting.release ?? []) add(release, 0, -release.quantity)
  for (const promise of posting.reserve ?? []) add(promise, 0, promise.quantity)
  return [...changes.values()]
}

/** Sums what each real level gains or loses on hand and allocated. */
function levelChanges(posting: GoodsPosting, locations: ReadonlyMap<string, LocationFacts>): LevelChange[] {
  const changes = new Map<string, LevelChange>()
  const add = (key: { itemId: string; locationId: string; lotId: string; ownerId: string }, onHand: number, allocated: number) => {
    const text = levelKey(key)
    const change = changes.get(text) ?? {
      itemId: key.itemId,
      locationId: key.locationId,
      lotId: key.lotId,
      ownerId: key.ownerId,
      onHand: 0,
      allocated: 0,
    }
    changes.set(text, { ...change, onHand: change.onHand + onHand, allocated: change.allocated + allocated })
  }
  for (const movement of posting.movements) {
    if (locations.get(movement.fromLocationId)?.kind === 'real')
      add({ ...movement, locationId: movement.fromLocationId }, -movement.quantity, 0)
    if (locations.get(movement.toLocationId)?.kind === 'real') add({ ...movement, locationId: movement.toLocationId }, movement.quantity, 0)
  }
  for (const part of posting.deallocate ?? []) add(part, 0, -part.quantity)
  for (const part of posting.allocate ?? []) add(part, 0, part.quantity)
  return [...changes.values()]
}

/** Refuses goods that are not there, and new allocations of goods that are not free. */
function refuseShortage(changes: readonly LevelChange[], existing: ReadonlyMap<string, Level>): void {
  const short = changes.flatMap((change) => {
    const level = existing.get(levelKey(change))
    const onHand = level?.onHand ?? 0
    const base = { item_id: change.itemId, location_id: change.locationId }
    if (onHand + change.onHand < 0) return [{ ...base, wanted: -change.onHand, available: onHand }]
    const free = onHand + change.onHand - (level?.allocated ?? 0)
    return change.allocated > 0 && change.allocated > free ? [{ ...base, wanted: change.allocated, available: Math.max(0, free) }] : []
  })
  if (short.length > 0) throw insufficientStock(short)
}

/** Where more stays allocated than goods are left. */
function lackingInLevels(changes: readonly LevelChange[], existing: ReadonlyMap<string, Level>): Lacking['levels'] {
  return changes.flatMap((change) => {
    const level = existing.get(levelKey(change))
    const quantity = (level?.allocated ?? 0) + change.allocated - (level?.onHand ?? 0) - change.onHand
    return quantity > 0
      ? [{ itemId: change.itemId, locationId: change.locationId, lotId: change.lotId, ownerId: change.ownerId, quantity }]
      : []
  })
}

/** Where more stays promised than goods are left to sell. */
function lackingAtPositions(changes: readonly PositionChange[], before: ReadonlyMap<string, Position>): Lacking['positions'] {
  return changes.flatMap((change) => {
    const position = before.get(positionKey(change))
    const promised = (position?.reserved ?? 0) + change.reserved + (position?.held ?? 0)
    const quantity = promised - (position?.onHand ?? 0) - change.onHand
    return quantity > 0 ? [{ itemId: change.itemId, warehouseId: change.warehouseId, ownerId: change.ownerId, quantity }] : []
  })
}

/** Takes freed allocations and promises off the changes, so that levels and positions change once. */
function takeOff(freed: FreedPromises, levels: LevelChange[], positions: PositionChange[]): void {
  const level = new Map(levels.map((change) => [levelKey(change), change]))
  const position = new Map(positions.map((change) => [positionKey(change), change]))
  const found = <T>(change: T | undefined): T => {
    invariant(change !== undefined, 'what is freed belongs to a level or position of this posting')
    return change
  }
  for (const part of freed.allocations) found(level.get(levelKey(part))).allocated -= part.quantity
  for (const part of freed.promises) found(position.get(positionKey(part))).reserved -= part.quantity
  for (const part of freed.holds) found(position.get(positionKey(part))).held -= part.quantity
}

/** Posts one journal entry per document and day for the movements that changed value; answers each movement's entry. */
async function postValue(run: CommandRun, valued: readonly ValuedMovement[]): Promise<(string | null)[]> {
  const { ctx } = run
  const entries = new Map<string, NewEntry>()
  const entryOf = valued.map((movement): string | null => {
    const { rule, valueMinor } = movement
    if (valueMinor === 0 || rule.debit === undefined || rule.credit === undefined) return null
    const accountingDate = dayIn(ctx.org.timeZone, movement.happenedAt)
    const key = `${movement.sourceId}/${accountingDate}/${movement.reason}`
    let entry = entries.get(key)
    if (entry === undefined) {
      entry = {
        id: run.newId(),
        kind: `goods.${movement.reason}`,
        accountingDate,
        sourceType: movement.sourceType,
        sourceId: movement.sourceId,
        memo: '',
        postings: [],
      }
      entries.set(key, entry)
    }
    const shared = {
      currency: ctx.org.baseCurrency,
      documentType: movement.sourceType,
      documentId: movement.sourceId,
      lineId: movement.sourceLineId,
      itemId: movement.itemId,
      warehouseId: movement.warehouseId === '' ? null : movement.warehouseId,
    }
    entry.postings.push(
      { ...shared, role: rule.debit, amount: valueMinor, baseAmount: valueMinor },
      { ...shared, role: rule.credit, amount: -valueMinor, baseAmount: -valueMinor },
    )
    return entry.id
  })
  await postEntries(run, [...entries.values()], { allowShift: true })
  return entryOf
}
