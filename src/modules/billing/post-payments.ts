import { dayIn } from '../../kernel/clock.ts'
import { newId } from '../../kernel/ids.ts'
import { type AccountRole, type NewEntry, postEntries, type PostingRun } from '../ledger/index.ts'
import type { RecordedPayment } from '../orders/index.ts'
import { toBase } from './revenue-entry.ts'

/** Accounts of each payment fact: debited, credited. An authorization moves no money. */
const ACCOUNTS: Readonly<Record<RecordedPayment['kind'], { debit: AccountRole; credit: AccountRole } | null>> = {
  authorized: null,
  voided: null,
  captured: { debit: 'payment_clearing', credit: 'customer_account' },
  collected: { debit: 'cash_in_courier', credit: 'customer_account' },
  refunded: { debit: 'customer_account', credit: 'payment_clearing' },
}

/** Posts payment facts in the transaction that records them, one entry each. */
export async function postPayments(run: PostingRun, payments: readonly RecordedPayment[]): Promise<void> {
  const entries = payments.flatMap((payment): NewEntry[] => {
    const accounts = ACCOUNTS[payment.kind]
    if (accounts === null) return []
    const base = toBase(payment.amount, payment.baseRatePpm)
    const shared = {
      currency: payment.currency,
      partyId: payment.partyId,
      channelId: payment.channelId,
      documentType: 'order',
      documentId: payment.orderId,
    }
    return [
      {
        id: newId(),
        kind: `payment.${payment.kind}`,
        accountingDate: dayIn(run.ctx.org.timeZone, payment.happened_at),
        sourceType: 'payment',
        sourceId: payment.paymentId,
        memo: '',
        postings: [
          { ...shared, role: accounts.debit, amount: payment.amount, baseAmount: base },
          { ...shared, role: accounts.credit, amount: -payment.amount, baseAmount: -base },
        ],
      },
    ]
  })
  await postEntries(run, entries, { allowShift: true })
}
