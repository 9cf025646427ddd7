import { type Static, Type } from 'typebox'
import { type CommandRun, defineBatchCommand, defineCommand, type Outcome } from '../../../kernel/command.ts'
import type { DomainError } from '../../../kernel/errors.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { onlyOf } from '../batch-outcome.ts'
import { withCarriers } from '../carrier-codes.ts'
import { instantOf, Quantity, Reason } from '../schemas.ts'
import { deliverShipments as deliver, shipShipments as ship } from '../ship-shipments.ts'
import { cancelShipments as cancel } from '../withdraw-lines.ts'

const Shipping = exactly({
  shipment_id: Uuid,
  happened_at: Type.Optional(Instant),
  carrier: Type.Optional(Type.String({ maxLength: 40 })),
  tracking_number: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  lines: Type.Optional(Type.Array(exactly({ shipment_line_id: Uuid, quantity: Quantity }), { minItems: 1, maxItems: 5000 })),
})
const Shipped = exactly({ shipment_id: Uuid, status: Type.String(), remainder_shipment_id: nullable(Uuid) })
const SHIP_ERRORS = [
  'warehouse.not_found',
  'warehouse.wrong_step',
  'warehouse.more_than_open',
  'warehouse.carrier_refused',
  'warehouse.shipment_repeated',
]

/** Splits elements into those whose instant is past and the refusals of the others, runs the first and puts the outcomes in order. */
async function dated<E extends { happened_at?: string }, T>(
  run: CommandRun,
  elements: readonly E[],
  work: (good: (E & { happenedAt: Date })[]) => Promise<Outcome<T>[]>,
): Promise<Outcome<T>[]> {
  const read = elements.map((element): Outcome<E & { happenedAt: Date }> => {
    try {
      return { ok: true, value: { ...element, happenedAt: instantOf(element.happened_at, run.now) } }
    } catch (error) {
      return { ok: false, error: error as DomainError }
    }
  })
  const done = await work(read.flatMap((entry) => (entry.ok ? [entry.value] : [])))
  let next = 0
  return read.map((entry) => (entry.ok ? (done[next++] as Outcome<T>) : entry))
}

function shipAll(run: CommandRun, elements: readonly Static<typeof Shipping>[]): Promise<Outcome<Static<typeof Shipped>>[]> {
  return dated(run, elements, (good) =>
    withCarriers(run, good, async (named) => {
      const outcomes = await ship(
        run,
        named.map(({ shipment_id, happenedAt, carrierId, tracking_number, lines }) => ({
          shipmentId: shipment_id,
          happenedAt,
          carrierId,
          trackingNumber: tracking_number ?? null,
          ...(lines === undefined
            ? {}
            : { lines: lines.map((line) => ({ shipmentLineId: line.shipment_line_id, quantity: line.quantity })) }),
        })),
      )
      return outcomes.map((outcome) =>
        outcome.ok
          ? {
              ok: true,
              value: { shipment_id: outcome.value.shipmentId, status: 'shipped', remainder_shipment_id: outcome.value.remainderShipmentId },
            }
          : outcome,
      )
    }),
  )
}

/**
 * Ships what of a shipment is picked, or the given part; the rest moves to a new shipment of the same step.
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_open`, `warehouse.carrier_refused`, `kernel.invalid_input` (carrier, date)
 */
export const shipShipment = defineCommand({
  name: 'warehouse.ship_shipment',
  permission: 'warehouse.ship',
  summary: 'Ship a shipment, whole or in part',
  input: Shipping,
  output: Shipped,
  errors: SHIP_ERRORS,
  run: async (run, input) => onlyOf(await shipAll(run, [input])),
})

/** Ships many shipments, each shipped or refused by itself. */
export const shipShipments = defineBatchCommand({
  name: 'warehouse.ship_shipments',
  permission: 'warehouse.ship',
  summary: 'Ship many shipments',
  element: Shipping,
  output: Shipped,
  maxElements: 500,
  errors: SHIP_ERRORS,
  run: shipAll,
})

const Delivery = exactly({ shipment_id: Uuid, happened_at: Type.Optional(Instant) })
const Stepped = exactly({ shipment_id: Uuid, status: Type.String() })
const STEP_ERRORS = ['warehouse.not_found', 'warehouse.wrong_step', 'warehouse.shipment_repeated']

function deliverAll(run: CommandRun, elements: readonly Static<typeof Delivery>[]): Promise<Outcome<Static<typeof Stepped>>[]> {
  return dated(run, elements, async (good) => {
    const outcomes = await deliver(
      run,
      good.map(({ shipment_id, happenedAt }) => ({ shipmentId: shipment_id, happenedAt })),
    )
    return outcomes.map((outcome) =>
      outcome.ok ? { ok: true, value: { shipment_id: outcome.value.shipmentId, status: 'delivered' } } : outcome,
    )
  })
}

/** Marks a shipped shipment as delivered. @throws `warehouse.not_found`, `warehouse.wrong_step` */
export const deliverShipment = defineCommand({
  name: 'warehouse.deliver_shipment',
  permission: 'warehouse.ship',
  summary: 'Mark a shipment as delivered',
  input: Delivery,
  output: Stepped,
  errors: STEP_ERRORS,
  run: async (run, input) => onlyOf(await deliverAll(run, [input])),
})

/** Marks many shipments as delivered, each by itself. */
export const deliverShipments = defineBatchCommand({
  name: 'warehouse.deliver_shipments',
  permission: 'warehouse.ship',
  summary: 'Mark many shipments as delivered',
  element: Delivery,
  output: Stepped,
  maxElements: 500,
  errors: STEP_ERRORS,
  run: deliverAll,
})

const Cancellation = exactly({ shipment_id: Uuid, reason: Reason })

async function cancelAll(run: CommandRun, elements: readonly Static<typeof Cancellation>[]): Promise<Outcome<Static<typeof Stepped>>[]> {
  const outcomes = await cancel(
    run,
    elements.map(({ shipment_id, reason }) => ({ shipmentId: shipment_id, reason })),
  )
  return outcomes.map((outcome) =>
    outcome.ok ? { ok: true, value: { shipment_id: outcome.value.shipmentId, status: 'canceled' } } : outcome,
  )
}

/** Cancels a shipment that is not shipped; picked goods go back to their bins, the promises stay. @throws `warehouse.not_found`, `warehouse.wrong_step` */
export const cancelShipment = defineCommand({
  name: 'warehouse.cancel_shipment',
  permission: 'warehouse.release',
  summary: 'Cancel a shipment that is not shipped',
  input: Cancellation,
  output: Stepped,
  errors: STEP_ERRORS,
  run: async (run, input) => onlyOf(await cancelAll(run, [input])),
})

/** Cancels many shipments, each by itself. */
export const cancelShipments = defineBatchCommand({
  name: 'warehouse.cancel_shipments',
  permission: 'warehouse.release',
  summary: 'Cancel many shipments',
  element: Cancellation,
  output: Stepped,
  maxElements: 500,
  errors: STEP_ERRORS,
  run: cancelAll,
})
