/** The room of billing: journal entries of revenue, returns and payments. */

export { postPayments } from './post-payments.ts'
export { postReturns, postUnknownReturns, type UnknownReturn } from './post-returns.ts'
export { postRevenue } from './post-revenue.ts'
