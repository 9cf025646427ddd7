import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { requireWarehouse, resolveItems } from '../resolve-lines.ts'
import { itemReference } from '../wire.ts'

/**
 * Sets the available quantity below which an item is on the low-stock list of a warehouse; 0 takes it off the list.
 * @throws `inventory.not_found` (warehouse), `kernel.invalid_input` (item)
 */
export const setThreshold = defineCommand({
  name: 'inventory.set_threshold',
  permission: 'inventory.adjust',
  summary: 'Set the low-stock threshold of an item in a warehouse',
  input: exactly({ warehouse_id: Uuid, ...itemReference, threshold: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }) }),
  output: exactly({ warehouse_id: Uuid, item_id: Uuid, threshold: Type.Integer() }),
  errors: ['inventory.not_found'],

  async run({ tx, ctx, emit }, input) {
    const { warehouse_id, threshold } = input
    await requireWarehouse(tx, ctx.orgId, warehouse_id)
    const [item] = await resolveItems(tx, ctx.orgId, [input], () => '')
    const item_id = item?.id ?? ''
    const { rows } = await sql<{
      threshold: number
    }>`select threshold from inventory.low_stock_threshold where org_id = ${ctx.orgId} and item_id = ${item_id} and warehouse_id = ${warehouse_id} for update`.execute(
      tx,
    )
    await sql`
      insert into inventory.low_stock_threshold (org_id, warehouse_id, item_id, threshold) values (${ctx.orgId}, ${warehouse_id}, ${item_id}, ${threshold})
      on conflict (org_id, item_id, warehouse_id) do update set threshold = excluded.threshold`.execute(tx)
    emit({
      type: 'inventory.threshold_set',
      documentType: 'item',
      documentId: item_id,
      payload: { warehouse_id, before: rows[0]?.threshold ?? null, after: threshold },
    })
    return { warehouse_id, item_id, threshold }
  },
})
