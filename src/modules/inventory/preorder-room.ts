import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { ZERO_ID } from '../../kernel/ids.ts'

/** What of an item is expected by warehouse, and what already waits for it. */
export interface PreorderRoom {
  /** Quantity that may still be promised from what is expected at any of these warehouses. */
  left(itemId: string, warehouseIds: readonly string[]): number
  /** Counts a promise just made. */
  take(itemId: string, warehouseIds: readonly string[], quantity: number): void
}

/**
 * How much of what is expected is not yet waited for. The caller holds the positions of the warehouses: receipts and other orders
 * of the same item and warehouse wait. A backorder that one of the warehouses may serve counts in full, so that
 * what is promised never exceeds what is expected, whichever warehouses orders share.
 */
export async function readPreorderRoom(tx: Tx, orgId: number, itemIds: readonly string[]): Promise<PreorderRoom> {
  const ids = [...new Set(itemIds)]
  if (ids.length === 0) return { left: () => 0, take: () => undefined }
  const { rows: incoming } = await sql<{ itemId: string; warehouseId: string; quantity: number }>`
    select item_id as "itemId", warehouse_id as "warehouseId", incoming as quantity from inventory.stock_position
     where org_id = ${orgId} and item_id = any(${ids}::uuid[]) and owner_id = ${ZERO_ID} and incoming > 0`.execute(tx)
  const { rows } = await sql<{ itemId: string; warehouseIds: string[]; quantity: number }>`
    select item_id as "itemId", warehouse_ids as "warehouseIds", sum(quantity)::bigint as quantity from inventory.backorder
     where org_id = ${orgId} and item_id = any(${ids}::uuid[]) and owner_id = ${ZERO_ID} group by item_id, warehouse_ids`.execute(tx)
  const waiting: { itemId: string; warehouseIds: readonly string[]; quantity: number }[] = [...rows]
  return {
    left(itemId, warehouseIds) {
      const expected = incoming.filter((part) => part.itemId === itemId && warehouseIds.includes(part.warehouseId))
      const before = waiting.filter((part) => part.itemId === itemId && part.warehouseIds.some((id) => warehouseIds.includes(id)))
      return Math.max(0, sum(expected) - sum(before))
    },
    take(itemId, warehouseIds, quantity) {
      waiting.push({ itemId, warehouseIds, quantity })
    },
  }
}

function sum(parts: readonly { quantity: number }[]): number {
  return parts.reduce((total, part) => total + part.quantity, 0)
}
