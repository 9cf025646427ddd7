import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { Money, moneyIn } from '../order-view.ts'
import { readRefundGround } from '../refund-facts.ts'
import { planAsked, refundFields } from '../refund-input.ts'

/**
 * What a refund would pay back and change, by the same plan as the refund itself. `basis` of a part: `back` (came back), `expected` (on its
 * way), `kept` (the price is lowered), `charge`, `credit` (owed to the customer anyway), `reduction` (of all sales in proportion),
 * `uncovered` (paid back for nothing that was charged yet).
 */
export const previewRefund = defineQuery({
  name: 'orders.preview_refund',
  permission: 'orders.read',
  summary: 'What a refund would pay back and change',
  input: exactly(refundFields),
  output: exactly({
    order_id: Uuid,
    amount: Money,
    parts: Type.Array(
      exactly({
        line_id: nullable(Uuid),
        charge_id: nullable(Uuid),
        quantity: nullable(Type.Integer()),
        amount: Money,
        tax: Money,
        basis: Type.String(),
      }),
    ),
    restocking_fee: Money,
    restocking_fee_tax: Money,
    revenue_lowered: Money,
    tax_lowered: Money,
    more_than_taken: Money,
    will_hold: Type.Boolean(),
    original_method: Type.String(),
  }),
  errors: ['orders.not_found'],

  async run(run, input) {
    const ground = await readRefundGround(run, input.order_id, input.rma_id ?? null)
    if (ground === null) throw notFound('orders.order', input.order_id)
    const plan = planAsked(ground, input)
    const money = moneyIn(ground.currency)
    return {
      order_id: input.order_id,
      amount: money(plan.amount),
      parts: plan.parts.map((part) => ({
        line_id: part.lineId,
        charge_id: part.chargeId,
        quantity: part.quantity,
        amount: money(part.amount),
        tax: money(part.tax),
        basis: part.basis,
      })),
      restocking_fee: money(plan.fee),
      restocking_fee_tax: money(plan.feeTax),
      revenue_lowered: money(plan.reduced - plan.reducedTax),
      tax_lowered: money(plan.reducedTax),
      more_than_taken: money(plan.overCaptured),
      will_hold: plan.overCaptured > 0,
      original_method: ground.original.method,
    }
  },
})
