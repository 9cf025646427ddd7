import type { HandlerRun } from '../../kernel/events.ts'
import { newId } from '../../kernel/ids.ts'
import type { RecordedPayment } from '../orders/index.ts'
import { addVoucherEntries, insertVouchers, type VoucherEntry } from './vouchers.repo.ts'

/**
 * Moves the vouchers behind payment facts: a capture by voucher lowers it, a refund to it raises it, a refund with the method
 * `store_credit` issues one bound to the customer. Answers the voucher of each fact by its id.
 */
export async function moveVouchers(run: HandlerRun, payments: readonly RecordedPayment[]): Promise<Map<string, string>> {
  const voucherOf = new Map<string, string>()
  const entries: VoucherEntry[] = []
  for (const payment of payments) {
    if (payment.voucherId === null || (payment.kind !== 'captured' && payment.kind !== 'refunded')) continue
    voucherOf.set(payment.paymentId, payment.voucherId)
    const redeemed = payment.kind === 'captured'
    entries.push({
      voucherId: payment.voucherId,
      kind: redeemed ? 'redeemed' : 'refunded',
      amount: redeemed ? -payment.amount : payment.amount,
      paymentId: payment.paymentId,
      happenedAt: payment.happened_at,
      reason: payment.reason,
    })
  }
  await addVoucherEntries(run, entries)
  for (const payment of payments.filter((fact) => isStoreCredit(fact))) {
    const id = newId()
    voucherOf.set(payment.paymentId, id)
    // oxlint-disable-next-line no-await-in-loop -- rare: one voucher a refund to store credit
    await insertVouchers(
      run,
      [
        {
          id,
          kind: 'store_credit',
          currency: payment.currency,
          amount: payment.amount,
          partyId: payment.partyId,
          orderId: payment.orderId,
          orderLineId: null,
          documentLineId: null,
          expiresAt: null,
          happenedAt: payment.happened_at,
        },
      ],
      { paymentId: payment.paymentId, reason: payment.reason },
    )
  }
  return voucherOf
}

function isStoreCredit(payment: RecordedPayment): boolean {
  return payment.kind === 'refunded' && payment.voucherId === null && payment.method === 'store_credit'
}
