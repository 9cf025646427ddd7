import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import type { ListedLine, Matched } from './remittance-match.ts'

export interface Remittance {
  id: string
  number: number
  carrierId: string
  reference: string
  statementOn: string
  currency: string
  depositAmount: number | null
  status: 'open' | 'accepted' | 'canceled'
}

const REMITTANCE = sql`id, number, carrier_id as "carrierId", reference, statement_on as "statementOn", currency::text, deposit_amount as "depositAmount", status`

/** Locks a list, before the shipments and orders it names. */
export async function lockRemittance(tx: Tx, orgId: number, id: string): Promise<Remittance | null> {
  const { rows } =
    await sql<Remittance>`select ${REMITTANCE} from billing.courier_remittance where org_id = ${orgId} and id = ${id}::uuid for update`.execute(
      tx,
    )
  return rows[0] ?? null
}

/** Lines of a list as they were read, in its order. */
export async function readListedLines(tx: Tx, orgId: number, remittanceId: string): Promise<ListedLine[]> {
  const { rows } = await sql<ListedLine>`
    select id, line_no as "lineNo", tracking_number as "trackingNumber", amount, fee, collected_on as "collectedOn"
      from billing.courier_remittance_line where org_id = ${orgId} and remittance_id = ${remittanceId}::uuid order by line_no`.execute(tx)
  return rows
}

/** Writes lines of a new list. */
export async function insertLines(tx: Tx, orgId: number, remittanceId: string, lines: readonly Matched[]): Promise<void> {
  await sql`
    insert into billing.courier_remittance_line (org_id, id, remittance_id, line_no, tracking_number, amount, fee, collected_on, parcel_id, shipment_id, difference, expected)
    select ${orgId}, l.id, ${remittanceId}::uuid, l.lineNo, l.trackingNumber, l.amount, l.fee, l.collectedOn, l.parcelId, l.shipmentId, l.difference, l.expected
      from ${rowsOf(lines, { id: 'uuid', lineNo: 'integer', trackingNumber: 'text', amount: 'bigint', fee: 'bigint', collectedOn: 'date', parcelId: 'uuid', shipmentId: 'uuid', difference: 'text', expected: 'bigint' }, 'l')}`.execute(
    tx,
  )
}

/** Writes what was found to the lines of a list when it is accepted. */
export async function fixMatches(tx: Tx, orgId: number, lines: readonly Matched[]): Promise<void> {
  await sql`
    update billing.courier_remittance_line x set parcel_id = l.parcelId, shipment_id = l.shipmentId, difference = l.difference, expected = l.expected
      from ${rowsOf(lines, { id: 'uuid', parcelId: 'uuid', shipmentId: 'uuid', difference: 'text', expected: 'bigint' }, 'l')} where x.org_id = ${orgId} and x.id = l.id`.execute(
    tx,
  )
}

/** An order's part of a shipment's cash, with what its courier collected before and no list has paid. */
export interface OrderCash {
  shipmentId: string
  orderId: string
  expected: number
  unremitted: number
}

/** Orders of shipments by what each was to collect; a shipment of one order needs no row of its own. */
export async function readOrderCash(tx: Tx, orgId: number, shipmentIds: readonly string[]): Promise<OrderCash[]> {
  const { rows } = await sql<OrderCash>`
    with part as (
      select s.id as shipment_id, coalesce(c.source_id, s.source_id) as order_id, coalesce(c.amount, s.amount_to_collect) as expected
        from warehouse.shipment s left join warehouse.shipment_collection c on c.org_id = s.org_id and c.shipment_id = s.id where s.org_id = ${orgId} and s.id = any(${shipmentIds}::uuid[]))
    select p.shipment_id as "shipmentId", p.order_id as "orderId", p.expected,
           greatest(0, coalesce((select sum(f.amount) from orders.payment f where f.org_id = ${orgId} and f.order_id = p.order_id and f.kind = 'collected'), 0)
                       - coalesce((select sum(x.amount) from billing.courier_remittance_part x where x.org_id = ${orgId} and x.order_id = p.order_id), 0))::bigint as unremitted
      from part p order by p.shipment_id, p.order_id`.execute(tx)
  return rows
}
