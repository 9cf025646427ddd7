import { type RawBuilder, sql } from 'kysely'
import type { Address, TaxId } from '../../parties/index.ts'
import { instantText, moneyIn, type OrderRow } from '../order-view.ts'
import { CREDITED } from '../owed.ts'

/** A row of orders.sales_order with its channel, as read. */
export interface HeadRow {
  id: string
  number: number
  channel_id: string
  channel_code: string
  channel_name: string
  external_id: string | null
  placed_at: Date
  received_at: Date
  state: OrderRow['state']
  payment_status: OrderRow['payment_status']
  reservation_status: OrderRow['reservation_status']
  fulfillment_status: OrderRow['fulfillment_status']
  invoicing_status: string
  return_status: string
  currency: string
  prices_include_tax: boolean
  payment_terms: string
  priority: number
  promised_at: Date | null
  expected_at: Date | null
  first_expected_at: Date | null
  is_late: boolean
  party_id: string | null
  customer_name: string | null
  customer_email: string | null
  customer_phone: string | null
  tax_ids: TaxId[]
  ship_to: Address
  bill_to: Address | null
  note: string
  tags: string[]
  base_rate_ppm: number
  channel_total: number | null
  lines_amount: number
  charges_amount: number
  discounts_amount: number
  tax_amount: number
  marketplace_tax_amount: number
  total: number
  canceled_amount: number
  credited_amount: number
  authorized_amount: number
  captured_amount: number
  refunded_amount: number
  hold_count: number
  version: number
}

/**
 * Whether an order (`o`) is late against its promise: the instant it states, else the first that expected receipts gave. Late
 * when that is over and goods are still to be shipped, or when receipts are now expected after it.
 */
export const IS_LATE: RawBuilder<unknown> = sql`
  (o.state = 'open' and o.fulfillment_status not in ('shipped', 'delivered')
   and (coalesce(o.promised_at, o.first_expected_at) < now() or coalesce(o.expected_at > coalesce(o.promised_at, o.first_expected_at), false)) is true)`

/** Columns of {@link HeadRow} of `orders.sales_order o` and `orders.channel c`. */
export const HEAD_COLUMNS: RawBuilder<unknown> = sql`
  o.id, o.number, o.channel_id, c.code as channel_code, c.name as channel_name, o.external_id, o.placed_at, o.received_at, o.state, o.payment_status, o.reservation_status, o.fulfillment_status,
  o.invoicing_status, o.return_status, o.currency, o.prices_include_tax, o.payment_terms, o.priority, o.promised_at, o.expected_at, o.first_expected_at, ${IS_LATE} as is_late, o.party_id, o.customer_name, o.customer_email, o.customer_phone, o.tax_ids, o.ship_to, o.bill_to,
  o.note, o.tags, o.base_rate_ppm, o.channel_total, o.lines_amount, o.charges_amount, o.discounts_amount, o.tax_amount, o.marketplace_tax_amount, o.total, o.canceled_amount, ${CREDITED} as credited_amount, o.authorized_amount, o.captured_amount,
  o.refunded_amount, o.hold_count, o.version`

/** The head of an order as the wire says it. */
export function toHead(row: HeadRow): Omit<OrderRow, 'quantities'> {
  const money = moneyIn(row.currency)
  const {
    id,
    number,
    external_id,
    state,
    payment_status,
    reservation_status,
    fulfillment_status,
    invoicing_status,
    return_status,
    currency,
    prices_include_tax,
    payment_terms,
    priority,
    ship_to,
    hold_count,
    tags,
    version,
  } = row
  return {
    id,
    number,
    external_id,
    state,
    payment_status,
    reservation_status,
    fulfillment_status,
    invoicing_status,
    return_status,
    currency,
    prices_include_tax,
    payment_terms,
    priority,
    ship_to,
    hold_count,
    tags,
    version,
    channel: { id: row.channel_id, code: row.channel_code, name: row.channel_name },
    placed_at: row.placed_at.toISOString(),
    received_at: row.received_at.toISOString(),
    promised_at: instantText(row.promised_at),
    expected_at: instantText(row.expected_at),
    first_expected_at: instantText(row.first_expected_at),
    is_late: row.is_late,
    held: hold_count > 0,
    customer: {
      party_id: row.party_id,
      name: row.customer_name,
      email: row.customer_email,
      phone: row.customer_phone,
      tax_ids: row.tax_ids,
    },
    totals: {
      lines: money(row.lines_amount),
      charges: money(row.charges_amount),
      discounts: money(row.discounts_amount),
      tax: money(row.tax_amount),
      marketplace_tax: money(row.marketplace_tax_amount),
      total: money(row.total),
      canceled: money(row.canceled_amount),
      credited: money(row.credited_amount),
      due: money(row.total - row.canceled_amount - row.credited_amount),
      channel_total: row.channel_total === null ? null : money(row.channel_total),
    },
    paid: { authorized: money(row.authorized_amount), captured: money(row.captured_amount), refunded: money(row.refunded_amount) },
  }
}
