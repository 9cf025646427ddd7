/** The room of billing: journal entries of revenue, returns and payments; vouchers, couriers' remittances, receivables. */

export { billingRoutes } from './billing.routes.ts'
export { createRemittance, MAX_REMITTANCE_LINES } from './commands/create-remittance.ts'
export { expireVouchers } from './commands/manage-vouchers.ts'
export { postClaims, postEnded, postFound } from './post-ended.ts'
export { deferRevenue, releaseDelivered, releaseTakenBack } from './defer-revenue.ts'
export { postPayments } from './post-payments.ts'
export { postRevenueAdjusted } from './post-refunds.ts'
export { postReturns, postSentBack, postUnknownReturns, type UnknownReturn } from './post-returns.ts'
export { postRevenue } from './post-revenue.ts'
export { getRemittance } from './queries/list-remittances.ts'
export { verifyBilling } from './verify-billing.ts'
