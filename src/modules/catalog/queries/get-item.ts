import { sql } from 'kysely'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { Item } from '../item.ts'
import { itemColumns } from '../items.repo.ts'

/**
 * One item with barcodes and, for a kit, its components.
 * @throws `catalog.not_found`
 */
export const getItem = defineQuery({
  name: 'catalog.get_item',
  permission: 'catalog.read',
  summary: 'Get an item',
  input: exactly({ item_id: Uuid }),
  output: Item,
  errors: ['catalog.not_found'],
  async run({ tx, ctx }, { item_id }) {
    const { rows } = await sql<Item>`select ${itemColumns} from catalog.item i where i.org_id = ${ctx.orgId} and i.id = ${item_id}`.execute(
      tx,
    )
    if (rows[0] === undefined) throw notFound('catalog.item', item_id)
    return rows[0]
  },
})
