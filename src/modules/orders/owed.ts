import { type RawBuilder, sql } from 'kysely'

/**
 * What an order (`o`) was credited after it shipped: goods that came back, were refused or lost, and prices given back; less fees kept,
 * what was sent to the customer again and what was lost and found. A voided shipment is no credit: its goods go again, or are canceled.
 */
export const CREDITED: RawBuilder<number> = sql`
  coalesce((select sum(case when r.kind in ('fee', 'sent_back', 'found') then -r.amount else r.amount end) from orders.revenue_slice r
             where r.org_id = o.org_id and r.order_id = o.id and r.kind in ('returned', 'refused', 'lost', 'reduced', 'fee', 'sent_back', 'found')), 0)::bigint`

/** What an order (`o`) is to cost its customer in all: the total less what was canceled and credited. */
export const DUE: RawBuilder<number> = sql`(o.total - o.canceled_amount - ${CREDITED})`

/** What payments of an order (`o`) are measured against: what is due, and where nothing is any more, the total it once had. */
export const MEASURE: RawBuilder<number> = sql`coalesce(nullif(greatest(0, ${DUE}), 0), o.total)`
