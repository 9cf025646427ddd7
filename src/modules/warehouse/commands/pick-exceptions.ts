import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { invalidField, notFound } from '../../../kernel/errors.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { requireWarehouse, resolveItems, resolveLocations, resolveLots } from '../../inventory/index.ts'
import { bookFound, pickFound as pickFoundGoods } from '../found-stock.ts'
import { Code, Quantity } from '../schemas.ts'
import { SHORT_REASONS, shortPick as short } from '../short-pick.ts'

const Note = Type.Optional(Type.String({ maxLength: 500 }))

/**
 * Says that a pick's bin has less than it should: `quantity` is what is missing.
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_open`, `kernel.invalid_input` (other without a note)
 */
export const shortPick = defineCommand({
  name: 'warehouse.short_pick',
  permission: 'warehouse.pick',
  summary: 'Say that a bin has less than a pick needs',
  input: exactly({ pick_id: Uuid, quantity: Quantity, reason: Type.Enum([...SHORT_REASONS]), note: Note }),
  output: exactly({ id: Uuid, shipment_id: Uuid, rechosen_quantity: Type.Integer() }),
  errors: ['warehouse.not_found', 'warehouse.wrong_step', 'warehouse.more_than_open'],

  async run(run, { pick_id, quantity, reason, note = '' }) {
    if (reason === 'other' && note.trim() === '')
      throw invalidField('/note', 'required', 'says what was wrong; it is needed with the reason "other"')
    const outcome = await short(run, { pickId: pick_id, quantity, reason, note })
    return { id: outcome.shortId, shipment_id: outcome.shipmentId, rechosen_quantity: outcome.rechosen }
  },
})

const place = { location_id: Type.Optional(Uuid), location_code: Type.Optional(Code), lot: Type.Optional(Code) }

async function placeOf(
  run: CommandRun,
  warehouseId: string,
  itemId: string,
  input: { location_id?: string; location_code?: string; lot?: string },
) {
  const [locationId = ''] = await resolveLocations(run.tx, run.ctx.orgId, warehouseId, [
    { id: input.location_id, code: input.location_code, pointer: '', field: 'location' },
  ])
  const [lotId = ZERO_ID] = await resolveLots(run, [{ itemId, lot: input.lot }], true)
  return { locationId, lotId }
}

/**
 * Takes goods for a shipment line from a bin where the system has none: found first, at the current cost, then picked.
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_open`, `kernel.invalid_input` (location)
 */
export const pickFound = defineCommand({
  name: 'warehouse.pick_found',
  permission: 'inventory.found',
  summary: 'Pick goods that the system lacks',
  input: exactly({ shipment_line_id: Uuid, quantity: Quantity, note: Note, ...place }),
  output: exactly({ pick_id: Uuid, shipment_id: Uuid, adjustment_id: Uuid }),
  errors: ['warehouse.not_found', 'warehouse.wrong_step', 'warehouse.more_than_open'],

  async run(run, input) {
    const { rows } = await sql<{ warehouseId: string; itemId: string }>`
      select s.warehouse_id as "warehouseId", l.item_id as "itemId" from warehouse.shipment_line l join warehouse.shipment s on s.org_id = l.org_id and s.id = l.shipment_id
       where l.org_id = ${run.ctx.orgId} and l.id = ${input.shipment_line_id}`.execute(run.tx)
    const known = rows[0]
    if (known === undefined) throw notFound('warehouse.shipment_line', input.shipment_line_id)
    const where = await placeOf(run, known.warehouseId, known.itemId, input)
    const done = await pickFoundGoods(run, {
      ...where,
      shipmentLineId: input.shipment_line_id,
      quantity: input.quantity,
      note: input.note ?? '',
    })
    return { pick_id: done.pickId, shipment_id: done.shipmentId, adjustment_id: done.adjustmentId }
  },
})

/**
 * Books goods that stand where the system has none, at the current layer's cost; leaves a task to count the bin.
 * @throws `inventory.not_found` (warehouse), `kernel.invalid_input` (item, location)
 */
export const recordFound = defineCommand({
  name: 'warehouse.record_found',
  permission: 'inventory.found',
  summary: 'Book goods that the system lacks',
  input: exactly({ warehouse_id: Uuid, sku: Type.Optional(Code), item_id: Type.Optional(Uuid), quantity: Quantity, note: Note, ...place }),
  output: exactly({ id: Uuid, number: Type.Integer() }),
  errors: ['inventory.not_found'],

  async run(run, input) {
    await requireWarehouse(run.tx, run.ctx.orgId, input.warehouse_id)
    const reference = {
      ...(input.sku === undefined ? {} : { sku: input.sku }),
      ...(input.item_id === undefined ? {} : { item_id: input.item_id }),
    }
    const [item] = await resolveItems(run.tx, run.ctx.orgId, [reference], () => '')
    const itemId = item?.id ?? ''
    const where = await placeOf(run, input.warehouse_id, itemId, input)
    return bookFound(run, {
      ...where,
      warehouseId: input.warehouse_id,
      itemId,
      ownerId: ZERO_ID,
      quantity: input.quantity,
      note: input.note ?? '',
    })
  },
})
