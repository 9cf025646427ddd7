import { sql } from 'kysely'
import { mulDivFloor, sliceOf } from '../../kernel/money.ts'
import type { OrderRun } from './order.repo.ts'

/**
 * A shipped slice and what was taken back of it by now. Money is taken back by unit (goods that came back, were refused, lost or
 * voided, and units refunded that the customer keeps) or by amount (a price reduction). Amounts in minor units, gross with tax.
 */
export interface SliceState {
  id: string
  orderId: string
  lineId: string | null
  chargeId: string | null
  /** `line`, `voucher`, or the kind of charge, as revenue is posted. */
  kind: string
  itemId: string | null
  documentId: string
  documentLineId: string | null
  quantity: number | null
  gross: number
  tax: number
  discount: number
  takenUnits: number
  takenGross: number
  takenTax: number
  takenDiscount: number
  cutGross: number
  cutTax: number
}

export interface TakenMoney {
  quantity: number
  gross: number
  tax: number
  discount: number
}

/** What is left of a slice's money. */
export function keptOf(slice: SliceState): { units: number; gross: number; tax: number } {
  return {
    units: (slice.quantity ?? 0) - slice.takenUnits,
    gross: slice.gross - slice.takenGross - slice.cutGross,
    tax: slice.tax - slice.takenTax - slice.cutTax,
  }
}

/**
 * Takes back the money of so many units, changing the state in place: by the rule the slice was cut with, so that the last piece
 * brings the last cent. Where the price was lowered meanwhile, units bring their part of what is left. Units beyond those that
 * still have money (they were refunded without coming back) bring nothing.
 */
export function takeUnits(slice: SliceState, units: number): TakenMoney {
  const kept = keptOf(slice)
  const quantity = Math.min(units, kept.units)
  if (quantity <= 0 || slice.quantity === null) return { quantity: 0, gross: 0, tax: 0, discount: 0 }
  const cumulative = slice.takenUnits + quantity
  const lowered = slice.cutGross !== 0 || slice.cutTax !== 0
  const taken = {
    quantity,
    gross: lowered ? mulDivFloor(kept.gross, quantity, kept.units) : sliceOf(slice.gross, cumulative, slice.quantity, slice.takenGross),
    tax: lowered ? mulDivFloor(kept.tax, quantity, kept.units) : sliceOf(slice.tax, cumulative, slice.quantity, slice.takenTax),
    discount: sliceOf(slice.discount, cumulative, slice.quantity, slice.takenDiscount),
  }
  slice.takenUnits = cumulative
  slice.takenGross += taken.gross
  slice.takenTax += taken.tax
  slice.takenDiscount += taken.discount
  return taken
}

/** Lowers a slice's money by an amount (at most what is left), its tax in proportion, rounded down; changes the state in place. */
export function takeAmount(slice: SliceState, amount: number): { gross: number; tax: number } {
  const kept = keptOf(slice)
  const gross = Math.min(amount, kept.gross)
  if (gross <= 0) return { gross: 0, tax: 0 }
  const tax = mulDivFloor(kept.tax, gross, kept.gross)
  slice.cutGross += gross
  slice.cutTax += tax
  return { gross, tax }
}

/** The shipped slices of orders or of shipment lines with what was taken back of each, in the order they were written. */
export async function readSliceStates(
  run: Pick<OrderRun, 'tx' | 'ctx'>,
  of: { orderIds: readonly string[] } | { shipmentLineIds: readonly string[] },
): Promise<SliceState[]> {
  const { orgId } = run.ctx
  const which =
    'orderIds' in of
      ? sql`s.order_id = any(${[...new Set(of.orderIds)]}::uuid[])`
      : sql`s.document_line_id = any(${[...new Set(of.shipmentLineIds)]}::uuid[])`
  const { rows } = await sql<SliceState>`
    select s.id, s.order_id as "orderId", s.line_id as "lineId", s.charge_id as "chargeId", case when l.kind = 'voucher' then 'voucher' when l.id is not null then 'line' else coalesce(c.kind, 'other') end as kind,
           l.item_id as "itemId", s.document_id as "documentId", s.document_line_id as "documentLineId", s.quantity, s.amount as gross, s.tax, s.discount,
           t."takenUnits", t."takenGross", t."takenTax", t."takenDiscount", t."cutGross", t."cutTax"
      from orders.revenue_slice s
      left join orders.order_line l on l.org_id = s.org_id and l.id = s.line_id
      left join orders.order_charge c on c.org_id = s.org_id and c.id = s.charge_id
      cross join lateral (
        select least(coalesce(sum(x.sign * r.quantity), 0), coalesce(s.quantity, 0))::bigint as "takenUnits", coalesce(sum(x.sign * r.amount) filter (where r.quantity is not null), 0)::bigint as "takenGross",
               coalesce(sum(x.sign * r.tax) filter (where r.quantity is not null), 0)::bigint as "takenTax", coalesce(sum(x.sign * r.discount) filter (where r.quantity is not null), 0)::bigint as "takenDiscount",
               coalesce(sum(x.sign * r.amount) filter (where r.quantity is null), 0)::bigint as "cutGross", coalesce(sum(x.sign * r.tax) filter (where r.quantity is null), 0)::bigint as "cutTax"
          from orders.revenue_slice r cross join lateral (select case when r.kind = 'found' then -1 else 1 end as sign) x where r.org_id = s.org_id and r.of_slice_id = s.id and r.kind not in ('shipped', 'sent_back', 'fee')) t
     where s.org_id = ${orgId} and s.kind = 'shipped' and ${which}
     order by s.recorded_at, s.id`.execute(run.tx)
  return rows
}
