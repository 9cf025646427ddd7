import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { findWarehouses, resolveLocations, standardLocations } from '../../inventory/index.ts'
import { loseShipment as lose } from '../lose-shipment.ts'
import { refuseShipment as refuse } from '../refuse-shipment.ts'
import { Code, instantOf, Quantity, Reason } from '../schemas.ts'
import { voidShipment as annul } from '../void-shipment.ts'

const Lines = Type.Optional(Type.Array(exactly({ line_id: Uuid, quantity: Quantity }), { minItems: 1, maxItems: 1000 }))
const ENDED = ['warehouse.not_found', 'warehouse.wrong_step', 'warehouse.more_than_shipped']

function linesOf(lines: Static<typeof Lines> | undefined) {
  return lines?.map((line) => ({ lineId: line.line_id, quantity: line.quantity }))
}

const Refusal = exactly({
  shipment_id: Uuid,
  reason: Type.Enum(['refused', 'undeliverable', 'not_collected', 'damaged', 'other']),
  note: Type.Optional(Type.String({ maxLength: 500 })),
  warehouse_id: Type.Optional(Uuid),
  location_id: Type.Optional(Uuid),
  location_code: Type.Optional(Code),
  lines: Lines,
  happened_at: Type.Optional(Instant),
})

/**
 * Takes back goods that the customer refused or that could not be delivered, without an RMA, whole or in part, into RETURNS of the
 * shipment's warehouse unless another place is named.
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_shipped`, `inventory.not_found`, `kernel.invalid_input`
 */
export const refuseShipment = defineCommand({
  name: 'warehouse.refuse_shipment',
  permission: 'warehouse.return',
  summary: 'Take back a refused or undeliverable shipment',
  input: Refusal,
  output: exactly({ shipment_id: Uuid, return_receipt_id: Uuid, return_number: Type.Integer() }),
  errors: [...ENDED, 'inventory.not_found'],

  async run(run, input) {
    const place = await placeOf(run, input)
    const { receiptId, number } = await refuse(run, {
      shipmentId: input.shipment_id,
      ...place,
      lines: linesOf(input.lines),
      reason: input.reason,
      note: input.note ?? '',
      happenedAt: instantOf(input.happened_at, run.now),
    })
    return { shipment_id: input.shipment_id, return_receipt_id: receiptId, return_number: number }
  },
})

/** Where goods of a shipment come back to: RETURNS of its warehouse unless another place is named. */
export async function placeOf(
  run: CommandRun,
  input: Pick<Static<typeof Refusal>, 'shipment_id' | 'warehouse_id' | 'location_id' | 'location_code'>,
): Promise<{ warehouseId: string; locationId: string }> {
  const { tx, ctx } = run
  const { rows } = await sql<{ warehouseId: string }>`
    select warehouse_id as "warehouseId" from warehouse.shipment where org_id = ${ctx.orgId} and id = ${input.shipment_id}`.execute(tx)
  if (rows[0] === undefined) throw notFound('warehouse.shipment', input.shipment_id)
  const warehouseId = input.warehouse_id ?? rows[0].warehouseId
  if ((await findWarehouses(tx, ctx.orgId, { ids: [warehouseId] })).length === 0) throw notFound('inventory.warehouse', warehouseId)
  if (input.location_id === undefined && input.location_code === undefined)
    return { warehouseId, locationId: (await standardLocations(tx, ctx.orgId, [warehouseId])).get(warehouseId)?.RETURNS ?? '' }
  const [locationId = ''] = await resolveLocations(tx, ctx.orgId, warehouseId, [
    { id: input.location_id, code: input.location_code, pointer: '', field: 'location' },
  ])
  return { warehouseId, locationId }
}

/**
 * Says that goods were lost on their way, whole or by line, and opens the claim on the carrier. `amount_claimed` in minor units of the
 * base currency: what the goods cost unless said otherwise, 0 when nothing is claimed.
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_shipped`
 */
export const loseShipment = defineCommand({
  name: 'warehouse.lose_shipment',
  permission: 'warehouse.claim',
  summary: 'Say that a shipment was lost on its way',
  input: exactly({
    shipment_id: Uuid,
    lines: Lines,
    amount_claimed: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 })),
    reference: Type.Optional(Type.String({ maxLength: 100 })),
    reason: Reason,
    note: Type.Optional(Type.String({ maxLength: 500 })),
    happened_at: Type.Optional(Instant),
  }),
  output: exactly({ shipment_id: Uuid, carrier_claim_id: Uuid, claim_number: Type.Integer() }),
  errors: ENDED,

  async run(run, input) {
    const { claimId, number } = await lose(run, {
      shipmentId: input.shipment_id,
      lines: linesOf(input.lines),
      claimed: input.amount_claimed,
      reference: input.reference ?? '',
      reason: input.reason,
      note: input.note ?? '',
      happenedAt: instantOf(input.happened_at, run.now),
    })
    return { shipment_id: input.shipment_id, carrier_claim_id: claimId, claim_number: number }
  },
})

/**
 * Takes back a shipment that was marked shipped by mistake. A new one, picked, takes its place.
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `orders.void_after_refund`
 */
export const voidShipment = defineCommand({
  name: 'warehouse.void_shipment',
  permission: 'warehouse.ship',
  summary: 'Void a shipment that was marked shipped by mistake',
  input: exactly({ shipment_id: Uuid, reason: Reason }),
  output: exactly({ shipment_id: Uuid, new_shipment_id: Uuid }),
  errors: ['warehouse.not_found', 'warehouse.wrong_step', 'orders.void_after_refund'],

  async run(run, { shipment_id, reason }) {
    return { shipment_id, new_shipment_id: await annul(run, { shipmentId: shipment_id, reason }) }
  },
})
