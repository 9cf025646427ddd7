import type { Context } from '../../kernel/context.ts'
import type { Tx } from '../../kernel/database.ts'
import { verifySeals } from '../../kernel/seal.ts'
import type { CheckResult } from '../../kernel/verify.ts'
import { verifyEvents } from '../../kernel/verify-events.ts'
import { verifyBilling } from '../billing/index.ts'
import { verifyInventory } from '../inventory/index.ts'
import { verifyLedger } from '../ledger/index.ts'
import { verifyOrders } from '../orders/index.ts'
import { verifyWarehouse } from '../warehouse/index.ts'

/** What a check looks with: one snapshot of the organization's rows. */
export interface CheckRun {
  tx: Tx
  ctx: Context
  now: Date
}

/** A room's checks; several parts of one id become one result. */
export type Check = (run: CheckRun) => Promise<CheckResult | CheckResult[]>

/** Every check there is. A room exports its own, and is added here. */
export const allChecks: readonly Check[] = [
  ({ tx, ctx }) => verifyInventory(tx, ctx.orgId),
  ({ tx, ctx }) => verifyLedger(tx, ctx.orgId),
  ({ tx, ctx }) => verifyWarehouse(tx, ctx.orgId),
  ({ tx, ctx }) => verifyOrders(tx, ctx.orgId),
  ({ tx, ctx }) => verifyBilling(tx, ctx.orgId),
  ({ tx, ctx, now }) => verifySeals(tx, ctx.orgId, now),
  ({ tx, ctx, now }) => verifyEvents(tx, ctx.orgId, now),
]
