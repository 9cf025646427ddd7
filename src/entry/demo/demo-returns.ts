import { cancelOpenLines, type RetailReturn, type RetailReturnLine } from '../../flows/imports/online-retail/index.ts'
import { taxOf } from '../../kernel/money.ts'
import { recordPaymentBatch } from '../../modules/orders/index.ts'
import { receiveReturnsBatch } from '../../modules/warehouse/index.ts'
import { DEMO, type DemoWarehouseCode } from './demo-business.ts'
import { allGood, type DemoSession } from './demo-session.ts'
import type { DemoGround } from './demo-setup.ts'
import type { DemoState } from './demo-state.ts'

/** Rate of UK VAT in what is given back for goods of no known sale. */
const VAT_PPM = 200_000

const REASON = 'Returned (the data gives no reason)'

interface ReturnPart {
  one: RetailReturn
  /** The invoice the goods were sold on; null for goods that name no sale. */
  invoice: string | null
  lines: RetailReturnLine[]
}

/**
 * Receives the day's returns, one receipt for each order they came from, straight back into the bins of the warehouse that ships to there,
 * and gives the money back. Of orders that are not sent yet the lines are canceled instead.
 */
export async function receiveReturned(
  session: DemoSession,
  ground: DemoGround,
  state: DemoState,
  returns: readonly RetailReturn[],
): Promise<void> {
  const all = returns.flatMap(partsOf)
  const parts = all.filter(({ invoice }) => invoice === null || !state.openInvoices.has(invoice))
  for (const { invoice, lines } of all) {
    // oxlint-disable-next-line no-await-in-loop -- a handful, on the last days only
    if (invoice !== null && state.openInvoices.has(invoice)) await cancelOpenLines(session, state.orderIds.get(invoice) ?? '', lines)
  }
  const receipts = allGood(
    await session.batch(
      receiveReturnsBatch,
      parts.map((part) => receiptOf(ground, state, part)),
      50,
    ),
    'receive a return',
  )
  const receiptOfPart = new Map(parts.map((part, index) => [part, receipts[index]?.id]))
  const refunds = all.flatMap((part) => {
    const { one, invoice, lines } = part
    const receiptId = receiptOfPart.get(part)
    const amount = state.refundable(
      invoice ?? '',
      lines.reduce((sum, line) => sum + line.amount, 0),
    )
    if (invoice === null || amount === 0) return []
    return [
      {
        order_id: state.orderIds.get(invoice) ?? '',
        kind: 'refunded' as const,
        amount,
        method: 'card',
        reference: `${one.invoice}-${invoice}`,
        ...(receiptId === undefined ? {} : { return_receipt_id: receiptId }),
      },
    ]
  })
  allGood(await session.batch(recordPaymentBatch, refunds), 'refund a return')
}

function partsOf(one: RetailReturn): ReturnPart[] {
  return [...Map.groupBy(one.lines, (line) => line.sale?.invoice ?? null)].map(([invoice, lines]) => ({ one, invoice, lines }))
}

function receiptOf(ground: DemoGround, state: DemoState, { invoice, lines }: ReturnPart) {
  const warehouse: DemoWarehouseCode = 'LEI'
  const orderId = invoice === null ? undefined : state.orderIds.get(invoice)
  return {
    warehouse_id: ground.warehouses[warehouse],
    ...(orderId === undefined ? {} : { order_id: orderId }),
    reason: REASON,
    currency: DEMO.baseCurrency,
    lines: lines.map(({ sku, quantity, amount }) => ({
      sku,
      quantity,
      location_code: ground.binOf.get(`${warehouse} ${sku}`) ?? 'RETURNS',
      ...(orderId === undefined ? { amount, tax: taxOf(amount, VAT_PPM, true) } : {}),
    })),
  }
}
