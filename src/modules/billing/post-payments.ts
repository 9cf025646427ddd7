import { dayIn } from '../../kernel/clock.ts'
import type { HandlerRun } from '../../kernel/events.ts'
import { newId } from '../../kernel/ids.ts'
import { type AccountRole, type NewEntry, type NewPosting, postEntries } from '../ledger/index.ts'
import type { RecordedPayment } from '../orders/index.ts'
import { toBase } from './revenue-entry.ts'
import { moveVouchers } from './voucher-payments.ts'

/** The account that faces the customer account, and whether the fact debits it. Authorizations and failures move no money. */
const FACING: Readonly<Record<RecordedPayment['kind'], { role: AccountRole; debit: boolean } | null>> = {
  authorized: null,
  voided: null,
  expired: null,
  failed: null,
  captured: { role: 'payment_clearing', debit: true },
  collected: { role: 'cash_in_courier', debit: true },
  refunded: { role: 'payment_clearing', debit: false },
  written_off: { role: 'bad_debt', debit: true },
  kept: { role: 'rounding', debit: false },
}

/**
 * Posts payment facts in the transaction that records them, one entry each. What a voucher pays or gets back moves the liability of that
 * voucher; a difference of cents that is given up (`method` rounding) is no bad debt.
 */
export async function postPayments(run: HandlerRun, payments: readonly RecordedPayment[]): Promise<void> {
  const voucherOf = await moveVouchers(run, payments)
  const entries = payments.flatMap((payment): NewEntry[] => {
    const facing = FACING[payment.kind]
    if (facing === null) return []
    const sign = facing.debit ? 1 : -1
    const base = toBase(payment.amount, payment.baseRatePpm)
    const shared = {
      currency: payment.currency,
      partyId: payment.partyId,
      channelId: payment.channelId,
      documentType: 'order',
      documentId: payment.orderId,
    }
    const voucherId = voucherOf.get(payment.paymentId)
    const other: Pick<NewPosting, 'role' | 'documentType' | 'documentId'> =
      voucherId === undefined
        ? { role: payment.kind === 'written_off' && payment.method === 'rounding' ? 'rounding' : facing.role }
        : { role: 'voucher_liability', documentType: 'voucher', documentId: voucherId }
    return [
      {
        id: newId(),
        kind: `payment.${payment.kind}`,
        accountingDate: dayIn(run.ctx.org.timeZone, payment.happened_at),
        sourceType: 'payment',
        sourceId: payment.paymentId,
        memo: payment.kind === 'written_off' || payment.kind === 'kept' ? payment.reason : '',
        postings: [
          { ...shared, ...other, amount: sign * payment.amount, baseAmount: sign * base },
          { ...shared, role: 'customer_account', amount: -sign * payment.amount, baseAmount: -sign * base },
        ],
      },
    ]
  })
  await postEntries(run, entries, { allowShift: true })
}
