import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { findCarriers } from '../carriers/index.ts'
import { addParcels } from './pack-shipments.ts'
import { readLabelGround } from './parcel-labels.ts'
import { addressHash } from './plan-shipments.ts'
import type { ShippedLine } from './ship-shipments.ts'

/** A parcel as its channel tells it: the carrier by its code or name. */
export interface ToldParcel {
  carrier?: string
  trackingNumber: string
}

/** What a channel sent of one order, without goods of ours. */
export interface SentElsewhere {
  orderId: string
  /** The order's number as people read it. */
  orderLabel: string
  /** Where it is counted: the warehouse that had promised, or the first that may serve. */
  warehouseId: string
  shipTo: Record<string, unknown>
  partyId: string | null
  currency: string
  priority: number
  happenedAt: Date
  parcels: readonly ToldParcel[]
  lines: readonly { orderLineId: string; itemId: string; ownerId: string; quantity: number; supply: 'none' | 'elsewhere' }[]
}

/**
 * Records a shipment that a channel made: shipped at once, with its tracking numbers, and no movement of goods. What comes back of it is
 * received like any return, at an assumed cost. Tracking numbers that a shipment of the order has already are left out.
 * Raises `warehouse.sent_elsewhere`. The caller holds the order's shipments and positions, and locks the order afterwards.
 */
export async function recordSentElsewhere(run: CommandRun, sent: SentElsewhere): Promise<ShippedLine[]> {
  const { tx, ctx } = run
  const id = run.newId()
  const number = await takeNumbers(tx, ctx.orgId, 'shipment', 1)
  await sql`
    insert into warehouse.shipment (org_id, id, number, warehouse_id, status, source_id, source_label, ship_to, ship_to_hash, party_id, currency, priority, created_at, shipped_at)
    values (${ctx.orgId}, ${id}::uuid, ${number}, ${sent.warehouseId}::uuid, 'shipped', ${sent.orderId}::uuid, ${sent.orderLabel}, ${JSON.stringify(sent.shipTo)}::jsonb, ${addressHash(sent.shipTo)},
            ${sent.partyId}::uuid, ${sent.currency}, ${sent.priority}, ${run.now}, ${sent.happenedAt})`.execute(tx)
  const rows = sent.lines.map((line) => ({ ...line, id: run.newId() }))
  await sql`
    insert into warehouse.shipment_line (org_id, id, shipment_id, source_id, source_line_id, item_id, owner_id, supply, quantity, shipped_quantity)
    select ${ctx.orgId}, l.id, ${id}::uuid, ${sent.orderId}::uuid, l.orderLineId, l.itemId, l.ownerId, l.supply, l.quantity, l.quantity
      from ${rowsOf(rows, { id: 'uuid', orderLineId: 'uuid', itemId: 'uuid', ownerId: 'uuid', supply: 'text', quantity: 'bigint' }, 'l')}`.execute(
    tx,
  )
  const parcels = await newParcels(run, sent)
  await addToldParcels(run, id, parcels)
  run.emit({
    type: 'warehouse.sent_elsewhere',
    documentType: 'shipment',
    documentId: id,
    payload: {
      number,
      order_id: sent.orderId,
      shipped_at: sent.happenedAt.toISOString(),
      quantity: rows.reduce((sum, row) => sum + row.quantity, 0),
      tracking_numbers: parcels.map((parcel) => parcel.trackingNumber),
    },
  })
  return rows.map((row): ShippedLine => ({
    shipmentId: id,
    shipmentLineId: row.id,
    orderId: sent.orderId,
    orderLineId: row.orderLineId,
    warehouseId: sent.warehouseId,
    itemId: row.itemId,
    quantity: row.quantity,
    supply: row.supply,
    happenedAt: sent.happenedAt,
  }))
}

async function newParcels({ tx, ctx }: CommandRun, { orderId, parcels }: SentElsewhere): Promise<ToldParcel[]> {
  const { rows } = await sql<{ number: string }>`
    select p.tracking_number as number from warehouse.parcel p join warehouse.shipment s on s.org_id = p.org_id and s.id = p.shipment_id
     where p.org_id = ${ctx.orgId} and p.tracking_number = any(${parcels.map((parcel) => parcel.trackingNumber)}::text[]) and s.source_id = ${orderId}::uuid`.execute(
    tx,
  )
  const known = new Set(rows.map((row) => row.number))
  const told = new Map(parcels.map((parcel) => [parcel.trackingNumber, parcel]))
  return [...told.values()].filter((parcel) => !known.has(parcel.trackingNumber))
}

/** Keeps what was told of parcels: a carrier that is not ours stands by its name as the service. */
async function addToldParcels(run: CommandRun, shipmentId: string, parcels: readonly ToldParcel[]): Promise<void> {
  if (parcels.length === 0) return
  const codes = parcels.flatMap((parcel) => parcel.carrier ?? [])
  const carriers = new Map((await findCarriers(run.tx, run.ctx.orgId, { codes })).map((carrier) => [carrier.code, carrier.id]))
  // No label is asked of a carrier: the channel made it, so parcels are written without one and get the carrier's name after.
  const ground = await readLabelGround(run, [shipmentId], [])
  await addParcels(
    run,
    [
      {
        shipmentId,
        parcels: parcels.map(({ carrier = '', trackingNumber }) => ({ trackingNumber, service: carriers.has(carrier) ? '' : carrier })),
      },
    ],
    ground,
  )
  const [carrierId] = carriers.values()
  if (carrierId === undefined) return
  await sql`update warehouse.shipment set carrier_id = ${carrierId}::uuid where org_id = ${run.ctx.orgId} and id = ${shipmentId}::uuid`.execute(
    run.tx,
  )
  const carried = parcels.flatMap(({ carrier = '', trackingNumber }) => {
    const id = carriers.get(carrier)
    return id === undefined ? [] : [{ id, trackingNumber }]
  })
  await sql`
    update warehouse.parcel p set carrier_id = t.id from ${rowsOf(carried, { id: 'uuid', trackingNumber: 'text' }, 't')}
     where p.org_id = ${run.ctx.orgId} and p.shipment_id = ${shipmentId}::uuid and p.tracking_number = t.trackingNumber`.execute(run.tx)
}
