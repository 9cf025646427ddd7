import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { ZERO_ID } from '../../kernel/ids.ts'
import type { NewReservation } from './goods-posting.ts'
import { noteWaiting } from './note-waiting.ts'
import { addToPositions, lockPositions, type Position } from './stock.repo.ts'
import { onceEach } from './once-each.ts'

/** A backorder, or part of one, that found stock. */
export interface ServedBackorder {
  sourceId: string
  sourceLineId: string
  warehouseId: string
  itemId: string
  ownerId: string
  quantity: number
  priority: number
}

interface WaitingBackorder {
  sourceId: string
  sourceLineId: string
  itemId: string
  ownerId: string
  quantity: number
  priority: number
  warehouseIds: string[]
}

/**
 * Promises available stock to waiting backorders, by priority, then first come. The caller holds the positions.
 * Raises `inventory.backorders_reserved` (news: {@link ServedBackorder}[]), one event per item.
 */
export async function serveBackorders(run: CommandRun, positions: readonly Position[]): Promise<ServedBackorder[]> {
  const served = await serveQuietly(run, positions)
  await noteWaiting(
    run,
    served.map((part) => part.itemId),
  )
  for (const [itemId, parts] of Map.groupBy(served, (part) => part.itemId)) {
    run.emit({
      type: 'inventory.backorders_reserved',
      documentType: 'item',
      documentId: itemId,
      payload: { quantity: parts.reduce((sum, part) => sum + part.quantity, 0), lines: parts.length },
      news: parts,
    })
  }
  return served
}

async function serveQuietly(run: CommandRun, positions: readonly Position[]): Promise<ServedBackorder[]> {
  const own = positions.filter((position) => position.ownerId === ZERO_ID)
  if (own.length === 0) return []
  const { rows: waiting } = await sql<WaitingBackorder>`
    select source_id as "sourceId", source_line_id as "sourceLineId", item_id as "itemId", owner_id as "ownerId", quantity, priority, warehouse_ids as "warehouseIds"
      from inventory.backorder where org_id = ${run.ctx.orgId} and item_id = any(${[...new Set(own.map((position) => position.itemId))]}::uuid[])
     order by item_id, priority, waiting_since, source_line_id limit 20000 for update`.execute(run.tx)
  if (waiting.length === 0) return []
  const served = shareOut(own, waiting)
  if (served.length === 0) return []
  await writeServed(run, served)
  return served
}

/** A waiting line and the warehouses that may serve it too. */
export interface WiderBackorder {
  sourceLineId: string
  itemId: string
  warehouseIds: readonly string[]
}

/**
 * Lets waiting lines be served by more warehouses, and serves them at once from what is available there. Raises no event: it is
 * called where orders follow a loss, which said already that the queue changed, and the caller records what was served. The loss
 * already holds positions of the same items, so these may be out of order: then they are tried, and never waited for.
 */
export async function offerElsewhere(run: CommandRun, lines: readonly WiderBackorder[]): Promise<ServedBackorder[]> {
  const { tx, ctx } = run
  const pairs = lines.flatMap((line) => line.warehouseIds.map((warehouseId, place) => ({ ...line, warehouseId, place })))
  if (pairs.length === 0) return []
  const positions = await lockPositions(
    tx,
    ctx.orgId,
    pairs.map(({ itemId, warehouseId }) => ({ itemId, warehouseId, ownerId: ZERO_ID })),
  )
  await sql`
    update inventory.backorder b set warehouse_ids = b.warehouse_ids || array(select w.id from unnest(m.ids) with ordinality w (id, place) where w.id <> all (b.warehouse_ids) order by w.place)
      from (select p.sourceLineId, array_agg(p.warehouseId order by p.place) as ids from ${rowsOf(pairs, { sourceLineId: 'uuid', warehouseId: 'uuid', place: 'integer' }, 'p')} group by 1) m
     where b.org_id = ${ctx.orgId} and b.source_line_id = m.sourceLineId`.execute(tx)
  return serveQuietly(
    run,
    [...positions.values()].filter((position) => position.onHand - position.reserved - position.held > 0),
  )
}

/** Pure: who gets what of the available stock. Waiting comes in serving order; each line prefers its warehouses in their order. */
export function shareOut(positions: readonly Position[], waiting: readonly WaitingBackorder[]): ServedBackorder[] {
  const available = new Map(
    positions.map((position) => [`${position.itemId}/${position.warehouseId}`, position.onHand - position.reserved - position.held]),
  )
  const served: ServedBackorder[] = []
  for (const line of waiting) {
    let left = line.quantity
    for (const warehouseId of line.warehouseIds) {
      const key = `${line.itemId}/${warehouseId}`
      const quantity = Math.min(left, Math.max(0, available.get(key) ?? 0))
      if (quantity === 0) continue
      available.set(key, (available.get(key) ?? 0) - quantity)
      left -= quantity
      served.push({
        sourceId: line.sourceId,
        sourceLineId: line.sourceLineId,
        warehouseId,
        itemId: line.itemId,
        ownerId: line.ownerId,
        quantity,
        priority: line.priority,
      })
    }
  }
  return served
}

async function writeServed(run: CommandRun, served: readonly ServedBackorder[]): Promise<void> {
  const { tx, ctx } = run
  await insertReservations(run, served)
  const source = sql`(select x.sourceLineId, sum(x.quantity)::bigint as quantity from ${rowsOf(served, { sourceLineId: 'uuid', quantity: 'bigint' }, 'x')} group by x.sourceLineId) s`
  await sql`delete from inventory.backorder b using ${source} where b.org_id = ${ctx.orgId} and b.source_line_id = s.sourceLineId and b.quantity = s.quantity`.execute(
    tx,
  )
  await sql`update inventory.backorder b set quantity = b.quantity - s.quantity from ${source} where b.org_id = ${ctx.orgId} and b.source_line_id = s.sourceLineId and b.quantity > s.quantity`.execute(
    tx,
  )
  const changes = [...Map.groupBy(served, (part) => `${part.itemId}/${part.warehouseId}`).values()].flatMap((parts) => {
    const [first] = parts
    return first === undefined
      ? []
      : [
          {
            itemId: first.itemId,
            warehouseId: first.warehouseId,
            ownerId: first.ownerId,
            onHand: 0,
            held: 0,
            reserved: parts.reduce((sum, part) => sum + part.quantity, 0),
          },
        ]
  })
  await addToPositions(tx, ctx.orgId, changes)
}

/** Writes reservations, adding to one that the line already has at the warehouse. Positions are changed by the caller. */
export async function insertReservations(run: CommandRun, reservations: readonly NewReservation[]): Promise<void> {
  if (reservations.length === 0) return
  const promises = onceEach(reservations, (one) => `${one.sourceLineId}/${one.warehouseId}`)
  await sql`
    insert into inventory.reservation (org_id, source_line_id, warehouse_id, item_id, owner_id, source_id, quantity, priority, promised_at)
    select ${run.ctx.orgId}, r.sourceLineId, r.warehouseId, r.itemId, r.ownerId, r.sourceId, r.quantity, r.priority, ${run.now}
      from ${rowsOf(promises, { sourceId: 'uuid', sourceLineId: 'uuid', warehouseId: 'uuid', itemId: 'uuid', ownerId: 'uuid', quantity: 'bigint', priority: 'integer' }, 'r')}
    on conflict (org_id, source_line_id, warehouse_id) do update set quantity = inventory.reservation.quantity + excluded.quantity`.execute(
    run.tx,
  )
}
