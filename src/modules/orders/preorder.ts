import type { PreorderRoom } from '../inventory/index.ts'
import { shortOfStock } from './orders.errors.ts'
import type { SourcingPolicy } from './source-order.ts'

/** What an item says about being sold before it is there. */
export interface PreorderRule {
  preorder: 'none' | 'open' | 'expected'
  preorder_from: Date | null
  preorder_until: Date | null
}

/** What happens to a quantity that is not in stock: it waits, waits as far as receipts are expected, or the order is refused. */
export type ShortageRule = 'backorder' | 'expected' | 'refuse'

/** The item's own rule while its window is open (from inclusive, until exclusive), else the channel's. */
export function shortageRule(item: PreorderRule, onShortage: SourcingPolicy['on_shortage'], now: Date): ShortageRule {
  const opened = item.preorder_from === null || item.preorder_from <= now
  const closed = item.preorder_until !== null && item.preorder_until <= now
  if (item.preorder === 'none' || !opened || closed) return onShortage
  return item.preorder === 'open' ? 'backorder' : 'expected'
}

/** A missing quantity of a line and what its item says. */
export interface MissingPart {
  item: PreorderRule & { id: string; sku: string }
  quantity: number
  warehouseIds: readonly string[]
}

/**
 * Refuses what may not wait, naming every such item, and counts what may against what is expected.
 * @throws `orders.insufficient_stock` (rule)
 */
export function refuseShortage(
  missing: readonly MissingPart[],
  { onShortage, now, room }: { onShortage: SourcingPolicy['on_shortage']; now: Date; room: PreorderRoom },
): void {
  const counted: MissingPart[] = []
  const refused: { sku: string; quantity: number; expected: number | null }[] = []
  for (const part of missing) {
    const rule = shortageRule(part.item, onShortage, now)
    const left = rule === 'expected' ? room.left(part.item.id, part.warehouseIds) : null
    if (rule === 'refuse' || (left !== null && part.quantity > left))
      refused.push({ sku: part.item.sku, quantity: part.quantity, expected: left })
    else {
      room.take(part.item.id, part.warehouseIds, part.quantity)
      counted.push(part)
    }
  }
  if (refused.length === 0) return
  for (const part of counted) room.take(part.item.id, part.warehouseIds, -part.quantity)
  throw shortOfStock(refused)
}
