import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { addressHash } from './plan-shipments.ts'

/** Planned shipments of orders that are to be sent whole and wait for something again. The caller holds them. */
export async function markShipmentsWaiting(tx: Tx, orgId: number, orderIds: readonly string[]): Promise<void> {
  await sql`update warehouse.shipment set ready = false, version = version + 1 where org_id = ${orgId} and source_id = any(${orderIds}::uuid[]) and status = 'planned' and ready`.execute(
    tx,
  )
}

/** What couriers are to collect for shipments that are not shipped, on the first parcel where it is packed. The caller holds them. */
export async function setCollections(tx: Tx, orgId: number, amounts: readonly { shipmentId: string; amount: number }[]): Promise<void> {
  if (amounts.length === 0) return
  await sql`
    with due as (select c.shipmentId as id, c.amount from ${rowsOf(amounts, { shipmentId: 'uuid', amount: 'bigint' }, 'c')}),
    changed as (update warehouse.shipment s set amount_to_collect = d.amount from due d where s.org_id = ${orgId} and s.id = d.id returning s.id, s.amount_to_collect)
    update warehouse.parcel p set amount_to_collect = c.amount_to_collect from changed c where p.org_id = ${orgId} and p.shipment_id = c.id and p.parcel_no = 1`.execute(
    tx,
  )
}

/** Where shipments that are not packed yet go, and by when, after their order changed. Only what is given changes. */
export interface Redirection {
  shipTo?: Record<string, unknown>
  partyId?: string | null
  promisedAt?: Date | null
}

/**
 * Sends shipments elsewhere: address, customer or promised date follow their order. The caller holds them and has made sure that none is
 * packed or shipped. Raises `warehouse.shipment_redirected` per shipment.
 */
export async function redirectShipments(run: CommandRun, shipmentIds: readonly string[], to: Redirection): Promise<void> {
  if (shipmentIds.length === 0) return
  const { tx, ctx } = run
  const sets = [
    ...(to.shipTo === undefined ? [] : [sql`ship_to = ${JSON.stringify(to.shipTo)}::jsonb, ship_to_hash = ${addressHash(to.shipTo)}`]),
    ...(to.partyId === undefined ? [] : [sql`party_id = ${to.partyId}::uuid`]),
    ...(to.promisedAt === undefined ? [] : [sql`promised_at = ${to.promisedAt}`]),
  ]
  if (sets.length === 0) return
  await sql`update warehouse.shipment set version = version + 1, ${sql.join(sets)} where org_id = ${ctx.orgId} and id = any(${shipmentIds}::uuid[])`.execute(
    tx,
  )
  for (const id of shipmentIds)
    run.emit({
      type: 'warehouse.shipment_redirected',
      documentType: 'shipment',
      documentId: id,
      payload: {
        address: to.shipTo !== undefined,
        ...(to.promisedAt === undefined ? {} : { promised_at: to.promisedAt?.toISOString() ?? null }),
      },
    })
}
