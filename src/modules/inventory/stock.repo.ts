import { type RawBuilder, sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { HeldByAnother, type LockedTable, mayWait, noteLocks } from '../../kernel/lock-order.ts'
import type { OpenLayer, ReturnableUse } from './cost.ts'
import type { Allocation, LocationFacts } from './goods-posting.ts'

/** Key of a position: what a warehouse can promise of an item. */
export interface PositionKey {
  itemId: string
  warehouseId: string
  ownerId: string
}

export interface Position extends PositionKey {
  onHand: number
  reserved: number
  held: number
}

/** Key of a level: an item, lot and owner in a real location. */
export interface LevelKey {
  itemId: string
  locationId: string
  lotId: string
  ownerId: string
}

export interface Level extends LevelKey {
  onHand: number
  allocated: number
}

/** Text form of a position key, in lock order when sorted. */
export function positionKey(key: PositionKey): string {
  return `${key.itemId}/${key.warehouseId}/${key.ownerId}`
}

function parsePositionKey(text: string): PositionKey {
  const [itemId = '', warehouseId = '', ownerId = ''] = text.split('/')
  return { itemId, warehouseId, ownerId }
}

/** Text form of a level key. */
export function levelKey(key: LevelKey): string {
  return `${key.itemId}/${key.locationId}/${key.lotId}/${key.ownerId}`
}

/** Reads locations by id and keeps their role and block from changing until the commit. Positions are locked before. */
export function shareLocations(tx: Tx, orgId: number, ids: readonly string[]): Promise<Map<string, LocationFacts>> {
  return selectLocations(tx, orgId, ids, sql`for share`)
}

/** Reads locations by id as they are now: kind and warehouse never change, role and block may. */
export function readLocations(tx: Tx, orgId: number, ids: readonly string[]): Promise<Map<string, LocationFacts>> {
  return selectLocations(tx, orgId, ids, sql``)
}

async function selectLocations(
  tx: Tx,
  orgId: number,
  ids: readonly string[],
  lock: RawBuilder<unknown>,
): Promise<Map<string, LocationFacts>> {
  const { rows } = await sql<LocationFacts>`
    select id, code, warehouse_id as "warehouseId", kind, role, sellable from inventory.location
     where org_id = ${orgId} and id = any(${[...new Set(ids)]}::uuid[]) order by id ${lock}`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

export const POSITIONS: LockedTable = {
  name: 'inventory.stock_position',
  rank: 3,
  lock: (tx, orgId, keys) => lockPositions(tx, orgId, keys.map(parsePositionKey)),
}

/**
 * Locks positions in key order, missing ones created at zero first. The position is the mutex for an item in a warehouse:
 * whoever changes its levels, layers, reservations or backorders holds it. Where the transaction already holds what comes after them,
 * they are tried and not waited for.
 * @throws HeldByAnother the transaction begins anew and takes them in order
 */
export async function lockPositions(tx: Tx, orgId: number, keys: readonly PositionKey[]): Promise<Map<string, Position>> {
  const unique = [...new Map(keys.map((key) => [positionKey(key), key])).entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, key]) => key)
  if (unique.length === 0) return new Map()
  const names = unique.map(positionKey)
  const waits = mayWait(tx, POSITIONS, names)
  const columns = { itemId: 'uuid', warehouseId: 'uuid', ownerId: 'uuid' } as const
  const select = sql<Position>`
    select p.item_id as "itemId", p.warehouse_id as "warehouseId", p.owner_id as "ownerId", p.on_hand as "onHand", p.reserved, p.held
      from inventory.stock_position p
      join ${rowsOf(unique, columns, 'k')} on p.item_id = k.itemId and p.warehouse_id = k.warehouseId and p.owner_id = k.ownerId
     where p.org_id = ${orgId} order by p.item_id, p.warehouse_id, p.owner_id for update of p ${sql.raw(waits ? '' : 'skip locked')}`
  let { rows } = await select.execute(tx)
  if (rows.length < unique.length) {
    await sql`
      insert into inventory.stock_position (org_id, item_id, warehouse_id, owner_id)
      select ${orgId}, k.itemId, k.warehouseId, k.ownerId from ${rowsOf(unique, columns, 'k')}
       order by k.itemId, k.warehouseId, k.ownerId on conflict do nothing`.execute(tx)
    ;({ rows } = await select.execute(tx))
  }
  if (rows.length < unique.length) throw new HeldByAnother(tx, POSITIONS, names)
  noteLocks(tx, POSITIONS, names)
  return new Map(rows.map((row) => [positionKey(row), row]))
}

/** Reads levels by key; the caller holds their positions. Missing ones are left out. */
export async function readLevels(tx: Tx, orgId: number, keys: readonly LevelKey[]): Promise<Map<string, Level>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<Level>`
    select l.item_id as "itemId", l.location_id as "locationId", l.lot_id as "lotId", l.owner_id as "ownerId", l.on_hand as "onHand", l.allocated
      from inventory.stock_level l
      join ${rowsOf(keys, { itemId: 'uuid', locationId: 'uuid', lotId: 'uuid', ownerId: 'uuid' }, 'k')}
        on l.item_id = k.itemId and l.location_id = k.locationId and l.lot_id = k.lotId and l.owner_id = k.ownerId
     where l.org_id = ${orgId}`.execute(tx)
  return new Map(rows.map((row) => [levelKey(row), row]))
}

export interface LevelChange extends LevelKey {
  onHand: number
  allocated: number
}

/** Adds to levels; `existing` tells which rows are there. The CHECK of the table is the last wall. */
export async function addToLevels(
  tx: Tx,
  orgId: number,
  changes: readonly LevelChange[],
  existing: ReadonlyMap<string, Level>,
): Promise<void> {
  const columns = { itemId: 'uuid', locationId: 'uuid', lotId: 'uuid', ownerId: 'uuid', onHand: 'bigint', allocated: 'bigint' } as const
  const updates = changes.filter((change) => existing.has(levelKey(change)))
  const inserts = changes.filter((change) => !existing.has(levelKey(change)))
  if (updates.length > 0) {
    await sql`
      update inventory.stock_level l set on_hand = l.on_hand + c.onHand, allocated = l.allocated + c.allocated
        from ${rowsOf(updates, columns, 'c')}
       where l.org_id = ${orgId} and l.item_id = c.itemId and l.location_id = c.locationId and l.lot_id = c.lotId and l.owner_id = c.ownerId`.execute(
      tx,
    )
  }
  if (inserts.length > 0) {
    await sql`
      insert into inventory.stock_level (org_id, item_id, location_id, lot_id, owner_id, on_hand, allocated)
      select ${orgId}, c.itemId, c.locationId, c.lotId, c.ownerId, c.onHand, c.allocated from ${rowsOf(inserts, columns, 'c')}`.execute(tx)
  }
}

export interface PositionChange extends PositionKey {
  onHand: number
  reserved: number
  held: number
}

/** Adds to locked positions and answers them as they now stand. */
export async function addToPositions(tx: Tx, orgId: number, changes: readonly PositionChange[]): Promise<Position[]> {
  if (changes.length === 0) return []
  const { rows } = await sql<Position>`
    update inventory.stock_position p set on_hand = p.on_hand + c.onHand, reserved = p.reserved + c.reserved, held = p.held + c.held
      from ${rowsOf(changes, { itemId: 'uuid', warehouseId: 'uuid', ownerId: 'uuid', onHand: 'bigint', reserved: 'bigint', held: 'bigint' }, 'c')}
     where p.org_id = ${orgId} and p.item_id = c.itemId and p.warehouse_id = c.warehouseId and p.owner_id = c.ownerId
    returning p.item_id as "itemId", p.warehouse_id as "warehouseId", p.owner_id as "ownerId", p.on_hand as "onHand", p.reserved, p.held`.execute(
    tx,
  )
  return rows
}

/** Key of a group of cost layers. */
export interface LayerGroup {
  itemId: string
  warehouseId: string
  ownerId: string
  lotId: string
}

export function layerGroupKey(group: LayerGroup): string {
  return `${group.itemId}/${group.warehouseId}/${group.ownerId}/${group.lotId}`
}

/** Open layers of groups, oldest first. `wanted` bounds how deep it reads; the caller holds the positions. */
export async function readOpenLayers(
  tx: Tx,
  orgId: number,
  groups: readonly (LayerGroup & { wanted: number })[],
): Promise<Map<string, OpenLayer[]>> {
  if (groups.length === 0) return new Map()
  const { rows } = await sql<OpenLayer & LayerGroup>`
    select x.* from ${rowsOf(groups, { itemId: 'uuid', warehouseId: 'uuid', ownerId: 'uuid', lotId: 'uuid', wanted: 'bigint' }, 'g')}
     cross join lateral (
       select l.id, l.seq, l.quantity, l.value_minor as "valueMinor", l.remaining_quantity as "remainingQuantity", l.remaining_value_minor as "remainingValueMinor",
              l.item_id as "itemId", l.warehouse_id as "warehouseId", l.owner_id as "ownerId", l.lot_id as "lotId",
              sum(l.remaining_quantity) over (order by l.seq) - l.remaining_quantity as before
         from inventory.cost_layer l
        where l.org_id = ${orgId} and l.item_id = g.itemId and l.warehouse_id = g.warehouseId and l.owner_id = g.ownerId and l.lot_id = g.lotId and l.remaining_quantity > 0
     ) x where x.before < g.wanted order by x.seq`.execute(tx)
  return Map.groupBy(rows, layerGroupKey)
}

/** The newest layer of each group's item in its warehouse, else anywhere: what goods of unknown cost are assumed to have cost. */
export async function readNewestLayers(tx: Tx, orgId: number, groups: readonly LayerGroup[]): Promise<Map<string, OpenLayer>> {
  if (groups.length === 0) return new Map()
  const { rows } = await sql<OpenLayer & LayerGroup>`
    select g.itemId as "itemId", g.warehouseId as "warehouseId", g.ownerId as "ownerId", g.lotId as "lotId",
           x.id, x.seq, x.quantity, x.value_minor as "valueMinor", x.remaining_quantity as "remainingQuantity", x.remaining_value_minor as "remainingValueMinor"
      from ${rowsOf(groups, { itemId: 'uuid', warehouseId: 'uuid', ownerId: 'uuid', lotId: 'uuid' }, 'g')}
     cross join lateral (
       select l.* from inventory.cost_layer l where l.org_id = ${orgId} and l.item_id = g.itemId and l.owner_id = g.ownerId
        order by (l.warehouse_id = g.warehouseId) desc, l.seq desc limit 1) x`.execute(tx)
  return new Map(rows.map((row) => [layerGroupKey(row), row]))
}

/** Uses of shipped lines with what came back of each. The caller holds the shipment lines. */
export async function readReturnableUses(tx: Tx, orgId: number, shippedLineIds: readonly string[]): Promise<Map<string, ReturnableUse[]>> {
  if (shippedLineIds.length === 0) return new Map()
  const { rows } = await sql<ReturnableUse & { lineId: string }>`
    select m.source_line_id as "lineId", u.layer_id as "layerId", u.seq, u.quantity, u.value_minor as "valueMinor",
           coalesce(sum(r.quantity), 0)::bigint as "returnedQuantity", coalesce(sum(r.value_minor), 0)::bigint as "returnedValueMinor"
      from inventory.stock_movement m
      join inventory.cost_use u on u.org_id = m.org_id and u.movement_seq = m.seq and u.kind = 'consumed'
      left join inventory.cost_use r on r.org_id = u.org_id and r.layer_id = u.layer_id and r.of_use_seq = u.seq
     where m.org_id = ${orgId} and m.source_line_id = any(${shippedLineIds}::uuid[]) and m.reason = 'ship'
     group by m.source_line_id, u.layer_id, u.seq, u.quantity, u.value_minor order by u.seq`.execute(tx)
  return Map.groupBy(rows, (row) => row.lineId)
}

/** The layers that movements opened, by sequence of the movement. */
export async function readOpenedLayers(tx: Tx, orgId: number, seqs: readonly number[]): Promise<Map<number, OpenLayer[]>> {
  if (seqs.length === 0) return new Map()
  const { rows } = await sql<OpenLayer & { movementSeq: number }>`
    select id, seq, quantity, value_minor as "valueMinor", remaining_quantity as "remainingQuantity", remaining_value_minor as "remainingValueMinor", movement_seq as "movementSeq"
      from inventory.cost_layer where org_id = ${orgId} and movement_seq = any(${seqs}::bigint[])`.execute(tx)
  return Map.groupBy(rows, (row) => row.movementSeq)
}

/** Allocations by their source (pick or shipment line). The caller holds the source's rows. */
export async function readAllocations(tx: Tx, orgId: number, sourceIds: readonly string[]): Promise<Allocation[]> {
  if (sourceIds.length === 0) return []
  const { rows } = await sql<Allocation>`
    select source_id as "sourceId", location_id as "locationId", item_id as "itemId", lot_id as "lotId", owner_id as "ownerId", quantity, purpose
      from inventory.allocation where org_id = ${orgId} and source_id = any(${sourceIds}::uuid[]) order by source_id, location_id, lot_id`.execute(
    tx,
  )
  return rows
}
