import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { shipmentsOfSources } from './shipment-orders.ts'

/** How many shipments of an order are at which step; canceled ones do not count. */
export interface ShipmentSummary {
  orderId: string
  planned: number
  working: number
  sent: number
  delivered: number
}

/** Counts the shipments that carry lines of orders, by step. */
export async function summarizeShipments(tx: Tx, orgId: number, orderIds: readonly string[]): Promise<Map<string, ShipmentSummary>> {
  const { rows } = await sql<ShipmentSummary>`
    select x.source_id as "orderId", count(*) filter (where s.status = 'planned')::int as planned, count(*) filter (where s.status in ('released', 'picked', 'packed'))::int as working,
           count(*) filter (where s.status in ('shipped', 'delivered', 'refused', 'lost'))::int as sent, count(*) filter (where s.status = 'delivered')::int as delivered
      from (${shipmentsOfSources(orgId, orderIds)}) x join warehouse.shipment s on s.org_id = ${orgId} and s.id = x.shipment_id and s.status not in ('canceled', 'voided')
     where exists (select 1 from warehouse.shipment_line l where l.org_id = s.org_id and l.shipment_id = s.id and l.source_id = x.source_id and l.quantity > 0) group by x.source_id`.execute(
    tx,
  )
  return new Map(rows.map((row) => [row.orderId, row]))
}
