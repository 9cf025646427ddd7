import { sql } from 'kysely'
import type { OrderRun } from './order.repo.ts'
import type { RefundFacts } from './plan-refund.ts'
import { readSliceStates } from './slice-state.ts'

/** An order as refunds see it. */
export interface RefundGround {
  number: number
  currency: string
  facts: RefundFacts
  /** Components of kit lines: a refund of a kit is one of its components. */
  components: ReadonlyMap<string, readonly { id: string; kitQuantity: number }[]>
  /** How the money last came in, to give it back the same way. */
  original: { method: string; provider: string; voucherId: string | null }
  /** Millionths kept as restocking fee, by reason code. */
  fees: ReadonlyMap<string, number>
  /** Reasons of an authorization's lines, by order line. */
  reasons: ReadonlyMap<string, string>
}

/** Reads what refunds of an order are planned from; null without the order. The caller holds the order when it will write. */
export async function readRefundGround(
  run: Pick<OrderRun, 'tx' | 'ctx'>,
  orderId: string,
  rmaId: string | null,
): Promise<RefundGround | null> {
  const { tx, ctx } = run
  const { rows } = await sql<{ number: number; currency: string; captured: number; refunded: number; credit: number }>`
    select o.number, o.currency, o.captured_amount as captured, o.refunded_amount as refunded,
           (o.captured_amount - o.refunded_amount - o.written_off_amount - coalesce(e.earned, 0) - greatest(0, o.total - o.canceled_amount - coalesce(e.shipped, 0)))::bigint as credit
      from orders.sales_order o
      left join lateral (
        select sum(case when s.kind in ('shipped', 'fee', 'sent_back', 'found') then s.amount else -s.amount end) as earned, sum(s.amount) filter (where s.kind = 'shipped') as shipped
          from orders.revenue_slice s where s.org_id = o.org_id and s.order_id = o.id) e on true
     where o.org_id = ${ctx.orgId} and o.id = ${orderId}::uuid`.execute(tx)
  const [order] = rows
  if (order === undefined) return null
  const slices = await readSliceStates(run, { orderIds: [orderId] })
  const lines = await readLineFacts(run, orderId)
  return {
    number: order.number,
    currency: order.currency,
    facts: {
      slices,
      returned: lines.returned,
      refundedUnits: lines.refundedUnits,
      credit: order.credit,
      captured: order.captured,
      refunded: order.refunded,
    },
    components: lines.components,
    original: await readOriginal(run, orderId),
    ...(await readReasons(run, rmaId)),
  }
}

async function readLineFacts(
  { tx, ctx }: Pick<OrderRun, 'tx' | 'ctx'>,
  orderId: string,
): Promise<Pick<RefundFacts, 'returned' | 'refundedUnits'> & Pick<RefundGround, 'components'>> {
  const { rows: returned } = await sql<{ lineId: string; quantity: number; gross: number; tax: number }>`
    select line_id as "lineId", quantity, amount as gross, tax from orders.revenue_slice
     where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid and kind = 'returned' and line_id is not null order by recorded_at, id`.execute(
    tx,
  )
  const { rows: units } = await sql<{ lineId: string; units: number }>`
    select l.id as "lineId",
           (coalesce((select sum(r.quantity) from orders.refund_line r where r.org_id = l.org_id and r.line_id = l.id), 0)
            - coalesce((select sum(s.quantity) from orders.revenue_slice s where s.org_id = l.org_id and s.order_id = l.order_id and s.line_id = l.id and s.kind = 'reduced'), 0))::bigint as units
      from orders.order_line l where l.org_id = ${ctx.orgId} and l.order_id = ${orderId}::uuid`.execute(tx)
  const { rows: components } = await sql<{ id: string; parentId: string; kitQuantity: number }>`
    select id, parent_line_id as "parentId", kit_quantity as "kitQuantity" from orders.order_line
     where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid and parent_line_id is not null order by line_no`.execute(tx)
  return {
    returned: Map.groupBy(returned, (row) => row.lineId),
    refundedUnits: new Map(units.map((row) => [row.lineId, Math.max(0, row.units)])),
    components: Map.groupBy(components, (row) => row.parentId),
  }
}

async function readOriginal({ tx, ctx }: Pick<OrderRun, 'tx' | 'ctx'>, orderId: string): Promise<RefundGround['original']> {
  const { rows } = await sql<RefundGround['original']>`
    select method, provider, voucher_id as "voucherId" from orders.payment
     where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid and kind in ('captured', 'collected') order by happened_at desc, id desc limit 1`.execute(
    tx,
  )
  return rows[0] ?? { method: '', provider: '', voucherId: null }
}

async function readReasons(
  { tx, ctx }: Pick<OrderRun, 'tx' | 'ctx'>,
  rmaId: string | null,
): Promise<Pick<RefundGround, 'fees' | 'reasons'>> {
  const { rows: fees } = await sql<{ code: string; ppm: number }>`
    select code, restocking_fee_ppm as ppm from orders.return_reason where org_id = ${ctx.orgId}`.execute(tx)
  const { rows: reasons } = await sql<{ lineId: string; reason: string }>`
    select order_line_id as "lineId", reason from orders.rma_line where org_id = ${ctx.orgId} and rma_id = ${rmaId}::uuid`.execute(tx)
  return { fees: new Map(fees.map((row) => [row.code, row.ppm])), reasons: new Map(reasons.map((row) => [row.lineId, row.reason])) }
}
