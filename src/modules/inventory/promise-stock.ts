import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { columnsOf, writePart } from '../../kernel/statement.ts'
import type { NewReservation, ReservationRelease } from './goods-posting.ts'
import { noteWaiting } from './note-waiting.ts'
import { endReservations } from './promise.repo.ts'
import { serveBackorders } from './serve-backorders.ts'
import { addToPositions, lockPositions, type PositionChange, type PositionKey, positionKey } from './stock.repo.ts'
import { onceEach } from './once-each.ts'

/** A promise that found no stock, waiting at the warehouses that may serve it, in order of preference. */
export interface NewBackorder {
  sourceId: string
  sourceLineId: string
  itemId: string
  ownerId: string
  quantity: number
  priority: number
  warehouseIds: string[]
}

/**
 * Promises stock to order lines and queues what is missing. The caller has locked the positions (`lockPositions`) and decided
 * within what is available; the CHECK reserved + held ≤ on hand is the last wall.
 */
export async function promiseStock(
  run: CommandRun,
  reservations: readonly NewReservation[],
  backorders: readonly NewBackorder[],
): Promise<void> {
  promiseLater(run, reservations, backorders)
  await run.flush()
  await noteWaiting(
    run,
    backorders.map((backorder) => backorder.itemId),
  )
}

/** As {@link promiseStock}, left for the end of the command. Who queues backorders this way flushes and says so with `noteWaiting`. */
export function promiseLater(run: CommandRun, reservations: readonly NewReservation[], backorders: readonly NewBackorder[]): void {
  if (reservations.length + backorders.length === 0) return
  const promised = onceEach(reservations, (one) => `${one.sourceLineId}/${one.warehouseId}`)
  const waiting = onceEach(backorders, ({ sourceLineId }) => sourceLineId)
  run.later(
    writePart(sql`inventory.promise_stock(p_org => ${run.ctx.orgId}, p_now => ${run.now},
      ${columnsOf(
        promised.map((one) => ({
          source_id: one.sourceId,
          line_id: one.sourceLineId,
          warehouse: one.warehouseId,
          item: one.itemId,
          owner: one.ownerId,
          quantity: one.quantity,
          priority: one.priority,
        })),
        { source_id: 'uuid', line_id: 'uuid', warehouse: 'uuid', item: 'uuid', owner: 'uuid', quantity: 'bigint', priority: 'integer' },
      )},
      ${columnsOf(
        waiting.map((one) => ({
          source_id: one.sourceId,
          line_id: one.sourceLineId,
          item: one.itemId,
          owner: one.ownerId,
          quantity: one.quantity,
          priority: one.priority,
          warehouses: one.warehouseIds,
        })),
        { source_id: 'uuid', line_id: 'uuid', item: 'uuid', owner: 'uuid', quantity: 'bigint', priority: 'integer', warehouses: 'jsonb' },
        'b_',
      )})`),
  )
}

/** Ends promises without goods moving (an order is canceled), and offers what is free again to waiting backorders. Locks the positions. */
export async function releasePromises(run: CommandRun, releases: readonly ReservationRelease[]): Promise<void> {
  if (releases.length === 0) return
  const changes = reservedChanges(releases, -1)
  await lockPositions(run.tx, run.ctx.orgId, changes)
  await endReservations(run.tx, run.ctx.orgId, releases)
  const now = await addToPositions(run.tx, run.ctx.orgId, changes)
  await serveBackorders(
    run,
    now.filter((position) => position.onHand - position.reserved - position.held > 0),
  )
}

/** Takes quantities of lines out of the queue of backorders. The caller holds the positions of the items. */
export async function withdrawBackorders(run: CommandRun, parts: readonly { sourceLineId: string; quantity: number }[]): Promise<void> {
  if (parts.length === 0) return
  const source = rowsOf(parts, { sourceLineId: 'uuid', quantity: 'bigint' }, 'w')
  const { rows: items } = await sql<{ id: string }>`
    select distinct b.item_id as id from inventory.backorder b join ${source} on w.sourceLineId = b.source_line_id where b.org_id = ${run.ctx.orgId}`.execute(
    run.tx,
  )
  await sql`delete from inventory.backorder b using ${source} where b.org_id = ${run.ctx.orgId} and b.source_line_id = w.sourceLineId and b.quantity = w.quantity`.execute(
    run.tx,
  )
  await sql`update inventory.backorder b set quantity = b.quantity - w.quantity from ${source} where b.org_id = ${run.ctx.orgId} and b.source_line_id = w.sourceLineId and b.quantity > w.quantity`.execute(
    run.tx,
  )
  await noteWaiting(
    run,
    items.map((item) => item.id),
  )
}

function reservedChanges(parts: readonly (PositionKey & { quantity: number })[], sign: 1 | -1): PositionChange[] {
  return [...Map.groupBy(parts, positionKey).values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    return [
      {
        itemId: first.itemId,
        warehouseId: first.warehouseId,
        ownerId: first.ownerId,
        onHand: 0,
        held: 0,
        reserved: sign * group.reduce((sum, part) => sum + part.quantity, 0),
      },
    ]
  })
}
