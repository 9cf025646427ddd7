import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { lockOrderMoney, recordPayments } from '../../orders/index.ts'
import { listDocumentBalances } from '../../ledger/index.ts'
import { moreThanOwed } from '../billing.errors.ts'

/**
 * Gives up what a customer still owes for an order (`bad_debt`, or `rounding` for a difference of cents), or keeps a small credit that is
 * not paid back (`rounding` only): whatever stands on the order's account when `amount` is left out. Relief of the tax in a bad debt
 * differs by country and is not posted.
 * @throws `orders.not_found`, `billing.more_than_owed` (rule)
 */
export const writeOff = defineCommand({
  name: 'billing.write_off',
  permission: 'billing.write_off',
  summary: 'Give up what an order still owes, or keep a small credit of it',
  input: exactly({
    order_id: Uuid,
    kind: Type.Enum(['bad_debt', 'rounding']),
    amount: Type.Optional(Type.Integer({ minimum: 1, maximum: 1e15, description: 'minor units' })),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
  }),
  output: exactly({ id: Uuid, order_id: Uuid }),
  errors: ['orders.not_found', 'billing.more_than_owed'],
  async run(run, { order_id, kind, amount, reason }) {
    const order = (await lockOrderMoney(run, [order_id])).get(order_id)
    if (order === undefined) throw notFound('orders.order', order_id)
    const balances = await listDocumentBalances(run.tx, run.ctx.orgId, 'customer_account', [order_id])
    const stands = balances.reduce((sum, balance) => sum + balance.amount, 0)
    const given = amount ?? Math.abs(stands)
    if (given === 0 || given > Math.abs(stands) || (stands < 0 && kind === 'bad_debt')) throw moreThanOwed(stands, order.currency)
    const [payment] = await recordPayments(run, [
      {
        orderId: order_id,
        kind: stands > 0 ? 'written_off' : 'kept',
        amount: given,
        method: kind,
        reference: null,
        returnReceiptId: null,
        reason,
        happenedAt: run.now,
        lines: [],
      },
    ])
    return { id: payment?.id ?? '', order_id }
  },
})
