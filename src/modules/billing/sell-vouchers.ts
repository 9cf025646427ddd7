import { sql } from 'kysely'
import type { HandlerRun } from '../../kernel/events.ts'
import { newId } from '../../kernel/ids.ts'
import { allocate } from '../../kernel/money.ts'
import type { RevenueSlice } from '../orders/index.ts'
import type { SoldVouchers } from './revenue-entry.ts'
import { addVoucherEntries, insertVouchers, lockVouchers, type NewVoucher } from './vouchers.repo.ts'

/** Vouchers made one a piece; a line of more is one voucher over the whole amount. */
const MAX_PIECES = 500

/**
 * Issues the vouchers that slices sold: one a piece, each over its share of the face value — what the line comes to before discount,
 * without tax. They are multi-purpose vouchers (Directive (EU) 2016/1065): tax is due when they are redeemed, on what they pay for.
 * Answers, by slice, what billing posts to the liability of each voucher.
 */
export async function issueVouchers(run: HandlerRun, slices: readonly RevenueSlice[]): Promise<Map<string, SoldVouchers>> {
  const sold = new Map<string, SoldVouchers>()
  const vouchers: NewVoucher[] = []
  for (const slice of slices.filter((part) => part.kind === 'voucher')) {
    const face = faceOf(slice)
    if (face <= 0) continue
    const pieces = Math.max(1, slice.quantity ?? 1)
    const shares =
      pieces > MAX_PIECES
        ? [face]
        : allocate(
            face,
            Array.from({ length: pieces }, () => 1),
          ).filter((amount) => amount > 0)
    const issued = shares.map((amount): NewVoucher => ({
      id: newId(),
      kind: 'gift',
      currency: slice.currency,
      amount,
      partyId: null,
      orderId: slice.orderId,
      orderLineId: slice.lineId,
      documentLineId: slice.documentLineId,
      expiresAt: null,
      happenedAt: slice.happenedAt,
    }))
    vouchers.push(...issued)
    sold.set(slice.id, { face, parts: issued.map(({ id, amount }) => ({ voucherId: id, amount })) })
  }
  await insertVouchers(run, vouchers)
  return sold
}

/**
 * Takes sold vouchers back with their slices (a voided sale): what is left on them is canceled, whole ones first. What was spent
 * already is our loss and no liability any more.
 */
export async function cancelSoldVouchers(run: HandlerRun, slices: readonly RevenueSlice[]): Promise<Map<string, SoldVouchers>> {
  const back = slices.filter((part) => part.kind === 'voucher' && faceOf(part) > 0)
  if (back.length === 0) return new Map()
  const soldLines = await readSoldLines(run, back)
  const lineOf = (slice: RevenueSlice): string => soldLines.get(slice.ofSliceId ?? '') ?? slice.documentLineId ?? ''
  const vouchers = await lockVouchers(run, { documentLineIds: back.map(lineOf) })
  const canceled = new Map<string, SoldVouchers>()
  for (const slice of back) {
    let left = faceOf(slice)
    const parts = []
    for (const voucher of vouchers.filter((one) => one.documentLineId === lineOf(slice)).toSorted((a, b) => b.balance - a.balance)) {
      const amount = Math.min(left, voucher.balance)
      if (amount === 0) continue
      voucher.balance -= amount
      left -= amount
      parts.push({ voucherId: voucher.id, amount })
    }
    canceled.set(slice.id, { face: faceOf(slice), parts })
  }
  await addVoucherEntries(
    run,
    back.flatMap((slice) =>
      (canceled.get(slice.id)?.parts ?? []).map((part) => ({
        voucherId: part.voucherId,
        kind: 'canceled' as const,
        amount: -part.amount,
        documentId: slice.documentId,
        happenedAt: slice.happenedAt,
      })),
    ),
  )
  return canceled
}

/** The shipment lines that the slices were sold with, by the shipped slice's id. */
async function readSoldLines(run: HandlerRun, slices: readonly RevenueSlice[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; line: string }>`
    select id, document_line_id as line from orders.revenue_slice
     where org_id = ${run.ctx.orgId} and id = any(${slices.flatMap((slice) => slice.ofSliceId ?? [])}::uuid[]) and document_line_id is not null`.execute(
    run.tx,
  )
  return new Map(rows.map((row) => [row.id, row.line]))
}

/** What the vouchers of a slice are worth: its net before discount. */
function faceOf(slice: RevenueSlice): number {
  return slice.gross - slice.tax + slice.discount
}
