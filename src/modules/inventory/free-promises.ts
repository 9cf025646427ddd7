import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { invariant } from '../../kernel/errors.ts'
import type { Allocation, ReservationRelease } from './goods-posting.ts'
import { noteWaiting } from './note-waiting.ts'
import { changeAllocations, endReservations } from './promise.repo.ts'
import type { LevelKey, PositionKey } from './stock.repo.ts'

/** A promise that a fact took the goods from; it waits as a backorder now. News of `inventory.promises_lost`. */
export interface LostPromise extends ReservationRelease {
  sourceId: string
  priority: number
}

/** A bin that no longer holds what was chosen in it. News of `inventory.allocations_lost`. */
export type LostAllocation = Allocation

/** How much more is allocated in levels, and promised at positions, than will be left. All quantities > 0. */
export interface Lacking {
  levels: readonly (LevelKey & { quantity: number })[]
  positions: readonly (PositionKey & { quantity: number })[]
}

/** What was freed, for the caller to take off the levels and positions in the same change as the goods. */
export interface FreedPromises {
  allocations: LostAllocation[]
  promises: LostPromise[]
  holds: (PositionKey & { quantity: number })[]
}

/**
 * A fact is never refused because stock is promised: frees allocations and promises that the goods no longer cover.
 *
 * Allocations: picks not started before staged goods, latest first. Promises: checkout holds first (expired ones before live
 * ones), then reservations, lowest priority and latest promise first; those wait as backorders from the day of their promise.
 * Emits `inventory.allocations_lost` (one a location, news {@link LostAllocation}[]), `inventory.promises_lost` (one an item,
 * news {@link LostPromise}[]) and `inventory.stock_hold_lost`. The caller holds the positions and changes levels and positions.
 */
export async function freePromises(run: CommandRun, lacking: Lacking): Promise<FreedPromises> {
  const allocations = lacking.levels.length === 0 ? [] : await loseAllocations(run, lacking.levels)
  if (lacking.positions.length === 0) return { allocations, promises: [], holds: [] }
  const holds = await loseHolds(run, lacking.positions)
  const left = lacking.positions.flatMap((position) => {
    const cut = holds.filter((hold) => samePosition(hold, position)).reduce((sum, hold) => sum + hold.quantity, 0)
    return position.quantity > cut ? [{ ...position, quantity: position.quantity - cut }] : []
  })
  return { allocations, promises: left.length === 0 ? [] : await losePromises(run, left), holds }
}

async function loseAllocations(run: CommandRun, levels: Lacking['levels']): Promise<LostAllocation[]> {
  const { rows } = await sql<Allocation & { lacking: number }>`
    select a.source_id as "sourceId", a.location_id as "locationId", a.item_id as "itemId", a.lot_id as "lotId", a.owner_id as "ownerId",
           a.quantity, a.purpose, k.quantity as lacking
      from inventory.allocation a
      join ${rowsOf(levels, { itemId: 'uuid', locationId: 'uuid', lotId: 'uuid', ownerId: 'uuid', quantity: 'bigint' }, 'k')}
        on a.item_id = k.itemId and a.location_id = k.locationId and a.lot_id = k.lotId and a.owner_id = k.ownerId
     where a.org_id = ${run.ctx.orgId}
     order by a.item_id, a.location_id, a.lot_id, a.owner_id, a.purpose = 'staged', a.source_id desc for update of a`.execute(run.tx)
  const lost = cutInOrder(rows, (row) => `${row.itemId}/${row.locationId}/${row.lotId}/${row.ownerId}`).map(
    ({ row: a, quantity }): LostAllocation => ({
      sourceId: a.sourceId,
      locationId: a.locationId,
      itemId: a.itemId,
      lotId: a.lotId,
      ownerId: a.ownerId,
      quantity,
      purpose: a.purpose,
    }),
  )
  await changeAllocations(run.tx, run.ctx.orgId, lost, [])
  for (const [locationId, parts] of Map.groupBy(lost, (part) => part.locationId)) {
    run.emit({
      type: 'inventory.allocations_lost',
      documentType: 'inventory.location',
      documentId: locationId,
      payload: { quantity: total(parts), allocations: parts.length },
      news: parts,
    })
  }
  return lost
}

async function loseHolds(run: CommandRun, positions: Lacking['positions']): Promise<FreedPromises['holds']> {
  const { rows } = await sql<PositionKey & { id: string; quantity: number; lacking: number }>`
    select h.id, h.item_id as "itemId", h.warehouse_id as "warehouseId", h.owner_id as "ownerId", h.quantity, k.quantity as lacking
      from inventory.stock_hold h join ${positionRows(positions)} on h.item_id = k.itemId and h.warehouse_id = k.warehouseId and h.owner_id = k.ownerId
     where h.org_id = ${run.ctx.orgId}
     order by h.item_id, h.warehouse_id, h.owner_id, h.expires_at > ${run.now}, h.created_at desc, h.id desc for update of h`.execute(
    run.tx,
  )
  const lost = cutInOrder(rows, positionText)
  if (lost.length === 0) return []
  const source = rowsOf(
    lost.map(({ row, quantity }) => ({ id: row.id, quantity })),
    { id: 'uuid', quantity: 'bigint' },
    'c',
  )
  await sql`delete from inventory.stock_hold h using ${source} where h.org_id = ${run.ctx.orgId} and h.id = c.id and h.quantity = c.quantity`.execute(
    run.tx,
  )
  await sql`update inventory.stock_hold h set quantity = h.quantity - c.quantity from ${source} where h.org_id = ${run.ctx.orgId} and h.id = c.id and h.quantity > c.quantity`.execute(
    run.tx,
  )
  for (const { row, quantity } of lost) {
    run.emit({
      type: 'inventory.stock_hold_lost',
      documentType: 'inventory.stock_hold',
      documentId: row.id,
      payload: { item_id: row.itemId, warehouse_id: row.warehouseId, before: row.quantity, after: row.quantity - quantity },
    })
  }
  return lost.map(({ row, quantity }) => ({ itemId: row.itemId, warehouseId: row.warehouseId, ownerId: row.ownerId, quantity }))
}

async function losePromises(run: CommandRun, positions: Lacking['positions']): Promise<LostPromise[]> {
  const { tx, ctx } = run
  const { rows } = await sql<LostPromise & { lacking: number; promisedAt: Date }>`
    select r.source_line_id as "sourceLineId", r.source_id as "sourceId", r.item_id as "itemId", r.warehouse_id as "warehouseId", r.owner_id as "ownerId",
           r.quantity, r.priority, r.promised_at as "promisedAt", k.quantity as lacking
      from inventory.reservation r join ${positionRows(positions)} on r.item_id = k.itemId and r.warehouse_id = k.warehouseId and r.owner_id = k.ownerId
     where r.org_id = ${ctx.orgId}
     order by r.item_id, r.warehouse_id, r.owner_id, r.priority desc, r.promised_at desc, r.source_line_id desc for update of r`.execute(tx)
  const cut = cutInOrder(rows, positionText)
  invariant(total(cut) === total(positions), 'what a position has reserved is the sum of its reservations')
  await endReservations(
    tx,
    ctx.orgId,
    cut.map(({ row, quantity }) => ({ ...row, quantity })),
  )
  await queueAgain(
    run,
    cut.map(({ row, quantity }) => ({ ...row, quantity })),
  )
  await noteWaiting(
    run,
    cut.map(({ row }) => row.itemId),
  )
  const lost = cut.map(({ row: r, quantity }): LostPromise => ({
    sourceLineId: r.sourceLineId,
    sourceId: r.sourceId,
    itemId: r.itemId,
    warehouseId: r.warehouseId,
    ownerId: r.ownerId,
    quantity,
    priority: r.priority,
  }))
  for (const [itemId, parts] of Map.groupBy(lost, (part) => part.itemId)) {
    run.emit({
      type: 'inventory.promises_lost',
      documentType: 'item',
      documentId: itemId,
      payload: { quantity: total(parts), lines: parts.length },
      news: parts,
    })
  }
  return lost
}

/** Lost promises wait where they were promised, with the time of their promise: they do not lose their place. */
async function queueAgain(run: CommandRun, lost: readonly (LostPromise & { promisedAt: Date })[]): Promise<void> {
  await sql`
    insert into inventory.backorder as b (org_id, source_line_id, source_id, item_id, owner_id, quantity, priority, waiting_since, warehouse_ids)
    select ${run.ctx.orgId}, l.sourceLineId, l.sourceId, l.itemId, l.ownerId, sum(l.quantity)::bigint, min(l.priority), min(l.promisedAt), array_agg(l.warehouseId)
      from ${rowsOf(lost, { sourceLineId: 'uuid', sourceId: 'uuid', itemId: 'uuid', ownerId: 'uuid', warehouseId: 'uuid', quantity: 'bigint', priority: 'integer', promisedAt: 'timestamptz' }, 'l')}
     group by l.sourceLineId, l.sourceId, l.itemId, l.ownerId
    on conflict (org_id, source_line_id) do update
      set quantity = b.quantity + excluded.quantity, waiting_since = least(b.waiting_since, excluded.waiting_since),
          warehouse_ids = b.warehouse_ids || array(select w from unnest(excluded.warehouse_ids) w where w <> all (b.warehouse_ids))`.execute(
    run.tx,
  )
}

/** Walks rows in their order and takes from each until its group's lack is met. */
function cutInOrder<R extends { quantity: number; lacking: number }>(
  rows: readonly R[],
  keyOf: (row: R) => string,
): { row: R; quantity: number }[] {
  const taken = new Map<string, number>()
  const cut: { row: R; quantity: number }[] = []
  for (const row of rows) {
    const before = taken.get(keyOf(row)) ?? 0
    const quantity = Math.min(row.quantity, row.lacking - before)
    if (quantity <= 0) continue
    taken.set(keyOf(row), before + quantity)
    cut.push({ row, quantity })
  }
  return cut
}

function positionRows(positions: Lacking['positions']) {
  return rowsOf(positions, { itemId: 'uuid', warehouseId: 'uuid', ownerId: 'uuid', quantity: 'bigint' }, 'k')
}

function positionText(key: PositionKey): string {
  return `${key.itemId}/${key.warehouseId}/${key.ownerId}`
}

function samePosition(a: PositionKey, b: PositionKey): boolean {
  return positionText(a) === positionText(b)
}

function total(parts: readonly { quantity: number }[]): number {
  return parts.reduce((sum, part) => sum + part.quantity, 0)
}
