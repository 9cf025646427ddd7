import Type, { type Static } from 'typebox'
import { defineBatchCommand, defineCommand, type Outcome } from '../../../kernel/command.ts'
import { type PaymentFact, recordPayments } from '../record-payments.ts'

const Uuid = Type.String({ format: 'uuid' })
const Minor = Type.Integer({ minimum: 1, maximum: 1_000_000_000_000, description: 'minor units of the order currency' })

const PaymentInput = Type.Object(
  {
    order_id: Uuid,
    kind: Type.Enum(['authorized', 'captured', 'refunded', 'collected', 'voided', 'failed']),
    amount: Minor,
    method: Type.Optional(Type.String({ maxLength: 100 })),
    provider: Type.Optional(Type.String({ maxLength: 100, description: 'who moved the money' })),
    authorization_id: Type.Optional(Type.String({ format: 'uuid', description: 'the authorization that a capture or void belongs to' })),
    expires_at: Type.Optional(Type.String({ format: 'date-time', description: 'when an authorization ends by itself' })),
    reference: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: "the provider's id: the same one again is the same fact" }),
    ),
    return_receipt_id: Type.Optional(Uuid),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
    happened_at: Type.Optional(Type.String({ format: 'date-time' })),
    lines: Type.Optional(
      Type.Array(
        Type.Object(
          {
            line_id: Type.Optional(Uuid),
            charge_id: Type.Optional(Uuid),
            quantity: Type.Optional(Type.Integer({ minimum: 1 })),
            amount: Minor,
            tax: Type.Optional(Type.Integer({ minimum: 0 })),
            reason: Type.Optional(Type.String({ maxLength: 500 })),
          },
          { additionalProperties: false },
        ),
        { maxItems: 5000 },
      ),
    ),
  },
  { additionalProperties: false },
)
const PaymentOutput = Type.Object({ id: Uuid, order_id: Uuid })

/**
 * Records a payment fact of an order: it happened, so it is never refused for its amount.
 * @throws `orders.not_found`
 */
export const recordPayment = defineCommand({
  name: 'orders.record_payment',
  permission: 'orders.pay',
  summary: 'Record that an order was authorized, captured, refunded, collected, voided, or that a payment failed',
  input: PaymentInput,
  output: PaymentOutput,
  errors: ['orders.not_found'],
  async run(run, input) {
    const [payment] = await recordPayments(run, [factOf(input, run.now)])
    return { id: payment?.id ?? '', order_id: input.order_id }
  },
})

/** Many payment facts at once, for importers. An unknown order refuses the whole batch. */
export const recordPaymentBatch = defineBatchCommand({
  name: 'orders.record_payments',
  permission: 'orders.pay',
  summary: 'Record payment facts of many orders',
  element: PaymentInput,
  output: PaymentOutput,
  maxElements: 1000,
  errors: ['orders.not_found'],
  async run(run, elements) {
    const payments = await recordPayments(
      run,
      elements.map((element) => factOf(element, run.now)),
    )
    return payments.map((payment): Outcome<Static<typeof PaymentOutput>> => ({
      ok: true,
      value: { id: payment.id, order_id: payment.orderId },
    }))
  },
})

function factOf(input: Static<typeof PaymentInput>, now: Date): PaymentFact {
  return {
    orderId: input.order_id,
    kind: input.kind,
    amount: input.amount,
    method: input.method ?? '',
    provider: input.provider ?? '',
    authorizationId: input.authorization_id ?? null,
    expiresAt: input.kind === 'authorized' && input.expires_at !== undefined ? new Date(input.expires_at) : null,
    reference: input.reference ?? null,
    returnReceiptId: input.return_receipt_id ?? null,
    reason: input.reason ?? '',
    happenedAt: input.happened_at === undefined ? now : new Date(input.happened_at),
    lines: input.lines ?? [],
  }
}
