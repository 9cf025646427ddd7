import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { invalidField, notFound } from '../../kernel/errors.ts'
import { formatMinor } from '../../kernel/money.ts'
import { lockOrderShipments, setShipmentsHeld } from '../warehouse/index.ts'
import { insertHold } from './holds.ts'
import { lockOrders, type OrderHead, refreshOrders } from './order.repo.ts'

/** What can happen to the money of an order. `written_off`: a debt given up; `kept`: a small credit that is not paid back. */
export const PAYMENT_KINDS = [
  'authorized',
  'captured',
  'refunded',
  'collected',
  'voided',
  'expired',
  'failed',
  'written_off',
  'kept',
] as const
export type PaymentKind = (typeof PAYMENT_KINDS)[number]

export interface PaymentFact {
  orderId: string
  kind: PaymentKind
  amount: number
  method: string
  /** Who moved the money: a payment provider, a bank. */
  provider?: string
  /** The authorization that a capture, void or expiry belongs to. */
  authorizationId?: string | null
  /** When an authorization ends by itself. */
  expiresAt?: Date | null
  /** The voucher that paid or was paid back to; billing keeps its balance. */
  voucherId?: string | null
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
  kind: PaymentKind
  amount: number
  currency: string
  method: string
  voucherId: string | null
  reason: string
  baseRatePpm: number
  happened_at: Date
}

/**
 * Records payment facts (see {@link PAYMENT_KINDS}). The same reference again on an order is the same fact. Refunds beyond what was
 * taken are recorded too — the money is gone — and hold the order for a person; more captured than authorized is shown, not refused.
 * Raises `orders.payment_recorded` (news: {@link RecordedPayment}).
 * @throws `orders.not_found`, `kernel.invalid_input` (an authorization that is not this order's)
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
  await checkAuthorizations(run, facts)
  const rows = facts.map((fact) => ({
    ...fact,
    id: run.newId(),
    currency: orders.get(fact.orderId)?.currency ?? '',
    provider: fact.provider ?? '',
    authorizationId: fact.authorizationId ?? null,
    expiresAt: fact.expiresAt ?? null,
    voucherId: fact.voucherId ?? null,
  }))
  const { rows: written } = await sql<{ id: string }>`
    insert into orders.payment (org_id, id, order_id, kind, amount, currency, method, provider, reference, authorization_id, expires_at, voucher_id, return_receipt_id, reason, happened_at, recorded_at)
    select ${ctx.orgId}, p.id, p.orderId, p.kind, p.amount, p.currency, p.method, p.provider, p.reference, p.authorizationId, p.expiresAt, p.voucherId, p.returnReceiptId, p.reason, p.happenedAt, ${run.now}
      from ${rowsOf(rows, { id: 'uuid', orderId: 'uuid', kind: 'text', amount: 'bigint', currency: 'text', method: 'text', provider: 'text', reference: 'text', authorizationId: 'uuid', expiresAt: 'timestamptz', voucherId: 'uuid', returnReceiptId: 'uuid', reason: 'text', happenedAt: 'timestamptz' }, 'p')}
    on conflict on constraint payment_reference_once do nothing returning id`.execute(tx)
  const fresh = new Set(written.map((row) => row.id))
  const recorded = rows.filter((row) => fresh.has(row.id))
  await insertRefundLines(run, recorded)
  await addPayments(run, recorded)
  for (const row of recorded) tellPayment(run, row, orders.get(row.orderId))
  await refreshOrders(run, [...orders.keys()])
  const known = await findPayments(
    run,
    rows.filter((row) => !fresh.has(row.id)),
  )
  return rows.map((row) => ({ id: fresh.has(row.id) ? row.id : (known.get(factKey(row)) ?? ''), orderId: row.orderId }))
}

function tellPayment(run: CommandRun, row: PaymentFact & { id: string; currency: string }, order: OrderHead | undefined): void {
  const news: RecordedPayment = {
    paymentId: row.id,
    orderId: row.orderId,
    partyId: order?.partyId ?? null,
    channelId: order?.channelId ?? '',
    kind: row.kind,
    amount: row.amount,
    currency: row.currency,
    method: row.method,
    voucherId: row.voucherId ?? null,
    reason: row.reason,
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

/** An authorization that a fact names is one of its own order. */
async function checkAuthorizations(run: CommandRun, facts: readonly PaymentFact[]): Promise<void> {
  const named = facts.flatMap((fact) => (fact.authorizationId == null ? [] : [{ id: fact.authorizationId, orderId: fact.orderId }]))
  if (named.length === 0) return
  const { rows } = await sql<{ id: string }>`
    select n.id from ${rowsOf(named, { id: 'uuid', orderId: 'uuid' }, 'n')}
     where not exists (select from orders.payment p where p.org_id = ${run.ctx.orgId} and p.id = n.id and p.order_id = n.orderId and p.kind = 'authorized') limit 1`.execute(
    run.tx,
  )
  const [unknown] = rows
  if (unknown !== undefined)
    throw invalidField('/authorization_id', 'unknown_authorization', `${unknown.id} is no authorization of this order; see its payments`)
}

/** What makes two facts the same one. */
function factKey(fact: Pick<PaymentFact, 'orderId' | 'kind' | 'reference'>): string {
  return `${fact.orderId}/${fact.kind}/${fact.reference ?? ''}`
}

/** Ids of facts recorded before, by their key. */
async function findPayments(run: CommandRun, facts: readonly PaymentFact[]): Promise<Map<string, string>> {
  if (facts.length === 0) return new Map()
  const wanted = facts.map(({ orderId, kind, reference }) => ({ orderId, kind, reference }))
  const { rows } = await sql<{ id: string; orderId: string; kind: PaymentKind; reference: string }>`
    select p.id, p.order_id as "orderId", p.kind, p.reference
      from orders.payment p join ${rowsOf(wanted, { orderId: 'uuid', kind: 'text', reference: 'text' }, 'w')} on w.orderId = p.order_id and w.kind = p.kind and w.reference = p.reference
     where p.org_id = ${run.ctx.orgId}`.execute(run.tx)
  return new Map(rows.map((row) => [factKey(row), row.id]))
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

/**
 * Sums the facts of the orders anew: collected by a courier counts as captured, an authorization counts until it is voided or has
 * expired. More refunded than captured holds the order.
 */
async function addPayments(run: CommandRun, facts: readonly PaymentFact[]): Promise<void> {
  if (facts.length === 0) return
  const { rows } = await sql<{ id: string; over: number; currency: string }>`
    update orders.sales_order o set authorized_amount = greatest(0, s.authorized), captured_amount = s.captured, refunded_amount = s.refunded, written_off_amount = s.written_off
      from (select p.order_id, coalesce(sum(case p.kind when 'authorized' then p.amount else -p.amount end) filter (where p.kind in ('authorized', 'voided', 'expired')), 0)::bigint as authorized,
                   coalesce(sum(p.amount) filter (where p.kind in ('captured', 'collected')), 0)::bigint as captured, coalesce(sum(p.amount) filter (where p.kind = 'refunded'), 0)::bigint as refunded,
                   coalesce(sum(p.amount) filter (where p.kind = 'written_off'), 0)::bigint as written_off
              from orders.payment p where p.org_id = ${run.ctx.orgId} and p.order_id = any(${[...new Set(facts.map((fact) => fact.orderId))]}::uuid[]) group by p.order_id) s
     where o.org_id = ${run.ctx.orgId} and o.id = s.order_id
    returning o.id, greatest(0, o.refunded_amount - o.captured_amount) as over, o.currency`.execute(run.tx)
  const refunded = new Set(facts.filter((fact) => fact.kind === 'refunded').map((fact) => fact.orderId))
  for (const row of rows.filter((order) => order.over > 0 && refunded.has(order.id))) {
    // oxlint-disable-next-line no-await-in-loop -- rare: one hold a refund that went too far
    await setShipmentsHeld(run.tx, run.ctx.orgId, [row.id], true)
    // oxlint-disable-next-line no-await-in-loop -- as above
    await insertHold(run, row.id, 'payment', `${formatMinor(row.over, row.currency)} ${row.currency} more was refunded than was taken.`)
  }
}
