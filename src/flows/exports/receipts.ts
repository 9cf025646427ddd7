import { sql } from 'kysely'
import { formatMinor, formatScaled } from '../../kernel/money.ts'
import { csvExporter } from './csv.ts'
import { CHUNK_ROWS, readChunks } from './exporter.ts'

interface ReceiptRow {
  number: number
  kind: string
  status: string
  warehouse: string
  supplier: string | null
  reference: string
  currency: string
  base_rate_ppm: number
  base_currency: string
  created_at: Date
  line_id: string
  line_no: number
  sku: string
  unit_scale: number
  expected_quantity: number | null
  received_quantity: number
  reversed_quantity: number
  unit_cost: number | null
  unit_cost_scale: number
  provisional: boolean
  received_value_minor: number
}

/** Goods receipts by line with their unit cost. Movements name the line by `source_line_id`. */
export const receiptsCsv = csvExporter<ReceiptRow>(
  {
    receipt_number: (row) => row.number,
    kind: (row) => row.kind,
    status: (row) => row.status,
    warehouse: (row) => row.warehouse,
    supplier: (row) => row.supplier,
    reference: (row) => row.reference,
    created_at: (row) => row.created_at,
    line_id: (row) => row.line_id,
    line_no: (row) => row.line_no,
    sku: (row) => row.sku,
    unit_scale: (row) => row.unit_scale,
    expected_quantity: (row) => (row.expected_quantity === null ? null : formatScaled(row.expected_quantity, row.unit_scale)),
    received_quantity: (row) => formatScaled(row.received_quantity, row.unit_scale),
    reversed_quantity: (row) => formatScaled(row.reversed_quantity, row.unit_scale),
    currency: (row) => row.currency,
    unit_cost: (row) => (row.unit_cost === null ? null : formatScaled(row.unit_cost, row.unit_cost_scale)),
    provisional: (row) => row.provisional,
    base_currency: (row) => row.base_currency,
    base_rate_ppm: (row) => row.base_rate_ppm,
    received_value: (row) => formatMinor(row.received_value_minor, row.base_currency),
  },
  (tx, ctx) =>
    readChunks(
      async (after: readonly [number, number] | null) => {
        const { rows } = await sql<Omit<ReceiptRow, 'base_currency'>>`
          select r.number, r.kind, r.status, w.code as warehouse, s.name as supplier, r.reference, r.currency, r.base_rate_ppm, r.created_at,
                 l.id as line_id, l.line_no, i.sku, i.unit_scale, l.expected_quantity, l.received_quantity, l.reversed_quantity,
                 l.unit_cost, l.unit_cost_scale, l.provisional, l.received_value_minor
            from warehouse.goods_receipt r
            join warehouse.goods_receipt_line l on l.org_id = r.org_id and l.receipt_id = r.id
            join inventory.warehouse w on w.org_id = r.org_id and w.id = r.warehouse_id
            join catalog.item i on i.org_id = l.org_id and i.id = l.item_id
            left join parties.party s on s.org_id = r.org_id and s.id = r.supplier_id
           where r.org_id = ${ctx.orgId} and (r.number, l.line_no) > (${after?.[0] ?? 0}, ${after?.[1] ?? 0})
           order by r.number, l.line_no limit ${CHUNK_ROWS}`.execute(tx)
        return rows.map((row) => ({ ...row, base_currency: ctx.org.baseCurrency }))
      },
      (row) => [row.number, row.line_no] as const,
    ),
)
