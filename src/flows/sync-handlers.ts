import type { SyncHandler, SyncHandlers } from '../kernel/events.ts'

/** Who hears which event in the same transaction: numbers that must agree at once. */
export const syncHandlers: SyncHandlers = new Map<string, SyncHandler>([])
