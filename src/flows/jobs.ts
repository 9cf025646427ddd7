import type { Job, JobGround } from '../kernel/jobs.ts'
import { runCommand } from '../kernel/runner.ts'
import { sealOrganization } from '../kernel/seal.ts'
import { purgeIdempotencyKeys, purgeSessions, refreshStatistics } from '../kernel/upkeep.jobs.ts'
import { expireVouchers } from '../modules/billing/index.ts'
import { expireHolds, rollMonthBalances } from '../modules/inventory/index.ts'
import { endDueHolds, expireAuthorizations } from '../modules/orders/index.ts'
import { deliverWebhooksJob, purgeWebhookLogJob, queueDigestsJob, sendMessagesJob } from '../modules/messaging/index.ts'
import { verify } from '../modules/reports/index.ts'
import { watchJob } from './telling/alerts.ts'
import { tendExports, writeExportJob } from './lists/export.jobs.ts'
import { recoverBulkRuns, workBulkRun } from './lists/lists.jobs.ts'
import { recoverImports, writeFiles } from './imports/imports.jobs.ts'

/** Rounds of one run; what is left is met by the next. */
const MAX_ROUNDS = 100

/** Ends stock holds whose time is over, in every organization. */
const expireStockHolds: Job = {
  name: 'inventory.expire_stock_holds',
  everySeconds: 15,
  handle: (ground) =>
    inEveryOrganization(ground, async (orgId) => {
      const ctx = await ground.contextOf(orgId)
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        // oxlint-disable-next-line no-await-in-loop -- rounds follow each other
        const { expired } = await runCommand(ground.system, ctx, expireHolds, {})
        if (expired === 0) return
      }
    }),
}

/** Ends payment authorizations whose time is over. */
const expirePaymentAuthorizations: Job = {
  name: 'orders.expire_authorizations',
  everySeconds: 300,
  handle: (ground) =>
    inEveryOrganization(ground, async (orgId) => {
      const ctx = await ground.contextOf(orgId)
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        // oxlint-disable-next-line no-await-in-loop -- rounds follow each other
        const { expired } = await runCommand(ground.system, ctx, expireAuthorizations, {})
        if (expired === 0) return
      }
    }),
}

/** Ends vouchers whose time is over, every night: what is left on them becomes income. */
const expireVouchersNightly: Job = {
  name: 'billing.expire_vouchers',
  cron: '20 2 * * *',
  handle: (ground) =>
    inEveryOrganization(ground, async (orgId) => {
      const ctx = await ground.contextOf(orgId)
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        // oxlint-disable-next-line no-await-in-loop -- rounds follow each other
        const { expired } = await runCommand(ground.system, ctx, expireVouchers, {})
        if (expired === 0) return
      }
    }),
}

/** Ends holds of orders whose time is over. */
const endOrderHolds: Job = {
  name: 'orders.end_due_holds',
  everySeconds: 60,
  handle: (ground) =>
    inEveryOrganization(ground, async (orgId) => void (await runCommand(ground.system, await ground.contextOf(orgId), endDueHolds, {}))),
}

/** Proves every organization's numbers at 03:00 UTC; a fault is logged as an error and stands in the stored outcome. */
const verifyNightly: Job = {
  name: 'reports.verify_nightly',
  cron: '0 3 * * *',
  timeoutSeconds: 4 * 3600,
  handle: (ground) =>
    inEveryOrganization(ground, async (orgId) => {
      const { ok, checks } = await verify(ground.system, await ground.contextOf(orgId))
      if (!ok)
        ground.log.error(
          { org_id: orgId, faults: checks.filter((check) => !check.ok && !check.empty).map(({ id }) => id) },
          'verification found a fault',
        )
    }),
}

/** Extends the hash chains of every organization over rows that are final. */
const sealChains: Job = {
  name: 'kernel.seal_chains',
  everySeconds: 30,
  handle: (ground) =>
    inEveryOrganization(ground, async (orgId) => void (await sealOrganization(ground.system.database, orgId, { now: ground.clock.now() }))),
}

/** Keeps the month balances that questions about past stock start from. */
const rollMonths: Job = {
  name: 'inventory.roll_month_balances',
  cron: '40 2 * * *',
  handle: (ground) =>
    inEveryOrganization(ground, async (orgId) => void (await rollMonthBalances(ground.system.database, orgId, ground.clock.now()))),
}

async function inEveryOrganization(ground: JobGround, work: (orgId: number) => Promise<void>): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- one organization after another
  for (const orgId of await ground.listOrganizations()) await work(orgId)
}

/** All work outside requests. Rooms' jobs are added here. */
export const allJobs: readonly Job[] = [
  purgeIdempotencyKeys,
  purgeSessions,
  refreshStatistics,
  expireStockHolds,
  endOrderHolds,
  expirePaymentAuthorizations,
  expireVouchersNightly,
  sealChains,
  rollMonths,
  verifyNightly,
  writeFiles,
  recoverImports,
  workBulkRun,
  recoverBulkRuns,
  writeExportJob,
  tendExports,
  sendMessagesJob,
  deliverWebhooksJob,
  queueDigestsJob,
  purgeWebhookLogJob,
  watchJob,
]
