import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { Uuid } from '../../../kernel/schema.ts'
import { CHANGE_ERRORS, ChangeOrderInput } from '../change-input.ts'
import { changeOrder as change } from '../change-order.ts'
import { ChangePreview, previewChange } from '../change-preview.ts'

/**
 * Changes an order: lines, prices, discounts, charges, addresses, dates, as one change-set that is made whole or not at all.
 * @throws `orders.not_found`, `orders.not_open`, `orders.shipment_packed`, `orders.shipment_combined`, `orders.insufficient_stock`
 * (rule), `orders.changed_meanwhile`, `kernel.version_conflict` (conflict), `orders.nothing_to_change`, `kernel.invalid_input` (invalid)
 */
export const changeOrder = defineCommand({
  name: 'orders.change_order',
  permission: 'orders.change',
  summary: 'Change an order',
  input: ChangeOrderInput,
  output: Type.Object({ order_id: Uuid, version: Type.Integer(), added_line_ids: Type.Array(Uuid), canceled: Type.Integer() }),
  errors: CHANGE_ERRORS,

  async run(run, { order_id, expected_version, ...fields }) {
    const { version, addedLineIds, canceled } = await change(run, order_id, fields, expected_version)
    return { order_id, version, added_line_ids: addedLineIds, canceled }
  },
})

/**
 * Shows what a change-set would do: the real change, made and rolled back.
 * @throws what {@link changeOrder} refuses
 */
export const previewOrderChange = defineCommand({
  name: 'orders.preview_order_change',
  permission: 'orders.change',
  summary: 'Preview a change of an order',
  input: ChangeOrderInput,
  output: ChangePreview,
  errors: CHANGE_ERRORS,

  run: (run, { order_id, expected_version, ...fields }) => previewChange(run, order_id, fields, expected_version),
})
