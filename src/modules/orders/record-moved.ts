import { sql } from 'kysely'
import { rowsOf } from '../../kernel/database.ts'
import type { MovedShipment } from '../warehouse/index.ts'
import { changeLines, lockOrders, type OrderRun, refreshOrders } from './order.repo.ts'

/** Orders learn that another warehouse sends a shipment: what it lacks waits there, and a decision says who moved it and why. */
export async function recordMoved(run: OrderRun, moved: readonly MovedShipment[]): Promise<void> {
  const parts = moved.flatMap((shipment) => shipment.lines.map((line) => ({ ...line, shipment })))
  const orderIds = [...new Set(parts.map((part) => part.orderId))]
  await lockOrders(run, orderIds)
  await changeLines(
    run,
    parts.filter((part) => part.missing > 0).map((part) => ({ id: part.orderLineId, reserved: -part.missing, backordered: part.missing })),
  )
  const rows = [...Map.groupBy(parts, (part) => `${part.orderId}/${part.shipment.shipmentId}`).values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { fromCode, toCode, reason, shipmentId } = first.shipment
    const quantity = group.reduce((sum, part) => sum + part.quantity, 0)
    const missing = group.reduce((sum, part) => sum + part.missing, 0)
    return [
      {
        orderId: first.orderId,
        reasons: {
          rule: 'moved_by_hand',
          prefer: 'priority',
          chosen: [toCode],
          candidates: [],
          from: fromCode,
          to: toCode,
          shipment_id: shipmentId,
          reason,
          quantity,
          missing,
        },
      },
    ]
  })
  const numbered = [...Map.groupBy(rows, (row) => row.orderId).values()].flatMap((group) =>
    group.map((row, place) => ({ ...row, place: place + 1 })),
  )
  await sql`
    insert into orders.sourcing_decision (org_id, order_id, attempt, decided_at, reasons)
    select ${run.ctx.orgId}, d.orderId, coalesce((select max(x.attempt) from orders.sourcing_decision x where x.org_id = ${run.ctx.orgId} and x.order_id = d.orderId), 0) + d.place, ${run.now}, d.reasons
      from ${rowsOf(numbered, { orderId: 'uuid', place: 'integer', reasons: 'jsonb' }, 'd')}`.execute(run.tx)
  await refreshOrders(run, orderIds)
}
