/** Addresses that a step of a return changes. */
export const RETURN_STALE = ['/v1/rmas', '/v1/orders', '/v1/return-receipts', '/v1/stock', '/v1/shipments', '/v1/journal-entries'] as const
