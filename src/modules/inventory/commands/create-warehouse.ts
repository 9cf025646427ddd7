import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { rowsOf } from '../../../kernel/database.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { warehouseCodeTaken } from '../inventory.errors.ts'
import { sortKeyOf } from '../sort-key.ts'
import { STANDARD_LOCATIONS } from '../standard-locations.ts'
import { warehouseFields } from '../warehouse.ts'

const { name, country, kind, address, postcode, latitude, longitude, priority, cut_off } = warehouseFields

/**
 * Opens a warehouse with its standard locations (receiving, staging, packing, returns, quarantine, damaged).
 * @throws `inventory.warehouse_code_taken` (conflict)
 */
export const createWarehouse = defineCommand({
  name: 'inventory.create_warehouse',
  permission: 'inventory.manage_locations',
  summary: 'Create a warehouse with its standard locations',
  input: exactly({
    code: Type.String({ pattern: '^[A-Za-z0-9_-]{1,20}$' }),
    name,
    country,
    kind: Type.Optional(kind),
    address: Type.Optional(address),
    postcode: Type.Optional(postcode),
    latitude: Type.Optional(latitude),
    longitude: Type.Optional(longitude),
    priority: Type.Optional(priority),
    cut_off: Type.Optional(cut_off),
  }),
  output: exactly({ id: Uuid, code: Type.String(), version: Type.Integer() }),
  errors: ['inventory.warehouse_code_taken'],
  constraints: { warehouse_org_id_code_key: warehouseCodeTaken },

  async run(run, input) {
    const { tx, ctx, now, emit } = run
    const id = run.newId()
    await sql`
      insert into inventory.warehouse (org_id, id, code, name, kind, address, country, postcode, latitude, longitude, priority, cut_off, created_at)
      values (${ctx.orgId}, ${id}, ${input.code}, ${input.name}, ${input.kind ?? 'own'}, ${JSON.stringify(input.address ?? {})}::jsonb, ${input.country}, ${input.postcode ?? ''},
              ${input.latitude ?? null}, ${input.longitude ?? null}, ${input.priority ?? 100}, ${input.cut_off ?? null}, ${now})`.execute(
      tx,
    )
    await insertStandardLocations(run, id)
    emit({
      type: 'inventory.warehouse_created',
      documentType: 'inventory.warehouse',
      documentId: id,
      payload: { code: input.code, kind: input.kind ?? 'own', priority: input.priority ?? 100 },
    })
    return { id, code: input.code, version: 1 }
  },
})

async function insertStandardLocations({ tx, ctx, now, newId }: CommandRun, warehouseId: string): Promise<void> {
  const rows = STANDARD_LOCATIONS.map((location) => ({ ...location, id: newId(), sortKey: sortKeyOf(location.code) }))
  await sql`
    insert into inventory.location (org_id, id, warehouse_id, kind, role, code, sort_key, created_at)
    select ${ctx.orgId}, l.id, ${warehouseId}, 'real', l.role, l.code, l.sortKey, ${now}
      from ${rowsOf(rows, { id: 'uuid', role: 'text', code: 'text', sortKey: 'text' }, 'l')}`.execute(tx)
}
