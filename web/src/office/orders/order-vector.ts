import type { Order } from '../../api/shapes.ts'
import type { QuantityVector } from '../../kit/quantity-bar.tsx'

/** The vector of a whole order: the sum of its lines (kits by their parts); null where the list does not tell. */
export function vectorOfOrder(order: Order): QuantityVector | null {
  if (order.quantities !== undefined) return order.quantities
  if (order.lines === undefined) return null
  const sum = {
    ordered: 0,
    shipped: 0,
    reserved: 0,
    backordered: 0,
    pending: 0,
    canceled: 0,
    supplied_elsewhere: 0,
    picked: 0,
    returned: 0,
  }
  const parents = new Set(order.lines.map((line) => line.parent_line_id))
  for (const line of order.lines) {
    if (parents.has(line.id)) continue
    for (const part of Object.keys(sum) as (keyof typeof sum)[]) sum[part] += line[part]
  }
  return sum
}
