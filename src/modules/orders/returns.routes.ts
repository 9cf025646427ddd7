import { commandRoute, queryRoute, type Route } from '../../kernel/http/index.ts'
import { inspectReturn } from '../warehouse/index.ts'
import { decideRma } from './commands/decide-rma.ts'
import { exchangeRmaLine } from './commands/exchange-rma-line.ts'
import { receiveRma } from './commands/receive-rma.ts'
import { refundOrder } from './commands/refund-order.ts'
import { requestRma } from './commands/request-rma.ts'
import { saveReturnReason, setReturnPolicy } from './commands/set-return-rules.ts'
import { getPayment } from './queries/list-payments.ts'
import { getReturn } from './queries/get-return.ts'
import { getReturnRules, getRma, listRmas } from './queries/list-rmas.ts'
import { previewRefund } from './queries/preview-refund.ts'
import { returnLabelRoutes } from './rma-label.ts'

const tag = 'Returns'
const byId = { query: getRma, by: (written: { id: string }) => ({ rma_id: written.id }) }
const byRma = { query: getRma, by: (written: { rma_id: string }) => ({ rma_id: written.rma_id }) }
const showPayment = {
  query: getPayment,
  by: (written: { id: string; order_id: string }) => ({ order_id: written.order_id, payment_id: written.id }),
}
const line = '0198c5c4-0000-7000-8000-000000000001'

/** Authorizations, inspections and refunds over HTTP. */
export const returnsRoutes: Route[] = [
  queryRoute(listRmas, { path: '/v1/rmas', tag }),
  queryRoute(getRma, { path: '/v1/rmas/:rma_id', tag }),
  commandRoute(requestRma, {
    method: 'POST',
    path: '/v1/orders/:order_id/rmas',
    tag,
    show: byId,
    example: { lines: [{ line_id: line, quantity: 1, reason: 'does_not_fit', outcome: 'refund' }] },
  }),
  commandRoute(decideRma, {
    method: 'POST',
    path: '/v1/rmas/:rma_id/decision',
    tag,
    status: 200,
    show: byId,
    example: { decision: 'approve' },
  }),
  commandRoute(receiveRma, {
    method: 'POST',
    path: '/v1/rmas/:rma_id/receipts',
    tag,
    show: byRma,
    example: { warehouse_code: 'NS', lines: [{ rma_line_id: line, quantity: 1 }] },
  }),
  commandRoute(exchangeRmaLine, {
    method: 'POST',
    path: '/v1/rmas/:rma_id/exchanges',
    tag,
    show: byRma,
    example: { rma_line_id: line, quantity: 1, sku: 'MUG-BLUE' },
  }),
  commandRoute(inspectReturn, {
    method: 'POST',
    path: '/v1/return-receipts/:return_receipt_id/inspections',
    tag,
    show: { query: getReturn, by: (written) => ({ return_receipt_id: written.return_receipt_id }) },
    example: { lines: [{ receipt_line_id: line, disposition: 'restock', quantity: 1, to_location_code: 'A-01' }] },
  }),
  { ...queryRoute(previewRefund, { path: '/v1/orders/:order_id/refunds/preview', tag }), method: 'POST', body: 'json' },
  commandRoute(refundOrder, {
    method: 'POST',
    path: '/v1/orders/:order_id/refunds',
    tag,
    show: showPayment,
    example: { lines: [{ line_id: line, quantity: 1 }], method: 'original' },
  }),
  ...returnLabelRoutes,
  queryRoute(getReturnRules, { path: '/v1/return-rules', tag }),
  commandRoute(setReturnPolicy, {
    method: 'PUT',
    path: '/v1/return-rules',
    tag,
    example: { window_days: 14, auto_approve: true },
  }),
  commandRoute(saveReturnReason, {
    method: 'POST',
    path: '/v1/return-reasons',
    tag,
    status: 200,
    example: { code: 'allergic', name: 'Allergic to it', restocking_fee_ppm: 100_000 },
  }),
]
