import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { exactly } from '../../../kernel/schema.ts'
import { getReturnReceipt, ReturnReceiptView } from '../../warehouse/index.ts'

const Money = exactly({ amount: Type.Integer(), currency: Type.String() })

/** A return receipt with the money that its goods were sold for: what the customer may be refunded. */
export const ReturnWithRefund = exactly({
  ...ReturnReceiptView.properties,
  lines: Type.Array(exactly({ ...ReturnReceiptView.properties.lines.items.properties, refund: Money, refund_tax: Money })),
  refund_total: Money,
  refund_tax: Money,
})

/**
 * One return receipt with its refund: per line the part of the sale's frozen money that came back (gross, tax in it), or the
 * amount stated for goods of no known sale. Restocking fees and charges are decided when the refund is paid.
 * @throws `warehouse.not_found`
 */
export const getReturn = defineQuery({
  name: 'orders.get_return',
  permission: 'warehouse.read',
  summary: 'Get a return receipt with its refund',
  input: getReturnReceipt.input,
  output: ReturnWithRefund,
  errors: getReturnReceipt.errors,

  async run(run, input): Promise<Static<typeof ReturnWithRefund>> {
    const receipt = await getReturnReceipt.run(run, input)
    const { rows } = await sql<{ lineId: string; gross: number; tax: number }>`
      select document_line_id as "lineId", sum(amount)::bigint as gross, sum(tax)::bigint as tax from orders.revenue_slice
       where org_id = ${run.ctx.orgId} and kind = 'returned' and document_line_id = any(${receipt.lines.map((line) => line.id)}::uuid[]) group by document_line_id`.execute(
      run.tx,
    )
    const slices = new Map(rows.map((row) => [row.lineId, row]))
    const money = (amount: number) => ({ amount, currency: receipt.currency })
    const lines = receipt.lines.map((line) => ({
      line,
      gross: slices.get(line.id)?.gross ?? line.stated_amount ?? 0,
      tax: slices.get(line.id)?.tax ?? line.stated_tax ?? 0,
    }))
    return {
      ...receipt,
      lines: lines.map(({ line, gross, tax }) => ({ ...line, refund: money(gross), refund_tax: money(tax) })),
      refund_total: money(lines.reduce((sum, { gross }) => sum + gross, 0)),
      refund_tax: money(lines.reduce((sum, { tax }) => sum + tax, 0)),
    }
  },
})
