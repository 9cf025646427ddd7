import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'

/** Gives the shipments of orders that are not yet picked another priority. Locks them. */
export async function prioritizeShipments(tx: Tx, orgId: number, changes: readonly { orderId: string; priority: number }[]): Promise<void> {
  await sql`
    update warehouse.shipment s set priority = c.priority, version = s.version + 1
      from (select s.id, c.priority from warehouse.shipment s join ${rowsOf(changes, { orderId: 'uuid', priority: 'integer' }, 'c')} on c.orderId = s.source_id
             where s.org_id = ${orgId} and s.status in ('planned', 'released') and s.priority <> c.priority order by s.id for update of s) c
     where s.org_id = ${orgId} and s.id = c.id`.execute(tx)
}

/** A carrier chosen for the planned shipments of an order, or for one of its shipments. */
export interface CarrierChoice {
  orderId: string
  shipmentId: string | null
  carrierId: string
  service: string
}

/** Chooses the carrier of planned shipments; others stay as they are. Locks them. Answers the orders for which something changed. */
export async function choosePlannedCarrier(tx: Tx, orgId: number, choices: readonly CarrierChoice[]): Promise<Set<string>> {
  if (choices.length === 0) return new Set()
  const source = rowsOf(choices, { orderId: 'uuid', shipmentId: 'uuid', carrierId: 'uuid', service: 'text' }, 'c')
  const { rows } = await sql<{ orderId: string }>`
    update warehouse.shipment s set carrier_id = c.carrierId, service = c.service, version = s.version + 1
      from (select s.id, c.carrierId, c.service from warehouse.shipment s join ${source} on c.orderId = s.source_id and (c.shipmentId is null or c.shipmentId = s.id)
             where s.org_id = ${orgId} and s.status = 'planned' order by s.id for update of s) c
     where s.org_id = ${orgId} and s.id = c.id returning s.source_id as "orderId"`.execute(tx)
  return new Set(rows.map((row) => row.orderId))
}
