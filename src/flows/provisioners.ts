import type { CommandRun } from '../kernel/command.ts'
import { provisionCarriers } from '../modules/carriers/index.ts'
import { provisionCatalog } from '../modules/catalog/index.ts'
import { provisionInventory } from '../modules/inventory/index.ts'
import { provisionLedger } from '../modules/ledger/index.ts'
import { provisionOrders } from '../modules/orders/index.ts'

/** Writes one room's standard rows of a new organization, in the creating transaction; `run.ctx` is the new organization's. */
type Provisioner = (run: CommandRun) => Promise<void>

/** Every room's standard rows, in the order they build on each other. */
export const provisioners: readonly Provisioner[] = [
  ({ tx, ctx }) => provisionLedger(tx, ctx.orgId),
  ({ tx, ctx }) => provisionCatalog(tx, ctx.orgId),
  ({ tx, ctx, now }) => provisionInventory(tx, ctx.orgId, now),
  ({ tx, ctx, now }) => provisionCarriers(tx, ctx.orgId, now),
  ({ tx, ctx, now }) => provisionOrders(tx, ctx.orgId, now),
]
