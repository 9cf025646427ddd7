import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { rowsOf } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { lockOrderShipments } from '../../warehouse/index.ts'
import { lockOrders, type OrderHead } from '../order.repo.ts'
import { nothingToRefund, rmaOfOtherOrder } from '../orders.errors.ts'
import type { RefundPlan, RefundSlice } from '../plan-refund.ts'
import { readRefundGround, type RefundGround } from '../refund-facts.ts'
import { planAsked, RefundInput } from '../refund-input.ts'
import { insertSlices, sliceHead } from '../record-shipped.ts'
import { recordPayments } from '../record-payments.ts'
import type { RevenueSlice } from '../revenue.ts'

/** What a refund changed of an order's revenue, told to flows, which billing posts. */
export interface RevenueAdjusted {
  refundId: string
  reduced: RevenueSlice[]
  fees: RevenueSlice[]
}

/**
 * Refunds an order: by units of lines, by amount, by charge, or all that came back, with restocking fees; paid back as the money
 * came, by store credit, or by hand. Units that came back cost no revenue (their return took it back); what is kept lowers revenue.
 * The money is the payment fact `refunded`; more than was taken holds the order. The same reference again is the same refund.
 * @throws `orders.not_found`, `orders.nothing_to_refund` (rule), `orders.rma_of_other_order` (rule), `kernel.invalid_input` at the line
 */
export const refundOrder = defineCommand({
  name: 'orders.refund',
  permission: 'orders.pay',
  summary: 'Refund an order',
  input: RefundInput,
  output: exactly({ id: Uuid, order_id: Uuid, amount: Type.Integer() }),
  errors: ['orders.not_found', 'orders.nothing_to_refund', 'orders.rma_of_other_order'],

  async run(run, input) {
    await lockOrderShipments(run.tx, run.ctx.orgId, [input.order_id])
    const order = (await lockOrders(run, [input.order_id])).get(input.order_id)
    if (order === undefined) throw notFound('orders.order', input.order_id)
    const known = input.reference === undefined ? undefined : await findRefund(run, input.order_id, input.reference)
    if (known !== undefined) return { id: known.id, order_id: input.order_id, amount: known.amount }
    await checkRma(run, input)
    const ground = await readRefundGround(run, input.order_id, input.rma_id ?? null)
    if (ground === null) throw notFound('orders.order', input.order_id)
    const { order_id, rma_id, lines, charges, amount } = input
    const plan = planAsked(ground, { order_id, ...defined({ rma_id, lines, charges, amount }) })
    if (plan.amount <= 0) throw nothingToRefund(order.number)
    const id = await payBack(run, { input, plan, ground })
    const happenedAt = input.happened_at === undefined ? run.now : new Date(input.happened_at)
    await adjustRevenue(run, order, { paymentId: id, plan, happenedAt })
    await insertRefund(run, { id, input, plan })
    return { id, order_id, amount: plan.amount }
  },
})

function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> }
}

async function findRefund(
  { tx, ctx }: CommandRun,
  orderId: string,
  reference: string,
): Promise<{ id: string; amount: number } | undefined> {
  const { rows } = await sql<{ id: string; amount: number }>`
    select id, amount from orders.payment where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid and kind = 'refunded' and reference = ${reference}`.execute(
    tx,
  )
  return rows[0]
}

async function checkRma({ tx, ctx }: CommandRun, { rma_id, order_id }: RefundInput): Promise<void> {
  if (rma_id === undefined) return
  const { rows } = await sql<{ orderId: string }>`
    select order_id as "orderId" from orders.rma where org_id = ${ctx.orgId} and id = ${rma_id}::uuid`.execute(tx)
  if (rows[0] === undefined) throw notFound('orders.rma', rma_id)
  if (rows[0].orderId !== order_id) throw rmaOfOtherOrder(rma_id)
}

interface Planned {
  input: RefundInput
  plan: RefundPlan
  ground: RefundGround
}

async function payBack(run: CommandRun, { input, plan, ground }: Planned): Promise<string> {
  const { method = 'original' } = input
  const by =
    method === 'original'
      ? { method: ground.original.method, provider: ground.original.provider, voucherId: ground.original.voucherId }
      : { method: method === 'manual' ? (input.manual_method ?? 'manual') : method }
  const [payment] = await recordPayments(run, [
    {
      ...by,
      orderId: input.order_id,
      kind: 'refunded',
      amount: plan.amount,
      reference: input.reference ?? null,
      returnReceiptId: input.return_receipt_id ?? null,
      reason: input.reason ?? '',
      happenedAt: input.happened_at === undefined ? run.now : new Date(input.happened_at),
      lines: plan.parts.map((part) => ({
        ...(part.lineId === null ? {} : { line_id: part.lineId }),
        ...(part.chargeId === null ? {} : { charge_id: part.chargeId }),
        ...(part.quantity === null ? {} : { quantity: part.quantity }),
        amount: part.amount,
        tax: part.tax,
        reason: part.reason,
      })),
    },
  ])
  return payment?.id ?? ''
}

/** Writes what the refund took of revenue and what it keeps as fee; raises `orders.revenue_adjusted` when there is any. */
async function adjustRevenue(
  run: CommandRun,
  order: OrderHead,
  { paymentId, plan, happenedAt }: { paymentId: string; plan: RefundPlan; happenedAt: Date },
): Promise<void> {
  const toSlice = (part: RefundSlice): RevenueSlice => ({
    ...sliceHead(order),
    lineId: part.lineId,
    chargeId: part.chargeId,
    kind: part.kind === 'fee' ? 'restocking_fee' : part.chargeId === null ? 'allowance' : (part.slice?.kind ?? 'other'),
    itemId: part.slice?.itemId ?? null,
    warehouseId: null,
    documentId: paymentId,
    documentLineId: null,
    ofSliceId: part.slice?.id ?? null,
    quantity: part.quantity,
    gross: part.gross,
    tax: part.tax,
    discount: part.discount,
    happenedAt,
  })
  const reduced = plan.slices.filter((slice) => slice.kind === 'reduced').map(toSlice)
  const fees = plan.slices.filter((slice) => slice.kind === 'fee').map(toSlice)
  if (reduced.length + fees.length === 0) return
  await insertSlices(run, 'reduced', reduced)
  await insertSlices(run, 'fee', fees)
  const news: RevenueAdjusted = { refundId: paymentId, reduced, fees }
  run.emit({
    type: 'orders.revenue_adjusted',
    documentType: 'order',
    documentId: order.id,
    payload: { refund_id: paymentId, reduced: plan.reduced, restocking_fee: plan.fee },
    news,
  })
}

async function insertRefund(
  { tx, ctx }: CommandRun,
  { id, input, plan }: { id: string; input: RefundInput; plan: RefundPlan },
): Promise<void> {
  const row = {
    id,
    orderId: input.order_id,
    rmaId: input.rma_id ?? null,
    goods: plan.parts.filter((part) => part.basis === 'back' || part.basis === 'expected').reduce((sum, part) => sum + part.amount, 0),
    reduced: plan.reduced,
    reducedTax: plan.reducedTax,
    fee: plan.fee,
    feeTax: plan.feeTax,
    note: input.note ?? '',
  }
  await sql`
    insert into orders.refund (org_id, payment_id, order_id, rma_id, goods_amount, reduced_amount, reduced_tax, fee_amount, fee_tax, note)
    select ${ctx.orgId}, r.id, r.orderId, r.rmaId, r.goods, r.reduced, r.reducedTax, r.fee, r.feeTax, r.note
      from ${rowsOf([row], { id: 'uuid', orderId: 'uuid', rmaId: 'uuid', goods: 'bigint', reduced: 'bigint', reducedTax: 'bigint', fee: 'bigint', feeTax: 'bigint', note: 'text' }, 'r')}`.execute(
    tx,
  )
}
