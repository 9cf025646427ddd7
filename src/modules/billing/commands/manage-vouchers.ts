import { sql } from 'kysely'
import { Type } from 'typebox'
import { dayIn } from '../../../kernel/clock.ts'
import { defineCommand } from '../../../kernel/command.ts'
import { invalidField, notFound } from '../../../kernel/errors.ts'
import { newId } from '../../../kernel/ids.ts'
import { isCurrency } from '../../../kernel/money.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { type NewEntry, postEntries } from '../../ledger/index.ts'
import { toBase } from '../revenue-entry.ts'
import { addVoucherEntries, insertVouchers, lockVouchers } from '../vouchers.repo.ts'

const Id = exactly({ id: Uuid })

/**
 * Gives a voucher away: for a complaint, as a prize. What it is worth is a discount on sales to come. In the base currency.
 * @throws `kernel.invalid_input` (a currency that is not the organization's)
 */
export const issueVoucher = defineCommand({
  name: 'billing.issue_voucher',
  permission: 'billing.vouchers',
  summary: 'Give a voucher away',
  input: exactly({
    amount: Type.Integer({ minimum: 1, maximum: 1e12, description: 'minor units' }),
    currency: Type.Optional(Type.String({ minLength: 3, maxLength: 3 })),
    kind: Type.Optional(Type.Enum(['gift', 'store_credit'])),
    party_id: Type.Optional(nullable(Uuid)),
    expires_at: Type.Optional(nullable(Instant)),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
  }),
  output: Id,
  async run(run, input) {
    const currency = input.currency ?? run.ctx.org.baseCurrency
    if (!isCurrency(currency) || currency !== run.ctx.org.baseCurrency)
      throw invalidField(
        '/currency',
        'currency',
        `is ${run.ctx.org.baseCurrency}, the currency of the books, for vouchers that are given away`,
      )
    const id = run.newId()
    const voucher = {
      id,
      kind: input.kind ?? 'gift',
      currency,
      amount: input.amount,
      partyId: input.party_id ?? null,
      orderId: null,
      orderLineId: null,
      documentLineId: null,
      expiresAt: input.expires_at == null ? null : new Date(input.expires_at),
      happenedAt: run.now,
    }
    await insertVouchers(run, [voucher], { reason: input.reason })
    await postEntries(run, [voucherEntry(run, voucher, { kind: 'voucher.given', role: 'sales_discount', sign: 1, memo: input.reason })])
    return { id }
  },
})

/**
 * Sets when a voucher ends; null: never. What a law says of the shortest time is the merchant's to know.
 * @throws `billing.not_found`
 */
export const setVoucherExpiry = defineCommand({
  name: 'billing.set_voucher_expiry',
  permission: 'billing.vouchers',
  summary: 'Set when a voucher expires',
  input: exactly({ voucher_id: Uuid, expires_at: nullable(Instant) }),
  output: Id,
  errors: ['billing.not_found'],
  async run(run, { voucher_id, expires_at }) {
    const [voucher] = await lockVouchers(run, { ids: [voucher_id] })
    if (voucher === undefined) throw notFound('billing.voucher', voucher_id)
    await sql`update billing.voucher set expires_at = ${expires_at}::timestamptz, version = version + 1 where org_id = ${run.ctx.orgId} and id = ${voucher_id}::uuid`.execute(
      run.tx,
    )
    run.emit({
      type: 'billing.voucher_changed',
      documentType: 'voucher',
      documentId: voucher_id,
      payload: { expires_at: [voucher.expiresAt?.toISOString() ?? null, expires_at] },
    })
    return { id: voucher_id }
  },
})

/**
 * Gives a voucher a code, by the code's hash: the code itself is made by the route, shown once and kept nowhere. An older code of the
 * voucher ends.
 * @throws `billing.not_found`
 */
export const setVoucherCode = defineCommand({
  name: 'billing.set_voucher_code',
  permission: 'billing.vouchers',
  summary: 'Give a voucher a new code',
  input: exactly({
    voucher_id: Uuid,
    code_hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    last4: Type.String({ minLength: 4, maxLength: 4 }),
  }),
  output: Id,
  errors: ['billing.not_found'],
  async run(run, { voucher_id, code_hash, last4 }) {
    const { rows } = await sql<{ number: number }>`
      update billing.voucher set code_hash = decode(${code_hash}, 'hex'), code_last4 = ${last4}, version = version + 1
       where org_id = ${run.ctx.orgId} and id = ${voucher_id}::uuid returning number`.execute(run.tx)
    if (rows.length === 0) throw notFound('billing.voucher', voucher_id)
    run.emit({ type: 'billing.voucher_coded', documentType: 'voucher', documentId: voucher_id, payload: { code_last4: last4 } })
    return { id: voucher_id }
  },
})

/** Vouchers ended by one run. */
const MAX_EXPIRED = 500

/** Ends vouchers whose time is over: what is left on them is income of expired vouchers. Call again while it answers {@link MAX_EXPIRED}. */
export const expireVouchers = defineCommand({
  name: 'billing.expire_vouchers',
  permission: 'billing.vouchers',
  summary: 'End vouchers whose time is over and take what is left as income',
  input: exactly({}),
  output: exactly({ expired: Type.Integer(), amount: Type.Integer() }),
  async run(run) {
    const { rows: due } = await sql<{ id: string }>`
      select id from billing.voucher where org_id = ${run.ctx.orgId} and expires_at <= ${run.now} and balance > 0 order by id limit ${MAX_EXPIRED}`.execute(
      run.tx,
    )
    const vouchers = (await lockVouchers(run, { ids: due.map((row) => row.id) })).filter(
      (voucher) => voucher.balance > 0 && voucher.expiresAt !== null && voucher.expiresAt <= run.now,
    )
    const rates = await readRates(
      run,
      vouchers.map((voucher) => voucher.id),
    )
    await addVoucherEntries(
      run,
      vouchers.map((voucher) => ({ voucherId: voucher.id, kind: 'expired', amount: -voucher.balance, happenedAt: run.now })),
    )
    await postEntries(
      run,
      vouchers.map((voucher) =>
        voucherEntry(
          run,
          { ...voucher, amount: voucher.balance },
          {
            kind: 'voucher.expired',
            role: 'voucher_breakage',
            sign: -1,
            memo: `Voucher ${voucher.number}`,
            ratePpm: rates.get(voucher.id),
          },
        ),
      ),
    )
    for (const voucher of vouchers)
      run.emit({
        type: 'billing.voucher_expired',
        documentType: 'voucher',
        documentId: voucher.id,
        payload: { balance: [voucher.balance, 0] },
      })
    return { expired: vouchers.length, amount: vouchers.reduce((sum, voucher) => sum + voucher.balance, 0) }
  },
})

/** The rate at which each voucher's liability stands in the books, from its first posting, in millionths. */
async function readRates(run: Parameters<typeof postEntries>[0], ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; rate: number }>`
    select b.document_id as id, round(b.base_amount::numeric * 1000000 / b.amount)::bigint as rate from ledger.document_balance b
     where b.org_id = ${run.ctx.orgId} and b.role = 'voucher_liability' and b.document_id = any(${ids}::uuid[]) and b.amount <> 0`.execute(
    run.tx,
  )
  return new Map(rows.map((row) => [row.id, row.rate]))
}

/** Liability against another account: `sign` 1 raises the liability, -1 lowers it. */
function voucherEntry(
  run: Parameters<typeof postEntries>[0],
  voucher: { id: string; amount: number; currency: string; partyId: string | null },
  entry: { kind: string; role: 'sales_discount' | 'voucher_breakage'; sign: 1 | -1; memo: string; ratePpm?: number | undefined },
): NewEntry {
  const amount = entry.sign * voucher.amount
  const base = toBase(amount, entry.ratePpm ?? 1_000_000)
  const shared = { currency: voucher.currency, partyId: voucher.partyId, documentType: 'voucher', documentId: voucher.id }
  return {
    id: newId(),
    kind: entry.kind,
    accountingDate: dayIn(run.ctx.org.timeZone, run.now),
    sourceType: 'voucher',
    sourceId: voucher.id,
    memo: entry.memo,
    postings: [
      { ...shared, role: entry.role, amount, baseAmount: base },
      { ...shared, role: 'voucher_liability', amount: -amount, baseAmount: -base },
    ],
  }
}
