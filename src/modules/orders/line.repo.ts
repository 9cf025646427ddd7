import { sql } from 'kysely'
import { columnsOf, writePart } from '../../kernel/statement.ts'
import type { DraftLine } from './draft-order.ts'
import type { OrderRun } from './order.repo.ts'

type LaterRun = Pick<OrderRun, 'ctx' | 'later' | 'flush'>

/** Where a line stands right after sourcing. Stock that no warehouse may serve is pending. */
export interface Vector {
  pending: number
  reserved: number
  backordered: number
}

/** A line to write: its money, its place in the order and where it stands. */
export interface NewLineRow extends DraftLine {
  orderId: string
  vector: Vector
  /** The line whose canceled or returned goods this one stands for. */
  replacesLineId?: string | null
  reason?: string | null
}

const COLUMNS = {
  id: 'uuid',
  order_id: 'uuid',
  line_no: 'integer',
  external_line_id: 'text',
  item_id: 'uuid',
  sku: 'text',
  name: 'text',
  kind: 'text',
  supply: 'text',
  parent_line_id: 'uuid',
  kit_quantity: 'bigint',
  sold_quantity: 'bigint',
  unit_price: 'bigint',
  unit_price_scale: 'smallint',
  tax_rate_ppm: 'integer',
  amount: 'bigint',
  discount: 'bigint',
  tax: 'bigint',
  marketplace_tax: 'bigint',
  replaces_line_id: 'uuid',
  reason: 'text',
  ordered: 'bigint',
  pending: 'bigint',
  reserved: 'bigint',
  backordered: 'bigint',
} as const

/** Writes lines of orders, top lines and components of kits alike, in one statement. */
export async function insertOrderLines(run: LaterRun, lines: readonly NewLineRow[]): Promise<void> {
  if (lines.length === 0) return
  writeLinesLater(run, lines)
  await run.flush()
}

/** As {@link insertOrderLines}, left for the end of the command. */
export function writeLinesLater(run: Pick<LaterRun, 'ctx' | 'later'>, lines: readonly NewLineRow[]): void {
  const rows = lines.map((line) => {
    const { priced } = line
    return {
      id: line.id,
      order_id: line.orderId,
      line_no: line.lineNo,
      external_line_id: priced.externalLineId,
      item_id: priced.item.id,
      sku: priced.item.sku,
      name: priced.name,
      kind: priced.item.kind,
      supply: priced.supply,
      parent_line_id: line.parentLineId,
      kit_quantity: priced.kitQuantity,
      sold_quantity: priced.quantity,
      unit_price: priced.unitPrice,
      unit_price_scale: priced.unitPriceScale,
      tax_rate_ppm: priced.taxRatePpm,
      amount: priced.amount,
      discount: priced.discount,
      tax: priced.tax,
      marketplace_tax: priced.marketplaceTax,
      replaces_line_id: line.replacesLineId ?? null,
      reason: line.reason ?? null,
      ordered: priced.quantity,
      pending: line.vector.pending,
      reserved: line.vector.reserved,
      backordered: line.vector.backordered,
    }
  })
  run.later(writePart(sql`orders.insert_order_lines(p_org => ${run.ctx.orgId}, ${columnsOf(rows, COLUMNS)})`))
}
