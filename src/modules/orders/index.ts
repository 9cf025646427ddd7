/** The room of orders: what customers asked for, how far each line is, payment facts. */

export { cancelOrder } from './commands/cancel-order.ts'
export { placeHold, releaseHold } from './commands/hold-order.ts'
export { placeOrders } from './commands/place-orders.ts'
export { recordPayment, recordPaymentBatch } from './commands/record-payment.ts'
export { followSteps, planAgain, recordBackordersServed, recordPicked, recordPromisesLost } from './follow-warehouse.ts'
export { OrderInput, TakenOrder } from './order-input.ts'
export type { OrderRun } from './order.repo.ts'
export type { RecordedPayment } from './record-payments.ts'
export { recordReturned } from './record-returned.ts'
export { recordShipped } from './record-shipped.ts'
export type { RevenueSlice } from './revenue.ts'
