import { sql } from 'kysely'
import { formatMinor } from '../../kernel/money.ts'
import { csvExporter } from './csv.ts'
import { CHUNK_ROWS, readChunks } from './exporter.ts'

interface PaymentRow {
  id: string
  number: number
  kind: string
  amount: number
  currency: string
  method: string
  reference: string | null
  reason: string
  happened_at: Date
  recorded_at: Date
}

/** Payment facts of orders: authorized, captured, refunded, collected, voided. */
export const paymentsCsv = csvExporter<PaymentRow>(
  {
    order_number: (row) => row.number,
    kind: (row) => row.kind,
    amount: (row) => formatMinor(row.amount, row.currency),
    currency: (row) => row.currency,
    method: (row) => row.method,
    reference: (row) => row.reference,
    reason: (row) => row.reason,
    happened_at: (row) => row.happened_at,
    recorded_at: (row) => row.recorded_at,
  },
  (tx, ctx) =>
    readChunks(
      async (after: string | null) => {
        const { rows } = await sql<PaymentRow>`
          select p.id, o.number, p.kind, p.amount, p.currency, p.method, p.reference, p.reason, p.happened_at, p.recorded_at
            from orders.payment p join orders.sales_order o on o.org_id = p.org_id and o.id = p.order_id
           where p.org_id = ${ctx.orgId} ${after === null ? sql`` : sql`and p.id > ${after}::uuid`} order by p.id limit ${CHUNK_ROWS}`.execute(
          tx,
        )
        return rows
      },
      (row) => row.id,
    ),
)
