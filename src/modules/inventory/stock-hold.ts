import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import type { Tx } from '../../kernel/database.ts'
import { invalidField } from '../../kernel/errors.ts'
import { serveBackorders } from './serve-backorders.ts'
import { addToPositions, lockPositions, type PositionKey, positionKey } from './stock.repo.ts'

/** A checkout's claim on goods of one item in one warehouse. */
export interface StockHold extends PositionKey {
  id: string
  quantity: number
  reference: string
  expiresAt: Date
}

/** Longest a checkout may keep goods from others. */
const MAX_HOLD_MS = 30 * 86_400_000

/**
 * When a hold is to end.
 * @throws `kernel.invalid_input` when that is past, or more than 30 days ahead
 */
export function holdExpiry(said: string, now: Date): Date {
  const expiresAt = new Date(said)
  if (expiresAt <= now) throw invalidField('/expires_at', 'in_past', 'lies in the past; a hold ends in the future')
  if (expiresAt.getTime() > now.getTime() + MAX_HOLD_MS)
    throw invalidField('/expires_at', 'too_late', 'lies more than 30 days ahead; a hold is for a checkout, place an order instead')
  return expiresAt
}

/** Holds by id or by their checkout's reference. They change only under their position: read again once it is locked. */
export async function findHolds(
  tx: Tx,
  orgId: number,
  wanted: { ids?: readonly string[]; references?: readonly string[] },
): Promise<StockHold[]> {
  const { ids = [], references = [] } = wanted
  if (ids.length + references.length === 0) return []
  const { rows } = await sql<StockHold>`
    select id, item_id as "itemId", warehouse_id as "warehouseId", owner_id as "ownerId", quantity, reference, expires_at as "expiresAt" from inventory.stock_hold
     where org_id = ${orgId} and (id = any(${ids}::uuid[]) or reference = any(${references}::text[])) order by id`.execute(tx)
  return rows
}

/**
 * Ends holds that became orders: the goods are free for the caller to promise in the same transaction. The caller holds the positions
 * and read the holds under them. Raises `inventory.stock_hold_taken`.
 */
export async function takeHolds(run: CommandRun, holds: readonly (StockHold & { takenBy: string })[]): Promise<void> {
  if (holds.length === 0) return
  const { tx, ctx } = run
  await sql`delete from inventory.stock_hold where org_id = ${ctx.orgId} and id = any(${holds.map((hold) => hold.id)}::uuid[])`.execute(tx)
  await addToPositions(tx, ctx.orgId, heldChanges(holds.map((hold) => ({ ...hold, quantity: -hold.quantity }))))
  for (const hold of holds)
    run.emit({
      type: 'inventory.stock_hold_taken',
      documentType: 'inventory.stock_hold',
      documentId: hold.id,
      payload: { item_id: hold.itemId, warehouse_id: hold.warehouseId, quantity: hold.quantity, order_id: hold.takenBy },
    })
}

/** Changes of what positions hold, one a position. */
export function heldChanges(parts: readonly (PositionKey & { quantity: number })[]) {
  return [...Map.groupBy(parts, positionKey).values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { itemId, warehouseId, ownerId } = first
    return [{ itemId, warehouseId, ownerId, onHand: 0, reserved: 0, held: group.reduce((sum, part) => sum + part.quantity, 0) }]
  })
}

/** Changes what positions hold and offers what became free to waiting backorders. The caller holds the positions. */
export async function changeHeld(run: CommandRun, parts: readonly (PositionKey & { quantity: number })[]): Promise<void> {
  const changes = heldChanges(parts).filter((change) => change.held !== 0)
  const now = await addToPositions(run.tx, run.ctx.orgId, changes)
  await serveBackorders(
    run,
    now.filter((position) => position.onHand - position.reserved - position.held > 0),
  )
}

/** Offers what is available of goods to waiting backorders. The caller holds the positions. */
export async function offerAvailable(run: CommandRun, keys: readonly PositionKey[]): Promise<void> {
  if (keys.length === 0) return
  const positions = await lockPositions(run.tx, run.ctx.orgId, keys)
  await serveBackorders(
    run,
    [...positions.values()].filter((position) => position.onHand - position.reserved - position.held > 0),
  )
}
