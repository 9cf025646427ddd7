import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { notFound } from '../../kernel/errors.ts'
import { formatMinor } from '../../kernel/money.ts'
import { lockOrderShipments, setShipmentsHeld } from '../warehouse/index.ts'
import { insertHold } from './holds.ts'
import { lockOrders, refreshOrders } from './order.repo.ts'

export interface PaymentFact {
  orderId: string
  kind: 'authorized' | 'captured' | 'refunded' | 'collected' | 'voided'
  amount: number
  method: string
  reference: string | null
  returnReceiptId: string | null
  reason: string
  happenedAt: Date
  lines: readonly { line_id?: string; charge_id?: string; quantity?: number; amount: number; tax?: number; reason?: string }[]
}

/** A payment fact told to flows, which billing posts. */
export interface RecordedPayment {
  paymentId: string
  orderId: string
  partyId: string | null
  channelId: string
  kind: PaymentFact['kind']
  amount: number
  currency: string
  baseRatePpm: number
  happened_at: Date
}

/**
 * Records payment facts: authorized, captured, refunded, collected by a courier, voided. The same reference again on an order is
 * the same fact. Refunds beyond what was taken are recorded too — the money is gone — and hold the order for a person.
 * Raises `orders.payment_recorded` (news: {@link RecordedPayment}).
 * @throws `orders.not_found`
 */
export async function recordPayments(run: CommandRun, facts: readonly PaymentFact[]): Promise<{ id: string; orderId: string }[]> {
  const { tx, ctx } = run
  // A refund may hold its order; shipments are locked before orders.
  await lockOrderShipments(
    tx,
    ctx.orgId,
    facts.filter((fact) => fact.kind === 'refunded').map((fact) => fact.orderId),
  )
  const orders = await lockOrders(
    run,
    facts.map((fact) => fact.orderId),
  )
  for (const fact of facts) if (!orders.has(fact.orderId)) throw notFound('orders.order', fact.orderId)
  const rows = facts.map((fact) => ({ ...fact, id: run.newId(), currency: orders.get(fact.orderId)?.currency ?? '' }))
  const { rows: written } = await sql<{ id: string }>`
    insert into orders.payment (org_id, id, order_id, kind, amount, currency, method, reference, return_receipt_id, reason, happened_at, recorded_at)
    select ${ctx.orgId}, p.id, p.orderId, p.kind, p.amount, p.currency, p.method, p.reference, p.returnReceiptId, p.reason, p.happenedAt, ${run.now}
      from ${rowsOf(rows, { id: 'uuid', orderId: 'uuid', kind: 'text', amount: 'bigint', currency: 'text', method: 'text', reference: 'text', returnReceiptId: 'uuid', reason: 'text', happenedAt: 'timestamptz' }, 'p')}
    on conflict on constraint payment_reference_once do nothing returning id`.execute(tx)
  const fresh = new Set(written.map((row) => row.id))
  const recorded = rows.filter((row) => fresh.has(row.id))
  await insertRefundLines(run, recorded)
  await addPayments(run, recorded)
  for (const row of recorded) {
    const order = orders.get(row.orderId)
    const news: RecordedPayment = {
      paymentId: row.id,
      orderId: row.orderId,
      partyId: order?.partyId ?? null,
      channelId: order?.channelId ?? '',
      kind: row.kind,
      amount: row.amount,
      currency: row.currency,
      baseRatePpm: order?.baseRatePpm ?? 1_000_000,
      happened_at: row.happenedAt,
    }
    run.emit({
      type: 'orders.payment_recorded',
      documentType: 'order',
      documentId: row.orderId,
      payload: { payment_id: row.id, kind: row.kind, amount: row.amount, currency: row.currency, method: row.method },
      news,
    })
  }
  await refreshOrders(run, [...orders.keys()])
  return Promise.all(rows.map(async (row) => ({ id: fresh.has(row.id) ? row.id : await findPayment(run, row), orderId: row.orderId })))
}

async function findPayment(run: CommandRun, row: PaymentFact): Promise<string> {
  const { rows } = await sql<{
    id: string
  }>`select id from orders.payment where org_id = ${run.ctx.orgId} and order_id = ${row.orderId}::uuid and kind = ${row.kind} and reference = ${row.reference}`.execute(
    run.tx,
  )
  return rows[0]?.id ?? ''
}

async function insertRefundLines(run: CommandRun, facts: readonly (PaymentFact & { id: string })[]): Promise<void> {
  const rows = facts.flatMap((fact) =>
    fact.lines.map((line) => ({
      id: run.newId(),
      payment_id: fact.id,
      line_id: line.line_id ?? null,
      charge_id: line.charge_id ?? null,
      quantity: line.quantity ?? null,
      amount: line.amount,
      tax: line.tax ?? 0,
      reason: line.reason ?? '',
    })),
  )
  if (rows.length === 0) return
  await sql`insert into orders.refund_line (org_id, id, payment_id, line_id, charge_id, quantity, amount, tax, reason)
    select ${run.ctx.orgId}, r.* from ${rowsOf(rows, { id: 'uuid', payment_id: 'uuid', line_id: 'uuid', charge_id: 'uuid', quantity: 'bigint', amount: 'bigint', tax: 'bigint', reason: 'text' }, 'r')}`.execute(
    run.tx,
  )
}

/** Adds to the orders' sums; collected by a courier counts as captured. More refunded than captured holds the order. */
async function addPayments(run: CommandRun, facts: readonly PaymentFact[]): Promise<void> {
  if (facts.length === 0) return
  const sums = facts.map((fact) => ({
    orderId: fact.orderId,
    authorized: fact.kind === 'authorized' ? fact.amount : fact.kind === 'voided' ? -fact.amount : 0,
    captured: fact.kind === 'captured' || fact.kind === 'collected' ? fact.amount : 0,
    refunded: fact.kind === 'refunded' ? fact.amount : 0,
  }))
  const { rows } = await sql<{ id: string; over: number; currency: string }>`
    update orders.sales_order o set authorized_amount = greatest(0, o.authorized_amount + s.authorized), captured_amount = o.captured_amount + s.captured, refunded_amount = o.refunded_amount + s.refunded
      from (select x.orderId, sum(x.authorized)::bigint as authorized, sum(x.captured)::bigint as captured, sum(x.refunded)::bigint as refunded
              from ${rowsOf(sums, { orderId: 'uuid', authorized: 'bigint', captured: 'bigint', refunded: 'bigint' }, 'x')} group by x.orderId) s
     where o.org_id = ${run.ctx.orgId} and o.id = s.orderId
    returning o.id, case when s.refunded > 0 then greatest(0, o.refunded_amount - o.captured_amount) else 0 end as over, o.currency`.execute(
    run.tx,
  )
  for (const row of rows.filter((order) => order.over > 0)) {
    // oxlint-disable-next-line no-await-in-loop -- rare: one hold a refund that went too far
    await setShipmentsHeld(run.tx, run.ctx.orgId, [row.id], true)
    // oxlint-disable-next-line no-await-in-loop -- as above
    await insertHold(run, row.id, 'payment', `${formatMinor(row.over, row.currency)} ${row.currency} more was refunded than was taken.`)
  }
}
