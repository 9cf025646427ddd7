import { DomainError } from '../../kernel/errors.ts'
import { formatMinor } from '../../kernel/money.ts'

/** No voucher has this code. */
export function unknownCode(): DomainError {
  return new DomainError(
    'rule',
    'billing.unknown_voucher',
    'No voucher has this code. Check it letter by letter; a code is 16 letters and digits.',
  )
}

/** Why a voucher cannot pay: expired, empty, of another currency or customer. */
export function voucherRefused(
  code: 'voucher_expired' | 'voucher_empty' | 'voucher_currency' | 'voucher_of_another_customer',
  message: string,
): DomainError {
  return new DomainError('rule', `billing.${code}`, message)
}

/** The voucher holds less than asked for. */
export function voucherTooSmall(balance: number, currency: string): DomainError {
  return new DomainError(
    'rule',
    'billing.voucher_too_small',
    `The voucher has ${formatMinor(balance, currency)} ${currency} left. Take at most that and pay the rest otherwise.`,
    { detail: { balance, currency } },
  )
}

/** More is taken or given up than the order owes. */
export function moreThanOwed(owed: number, currency: string): DomainError {
  return new DomainError(
    'rule',
    'billing.more_than_owed',
    `The order owes ${formatMinor(Math.max(0, owed), currency)} ${currency}. Take at most that.`,
    {
      detail: { owed, currency },
    },
  )
}

/** A courier's list that was accepted or canceled cannot be changed. */
export function remittanceNotOpen(number: number, status: string): DomainError {
  return new DomainError(
    'rule',
    'billing.remittance_not_open',
    `Courier remittance ${number} is ${status}; only an open one is changed or accepted.`,
    {
      detail: { status },
    },
  )
}

/** The list differs from what was expected, and nobody said that this is known. */
export function remittanceDiffers(lines: number, deposit: number): DomainError {
  return new DomainError(
    'rule',
    'billing.remittance_differs',
    `${lines} lines differ from what was expected${deposit === 0 ? '' : ', and so does the deposit'}. Look at them, then accept with accept_differences: true.`,
    { detail: { lines, deposit } },
  )
}

/** The list was read before. */
export function remittanceKnown(reference: string): DomainError {
  return new DomainError(
    'conflict',
    'billing.remittance_known',
    `A list ${reference} of this carrier was read before. Open that one, or correct the reference.`,
  )
}

/** A payment on account with this reference is recorded. */
export function paymentKnown(reference: string): DomainError {
  return new DomainError(
    'conflict',
    'billing.payment_known',
    `A payment ${reference} of this customer is recorded. Correct the reference, or look at its orders.`,
  )
}

/** A customer without any order has nothing to put a payment on. */
export function nothingToPay(): DomainError {
  return new DomainError(
    'rule',
    'billing.nothing_to_pay',
    'This customer has no order in this currency. Take the order first, then the payment.',
  )
}
