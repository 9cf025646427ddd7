import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound, versionConflict } from '../../../kernel/errors.ts'
import { ExpectedVersion, exactly, Uuid } from '../../../kernel/schema.ts'
import { type Warehouse, warehouseFields } from '../warehouse.ts'

/**
 * Edits a warehouse. Its code stays: documents and imports name it.
 * @throws `inventory.not_found`, `kernel.version_conflict`
 */
export const updateWarehouse = defineCommand({
  name: 'inventory.update_warehouse',
  permission: 'inventory.manage_locations',
  summary: 'Edit a warehouse',
  input: Type.Object(
    {
      warehouse_id: Uuid,
      expected_version: ExpectedVersion,
      ...Type.Partial(Type.Object({ ...warehouseFields, is_active: Type.Boolean() })).properties,
    },
    { additionalProperties: false },
  ),
  output: exactly({ id: Uuid, version: Type.Integer() }),
  errors: ['inventory.not_found'],

  async run({ tx, ctx, emit }, { warehouse_id, expected_version, ...changes }) {
    const { rows } = await sql<Warehouse>`
      select id, code, name, kind, address, country, postcode, latitude, longitude, priority, cut_off, is_active, version
        from inventory.warehouse where org_id = ${ctx.orgId} and id = ${warehouse_id} for update`.execute(tx)
    const before = rows[0]
    if (before === undefined) throw notFound('inventory.warehouse', warehouse_id)
    if (expected_version !== undefined && expected_version !== before.version) throw versionConflict(expected_version, before.version)
    const after: Warehouse = { ...before, ...changes, version: before.version + 1 }
    await sql`
      update inventory.warehouse set name = ${after.name}, kind = ${after.kind}, address = ${JSON.stringify(after.address)}::jsonb, country = ${after.country}, postcode = ${after.postcode},
             latitude = ${after.latitude}, longitude = ${after.longitude}, priority = ${after.priority}, cut_off = ${after.cut_off}, is_active = ${after.is_active}, version = ${after.version}
       where org_id = ${ctx.orgId} and id = ${warehouse_id}`.execute(tx)
    const changed = (Object.keys(changes) as (keyof typeof changes)[]).filter(
      (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
    )
    const of = (state: Warehouse) => Object.fromEntries(changed.map((field) => [field, state[field]]))
    emit({
      type: 'inventory.warehouse_changed',
      documentType: 'inventory.warehouse',
      documentId: warehouse_id,
      payload: { before: of(before), after: of(after), version: after.version },
    })
    return { id: warehouse_id, version: after.version }
  },
})
