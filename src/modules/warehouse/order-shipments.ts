import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { type Tx } from '../../kernel/database.ts'
import { addressHash } from './plan-shipments.ts'

/** Planned shipments of orders that are to be sent whole and wait for something again. The caller holds them. */
export async function markShipmentsWaiting(tx: Tx, orgId: number, orderIds: readonly string[]): Promise<void> {
  await sql`update warehouse.shipment set ready = false, version = version + 1 where org_id = ${orgId} and source_id = any(${orderIds}::uuid[]) and status = 'planned' and ready`.execute(
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
