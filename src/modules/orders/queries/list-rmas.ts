import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { AllowedAction, Money, moneyIn } from '../order-view.ts'
import { RMA_ACTIONS, RMA_STATES, type RmaState, rmaAllows } from '../rma.ts'

const text = Type.String()
const count = Type.Integer()

const headFields = {
  id: Uuid,
  number: count,
  state: Type.Enum([...RMA_STATES]),
  order_id: Uuid,
  order_number: count,
  customer_name: nullable(text),
  party_id: nullable(Uuid),
  warehouse_id: Uuid,
  warehouse_code: text,
  note: text,
  decision_note: text,
  auto_decided: Type.Boolean(),
  requested_at: text,
  decided_at: nullable(text),
  received_at: nullable(text),
  closed_at: nullable(text),
  version: count,
}
const lineFields = {
  id: Uuid,
  line_no: count,
  order_line_id: Uuid,
  item_id: Uuid,
  sku: text,
  name: text,
  quantity: count,
  received: count,
  replaced: count,
  reason: text,
  outcome: text,
  note: text,
}

/** An authorization as lists show it. */
const RmaRow = exactly({ ...headFields, quantity: count, received: count })

/** An authorization with what came, what was sent for it and what was paid back. */
export const RmaView = exactly({
  ...headFields,
  currency: text,
  lines: Type.Array(exactly(lineFields)),
  receipts: Type.Array(
    exactly({
      return_receipt_id: Uuid,
      number: count,
      warehouse_code: text,
      happened_at: text,
      receipt_line_id: Uuid,
      rma_line_id: nullable(Uuid),
      sku: text,
      quantity: count,
      kind: Type.Enum(['expected', 'over', 'unexpected']),
    }),
  ),
  sent_instead: Type.Array(
    exactly({ line_id: Uuid, replaces_line_id: Uuid, sku: text, name: text, quantity: count, amount: Money, shipped: count }),
  ),
  refunds: Type.Array(exactly({ id: Uuid, amount: Money, method: text, happened_at: text, restocking_fee: Money, reduced: Money })),
  allowed_actions: Type.Array(AllowedAction),
})

const INSTANT = sql.raw(`'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`)
const HEAD = sql`r.id, r.number, r.state, r.order_id, o.number as order_number, o.customer_name, r.party_id, r.warehouse_id, w.code as warehouse_code, r.note, r.decision_note, r.auto_decided,
  to_char(r.requested_at at time zone 'UTC', ${INSTANT}) as requested_at, to_char(r.decided_at at time zone 'UTC', ${INSTANT}) as decided_at,
  to_char(r.received_at at time zone 'UTC', ${INSTANT}) as received_at, to_char(r.closed_at at time zone 'UTC', ${INSTANT}) as closed_at, r.version`
const FROM = sql`orders.rma r join orders.sales_order o on o.org_id = r.org_id and o.id = r.order_id join inventory.warehouse w on w.org_id = r.org_id and w.id = r.warehouse_id`

/** Authorizations, the newest first. `search` is an RMA number, an order number or the beginning of a customer's name. */
export const listRmas = defineQuery({
  name: 'orders.list_rmas',
  permission: 'orders.read',
  summary: 'List returns (RMA)',
  input: exactly({
    state: Type.Optional(Type.Array(Type.Enum([...RMA_STATES]), { maxItems: RMA_STATES.length })),
    order_id: Type.Optional(Uuid),
    search: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    ...pageInput,
  }),
  output: pageOf(RmaRow),

  async run({ tx, ctx }, { state, order_id, search, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['number'])
    const conditions: RawBuilder<unknown>[] = [sql`r.org_id = ${ctx.orgId}`]
    if (state !== undefined && state.length > 0) conditions.push(sql`r.state = any(${state}::text[])`)
    if (order_id !== undefined) conditions.push(sql`r.order_id = ${order_id}::uuid`)
    if (search !== undefined) conditions.push(searchCondition(search))
    if (after !== null) conditions.push(sql`r.number < ${after[0]}::bigint`)
    const { rows } = await sql<Static<typeof RmaRow>>`
      select ${HEAD}, (select coalesce(sum(l.quantity), 0) from orders.rma_line l where l.org_id = r.org_id and l.rma_id = r.id)::bigint as quantity,
             (select coalesce(sum(l.received_quantity), 0) from orders.rma_line l where l.org_id = r.org_id and l.rma_id = r.id)::bigint as received
        from ${FROM} where ${sql.join(conditions, sql` and `)} order by r.number desc limit ${limit + 1}`.execute(tx)
    return toPage(rows, limit, (row) => [row.number])
  },
})

function searchCondition(search: string): RawBuilder<unknown> {
  const number = /^(?:RMA-)?(\d{1,15})$/i.exec(search.trim())?.[1]
  if (number !== undefined) return sql`(r.number = ${number}::bigint or o.number = ${number}::bigint)`
  return sql`lower(o.customer_name) like ${`${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`}`
}

/**
 * One authorization.
 * @throws `orders.not_found`
 */
export const getRma = defineQuery({
  name: 'orders.get_rma',
  permission: 'orders.read',
  summary: 'Get a return (RMA)',
  input: exactly({ rma_id: Uuid }),
  output: RmaView,
  errors: ['orders.not_found'],

  async run({ tx, ctx }, { rma_id }) {
    const { rows } = await sql<Static<typeof RmaRow> & { currency: string; state: RmaState }>`
      select ${HEAD}, o.currency::text from ${FROM} where r.org_id = ${ctx.orgId} and r.id = ${rma_id}::uuid`.execute(tx)
    const [head] = rows
    if (head === undefined) throw notFound('orders.rma', rma_id)
    return {
      ...head,
      ...(await readParts(tx, ctx.orgId, head)),
      allowed_actions: RMA_ACTIONS.map((action) => {
        const permission = action === 'receive' ? 'warehouse.return' : action === 'label' ? 'orders.read' : 'orders.return'
        if (!ctx.may(permission)) return { action, allowed: false, reason: `This needs the permission ${permission}.` }
        return rmaAllows(head.state, action)
          ? { action, allowed: true }
          : { action, allowed: false, reason: `The return is ${head.state}.` }
      }),
    }
  },
})

type Parts = Pick<Static<typeof RmaView>, 'lines' | 'receipts' | 'sent_instead' | 'refunds'>

async function readParts(tx: Tx, orgId: number, { id, currency }: { id: string; currency: string }): Promise<Parts> {
  const money = moneyIn(currency)
  const { rows: lines } = await sql<Parts['lines'][number]>`
    select r.id, r.line_no, r.order_line_id, r.item_id, l.sku, l.name, r.quantity, r.received_quantity as received, r.replaced_quantity as replaced, r.reason, r.outcome, r.note
      from orders.rma_line r join orders.order_line l on l.org_id = r.org_id and l.id = r.order_line_id where r.org_id = ${orgId} and r.rma_id = ${id}::uuid order by r.line_no`.execute(
    tx,
  )
  const { rows: receipts } = await sql<Parts['receipts'][number]>`
    select a.receipt_id as return_receipt_id, h.number, w.code as warehouse_code, to_char(h.happened_at at time zone 'UTC', ${INSTANT}) as happened_at, a.receipt_line_id, a.rma_line_id, i.sku, a.quantity, a.kind
      from orders.rma_receipt_line a join warehouse.return_receipt h on h.org_id = a.org_id and h.id = a.receipt_id join inventory.warehouse w on w.org_id = h.org_id and w.id = h.warehouse_id
      join warehouse.return_receipt_line l on l.org_id = a.org_id and l.id = a.receipt_line_id join catalog.item i on i.org_id = l.org_id and i.id = l.item_id
     where a.org_id = ${orgId} and a.rma_id = ${id}::uuid order by h.number, l.line_no`.execute(tx)
  const { rows: instead } = await sql<Omit<Parts['sent_instead'][number], 'amount'> & { amount: number }>`
    select l.id as line_id, l.replaces_line_id, l.sku, l.name, l.ordered - l.canceled as quantity, l.amount, l.shipped
      from orders.order_line l where l.org_id = ${orgId} and l.order_id = (select order_id from orders.rma where org_id = ${orgId} and id = ${id}::uuid)
       and l.replaces_line_id in (select order_line_id from orders.rma_line where org_id = ${orgId} and rma_id = ${id}::uuid) order by l.line_no`.execute(
    tx,
  )
  const { rows: refunds } = await sql<{ id: string; amount: number; method: string; happened_at: string; fee: number; reduced: number }>`
    select p.id, p.amount, p.method, to_char(p.happened_at at time zone 'UTC', ${INSTANT}) as happened_at, f.fee_amount as fee, f.reduced_amount as reduced
      from orders.refund f join orders.payment p on p.org_id = f.org_id and p.id = f.payment_id where f.org_id = ${orgId} and f.rma_id = ${id}::uuid order by p.happened_at, p.id`.execute(
    tx,
  )
  return {
    lines,
    receipts,
    sent_instead: instead.map((line) => ({ ...line, amount: money(line.amount) })),
    refunds: refunds.map(({ fee, reduced, amount, ...row }) => ({
      ...row,
      amount: money(amount),
      restocking_fee: money(fee),
      reduced: money(reduced),
    })),
  }
}

/** Return reasons and the return policy. */
export const getReturnRules = defineQuery({
  name: 'orders.get_return_rules',
  permission: 'orders.read',
  summary: 'Get the return policy and the return reasons',
  input: exactly({}),
  output: exactly({
    window_days: count,
    auto_approve: Type.Boolean(),
    warehouse_id: nullable(Uuid),
    reasons: Type.Array(exactly({ code: text, name: text, restocking_fee_ppm: count, is_active: Type.Boolean() })),
  }),

  async run({ tx, ctx }) {
    const { rows: policies } = await sql<{ window_days: number; auto_approve: boolean; warehouse_id: string | null }>`
      select window_days, auto_approve, warehouse_id from orders.return_policy where org_id = ${ctx.orgId}`.execute(tx)
    const { rows: reasons } = await sql<{ code: string; name: string; restocking_fee_ppm: number; is_active: boolean }>`
      select code, name, restocking_fee_ppm, is_active from orders.return_reason where org_id = ${ctx.orgId} order by code = 'other', name limit 200`.execute(
      tx,
    )
    return { ...(policies[0] ?? { window_days: 14, auto_approve: false, warehouse_id: null }), reasons }
  },
})
