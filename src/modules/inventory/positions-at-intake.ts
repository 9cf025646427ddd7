import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { HeldByAnother, mayWait, noteLocks } from '../../kernel/lock-order.ts'
import { arrayText, type Part, safeInteger } from '../../kernel/statement.ts'
import { type Position, type PositionKey, positionKey, POSITIONS } from './stock.repo.ts'

/**
 * The statement part that locks positions as `lockPositions` does: in key order, missing ones made at zero, and tried where the
 * transaction may not wait.
 * @throws HeldByAnother when it is read: the transaction begins anew and takes them in order
 */
export function positionsToLock(tx: Tx, orgId: number, keys: readonly PositionKey[]): Part<Map<string, Position>> {
  const unique = [...new Map(keys.map((key) => [positionKey(key), key])).values()]
  const names = unique.map(positionKey)
  const waits = mayWait(tx, POSITIONS, names)
  const column = (of: (key: PositionKey) => string) => arrayText(unique.map(of))
  return {
    call: sql`inventory.lock_positions(${orgId}::integer, ${column((key) => key.itemId)}::uuid[], ${column((key) => key.warehouseId)}::uuid[],
      ${column((key) => key.ownerId)}::uuid[], ${waits}::boolean)`,
    read(answer) {
      const positions = ((answer ?? []) as unknown[][]).map(([itemId, warehouseId, ownerId, onHand, reserved, held]): Position => ({
        itemId: itemId as string,
        warehouseId: warehouseId as string,
        ownerId: ownerId as string,
        onHand: safeInteger(onHand),
        reserved: safeInteger(reserved),
        held: safeInteger(held),
      }))
      if (positions.length < unique.length) throw new HeldByAnother(tx, POSITIONS, names)
      noteLocks(tx, POSITIONS, names)
      return new Map(positions.map((position) => [positionKey(position), position]))
    },
  }
}
