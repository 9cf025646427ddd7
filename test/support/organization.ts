import { syncHandlers } from '../../src/flows/sync-handlers.ts'
import { provisionOrganization } from '../../src/flows/provision-organization.ts'
import type { Context } from '../../src/kernel/context.ts'
import { readOnly } from '../../src/kernel/database.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { runBatch, runCommand, runQuery, type System } from '../../src/kernel/runner.ts'
import type { CheckResult } from '../../src/kernel/verify.ts'
import { verifyBilling } from '../../src/modules/billing/index.ts'
import { createItems } from '../../src/modules/catalog/index.ts'
import { createLocations, createWarehouse, listStock, verifyInventory } from '../../src/modules/inventory/index.ts'
import { verifyLedger } from '../../src/modules/ledger/index.ts'
import { verifyOrders } from '../../src/modules/orders/index.ts'
import { createGoodsReceipt } from '../../src/modules/warehouse/index.ts'
import { testContext, type TestContextOptions, useSystem } from './system.ts'

/** A database of the file's own with the system and the handlers of the real program. */
export function useBusiness(): System & { ownerUrl: string } {
  return useSystem(syncHandlers)
}

/** A new organization with every room's standard rows, in Belgrade with base currency EUR, and a context that may do everything. */
export async function openBusiness(system: System, options: TestContextOptions = {}): Promise<Context> {
  const ground = testContext(options)
  const organization = await provisionOrganization(
    system,
    { clock: ground.clock, log: silentLog },
    { name: 'Test', time_zone: 'Europe/Belgrade', base_currency: 'EUR', language: 'en' },
  )
  return { ...ground, orgId: organization.id }
}

/** A warehouse in Serbia with the bins. Answers its id. */
export async function openWarehouse(
  system: System,
  ctx: Context,
  code: string,
  fields: { priority?: number; country?: string; postcode?: string } = {},
): Promise<string> {
  const { id } = await runCommand(system, ctx, createWarehouse, { code, name: code, country: 'RS', ...fields })
  await runCommand(system, ctx, createLocations, {
    warehouse_id: id,
    locations: [
      { code: 'A-1', role: 'pick' },
      { code: 'A-2', role: 'pick' },
    ],
  })
  return id
}

/** Items by SKU, stocked unless said otherwise, priced at 10.00 EUR with 20 % tax. */
export async function createTestItems(
  system: System,
  ctx: Context,
  items: readonly { sku: string; [field: string]: unknown }[],
): Promise<void> {
  const drafts = items.map((item) => ({
    kind: 'stocked',
    name: `Item ${item.sku}`,
    price: { amount: 1000, scale: 2, currency: 'EUR' },
    tax_class: 'standard',
    ...item,
  }))
  for (const outcome of await runBatch(system, ctx, createItems, drafts)) if (!outcome.ok) throw outcome.error
}

/** Receives goods from a supplier at unit cost 4.00 into the bin A-1. */
export async function receiveStock(
  system: System,
  ctx: Context,
  warehouseCode: string,
  stock: Readonly<Record<string, number>>,
): Promise<void> {
  const lines = Object.entries(stock).map(([sku, quantity]) => ({
    sku,
    quantity,
    unit_cost: { amount: 400, scale: 2 },
    location_code: 'A-1',
  }))
  await runCommand(system, ctx, createGoodsReceipt, {
    kind: 'supplier',
    warehouse_code: warehouseCode,
    supplier_name: 'Supplier',
    currency: 'EUR',
    lines,
  })
}

/** What can be promised of an item, over all warehouses. */
export async function availableOf(system: System, ctx: Context, sku: string): Promise<number> {
  const { data } = await runQuery(system, ctx, listStock, { sku })
  return data.reduce((sum, row) => sum + row.available, 0)
}

/** Checks of goods, money and orders that found a fault. */
export async function findFaultsOfBusiness(system: System, ctx: Context): Promise<CheckResult[]> {
  const checks = await readOnly(
    system.database,
    ctx,
    async (tx) => [
      ...(await verifyInventory(tx, ctx.orgId)),
      await verifyLedger(tx, ctx.orgId),
      ...(await verifyOrders(tx, ctx.orgId)),
      ...(await verifyBilling(tx, ctx.orgId)),
    ],
    'repeatable read',
  )
  return checks.filter((check) => check.counterexample !== null)
}
