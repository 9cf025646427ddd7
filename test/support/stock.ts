import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../src/kernel/command.ts'
import type { Context } from '../../src/kernel/context.ts'
import { inTransaction, readOnly } from '../../src/kernel/database.ts'
import { newId, ZERO_ID } from '../../src/kernel/ids.ts'
import { runCommand, runQuery, type System } from '../../src/kernel/runner.ts'
import type { CheckResult } from '../../src/kernel/verify.ts'
import {
  createLocations,
  createWarehouse,
  listStock,
  postGoods,
  provisionInventory,
  standardLocations,
  verifyInventory,
  virtualLocations,
} from '../../src/modules/inventory/index.ts'
import { provisionLedger } from '../../src/modules/ledger/index.ts'

/** A small business with a warehouse, two bins and the standard locations. */
export interface StockRoom {
  warehouseId: string
  /** Ids by code: A-1, A-2, STAGING, QUARANTINE … */
  bins: Record<string, string>
}

/** Gives the organization of a context its ledger, lots, owners and virtual locations. */
export async function provisionStock(system: System, ctx: Context): Promise<void> {
  await inTransaction(system.database, ctx.orgId, async (tx) => {
    await provisionLedger(tx, ctx.orgId)
    await provisionInventory(tx, ctx.orgId, ctx.clock.now())
  })
}

/** A warehouse with the bins A-1 and A-2. */
export async function openStockRoom(system: System, ctx: Context, code = 'W1'): Promise<StockRoom> {
  const { id: warehouseId } = await runCommand(system, ctx, createWarehouse, { code, name: code, country: 'RS' })
  const { locations } = await runCommand(system, ctx, createLocations, {
    warehouse_id: warehouseId,
    locations: [
      { code: 'A-1', role: 'pick' },
      { code: 'A-2', role: 'pick' },
    ],
  })
  const standard = await readOnly(system.database, ctx, (tx) => standardLocations(tx, ctx.orgId, [warehouseId]))
  return {
    warehouseId,
    bins: { ...standard.get(warehouseId), ...Object.fromEntries(locations.map((location) => [location.code, location.id])) },
  }
}

/** An item of its own; SKU equals the given text. */
export async function addItem(
  system: System,
  ctx: Context,
  sku: string,
  fields: { kind?: string; costMethod?: string; unitScale?: number } = {},
): Promise<string> {
  const id = newId()
  await inTransaction(system.database, ctx.orgId, (tx) =>
    sql`insert into catalog.item (org_id, id, sku, kind, name, cost_method, unit_scale, created_at, updated_at)
        values (${ctx.orgId}, ${id}, ${sku}, ${fields.kind ?? 'stocked'}, ${`Item ${sku}`}, ${fields.costMethod ?? 'fifo'}, ${fields.unitScale ?? 0}, now(), now())`.execute(
      tx,
    ),
  )
  return id
}

/** Runs work inside the command runner: events, handlers and all. */
export async function inCommand<T>(system: System, ctx: Context, work: (run: CommandRun) => Promise<T>): Promise<T> {
  let result: T | undefined
  const command = defineCommand({
    name: 'test.run',
    permission: 'test.run',
    summary: 'Run a test step',
    input: Type.Object({}),
    output: Type.Object({}),
    async run(run) {
      result = await work(run)
      return {}
    },
  })
  await runCommand(system, ctx, command, {})
  return result as T
}

export interface ReceivedGoods {
  itemId: string
  locationId: string
  quantity: number
  /** Minor units for all of it. */
  valueMinor: number
  lotId?: string
  happenedAt?: Date
}

/** Receives goods from a supplier, as the warehouse's receipts do. */
export function receiveGoods(system: System, ctx: Context, goods: ReceivedGoods) {
  return inCommand(system, ctx, async (run) => {
    const { supplier } = await virtualLocations(run.tx, ctx.orgId)
    const sourceId = run.newId()
    const recorded = await postGoods(run, {
      movements: [
        {
          itemId: goods.itemId,
          lotId: goods.lotId ?? ZERO_ID,
          ownerId: ZERO_ID,
          quantity: goods.quantity,
          fromLocationId: supplier,
          toLocationId: goods.locationId,
          happenedAt: goods.happenedAt ?? run.now,
          reason: 'receipt',
          sourceType: 'goods_receipt',
          sourceId,
          sourceLineId: run.newId(),
          cost: { kind: 'known', valueMinor: goods.valueMinor, provisional: false },
        },
      ],
    })
    run.emit({ type: 'test.received', documentType: 'goods_receipt', documentId: sourceId, payload: {} })
    return recorded
  })
}

/** Every check of the room, faults only. */
export async function findFaults(system: System, ctx: Context): Promise<CheckResult[]> {
  const checks = await readOnly(system.database, ctx, (tx) => verifyInventory(tx, ctx.orgId), 'repeatable read')
  return checks.filter((check) => check.counterexample !== null)
}

/** The stock row of an item in a warehouse. */
export async function stockOf(system: System, ctx: Context, itemId: string, warehouseId: string) {
  const { data } = await runQuery(system, ctx, listStock, { item_id: itemId, warehouse_id: warehouseId })
  return data[0]
}
