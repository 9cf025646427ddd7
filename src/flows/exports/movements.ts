import { sql } from 'kysely'
import { formatMinor, formatScaled } from '../../kernel/money.ts'
import { csvExporter } from './csv.ts'
import { CHUNK_ROWS, readChunks } from './exporter.ts'

interface MovementRow {
  seq: number
  sku: string
  unit: string
  unit_scale: number
  cost_method: string
  quantity: number
  lot: string
  owner: string
  from_warehouse: string | null
  from_location: string
  from_kind: string
  from_role: string
  to_warehouse: string | null
  to_location: string
  to_kind: string
  to_role: string
  happened_at: Date
  recorded_at: Date
  reason: string
  source_type: string
  source_id: string
  source_line_id: string
  sale_line_id: string | null
  order_line_id: string | null
  reverses_seq: number | null
  entry_number: number | null
  stated_unit_cost: number | null
  stated_unit_cost_scale: number | null
  stated_amount: number | null
  stated_tax: number | null
  stated_currency: string | null
}

/**
 * Every stock movement in the order recorded: enough to compute levels and FIFO cost anew. `sale_line_id` is the shipment line
 * that goods left by or came back from; `stated_unit_cost` the cost a find was entered with, `stated_amount` the credit given for goods of no known sale.
 */
export const movementsCsv = csvExporter<MovementRow>(
  {
    seq: (row) => row.seq,
    sku: (row) => row.sku,
    quantity: (row) => formatScaled(row.quantity, row.unit_scale),
    unit: (row) => row.unit,
    cost_method: (row) => row.cost_method,
    lot: (row) => row.lot,
    owner: (row) => row.owner,
    from_warehouse: (row) => row.from_warehouse,
    from_location: (row) => row.from_location,
    from_kind: (row) => row.from_kind,
    from_role: (row) => row.from_role,
    to_warehouse: (row) => row.to_warehouse,
    to_location: (row) => row.to_location,
    to_kind: (row) => row.to_kind,
    to_role: (row) => row.to_role,
    happened_at: (row) => row.happened_at,
    recorded_at: (row) => row.recorded_at,
    reason: (row) => row.reason,
    source_type: (row) => row.source_type,
    source_id: (row) => row.source_id,
    source_line_id: (row) => row.source_line_id,
    sale_line_id: (row) => row.sale_line_id,
    order_line_id: (row) => row.order_line_id,
    reverses_seq: (row) => row.reverses_seq,
    entry_number: (row) => row.entry_number,
    stated_unit_cost: (row) => (row.stated_unit_cost === null ? null : formatScaled(row.stated_unit_cost, row.stated_unit_cost_scale ?? 0)),
    stated_amount: (row) => stated(row.stated_amount, row.stated_currency),
    stated_tax: (row) => stated(row.stated_tax, row.stated_currency),
    stated_currency: (row) => (row.stated_amount === null ? null : row.stated_currency),
  },
  (tx, ctx) =>
    readChunks(
      async (after: number | null) => {
        const { rows } = await sql<MovementRow>`
          select m.seq, i.sku, i.unit, i.unit_scale, i.cost_method, m.quantity, lot.code as lot, o.code as owner,
                 fw.code as from_warehouse, f.code as from_location, f.kind as from_kind, f.role as from_role,
                 tw.code as to_warehouse, t.code as to_location, t.kind as to_kind, t.role as to_role,
                 m.happened_at, m.recorded_at, m.reason, m.source_type, m.source_id, m.source_line_id,
                 coalesce(sl.id, rl.shipment_line_id) as sale_line_id,
                 coalesce(sl.source_line_id, back.source_line_id, rl.source_line_id) as order_line_id,
                 m.reverses_seq, e.seq as entry_number, al.unit_cost as stated_unit_cost, al.unit_cost_scale as stated_unit_cost_scale,
                 rl.stated_amount, rl.stated_tax, rr.currency as stated_currency
            from inventory.stock_movement m
            join catalog.item i on i.org_id = m.org_id and i.id = m.item_id
            join inventory.lot lot on lot.org_id = m.org_id and lot.id = m.lot_id
            join inventory.owner o on o.org_id = m.org_id and o.id = m.owner_id
            join inventory.location f on f.org_id = m.org_id and f.id = m.from_location_id
            join inventory.location t on t.org_id = m.org_id and t.id = m.to_location_id
            left join inventory.warehouse fw on fw.org_id = m.org_id and fw.id = f.warehouse_id
            left join inventory.warehouse tw on tw.org_id = m.org_id and tw.id = t.warehouse_id
            left join ledger.journal_entry e on e.org_id = m.org_id and e.id = m.entry_id
            left join warehouse.shipment_line sl on sl.org_id = m.org_id and sl.id = m.source_line_id
            left join warehouse.return_receipt_line rl on rl.org_id = m.org_id and rl.id = m.source_line_id
            left join warehouse.return_receipt rr on rr.org_id = rl.org_id and rr.id = rl.receipt_id
            left join warehouse.shipment_line back on back.org_id = m.org_id and back.id = rl.shipment_line_id
            left join inventory.adjustment_line al on al.org_id = m.org_id and al.id = m.source_line_id
           where m.org_id = ${ctx.orgId} and m.seq > ${after ?? 0} order by m.seq limit ${CHUNK_ROWS}`.execute(tx)
        return rows
      },
      (row) => row.seq,
    ),
)

function stated(amount: number | null, currency: string | null): string | null {
  return amount === null || currency === null ? null : formatMinor(amount, currency)
}
