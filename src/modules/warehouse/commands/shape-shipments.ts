import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { combineShipments as combine } from '../combine-shipments.ts'
import { moveShipment as move } from '../move-shipment.ts'
import { Quantity, Reason } from '../schemas.ts'
import { splitByHand } from '../split-by-hand.ts'

/**
 * Moves quantities of lines to a new shipment of the same step.
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_open`, `warehouse.nothing_stays`
 */
export const splitShipment = defineCommand({
  name: 'warehouse.split_shipment',
  permission: 'warehouse.release',
  summary: 'Split a shipment in two',
  input: exactly({ shipment_id: Uuid, lines: Type.Array(exactly({ line_id: Uuid, quantity: Quantity }), { minItems: 1, maxItems: 1000 }) }),
  output: exactly({ shipment_id: Uuid, new_shipment_id: Uuid }),
  errors: ['warehouse.not_found', 'warehouse.wrong_step', 'warehouse.more_than_open', 'warehouse.nothing_stays'],

  async run(run, { shipment_id, lines }) {
    const newId = await splitByHand(
      run,
      shipment_id,
      lines.map((line) => ({ lineId: line.line_id, quantity: line.quantity })),
    )
    return { shipment_id, new_shipment_id: newId }
  },
})

/**
 * Makes one shipment of several of one customer, address, currency and warehouse.
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.cannot_combine`
 */
export const combineShipments = defineCommand({
  name: 'warehouse.combine_shipments',
  permission: 'warehouse.release',
  summary: 'Combine shipments of one customer and address',
  input: exactly({ shipment_ids: Type.Array(Uuid, { minItems: 2, maxItems: 50 }) }),
  output: exactly({ shipment_id: Uuid }),
  errors: ['warehouse.not_found', 'warehouse.wrong_step', 'warehouse.cannot_combine'],

  async run(run, { shipment_ids }) {
    return { shipment_id: await combine(run, shipment_ids) }
  },
})

/**
 * Lets another warehouse send a shipment that nothing was picked of.
 * @throws `warehouse.not_found`, `inventory.not_found`, `warehouse.wrong_step`, `warehouse.target_short`
 */
export const moveShipment = defineCommand({
  name: 'warehouse.move_shipment',
  permission: 'warehouse.release',
  summary: 'Let another warehouse send a shipment',
  input: exactly({ shipment_id: Uuid, warehouse_id: Uuid, backorder: Type.Optional(Type.Boolean()), reason: Type.Optional(Reason) }),
  output: exactly({ shipment_id: Uuid }),
  errors: ['warehouse.not_found', 'inventory.not_found', 'warehouse.wrong_step', 'warehouse.target_short'],

  async run(run, { shipment_id, warehouse_id, backorder = false, reason = '' }) {
    await move(run, { shipmentId: shipment_id, warehouseId: warehouse_id, backorder, reason })
    return { shipment_id }
  },
})
