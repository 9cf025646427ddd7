import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { rowsOf } from '../../../kernel/database.ts'
import { type FieldProblem, invalidInput } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { locationCodeTaken } from '../inventory.errors.ts'
import { requireWarehouse } from '../resolve-lines.ts'
import { sortKeyOf } from '../sort-key.ts'
import { newLocationFields } from '../warehouse.ts'

/** Most locations made at once. */
const MAX_LOCATIONS = 2000

const NewLocation = exactly(newLocationFields)
const LocationWritten = exactly({ id: Uuid, code: Type.String(), version: Type.Integer() })

type NewLocationRow = Static<typeof NewLocation>

/**
 * Makes locations of a warehouse, all or none.
 * @throws `inventory.not_found` (warehouse), `inventory.location_code_taken` (conflict), `kernel.invalid_input` naming codes that are taken or given twice
 */
export const createLocations = defineCommand({
  name: 'inventory.create_locations',
  permission: 'inventory.manage_locations',
  summary: 'Create many locations of a warehouse',
  input: exactly({ warehouse_id: Uuid, locations: Type.Array(NewLocation, { minItems: 1, maxItems: MAX_LOCATIONS }) }),
  output: exactly({ locations: Type.Array(LocationWritten) }),
  errors: ['inventory.not_found', 'inventory.location_code_taken'],
  constraints: { location_org_id_warehouse_id_code_key: locationCodeTaken },

  async run(run, { warehouse_id, locations }) {
    await requireWarehouse(run.tx, run.ctx.orgId, warehouse_id)
    await refuseTakenCodes(run, warehouse_id, locations)
    return { locations: await insertLocations(run, warehouse_id, locations) }
  },
})

/**
 * Makes one location of a warehouse.
 * @throws `inventory.not_found` (warehouse), `inventory.location_code_taken` (conflict)
 */
export const createLocation = defineCommand({
  name: 'inventory.create_location',
  permission: 'inventory.manage_locations',
  summary: 'Create a location',
  input: exactly({ warehouse_id: Uuid, ...newLocationFields }),
  output: LocationWritten,
  errors: ['inventory.not_found', 'inventory.location_code_taken'],
  constraints: { location_org_id_warehouse_id_code_key: locationCodeTaken },

  async run(run, { warehouse_id, ...location }) {
    await requireWarehouse(run.tx, run.ctx.orgId, warehouse_id)
    const [written] = await insertLocations(run, warehouse_id, [location])
    return written ?? { id: '', code: location.code, version: 1 }
  },
})

async function refuseTakenCodes({ tx, ctx }: CommandRun, warehouseId: string, locations: readonly NewLocationRow[]): Promise<void> {
  const codes = locations.map((location) => location.code)
  const { rows } = await sql<{
    code: string
  }>`select code from inventory.location where org_id = ${ctx.orgId} and warehouse_id = ${warehouseId} and code = any(${codes}::text[])`.execute(
    tx,
  )
  const seen = new Set(rows.map((row) => row.code))
  const problems: FieldProblem[] = []
  for (const [index, code] of codes.entries()) {
    if (seen.has(code))
      problems.push({
        pointer: `/locations/${index}/code`,
        code: 'taken',
        message: `${code} is already a location of this warehouse or stands twice here; choose another code`,
      })
    seen.add(code)
  }
  if (problems.length > 0) throw invalidInput(problems)
}

async function insertLocations({ tx, ctx, now, newId, emit }: CommandRun, warehouseId: string, locations: readonly NewLocationRow[]) {
  const rows = locations.map((location) => ({ ...location, id: newId(), sortKey: location.sort_key ?? sortKeyOf(location.code, location) }))
  const columns = {
    id: 'uuid',
    role: 'text',
    code: 'text',
    zone: 'text',
    aisle: 'text',
    bay: 'text',
    level: 'text',
    bin: 'text',
    sortKey: 'text',
  } as const
  await sql`
    insert into inventory.location (org_id, id, warehouse_id, kind, role, code, zone, aisle, bay, level, bin, sort_key, created_at)
    select ${ctx.orgId}, l.id, ${warehouseId}, 'real', l.role, l.code, l.zone, l.aisle, l.bay, l.level, l.bin, l.sortKey, ${now}
      from ${rowsOf(rows, columns, 'l')}`.execute(tx)
  for (const row of rows) {
    emit({
      type: 'inventory.location_created',
      documentType: 'inventory.location',
      documentId: row.id,
      payload: { warehouse_id: warehouseId, code: row.code, role: row.role },
    })
  }
  return rows.map((row) => ({ id: row.id, code: row.code, version: 1 }))
}
