import { sql } from 'kysely'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import type { HandlerRun } from '../../kernel/events.ts'

/** A voucher about to be issued; its balance is its amount. */
export interface NewVoucher {
  id: string
  kind: 'gift' | 'store_credit'
  currency: string
  amount: number
  partyId: string | null
  orderId: string | null
  orderLineId: string | null
  documentLineId: string | null
  expiresAt: Date | null
  happenedAt: Date
}

/** What raises or lowers a voucher; `paymentId` names the payment fact, `documentId` the shipment or return. */
export interface VoucherEntry {
  voucherId: string
  kind: 'issued' | 'redeemed' | 'refunded' | 'expired' | 'canceled'
  amount: number
  paymentId?: string | null
  documentId?: string | null
  happenedAt: Date
  reason?: string
}

/** Writes vouchers with their first entry and raises `billing.voucher_issued` for each. Numbers are taken last of all locks. */
export async function insertVouchers(
  run: HandlerRun,
  vouchers: readonly NewVoucher[],
  source: { paymentId?: string; documentId?: string; reason?: string } = {},
): Promise<void> {
  if (vouchers.length === 0) return
  const first = await takeNumbers(run.tx, run.ctx.orgId, 'voucher', vouchers.length)
  const rows = vouchers.map((voucher, index) => ({ ...voucher, number: first + index }))
  await sql`
    insert into billing.voucher (org_id, id, number, kind, currency, issued_amount, balance, party_id, order_id, order_line_id, document_line_id, issued_at, expires_at)
    select ${run.ctx.orgId}, v.id, v.number, v.kind, v.currency, v.amount, 0, v.partyId, v.orderId, v.orderLineId, v.documentLineId, v.happenedAt, v.expiresAt
      from ${rowsOf(rows, { id: 'uuid', number: 'bigint', kind: 'text', currency: 'text', amount: 'bigint', partyId: 'uuid', orderId: 'uuid', orderLineId: 'uuid', documentLineId: 'uuid', happenedAt: 'timestamptz', expiresAt: 'timestamptz' }, 'v')}`.execute(
    run.tx,
  )
  await addVoucherEntries(
    run,
    rows.map((row) => ({ voucherId: row.id, kind: 'issued', amount: row.amount, happenedAt: row.happenedAt, ...source })),
  )
  for (const row of rows) {
    run.emit({
      type: 'billing.voucher_issued',
      documentType: 'voucher',
      documentId: row.id,
      payload: { number: row.number, kind: row.kind, amount: row.amount, currency: row.currency, order_id: row.orderId },
    })
  }
}

/** Writes entries and adds them to the balances, which never go below zero (`voucher_balance`). */
export async function addVoucherEntries(run: HandlerRun, entries: readonly VoucherEntry[]): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map((entry) => ({
    id: run.newId(),
    voucherId: entry.voucherId,
    kind: entry.kind,
    amount: entry.amount,
    paymentId: entry.paymentId ?? null,
    documentId: entry.documentId ?? null,
    happenedAt: entry.happenedAt,
    reason: entry.reason ?? '',
  }))
  await sql`
    insert into billing.voucher_entry (org_id, id, voucher_id, kind, amount, payment_id, document_id, happened_at, recorded_at, reason)
    select ${run.ctx.orgId}, e.id, e.voucherId, e.kind, e.amount, e.paymentId, e.documentId, e.happenedAt, ${run.now}, e.reason
      from ${rowsOf(rows, { id: 'uuid', voucherId: 'uuid', kind: 'text', amount: 'bigint', paymentId: 'uuid', documentId: 'uuid', happenedAt: 'timestamptz', reason: 'text' }, 'e')}`.execute(
    run.tx,
  )
  const sums = [...Map.groupBy(rows, (row) => row.voucherId)].map(([id, group]) => ({
    id,
    amount: group.reduce((sum, row) => sum + row.amount, 0),
  }))
  await sql`
    update billing.voucher v set balance = v.balance + s.amount, version = v.version + 1
      from ${rowsOf(sums, { id: 'uuid', amount: 'bigint' }, 's')} where v.org_id = ${run.ctx.orgId} and v.id = s.id`.execute(run.tx)
}

/** A voucher as commands see it. */
export interface Voucher {
  id: string
  number: number
  kind: 'gift' | 'store_credit'
  currency: string
  balance: number
  partyId: string | null
  issuedAmount: number
  expiresAt: Date | null
  documentLineId: string | null
}

const VOUCHER = sql`v.id, v.number, v.kind, v.currency, v.balance, v.party_id as "partyId", v.issued_amount as "issuedAmount", v.expires_at as "expiresAt", v.document_line_id as "documentLineId"`

/** Locks vouchers by id or by the hash of their code, in key order; after orders, last of all. */
export async function lockVouchers(
  run: HandlerRun,
  by: { ids?: readonly string[]; codeHash?: Buffer; documentLineIds?: readonly string[] },
): Promise<Voucher[]> {
  const { rows } = await sql<Voucher>`
    select ${VOUCHER} from billing.voucher v
     where v.org_id = ${run.ctx.orgId} and (v.id = any(${by.ids ?? []}::uuid[]) or v.code_hash = ${by.codeHash ?? null}::bytea or v.document_line_id = any(${by.documentLineIds ?? []}::uuid[]))
     order by v.id for update`.execute(run.tx)
  return rows
}
