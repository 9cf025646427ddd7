import { defineBatchCommand, defineCommand } from '../../../kernel/command.ts'
import { ITEM_ERRORS } from '../catalog.errors.ts'
import { ItemWritten, NewItem } from '../item.ts'
import { saveItems } from '../save-items.ts'

/**
 * Makes many items, each for itself; kits may name items of the same call.
 * @throws per item `kernel.invalid_input`, `catalog.sku_taken`, `catalog.barcode_taken` (conflict), `catalog.component_not_stocked`, `catalog.component_archived` (rule)
 */
export const createItems = defineBatchCommand({
  name: 'catalog.create_items',
  permission: 'catalog.write',
  summary: 'Create many items',
  element: NewItem,
  output: ItemWritten,
  maxElements: 5000,
  errors: ITEM_ERRORS,
  run: (run, items) =>
    saveItems(
      run,
      items.map((draft) => ({ mode: 'create', draft })),
    ),
})

/**
 * Makes one item.
 * @throws as {@link createItems}
 */
export const createItem = defineCommand({
  name: 'catalog.create_item',
  permission: 'catalog.write',
  summary: 'Create an item',
  input: NewItem,
  output: ItemWritten,
  errors: ITEM_ERRORS,
  async run(run, draft) {
    const [outcome] = await saveItems(run, [{ mode: 'create', draft }])
    if (outcome?.ok !== true) throw outcome?.error ?? new Error('One item in, no outcome out')
    return outcome.value
  },
})
