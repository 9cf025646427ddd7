import type { Job } from '../kernel/jobs.ts'
import { purgeIdempotencyKeys, purgeSessions, refreshStatistics } from '../kernel/upkeep.jobs.ts'

/** All work outside requests. Rooms' jobs are added here. */
export const allJobs: readonly Job[] = [purgeIdempotencyKeys, purgeSessions, refreshStatistics]
