import { useGet } from '../../api/queries.ts'
import type { Order } from '../../api/shapes.ts'
import { StepNotes } from '../../kit/notes.tsx'

/** Notes on the order, its customer and the items that come back, for whoever receives or inspects them. */
export function ReturnNotes({ orderId, skus }: { orderId: string | null; skus: readonly string[] }) {
  const order = useGet<Order>(orderId === null ? null : `/v1/orders/${orderId}`).data
  if (order === undefined) return null
  const items = (order.lines ?? []).filter((line) => skus.includes(line.sku)).map((line) => line.item_id)
  return <StepNotes step="return" documents={[order.id, order.customer?.party_id, ...items]} />
}
