import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { invalidInput } from '../../../kernel/errors.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { supplyElsewhere } from '../supply-elsewhere.ts'

/**
 * Books goods that the channel sent itself, by line (kits by kits), with its tracking numbers. Revenue is earned at once; nothing of our
 * stock moves. It cannot be voided: goods that come to us come back by a return, money by a refund.
 * @throws `orders.not_found`, `orders.more_than_open`, `orders.part_of_kit`, `orders.nothing_open`, `orders.no_warehouse` (rule),
 * `kernel.invalid_input` for an instant to come
 */
export const supplyOrderElsewhere = defineCommand({
  name: 'orders.supply_elsewhere',
  permission: 'orders.change',
  summary: 'Book goods of an order that its channel sent itself',
  input: exactly({
    order_id: Uuid,
    lines: Type.Array(exactly({ line_id: Uuid, quantity: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }) }), {
      minItems: 1,
      maxItems: 5000,
    }),
    happened_at: Type.Optional(Instant),
    parcels: Type.Optional(
      Type.Array(
        exactly({
          carrier: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'code of one of our carriers, or its name' })),
          tracking_number: Type.String({ minLength: 1, maxLength: 100 }),
        }),
        { maxItems: 50 },
      ),
    ),
  }),
  output: exactly({ order_id: Uuid, shipment_id: Uuid, quantity: Type.Integer() }),
  errors: ['orders.not_found', 'orders.more_than_open', 'orders.part_of_kit', 'orders.nothing_open', 'orders.no_warehouse'],

  async run(run, { order_id, lines, happened_at, parcels = [] }) {
    const happenedAt = happened_at === undefined ? run.now : new Date(happened_at)
    if (happenedAt > run.now)
      throw invalidInput([{ pointer: '/happened_at', code: 'in_the_future', message: 'is still to come; leave it out or correct it' }])
    const { shipmentId, quantity } = await supplyElsewhere(run, {
      orderId: order_id,
      lines: lines.map((line) => ({ lineId: line.line_id, quantity: line.quantity })),
      happenedAt,
      parcels: parcels.map((parcel) => ({
        trackingNumber: parcel.tracking_number,
        ...(parcel.carrier === undefined ? {} : { carrier: parcel.carrier }),
      })),
    })
    return { order_id, shipment_id: shipmentId, quantity }
  },
})
