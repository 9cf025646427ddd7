import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { invalidField, notFound } from '../../../kernel/errors.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { recordPayments } from '../../orders/index.ts'
import { nothingToPay, paymentKnown } from '../billing.errors.ts'

/** Orders that one payment may be split over. */
const MAX_ORDERS = 500

const Input = exactly({
  party_id: Uuid,
  amount: Type.Integer({ minimum: 1, maximum: 1e15, description: 'minor units' }),
  currency: Type.String({ minLength: 3, maxLength: 3 }),
  method: Type.Optional(Type.String({ maxLength: 100 })),
  reference: Type.String({ minLength: 1, maxLength: 200, description: 'of the bank or provider; once a customer' }),
  happened_at: Type.Optional(Instant),
  orders: Type.Optional(
    Type.Array(exactly({ order_id: Uuid, amount: Type.Integer({ minimum: 1, maximum: 1e15 }) }), { minItems: 1, maxItems: MAX_ORDERS }),
  ),
})

const Allocation = exactly({ order_id: Uuid, order_number: Type.Integer(), amount: Type.Integer(), payment_id: Uuid })

/**
 * Splits one payment of a customer over several orders, as said or over what is owed, oldest first. What is left over is a deposit on the
 * customer's latest order.
 * @throws `billing.payment_known` (conflict), `billing.nothing_to_pay` (rule), `orders.not_found`, `kernel.invalid_input`
 */
export const allocatePayment = defineCommand({
  name: 'billing.allocate_payment',
  permission: 'orders.pay',
  summary: 'Split a payment of a customer over several orders',
  input: Input,
  output: exactly({ allocations: Type.Array(Allocation) }),
  errors: ['billing.payment_known', 'billing.nothing_to_pay', 'orders.not_found'],
  async run(run, input) {
    await refuseKnown(run, input)
    const orders = await readCustomerOrders(run, input)
    const parts = input.orders === undefined ? oldestFirst(input.amount, orders) : asSaid(input, orders)
    const payments = await recordPayments(
      run,
      parts.map((part) => ({
        orderId: part.order.id,
        kind: 'captured',
        amount: part.amount,
        method: input.method ?? 'bank_transfer',
        reference: input.reference,
        returnReceiptId: null,
        reason: 'Payment on account',
        happenedAt: input.happened_at === undefined ? run.now : new Date(input.happened_at),
        lines: [],
      })),
    )
    return {
      allocations: parts.map((part, index) => ({
        order_id: part.order.id,
        order_number: part.order.number,
        amount: part.amount,
        payment_id: payments[index]?.id ?? '',
      })),
    }
  },
})

interface CustomerOrder {
  id: string
  number: number
  currency: string
  owed: number
}

interface Part {
  order: CustomerOrder
  amount: number
}

/** One payment at a time for a customer: its row is locked, then a reference used before is refused. */
async function refuseKnown(run: CommandRun, input: Static<typeof Input>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`payment on account ${run.ctx.orgId} ${input.party_id}`}, 0))`.execute(run.tx)
  const { rows } = await sql`
    select p.id from orders.payment p join orders.sales_order o on o.org_id = p.org_id and o.id = p.order_id
     where p.org_id = ${run.ctx.orgId} and p.reference = ${input.reference} and p.kind = 'captured' and o.party_id = ${input.party_id}::uuid limit 1`.execute(
    run.tx,
  )
  if (rows.length > 0) throw paymentKnown(input.reference)
}

/** The customer's orders in the currency with what stands on their accounts, oldest first: those that owe, those that are named, the latest. */
async function readCustomerOrders(run: CommandRun, input: Static<typeof Input>): Promise<CustomerOrder[]> {
  const named = (input.orders ?? []).map((part) => part.order_id)
  const { rows } = await sql<CustomerOrder>`
    with mine as (
      select o.id, o.number, o.currency::text, o.placed_at from orders.sales_order o
       where o.org_id = ${run.ctx.orgId} and o.party_id = ${input.party_id}::uuid and o.currency = ${input.currency}),
    owing as (
      select m.*, coalesce((select sum(p.amount) from ledger.posting p join ledger.account a on a.org_id = p.org_id and a.id = p.account_id and a.role = 'customer_account'
                             where p.org_id = ${run.ctx.orgId} and p.document_id = m.id), 0)::bigint as owed from mine m)
    select id, number, currency, owed from owing
     where owed > 0 or id = any(${named}::uuid[]) or id = (select id from mine order by placed_at desc, id desc limit 1) order by placed_at, id limit ${MAX_ORDERS + 1}`.execute(
    run.tx,
  )
  return rows
}

function oldestFirst(amount: number, orders: readonly CustomerOrder[]): Part[] {
  const latest = orders.at(-1)
  if (latest === undefined) throw nothingToPay()
  let left = amount
  const parts: Part[] = []
  for (const order of orders.filter((one) => one.owed > 0)) {
    const taken = Math.min(left, order.owed)
    if (taken > 0) parts.push({ order, amount: taken })
    left -= taken
  }
  if (left === 0) return parts
  const last = parts.find((part) => part.order.id === latest.id)
  if (last === undefined) return [...parts, { order: latest, amount: left }]
  last.amount += left
  return parts
}

function asSaid(input: Static<typeof Input>, orders: readonly CustomerOrder[]): Part[] {
  const said = input.orders ?? []
  const sum = said.reduce((total, part) => total + part.amount, 0)
  if (sum !== input.amount) throw invalidField('/orders', 'sum', `add up to ${sum}, the payment is ${input.amount}; make them equal`)
  if (new Set(said.map((part) => part.order_id)).size !== said.length)
    throw invalidField('/orders', 'repeated', 'name an order twice; say one amount for each')
  return said.map((part) => {
    const order = orders.find((one) => one.id === part.order_id)
    if (order === undefined) throw notFound('orders.order', part.order_id)
    return { order, amount: part.amount }
  })
}
