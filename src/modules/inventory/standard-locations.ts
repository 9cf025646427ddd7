import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'

/** Locations that every warehouse has from its first day: code and role. */
export const STANDARD_LOCATIONS = [
  { code: 'RECEIVING', role: 'receiving' },
  { code: 'STAGING', role: 'staging' },
  { code: 'PACKING', role: 'packing' },
  { code: 'RETURNS', role: 'returns' },
  { code: 'QUARANTINE', role: 'quarantine' },
  { code: 'DAMAGED', role: 'damaged' },
] as const

export type StandardCode = (typeof STANDARD_LOCATIONS)[number]['code']

/** The standard locations of warehouses, by warehouse and code. */
export async function standardLocations(
  tx: Tx,
  orgId: number,
  warehouseIds: readonly string[],
): Promise<Map<string, Partial<Record<StandardCode, string>>>> {
  const { rows } = await sql<{ warehouseId: string; code: StandardCode; id: string }>`
    select warehouse_id as "warehouseId", code, id from inventory.location
     where org_id = ${orgId} and warehouse_id = any(${[...new Set(warehouseIds)]}::uuid[]) and code = any(${STANDARD_LOCATIONS.map((location) => location.code)}::text[])`.execute(
    tx,
  )
  const found = new Map<string, Partial<Record<StandardCode, string>>>()
  for (const row of rows) found.set(row.warehouseId, { ...found.get(row.warehouseId), [row.code]: row.id })
  return found
}
