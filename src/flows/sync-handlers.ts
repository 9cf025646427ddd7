import type { SyncHandlers } from '../kernel/events.ts'
import { orderToCash } from './order-to-cash.ts'

/** Who hears which event in the same transaction: numbers that must agree at once. Run in this order. */
export const syncHandlers: SyncHandlers = orderToCash
