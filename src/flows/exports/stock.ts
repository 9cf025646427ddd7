import { sql } from 'kysely'
import { formatScaled } from '../../kernel/money.ts'
import { csvExporter } from './csv.ts'
import { CHUNK_ROWS, readChunks } from './exporter.ts'

interface StockRow {
  sku: string
  name: string
  unit: string
  unit_scale: number
  warehouse: string
  location: string
  location_role: string
  lot: string
  owner: string
  on_hand: number
  allocated: number
  item_id: string
  location_id: string
  lot_id: string
  owner_id: string
}

/** What stands where, by item, bin, lot and owner; empty bins are left out. */
export const stockCsv = csvExporter<StockRow>(
  {
    sku: (row) => row.sku,
    name: (row) => row.name,
    unit: (row) => row.unit,
    warehouse: (row) => row.warehouse,
    location: (row) => row.location,
    location_role: (row) => row.location_role,
    lot: (row) => row.lot,
    owner: (row) => row.owner,
    on_hand: (row) => formatScaled(row.on_hand, row.unit_scale),
    allocated: (row) => formatScaled(row.allocated, row.unit_scale),
  },
  (tx, ctx) =>
    readChunks(
      async (after: StockRow | null) => {
        const start =
          after === null
            ? sql``
            : sql`and (s.item_id, s.location_id, s.lot_id, s.owner_id) > (${after.item_id}::uuid, ${after.location_id}::uuid, ${after.lot_id}::uuid, ${after.owner_id}::uuid)`
        const { rows } = await sql<StockRow>`
          select i.sku, i.name, i.unit, i.unit_scale, w.code as warehouse, l.code as location, l.role as location_role, lot.code as lot, o.code as owner,
                 s.on_hand, s.allocated, s.item_id, s.location_id, s.lot_id, s.owner_id
            from inventory.stock_level s
            join catalog.item i on i.org_id = s.org_id and i.id = s.item_id
            join inventory.location l on l.org_id = s.org_id and l.id = s.location_id
            join inventory.warehouse w on w.org_id = l.org_id and w.id = l.warehouse_id
            join inventory.lot lot on lot.org_id = s.org_id and lot.id = s.lot_id
            join inventory.owner o on o.org_id = s.org_id and o.id = s.owner_id
           where s.org_id = ${ctx.orgId} and s.on_hand <> 0 ${start}
           order by s.item_id, s.location_id, s.lot_id, s.owner_id limit ${CHUNK_ROWS}`.execute(tx)
        return rows
      },
      (row) => row,
    ),
)
