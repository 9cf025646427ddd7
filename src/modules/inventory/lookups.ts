import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'

/** What other rooms need to know of a warehouse. `address` as it was typed, without country and postcode. */
export interface WarehouseSummary {
  id: string
  code: string
  name: string
  /** own, store, third_party …: see the warehouse's kinds. */
  kind: string
  address: { name?: string; company?: string; line1?: string; line2?: string; city?: string; region?: string; phone?: string }
  country: string
  postcode: string
}

/** Warehouses by id or code; unknown ones are missing from the answer. One statement. */
export async function findWarehouses(
  tx: Tx,
  orgId: number,
  by: { ids?: readonly string[]; codes?: readonly string[] },
): Promise<WarehouseSummary[]> {
  const ids = [...new Set(by.ids ?? [])]
  const codes = [...new Set(by.codes ?? [])]
  if (ids.length + codes.length === 0) return []
  const { rows } = await sql<WarehouseSummary>`
    select id, code, name, kind, address, country, postcode from inventory.warehouse
     where org_id = ${orgId} and (id = any(${ids}::uuid[]) or code = any(${codes}::text[]))`.execute(tx)
  return rows
}

/** What other rooms need to know of a real location. `sortKey` is its place in the walk. */
export interface LocationSummary {
  id: string
  code: string
  warehouseId: string
  role: string
  sellable: boolean
  sortKey: string
}

/** Real locations by id, and by code within the warehouses; unknown ones are missing from the answer. One statement. */
export async function findLocations(
  tx: Tx,
  orgId: number,
  by: { ids?: readonly string[]; codes?: readonly string[]; warehouseIds?: readonly string[] },
): Promise<LocationSummary[]> {
  const ids = [...new Set(by.ids ?? [])]
  const codes = [...new Set(by.codes ?? [])]
  if (ids.length + codes.length === 0) return []
  const { rows } = await sql<LocationSummary>`
    select id, code, warehouse_id as "warehouseId", role, sellable, sort_key as "sortKey" from inventory.location
     where org_id = ${orgId} and kind = 'real'
       and (id = any(${ids}::uuid[]) or (warehouse_id = any(${[...new Set(by.warehouseIds ?? [])]}::uuid[]) and code = any(${codes}::text[])))`.execute(
    tx,
  )
  return rows
}

/** Codes of lots by id, without the lot "none". One statement. */
export async function findLotCodes(tx: Tx, orgId: number, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; code: string }>`
    select id, code from inventory.lot where org_id = ${orgId} and id = any(${[...new Set(ids)]}::uuid[]) and item_id is not null`.execute(
    tx,
  )
  return new Map(rows.map((row) => [row.id, row.code]))
}
