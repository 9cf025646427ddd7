import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'

export const DIFFERENCES = ['none', 'too_little', 'too_much', 'unknown', 'not_cod', 'not_shipped', 'repeated', 'already_remitted'] as const
export type Difference = (typeof DIFFERENCES)[number]

/** A line of a courier's list. */
export interface ListedLine {
  id: string
  lineNo: number
  trackingNumber: string
  amount: number
  fee: number
  collectedOn: string | null
}

/** What was found to a line: its parcel, what its shipment was to collect, and how the list differs. */
export interface Matched extends ListedLine {
  parcelId: string | null
  shipmentId: string | null
  expected: number
  difference: Difference
}

interface Candidate {
  id: string
  parcelId: string
  shipmentId: string
  expected: number
  status: string
  remitted: boolean
}

/** Differences under which the money is the order's all the same: it is what the courier took at that door. */
const PAYS: ReadonlySet<Difference> = new Set(['none', 'too_little', 'too_much', 'not_cod', 'not_shipped'])

/** Whether a line's money goes to the orders of its shipment; the rest stays with the list until somebody knows whose it is. */
export function paysOrders(line: Pick<Matched, 'difference' | 'amount' | 'shipmentId'>): boolean {
  return line.amount > 0 && line.shipmentId !== null && PAYS.has(line.difference)
}

/**
 * Compares a courier's list with its parcels by tracking number, letters and spaces aside. Shipments in another currency are not
 * the list's. Locks nothing.
 */
export async function matchLines(
  tx: Tx,
  orgId: number,
  list: { carrierId: string; currency: string },
  lines: readonly ListedLine[],
): Promise<Matched[]> {
  const wanted = lines.map((line) => ({ id: line.id, tracking: line.trackingNumber }))
  const { rows } = await sql<Candidate>`
    select distinct on (w.id) w.id, p.id as "parcelId", s.id as "shipmentId", s.amount_to_collect as expected, s.status,
           exists (select from billing.courier_remittance_line x join billing.courier_remittance r on r.org_id = x.org_id and r.id = x.remittance_id and r.status = 'accepted'
                    where x.org_id = s.org_id and x.shipment_id = s.id and x.difference not in ('repeated', 'already_remitted') and x.amount > 0) as remitted
      from ${rowsOf(wanted, { id: 'uuid', tracking: 'text' }, 'w')}
      join warehouse.parcel p on p.org_id = ${orgId} and p.tracking_number = w.tracking join warehouse.shipment s on s.org_id = p.org_id and s.id = p.shipment_id and s.currency = ${list.currency}
     order by w.id, (p.carrier_id is not distinct from ${list.carrierId}::uuid) desc, (s.status in ('shipped', 'delivered')) desc, p.created_at desc`.execute(
    tx,
  )
  const found = new Map(rows.map((row) => [row.id, row]))
  const seen = new Set<string>()
  return lines.map((line): Matched => {
    const candidate = found.get(line.id)
    const difference = differenceOf(line, candidate, seen)
    if (candidate !== undefined) seen.add(candidate.shipmentId)
    return {
      ...line,
      parcelId: candidate?.parcelId ?? null,
      shipmentId: candidate?.shipmentId ?? null,
      expected: candidate?.expected ?? 0,
      difference,
    }
  })
}

function differenceOf(line: ListedLine, candidate: Candidate | undefined, seen: ReadonlySet<string>): Difference {
  if (candidate === undefined) return 'unknown'
  if (seen.has(candidate.shipmentId)) return 'repeated'
  if (candidate.remitted) return 'already_remitted'
  if (candidate.status !== 'shipped' && candidate.status !== 'delivered') return 'not_shipped'
  if (candidate.expected === 0) return line.amount === 0 ? 'none' : 'not_cod'
  if (line.amount === candidate.expected) return 'none'
  return line.amount < candidate.expected ? 'too_little' : 'too_much'
}

/** A parcel with cash that a courier has not paid out. */
export interface Outstanding {
  shipmentId: string
  shipmentNumber: number
  trackingNumber: string | null
  amount: number
  currency: string
  carrierId: string | null
  shippedAt: Date
  delivered: boolean
}

/** Cash-on-delivery shipments that no accepted list has paid, the oldest first. `until`: shipped before. `listed`: those of one list aside. */
export async function readOutstanding(
  tx: Tx,
  orgId: number,
  ask: {
    carrierId?: string | undefined
    currency?: string | undefined
    until?: Date | undefined
    listedIn?: string | undefined
    limit: number
  },
): Promise<Outstanding[]> {
  const { rows } = await sql<Outstanding>`
    select s.id as "shipmentId", s.number as "shipmentNumber", p.tracking_number as "trackingNumber", s.amount_to_collect as amount, s.currency::text, coalesce(p.carrier_id, s.carrier_id) as "carrierId", s.shipped_at as "shippedAt",
           s.status = 'delivered' as delivered
      from warehouse.shipment s left join warehouse.parcel p on p.org_id = s.org_id and p.shipment_id = s.id and p.parcel_no = 1
     where s.org_id = ${orgId} and s.amount_to_collect > 0 and s.status in ('shipped', 'delivered') ${ask.carrierId === undefined ? sql`` : sql`and coalesce(p.carrier_id, s.carrier_id) = ${ask.carrierId}::uuid`}
       ${ask.currency === undefined ? sql`` : sql`and s.currency = ${ask.currency}`} ${ask.until === undefined ? sql`` : sql`and s.shipped_at < ${ask.until}`}
       and not exists (select from billing.courier_remittance_line x join billing.courier_remittance r on r.org_id = x.org_id and r.id = x.remittance_id
                        where x.org_id = s.org_id and x.shipment_id = s.id and x.amount > 0 and (r.status = 'accepted' or r.id = ${ask.listedIn ?? null}::uuid))
     order by s.shipped_at, s.id limit ${ask.limit}`.execute(tx)
  return rows
}
