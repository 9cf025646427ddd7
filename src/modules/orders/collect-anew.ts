import { sql } from 'kysely'
import { collectOnDelivery } from './collect-cash.ts'
import type { OrderRun } from './order.repo.ts'

/**
 * Shares anew what couriers are to collect for an order's shipments that are not packed yet, after its lines or prices changed. Only for
 * cash on delivery; made labels stay as they are. The caller holds the shipments and the order.
 */
export async function collectAnew(run: OrderRun, orderId: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select distinct w.shipment_id as id from warehouse.shipment_line w join warehouse.shipment s on s.org_id = w.org_id and s.id = w.shipment_id
     where w.org_id = ${run.ctx.orgId} and w.source_id = ${orderId}::uuid and w.quantity > 0 and s.status in ('planned', 'released', 'picked')`.execute(
    run.tx,
  )
  await collectOnDelivery(
    run,
    rows.map((row) => row.id),
    'open',
  )
}
