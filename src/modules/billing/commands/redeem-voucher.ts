import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { invalidField, notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { lockOrderMoney, type OrderMoney, recordPayments } from '../../orders/index.ts'
import { moreThanOwed, unknownCode, voucherRefused, voucherTooSmall } from '../billing.errors.ts'
import { codeHash, normalizeCode } from '../voucher-code.ts'
import { lockVouchers, type Voucher } from '../vouchers.repo.ts'

/**
 * Pays an order with a voucher: by its code, or by id where it is bound to the order's customer. Takes `amount`, else as much as the
 * order owes and the voucher has. Recorded as captured with the method `voucher`; many at once never take more than there is.
 * @throws `orders.not_found`, `billing.unknown_voucher`, `billing.voucher_expired`, `billing.voucher_empty`, `billing.voucher_currency`,
 * `billing.voucher_of_another_customer`, `billing.voucher_too_small`, `billing.more_than_owed` (rule)
 */
export const redeemVoucher = defineCommand({
  name: 'billing.redeem_voucher',
  permission: 'orders.pay',
  summary: 'Pay an order with a voucher',
  input: exactly({
    order_id: Uuid,
    code: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    voucher_id: Type.Optional(Uuid),
    amount: Type.Optional(Type.Integer({ minimum: 1, maximum: 1e15, description: 'minor units; as much as possible when left out' })),
  }),
  output: exactly({ id: Uuid, order_id: Uuid, voucher_id: Uuid, amount: Type.Integer() }),
  errors: [
    'orders.not_found',
    'billing.unknown_voucher',
    'billing.voucher_expired',
    'billing.voucher_empty',
    'billing.voucher_currency',
    'billing.voucher_of_another_customer',
    'billing.voucher_too_small',
    'billing.more_than_owed',
  ],
  async run(run, input) {
    const order = (await lockOrderMoney(run, [input.order_id])).get(input.order_id)
    if (order === undefined) throw notFound('orders.order', input.order_id)
    const voucher = await findVoucher(run, input, order)
    const amount = amountOf(input.amount, voucher, order)
    const [payment] = await recordPayments(run, [
      {
        orderId: order.id,
        kind: 'captured',
        amount,
        method: 'voucher',
        voucherId: voucher.id,
        reference: null,
        returnReceiptId: null,
        reason: `Voucher ${voucher.number}`,
        happenedAt: run.now,
        lines: [],
      },
    ])
    return { id: payment?.id ?? '', order_id: order.id, voucher_id: voucher.id, amount }
  },
})

async function findVoucher(run: CommandRun, input: { code?: string; voucher_id?: string }, order: OrderMoney): Promise<Voucher> {
  if ((input.code === undefined) === (input.voucher_id === undefined))
    throw invalidField('/code', 'one_of', 'give the code of the voucher, or voucher_id of one bound to this customer')
  const code = input.code === undefined ? null : normalizeCode(input.code)
  if (input.code !== undefined && code === null) throw unknownCode()
  const [voucher] = await lockVouchers(run, code === null ? { ids: [input.voucher_id ?? ''] } : { codeHash: codeHash(code) })
  if (voucher === undefined) throw unknownCode()
  const bound = voucher.kind === 'store_credit' && voucher.partyId !== null
  if ((code === null || bound) && (voucher.partyId === null || voucher.partyId !== order.partyId))
    throw voucherRefused(
      'voucher_of_another_customer',
      `Voucher ${voucher.number} is not bound to the customer of this order. Use one of this customer, or its code.`,
    )
  if (voucher.currency !== order.currency)
    throw voucherRefused(
      'voucher_currency',
      `The voucher is in ${voucher.currency}, the order in ${order.currency}. A voucher pays orders of its own currency.`,
    )
  if (voucher.expiresAt !== null && voucher.expiresAt <= run.now)
    throw voucherRefused('voucher_expired', `Voucher ${voucher.number} expired on ${voucher.expiresAt.toISOString().slice(0, 10)}.`)
  if (voucher.balance === 0) throw voucherRefused('voucher_empty', `Nothing is left on voucher ${voucher.number}.`)
  return voucher
}

function amountOf(asked: number | undefined, voucher: Voucher, order: OrderMoney): number {
  const owed = Math.max(0, order.owed)
  const amount = asked ?? Math.min(owed, voucher.balance)
  if (amount === 0 || amount > owed) throw moreThanOwed(owed, order.currency)
  if (amount > voucher.balance) throw voucherTooSmall(voucher.balance, voucher.currency)
  return amount
}
