import { Type } from 'typebox'
import { type CommandRun, defineBatchCommand, defineCommand, type Outcome } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { onlyOf } from '../batch-outcome.ts'
import { withCarriers } from '../carrier-codes.ts'
import { packShipments as pack } from '../pack-shipments.ts'
import { Quantity } from '../schemas.ts'
import type { Static } from 'typebox'

const Millimeters = Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 }))
const Parcel = exactly({
  weight_g: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
  length_mm: Millimeters,
  width_mm: Millimeters,
  height_mm: Millimeters,
  tracking_number: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  lines: Type.Optional(Type.Array(exactly({ shipment_line_id: Uuid, quantity: Quantity }), { maxItems: 2000 })),
})
const Packing = exactly({
  shipment_id: Uuid,
  carrier: Type.Optional(Type.String({ maxLength: 40 })),
  service: Type.Optional(Type.String({ maxLength: 40 })),
  parcels: Type.Optional(Type.Array(Parcel, { minItems: 1, maxItems: 200 })),
})
const Packed = exactly({ shipment_id: Uuid, status: Type.String() })
const ERRORS = [
  'warehouse.not_found',
  'warehouse.wrong_step',
  'warehouse.more_than_open',
  'warehouse.carrier_refused',
  'warehouse.shipment_repeated',
]

function packAll(run: CommandRun, elements: readonly Static<typeof Packing>[]): Promise<Outcome<Static<typeof Packed>>[]> {
  return withCarriers(run, elements, async (named) => {
    const outcomes = await pack(
      run,
      named.map(({ shipment_id, carrierId, service, parcels }) => ({
        shipmentId: shipment_id,
        carrierId,
        service: service ?? '',
        ...(parcels === undefined
          ? {}
          : {
              parcels: parcels.map((parcel) => ({
                weightG: parcel.weight_g ?? null,
                lengthMm: parcel.length_mm ?? null,
                widthMm: parcel.width_mm ?? null,
                heightMm: parcel.height_mm ?? null,
                trackingNumber: parcel.tracking_number ?? null,
                lines: (parcel.lines ?? []).map((line) => ({ shipmentLineId: line.shipment_line_id, quantity: line.quantity })),
              })),
            }),
      })),
    )
    return outcomes.map((outcome) =>
      outcome.ok ? { ok: true, value: { shipment_id: outcome.value.shipmentId, status: 'packed' } } : outcome,
    )
  })
}

/**
 * Packs a picked shipment into parcels; without `parcels` into one, of the weight of its contents. Packing again replaces them.
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_open`, `warehouse.carrier_refused`, `kernel.invalid_input` (carrier)
 */
export const packShipment = defineCommand({
  name: 'warehouse.pack_shipment',
  permission: 'warehouse.pack',
  summary: 'Pack a shipment into parcels',
  input: Packing,
  output: Packed,
  errors: ERRORS,
  run: async (run, input) => onlyOf(await packAll(run, [input])),
})

/** Packs many shipments, each packed or refused by itself. */
export const packShipments = defineBatchCommand({
  name: 'warehouse.pack_shipments',
  permission: 'warehouse.pack',
  summary: 'Pack many shipments',
  element: Packing,
  output: Packed,
  maxElements: 500,
  errors: ERRORS,
  run: packAll,
})
