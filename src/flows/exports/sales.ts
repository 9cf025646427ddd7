import { sql } from 'kysely'
import { formatMinor, formatScaled } from '../../kernel/money.ts'
import { csvExporter } from './csv.ts'
import { CHUNK_ROWS, readChunks } from './exporter.ts'

interface SaleRow {
  id: string
  number: number
  row_id: string | null
  kind: string
  document_id: string
  document_line_id: string | null
  sale_line_id: string | null
  quantity: number | null
  unit_scale: number
  recorded_at: Date
  currency: string
  amount: number
  discount: number
  tax: number
}

/** What each shipment and return froze of an order's money, in the order recorded. `row_id` is the line or charge of the orders file. */
export const salesCsv = csvExporter<SaleRow>(
  {
    order_number: (row) => row.number,
    row_id: (row) => row.row_id,
    kind: (row) => row.kind,
    document_id: (row) => row.document_id,
    document_line_id: (row) => row.document_line_id,
    sale_line_id: (row) => row.sale_line_id,
    quantity: (row) => (row.quantity === null ? null : formatScaled(row.quantity, row.unit_scale)),
    recorded_at: (row) => row.recorded_at,
    currency: (row) => row.currency,
    amount: (row) => formatMinor(row.amount, row.currency),
    discount: (row) => formatMinor(row.discount, row.currency),
    tax: (row) => formatMinor(row.tax, row.currency),
  },
  (tx, ctx) =>
    readChunks(
      async (after: string | null) => {
        const { rows } = await sql<SaleRow>`
          select s.id, o.number, coalesce(s.line_id, s.charge_id) as row_id, s.kind, s.document_id, s.document_line_id,
                 case when s.kind = 'shipped' then s.document_line_id else r.shipment_line_id end as sale_line_id, s.quantity,
                 coalesce(i.unit_scale, 0) as unit_scale, s.recorded_at, o.currency, s.amount, s.discount, s.tax
            from orders.revenue_slice s
            join orders.sales_order o on o.org_id = s.org_id and o.id = s.order_id
            left join orders.order_line l on l.org_id = s.org_id and l.id = s.line_id
            left join warehouse.return_receipt_line r on r.org_id = s.org_id and r.id = s.document_line_id
            left join catalog.item i on i.org_id = l.org_id and i.id = l.item_id
           where s.org_id = ${ctx.orgId} ${after === null ? sql`` : sql`and s.id > ${after}::uuid`} order by s.id limit ${CHUNK_ROWS}`.execute(
          tx,
        )
        return rows
      },
      (row) => row.id,
    ),
)
