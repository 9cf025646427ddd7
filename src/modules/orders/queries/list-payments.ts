import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { pageOf } from '../../../kernel/page.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { moneyIn, PaymentView } from '../order-view.ts'

/** Most payment facts shown of one order. */
const MAX_PAYMENTS = 1000

interface Row {
  id: string
  kind: string
  amount: number
  currency: string
  method: string
  provider: string
  authorization_id: string | null
  expires_at: Date | null
  voucher_id: string | null
  reference: string | null
  return_receipt_id: string | null
  reason: string
  happened_at: Date
  recorded_at: Date
  lines: { line_id: string | null; charge_id: string | null; quantity: number | null; amount: number; tax: number; reason: string }[] | null
}

/** Payment facts of an order in the order they happened. */
export async function readPayments(tx: Tx, orgId: number, orderId: string): Promise<PaymentView[]> {
  const { rows } = await sql<Row>`
    select p.id, p.kind, p.amount, p.currency, p.method, p.provider, p.authorization_id, p.expires_at, p.voucher_id, p.reference, p.return_receipt_id, p.reason, p.happened_at, p.recorded_at,
           (select json_agg(json_build_object('line_id', r.line_id, 'charge_id', r.charge_id, 'quantity', r.quantity, 'amount', r.amount, 'tax', r.tax, 'reason', r.reason) order by r.id)
              from orders.refund_line r where r.org_id = p.org_id and r.payment_id = p.id) as lines
      from orders.payment p where p.org_id = ${orgId} and p.order_id = ${orderId}::uuid order by p.happened_at, p.id limit ${MAX_PAYMENTS}`.execute(
    tx,
  )
  return rows.map(({ currency, amount, happened_at, recorded_at, expires_at, lines, ...row }) => {
    const money = moneyIn(currency)
    return {
      ...row,
      order_id: orderId,
      amount: money(amount),
      expires_at: expires_at === null ? null : expires_at.toISOString(),
      open: row.kind === 'authorized' ? money(openOf({ id: row.id, amount }, rows)) : null,
      happened_at: happened_at.toISOString(),
      recorded_at: recorded_at.toISOString(),
      lines: (lines ?? []).map((line) => ({ ...line, amount: money(line.amount), tax: money(line.tax) })),
    }
  })
}

/** What of an authorization is neither captured nor ended; below 0 more was captured than authorized. */
function openOf(authorization: { id: string; amount: number }, payments: readonly Row[]): number {
  return payments
    .filter((payment) => payment.authorization_id === authorization.id && ['captured', 'voided', 'expired'].includes(payment.kind))
    .reduce((open, payment) => open - payment.amount, authorization.amount)
}

/** Payment facts of an order. */
export const listPayments = defineQuery({
  name: 'orders.list_payments',
  permission: 'orders.read',
  summary: 'List the payment facts of an order',
  input: exactly({ order_id: Uuid }),
  output: pageOf(PaymentView),
  async run({ tx, ctx }, { order_id }) {
    return { data: await readPayments(tx, ctx.orgId, order_id), next_cursor: null }
  },
})

/**
 * One payment fact.
 * @throws `orders.not_found`
 */
export const getPayment = defineQuery({
  name: 'orders.get_payment',
  permission: 'orders.read',
  summary: 'Get a payment fact of an order',
  input: Type.Object({ order_id: Uuid, payment_id: Uuid }, { additionalProperties: false }),
  output: PaymentView,
  errors: ['orders.not_found'],
  async run({ tx, ctx }, { order_id, payment_id }) {
    const payment = (await readPayments(tx, ctx.orgId, order_id)).find((row) => row.id === payment_id)
    if (payment === undefined) throw notFound('orders.payment', payment_id)
    return payment
  },
})
