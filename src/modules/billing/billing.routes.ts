import { Type } from 'typebox'
import { commandRoute, customRoute, executeCommand, queryRoute, type Route } from '../../kernel/http/index.ts'
import { runQuery } from '../../kernel/runner.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { getOrder } from '../orders/index.ts'
import { acceptRemittance } from './commands/accept-remittance.ts'
import { allocatePayment } from './commands/allocate-payment.ts'
import { cancelRemittance, createRemittance } from './commands/create-remittance.ts'
import { expireVouchers, issueVoucher, setVoucherCode, setVoucherExpiry } from './commands/manage-vouchers.ts'
import { redeemVoucher } from './commands/redeem-voucher.ts'
import { writeOff } from './commands/write-off.ts'
import { getReceivablesSummary, listDeposits, listReceivables, listReceivablesByCustomer } from './queries/list-customer-balances.ts'
import { getRemittance, listCourierCash, listRemittances } from './queries/list-remittances.ts'
import { getVoucher, listVouchers, VoucherView } from './queries/list-vouchers.ts'
import { codeHash, newVoucherCode } from './voucher-code.ts'

const tag = 'Money of orders'
const showVoucher = { query: getVoucher, by: (written: { id: string }) => ({ voucher_id: written.id }) }
const showRemittance = { query: getRemittance, by: (written: { id: string }) => ({ remittance_id: written.id }) }
const showOrder = { query: getOrder, by: (written: { order_id: string }) => ({ order_id: written.order_id }) }

/** Makes a code, gives its hash to the voucher and answers the code, this once. An Idempotency-Key is of no use: again is another code. */
const codeRoute = customRoute({
  method: 'POST',
  path: '/v1/vouchers/:voucher_id/code',
  tag,
  name: setVoucherCode.name,
  summary: 'Give a voucher a new code, shown this once',
  permission: setVoucherCode.permission,
  input: exactly({ voucher_id: Uuid }),
  output: exactly({ code: Type.String(), voucher: VoucherView }),
  errors: setVoucherCode.errors,
  async run(call) {
    const code = newVoucherCode()
    const { id } = await executeCommand({ ...call, idempotencyKey: undefined }, setVoucherCode, {
      voucher_id: call.input['voucher_id'],
      code_hash: codeHash(code).toString('hex'),
      last4: code.slice(-4),
    })
    return { code, voucher: await runQuery(call.system, call.ctx, getVoucher, { voucher_id: id }) }
  },
})

/** Vouchers, couriers' lists, receivables and deposits over HTTP. */
export const billingRoutes: Route[] = [
  queryRoute(listVouchers, { path: '/v1/vouchers', tag }),
  queryRoute(getVoucher, { path: '/v1/vouchers/:voucher_id', tag }),
  commandRoute(issueVoucher, {
    method: 'POST',
    path: '/v1/vouchers',
    tag,
    show: showVoucher,
    example: { amount: 1000, reason: 'late delivery' },
  }),
  codeRoute,
  commandRoute(setVoucherExpiry, {
    method: 'PUT',
    path: '/v1/vouchers/:voucher_id/expiry',
    tag,
    show: showVoucher,
    example: { expires_at: '2030-12-31T23:00:00Z' },
  }),
  commandRoute(expireVouchers, { method: 'POST', path: '/v1/vouchers/expiry', tag, status: 200, example: {} }),
  commandRoute(redeemVoucher, {
    method: 'POST',
    path: '/v1/orders/:order_id/voucher-payments',
    tag,
    show: showOrder,
    example: { code: '7KQ2-M0XF-9B3R-VT5C' },
  }),
  commandRoute(writeOff, {
    method: 'POST',
    path: '/v1/orders/:order_id/write-off',
    tag,
    show: showOrder,
    example: { kind: 'bad_debt', reason: 'customer is insolvent' },
  }),
  commandRoute(allocatePayment, {
    method: 'POST',
    path: '/v1/payments/allocate',
    tag,
    example: { party_id: '00000000-0000-7000-8000-000000000001', amount: 25_000, currency: 'EUR', reference: 'bank 2026-11-22/17' },
  }),
  queryRoute(getReceivablesSummary, { path: '/v1/receivables/summary', tag }),
  queryRoute(listReceivablesByCustomer, { path: '/v1/receivables/customers', tag }),
  queryRoute(listReceivables, { path: '/v1/receivables', tag }),
  queryRoute(listDeposits, { path: '/v1/deposits', tag }),
  queryRoute(listRemittances, { path: '/v1/courier-remittances', tag }),
  queryRoute(getRemittance, { path: '/v1/courier-remittances/:remittance_id', tag }),
  commandRoute(createRemittance, {
    method: 'POST',
    path: '/v1/courier-remittances',
    tag,
    show: showRemittance,
    example: {
      carrier_id: '00000000-0000-7000-8000-000000000001',
      reference: '2026-118',
      statement_on: '2026-11-20',
      lines: [{ tracking_number: 'RS123', amount: 11_348, fee: 200 }],
    },
  }),
  commandRoute(acceptRemittance, {
    method: 'POST',
    path: '/v1/courier-remittances/:remittance_id/acceptance',
    tag,
    status: 200,
    show: showRemittance,
    example: { accept_differences: true },
  }),
  commandRoute(cancelRemittance, {
    method: 'POST',
    path: '/v1/courier-remittances/:remittance_id/cancellation',
    tag,
    status: 200,
    show: showRemittance,
  }),
  queryRoute(listCourierCash, { path: '/v1/courier-cash', tag }),
]
