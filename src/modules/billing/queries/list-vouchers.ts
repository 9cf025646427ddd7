import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { codeHash, normalizeCode } from '../voucher-code.ts'
import { Money } from '../wire.ts'

const STATUSES = ['active', 'used', 'expired'] as const

const rowFields = {
  id: Uuid,
  number: Type.Integer(),
  kind: Type.Enum(['gift', 'store_credit']),
  status: Type.Enum([...STATUSES]),
  /** The code's last four letters; null while it has no code. */
  code_last4: nullable(Type.String()),
  issued: Money,
  balance: Money,
  party_id: nullable(Uuid),
  order_id: nullable(Uuid),
  order_number: nullable(Type.Integer()),
  issued_at: Instant,
  expires_at: nullable(Instant),
}
const VoucherRow = exactly(rowFields)

/** A voucher with everything that raised and lowered it. */
export const VoucherView = exactly({
  ...rowFields,
  entries: Type.Array(
    exactly({
      id: Uuid,
      kind: Type.String(),
      amount: Money,
      payment_id: nullable(Uuid),
      order_id: nullable(Uuid),
      order_number: nullable(Type.Integer()),
      happened_at: Instant,
      reason: Type.String(),
    }),
  ),
})

interface Row {
  id: string
  number: number
  kind: 'gift' | 'store_credit'
  status: (typeof STATUSES)[number]
  code_last4: string | null
  currency: string
  issued_amount: number
  balance: number
  party_id: string | null
  order_id: string | null
  order_number: number | null
  issued_at: Date
  expires_at: Date | null
}

const statusAt = (now: Date) => sql`case when v.balance = 0 then 'used' when v.expires_at <= ${now} then 'expired' else 'active' end`
const COLUMNS = sql`v.id, v.number, v.kind, v.code_last4, v.currency::text, v.issued_amount, v.balance, v.party_id, v.order_id, o.number as order_number, v.issued_at, v.expires_at`
const FROM = sql`billing.voucher v left join orders.sales_order o on o.org_id = v.org_id and o.id = v.order_id`

function toRow({ currency, issued_amount, balance, issued_at, expires_at, ...row }: Row): Static<typeof VoucherRow> {
  return {
    ...row,
    issued: { amount: issued_amount, currency },
    balance: { amount: balance, currency },
    issued_at: issued_at.toISOString(),
    expires_at: expires_at === null ? null : expires_at.toISOString(),
  }
}

/** Vouchers, the newest first. `q`: a number, or a whole code. */
export const listVouchers = defineQuery({
  name: 'billing.list_vouchers',
  permission: 'billing.read',
  summary: 'List vouchers',
  input: exactly({
    q: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    status: Type.Optional(Type.Enum([...STATUSES])),
    kind: Type.Optional(Type.Enum(['gift', 'store_credit'])),
    party_id: Type.Optional(Uuid),
    order_id: Type.Optional(Uuid),
    ...pageInput,
  }),
  output: pageOf(VoucherRow),
  async run({ tx, ctx, now }, { q, status, kind, party_id, order_id, limit = DEFAULT_LIMIT, cursor }) {
    const before = decodeCursor(cursor, ['number'])
    const conditions = [sql`v.org_id = ${ctx.orgId}`]
    if (q !== undefined) conditions.push(searched(q))
    if (status !== undefined) conditions.push(sql`${statusAt(now)} = ${status}`)
    if (kind !== undefined) conditions.push(sql`v.kind = ${kind}`)
    if (party_id !== undefined) conditions.push(sql`v.party_id = ${party_id}::uuid`)
    if (order_id !== undefined) conditions.push(sql`v.order_id = ${order_id}::uuid`)
    if (before !== null) conditions.push(sql`v.number < ${before[0]}`)
    const { rows } = await sql<Row>`
      select ${COLUMNS}, ${statusAt(now)} as status from ${FROM} where ${sql.join(conditions, sql` and `)} order by v.number desc limit ${limit + 1}`.execute(
      tx,
    )
    return toPage(rows.map(toRow), limit, (row) => [row.number])
  },
})

function searched(q: string) {
  const code = normalizeCode(q)
  if (code !== null) return sql`v.code_hash = ${codeHash(code)}::bytea`
  return /^\d{1,12}$/.test(q.trim()) ? sql`v.number = ${Number(q)}` : sql`v.code_last4 = ${q.trim().toUpperCase()}`
}

/**
 * One voucher with its entries, the first 1,000.
 * @throws `billing.not_found`
 */
export const getVoucher = defineQuery({
  name: 'billing.get_voucher',
  permission: 'billing.read',
  summary: 'Get a voucher',
  input: exactly({ voucher_id: Uuid }),
  output: VoucherView,
  errors: ['billing.not_found'],
  async run({ tx, ctx, now }, { voucher_id }) {
    const { rows } =
      await sql<Row>`select ${COLUMNS}, ${statusAt(now)} as status from ${FROM} where v.org_id = ${ctx.orgId} and v.id = ${voucher_id}::uuid`.execute(
        tx,
      )
    const [voucher] = rows
    if (voucher === undefined) throw notFound('billing.voucher', voucher_id)
    const { rows: entries } = await sql<{
      id: string
      kind: string
      amount: number
      payment_id: string | null
      order_id: string | null
      order_number: number | null
      happened_at: Date
      reason: string
    }>`
      select e.id, e.kind, e.amount, e.payment_id, p.order_id, o.number as order_number, e.happened_at, e.reason from billing.voucher_entry e
        left join orders.payment p on p.org_id = e.org_id and p.id = e.payment_id left join orders.sales_order o on o.org_id = p.org_id and o.id = p.order_id
       where e.org_id = ${ctx.orgId} and e.voucher_id = ${voucher_id}::uuid order by e.recorded_at, e.id limit 1000`.execute(tx)
    return {
      ...toRow(voucher),
      entries: entries.map(({ amount, happened_at, ...entry }) => ({
        ...entry,
        amount: { amount, currency: voucher.currency },
        happened_at: happened_at.toISOString(),
      })),
    }
  },
})
