import { type RawBuilder, sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'

/** Rows (shipment_id, source_id) of the shipments that orders are on: by header, or as one of several of a combined shipment. */
export function shipmentsOfSources(orgId: number, sourceIds: readonly string[]): RawBuilder<{ shipment_id: string; source_id: string }> {
  return sql`
    select h.id as shipment_id, h.source_id from warehouse.shipment h where h.org_id = ${orgId} and h.source_id = any(${sourceIds}::uuid[])
    union select c.shipment_id, c.source_id from warehouse.shipment_order c where c.org_id = ${orgId} and c.source_id = any(${sourceIds}::uuid[])`
}

/** An order of a combined shipment. */
export interface CombinedOrder {
  shipmentId: string
  sourceId: string
  sourceLabel: string
  held: boolean
}

/** Orders of combined shipments; a shipment of one order has none. */
export async function readCombinedOrders(tx: Tx, orgId: number, shipmentIds: readonly string[]): Promise<CombinedOrder[]> {
  if (shipmentIds.length === 0) return []
  const { rows } = await sql<CombinedOrder>`
    select shipment_id as "shipmentId", source_id as "sourceId", source_label as "sourceLabel", held
      from warehouse.shipment_order where org_id = ${orgId} and shipment_id = any(${shipmentIds}::uuid[]) order by shipment_id, source_label, source_id`.execute(
    tx,
  )
  return rows
}

/** Writes orders of combined shipments; those already there stay. */
export async function insertCombinedOrders(tx: Tx, orgId: number, rows: readonly CombinedOrder[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into warehouse.shipment_order (org_id, shipment_id, source_id, source_label, held)
    select ${orgId}, c.shipmentId, c.sourceId, c.sourceLabel, c.held
      from ${rowsOf(rows, { shipmentId: 'uuid', sourceId: 'uuid', sourceLabel: 'text', held: 'boolean' }, 'c')} on conflict do nothing`.execute(
    tx,
  )
}

/**
 * Parts of a combined shipment that moved to another: that one belongs to the orders whose lines it has. `lines` are the moved ones.
 */
export async function followCombinedOrders(
  tx: Tx,
  orgId: number,
  moved: readonly { fromShipmentId: string; toShipmentId: string; lines: readonly { sourceId: string }[] }[],
): Promise<void> {
  const combined = await readCombinedOrders(
    tx,
    orgId,
    moved.map((part) => part.fromShipmentId),
  )
  if (combined.length === 0) return
  const rows = moved.flatMap(({ fromShipmentId, toShipmentId, lines }) => {
    const sources = new Set(lines.map((line) => line.sourceId))
    return combined
      .filter((row) => row.shipmentId === fromShipmentId && sources.has(row.sourceId))
      .map((row) => ({ ...row, shipmentId: toShipmentId }))
  })
  await insertCombinedOrders(tx, orgId, rows)
  const heads = [...Map.groupBy(rows, (row) => row.shipmentId).values()].flatMap((group) => group[0] ?? [])
  await sql`
    update warehouse.shipment s set source_id = h.sourceId, source_label = h.sourceLabel
      from ${rowsOf(heads, { shipmentId: 'uuid', sourceId: 'uuid', sourceLabel: 'text' }, 'h')} where s.org_id = ${orgId} and s.id = h.shipmentId`.execute(
    tx,
  )
}
