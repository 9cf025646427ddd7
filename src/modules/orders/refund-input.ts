import { type Static, Type } from 'typebox'
import { invalidInput } from '../../kernel/errors.ts'
import { exactly, Instant, Uuid } from '../../kernel/schema.ts'
import { planRefund, type RefundLineRequest, type RefundPlan, type RefundProblem } from './plan-refund.ts'
import type { RefundGround } from './refund-facts.ts'

const Minor = Type.Integer({ minimum: 1, maximum: 1_000_000_000_000, description: 'minor units of the order currency, tax included' })

/** What is refunded. Nothing but the order: all that came back and was not refunded yet. */
export const refundFields = {
  order_id: Uuid,
  rma_id: Type.Optional(Uuid),
  lines: Type.Optional(
    Type.Array(
      exactly({
        line_id: Uuid,
        quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 })),
        amount: Type.Optional(Minor),
        goods: Type.Optional(Type.Enum(['back', 'expected', 'kept'])),
        restocking_fee: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 })),
        reason: Type.Optional(Type.String({ maxLength: 500 })),
      }),
      { maxItems: 500 },
    ),
  ),
  charges: Type.Optional(Type.Array(exactly({ charge_id: Uuid, amount: Type.Optional(Minor) }), { maxItems: 50 })),
  amount: Type.Optional(Minor),
}

export const RefundInput = exactly({
  ...refundFields,
  method: Type.Optional(Type.Enum(['original', 'store_credit', 'manual'])),
  manual_method: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  reference: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  reason: Type.Optional(Type.String({ maxLength: 500 })),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
  return_receipt_id: Type.Optional(Uuid),
  happened_at: Type.Optional(Instant),
})
export type RefundInput = Static<typeof RefundInput>

const MESSAGES: Readonly<Record<RefundProblem['code'], (available: number) => string>> = {
  not_back: (available) =>
    `only ${available} came back and were not refunded yet; lower it, or say goods "expected" (they are on their way) or "kept" (the customer keeps them)`,
  more_than_kept: (available) => `is more than is left of what was charged (${available}); lower it`,
  fee_too_high: (available) => `is more than the ${available} that it is kept from; lower it`,
  unknown_line: () => 'names nothing of this order that was shipped; what was not shipped is canceled or changed instead',
  unknown_charge: () => 'names no charge of this order that was charged yet; change the order instead',
  nothing_asked: () => 'give a quantity or an amount',
}

/**
 * Plans a refund as asked. Kit lines stand for their components; without lines, charges and amount all that came back is meant.
 * @throws `kernel.invalid_input` at the line or charge that cannot be refunded so
 */
export function planAsked(ground: RefundGround, input: Static<typeof PreviewFields>): RefundPlan {
  const asked = (input.lines ?? []).flatMap((line, index): { request: RefundLineRequest; index: number }[] => {
    const reason = line.reason ?? ground.reasons.get(line.line_id) ?? ''
    const base: Omit<RefundLineRequest, 'lineId' | 'quantity'> = {
      reason,
      feePpm: ground.fees.get(reason) ?? 0,
      ...(line.amount === undefined ? {} : { amount: line.amount }),
      ...(line.goods === undefined ? {} : { goods: line.goods }),
      ...(line.restocking_fee === undefined ? {} : { fee: line.restocking_fee }),
    }
    const components = line.quantity === undefined ? undefined : ground.components.get(line.line_id)
    if (components === undefined)
      return [{ index, request: { ...base, lineId: line.line_id, ...(line.quantity === undefined ? {} : { quantity: line.quantity }) } }]
    return components.map((component) => ({
      index,
      request: { ...base, lineId: component.id, quantity: (line.quantity ?? 0) * component.kitQuantity },
    }))
  })
  const charges = (input.charges ?? []).map((charge) => ({
    chargeId: charge.charge_id,
    ...(charge.amount === undefined ? {} : { amount: charge.amount }),
  }))
  const isEmpty = asked.length + charges.length === 0 && input.amount === undefined
  const lines = isEmpty ? allBack(ground) : asked.map((line) => line.request)
  const plan = planRefund(ground.facts, { lines, charges, amount: input.amount ?? 0 })
  if (!('code' in plan)) return plan
  const pointer = plan.pointer.replace(/^\/lines\/(\d+)/, (_, place: string) => `/lines/${asked[Number(place)]?.index ?? place}`)
  throw invalidInput([{ pointer, code: plan.code, message: MESSAGES[plan.code](plan.available) }])
}

const PreviewFields = exactly(refundFields)

/** All units that came back and were not refunded yet. */
function allBack({ facts, fees, reasons }: RefundGround): RefundLineRequest[] {
  return [...facts.returned].flatMap(([lineId, slices]): RefundLineRequest[] => {
    const quantity = slices.reduce((sum, slice) => sum + slice.quantity, 0) - (facts.refundedUnits.get(lineId) ?? 0)
    const reason = reasons.get(lineId) ?? ''
    return quantity > 0 ? [{ lineId, quantity, goods: 'back', reason, feePpm: fees.get(reason) ?? 0 }] : []
  })
}
