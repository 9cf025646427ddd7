import { defineCommand } from '../../../kernel/command.ts'
import { exactly, ExpectedVersion, Uuid } from '../../../kernel/schema.ts'
import { ITEM_ERRORS } from '../catalog.errors.ts'
import { itemChanges, ItemWritten } from '../item.ts'
import { saveItems } from '../save-items.ts'

/**
 * Changes what is given of an item. Archiving is an edit of its status: stock and open orders stay as they are, but the component of an active
 * kit cannot be archived. Kind, unit scale and tracking are fixed, because past quantities rest on them.
 * @throws `catalog.not_found`, `kernel.version_conflict`, `kernel.invalid_input`, `catalog.sku_taken`, `catalog.barcode_taken` (conflict),
 * `catalog.field_fixed`, `catalog.component_of_kit`, `catalog.component_not_stocked`, `catalog.component_archived` (rule)
 */
export const updateItem = defineCommand({
  name: 'catalog.update_item',
  permission: 'catalog.write',
  summary: 'Change an item',
  input: exactly({ item_id: Uuid, expected_version: ExpectedVersion, ...itemChanges }),
  output: ItemWritten,
  errors: ['catalog.not_found', ...ITEM_ERRORS],
  async run(run, { item_id, expected_version, ...draft }) {
    const [outcome] = await saveItems(run, [{ mode: 'update', id: item_id, expectedVersion: expected_version, draft }])
    if (outcome?.ok !== true) throw outcome?.error ?? new Error('One edit in, no outcome out')
    return outcome.value
  },
})
