import type { CommandRun } from '../../kernel/command.ts'
import { findItemsById, findItemsBySku, type ItemSummary } from '../catalog/index.ts'
import { findLocations, findWarehouses, type LocationSummary, type WarehouseSummary } from '../inventory/index.ts'
import { findPartiesById } from '../parties/index.ts'

interface Named {
  warehouse_id?: string
  warehouse_code?: string
  supplier_id?: string
  lines: readonly { sku?: string; item_id?: string; location_id?: string; location_code?: string }[]
}

/** Everything that receipts name, read once for all of them. */
export interface References {
  warehouse(input: Pick<Named, 'warehouse_id' | 'warehouse_code'>): WarehouseSummary | undefined
  item(line: Pick<Named['lines'][number], 'sku' | 'item_id'>): ItemSummary | undefined
  /** The named location of the warehouse, or its standard one. */
  location(line: Pick<Named['lines'][number], 'location_id' | 'location_code'>, warehouseId: string): LocationSummary | undefined
  suppliers: ReadonlySet<string>
}

/** Reads what receipts name. `standardCode` is where goods go when a line names no location. */
export async function readReferences(
  { tx, ctx }: Pick<CommandRun, 'tx' | 'ctx'>,
  inputs: readonly Named[],
  standardCode = 'RECEIVING',
): Promise<References> {
  const { orgId } = ctx
  const lines = inputs.flatMap((input) => input.lines)
  const warehouses = await findWarehouses(tx, orgId, {
    ids: inputs.flatMap((input) => input.warehouse_id ?? []),
    codes: inputs.flatMap((input) => input.warehouse_code ?? []),
  })
  const bySku = await findItemsBySku(
    tx,
    orgId,
    lines.flatMap((line) => line.sku ?? []),
  )
  const byId = await findItemsById(
    tx,
    orgId,
    lines.flatMap((line) => line.item_id ?? []),
  )
  const locations = await findLocations(tx, orgId, {
    ids: lines.flatMap((line) => line.location_id ?? []),
    codes: [standardCode, ...lines.flatMap((line) => line.location_code ?? [])],
    warehouseIds: warehouses.map((warehouse) => warehouse.id),
  })
  const parties = await findPartiesById(
    tx,
    orgId,
    inputs.flatMap((input) => input.supplier_id ?? []),
  )
  const place = new Map(
    locations.flatMap((location) => [
      [`${location.warehouseId}/${location.id}`, location] as const,
      [`${location.warehouseId}/${location.code}`, location] as const,
    ]),
  )
  return {
    warehouse: ({ warehouse_id, warehouse_code }) =>
      warehouses.find((warehouse) =>
        warehouse_id === undefined
          ? warehouse.code === warehouse_code
          : warehouse.id === warehouse_id && (warehouse_code ?? warehouse.code) === warehouse.code,
      ),
    item: (line) => (line.item_id === undefined ? bySku.get(line.sku ?? '') : byId.get(line.item_id)),
    location: (line, warehouseId) => place.get(`${warehouseId}/${line.location_id ?? line.location_code ?? standardCode}`),
    suppliers: new Set(parties.keys()),
  }
}
