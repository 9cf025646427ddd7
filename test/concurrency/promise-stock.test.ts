import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Context } from '../../src/kernel/context.ts'
import { openDatabase, readOnly } from '../../src/kernel/database.ts'
import { DomainError } from '../../src/kernel/errors.ts'
import { newId, ZERO_ID } from '../../src/kernel/ids.ts'
import { runCommand, type System } from '../../src/kernel/runner.ts'
import {
  adjustStock,
  lockPositions,
  moveStock,
  positionKey,
  promiseStock,
  releasePromises,
  updateLocation,
} from '../../src/modules/inventory/index.ts'
import { addItem, findFaults, inCommand, openStockRoom, provisionStock, receiveGoods, stockOf } from '../support/stock.ts'
import { testContext, useSystem } from '../support/system.ts'

const BUYERS = 24

const system = useSystem()

/** The same system on as many real connections as there are buyers. */
async function withManyConnections<T>(work: (crowd: System) => Promise<T>): Promise<T> {
  const { ownerUrl: _, ...rest } = system
  const client = await readOnly(system.database, testContext(), (tx) => sql<{ url: string }>`select current_database() as url`.execute(tx))
  const url = new URL(system.ownerUrl)
  url.pathname = `/${client.rows[0]?.url}`
  const database = openDatabase(url.toString(), { maxConnections: BUYERS, role: 'tefter_app' })
  try {
    return await work({ ...rest, handlers: new Map(), onCommit: () => undefined, database })
  } finally {
    await database.close()
  }
}

/** Buys as much of each item as is there; answers what was promised. */
async function buy(
  crowd: System,
  ctx: Context,
  warehouseId: string,
  { itemIds, quantity }: { itemIds: readonly string[]; quantity: number },
): Promise<number> {
  return inCommand(crowd, ctx, async (run) => {
    const keys = itemIds.map((itemId) => ({ itemId, warehouseId, ownerId: ZERO_ID }))
    const positions = await lockPositions(run.tx, ctx.orgId, keys)
    const reservations = keys.flatMap((key) => {
      const position = positions.get(positionKey(key))
      const available = (position?.onHand ?? 0) - (position?.reserved ?? 0) - (position?.held ?? 0)
      return available >= quantity ? [{ ...key, sourceId: newId(), sourceLineId: newId(), quantity, priority: 100 }] : []
    })
    await promiseStock(run, reservations, [])
    return reservations.reduce((sum, line) => sum + line.quantity, 0)
  })
}

async function stocked(quantity: number) {
  const ctx = testContext()
  await provisionStock(system, ctx)
  const room = await openStockRoom(system, ctx)
  const items = [await addItem(system, ctx, 'A'), await addItem(system, ctx, 'B')]
  if (quantity > 0)
    for (const itemId of items) await receiveGoods(system, ctx, { itemId, locationId: room.bins['A-1'] ?? '', quantity, valueMinor: 100 })
  return { ctx, items, ...room }
}

test('more buyers than stock: exactly what is there is promised', async () => {
  const { ctx, items, warehouseId } = await stocked(50)
  const promised = await withManyConnections((crowd) =>
    Promise.all(Array.from({ length: BUYERS * 4 }, () => buy(crowd, ctx, warehouseId, { itemIds: [items[0] ?? ''], quantity: 1 }))),
  )
  expect(promised.reduce((sum, quantity) => sum + quantity, 0)).toBe(50)
  expect(await stockOf(system, ctx, items[0] ?? '', warehouseId)).toMatchObject({ on_hand: 50, reserved: 50, available: 0 })
  expect(await findFaults(system, ctx)).toEqual([])
})

test('opposite item order meets no deadlock', async () => {
  const { ctx, items, warehouseId } = await stocked(1000)
  const before = await deadlocks()
  await withManyConnections((crowd) =>
    Promise.all(
      Array.from({ length: BUYERS * 4 }, (_, index) =>
        buy(crowd, ctx, warehouseId, { itemIds: index % 2 === 0 ? items : items.toReversed(), quantity: 2 }),
      ),
    ),
  )
  expect(await deadlocks()).toBe(before)
  expect(await stockOf(system, ctx, items[1] ?? '', warehouseId)).toMatchObject({ reserved: BUYERS * 8 })
})

test('an item never seen before is locked by all at once, and sold to nobody', async () => {
  const { ctx, items, warehouseId } = await stocked(0)
  const promised = await withManyConnections((crowd) =>
    Promise.all(
      Array.from({ length: BUYERS }, (_, index) =>
        buy(crowd, ctx, warehouseId, { itemIds: index % 2 === 0 ? items : items.toReversed(), quantity: 1 }),
      ),
    ),
  )
  expect(promised.every((quantity) => quantity === 0)).toBe(true)
  expect(await findFaults(system, ctx)).toEqual([])
})

test('buying, canceling, scrapping, moving and blocking at once leave numbers that prove themselves', async () => {
  const { ctx, items, warehouseId, bins } = await stocked(60)
  const refusable = (work: Promise<unknown>) =>
    work.catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error
    })
  await withManyConnections((crowd) =>
    Promise.all(
      Array.from({ length: BUYERS * 3 }, (_, index) => {
        const line = { sku: index % 2 === 0 ? 'A' : 'B', quantity: 1 }
        switch (index % 6) {
          case 0:
            return refusable(
              runCommand(crowd, ctx, adjustStock, { warehouse_id: warehouseId, kind: 'scrap', lines: [{ ...line, location_code: 'A-1' }] }),
            )
          case 1:
            return refusable(
              runCommand(crowd, ctx, moveStock, {
                warehouse_id: warehouseId,
                lines: [{ ...line, from_location_code: 'A-1', to_location_code: 'A-2' }],
              }),
            )
          case 2:
            return refusable(runCommand(crowd, ctx, updateLocation, { location_id: bins['A-2'] ?? '', blocked: index % 4 === 0 }))
          case 3:
            return refusable(cancelOne(crowd, ctx))
          default:
            return refusable(buy(crowd, ctx, warehouseId, { itemIds: index % 2 === 0 ? items : items.toReversed(), quantity: 3 }))
        }
      }),
    ),
  )
  expect(await findFaults(system, ctx)).toEqual([])
})

/** Cancels a promise that may be canceled by another at the same time: whoever comes second finds none. */
async function cancelOne(crowd: System, ctx: Context): Promise<void> {
  await inCommand(crowd, ctx, async (run) => {
    const { rows } = await sql<{ sourceLineId: string; warehouseId: string; itemId: string; ownerId: string; quantity: number }>`
      select source_line_id as "sourceLineId", warehouse_id as "warehouseId", item_id as "itemId", owner_id as "ownerId", quantity
        from inventory.reservation where org_id = ${ctx.orgId} order by random() limit 1`.execute(run.tx)
    await lockPositions(run.tx, ctx.orgId, rows)
    const { rows: still } = await sql<{
      quantity: number
    }>`select quantity from inventory.reservation where org_id = ${ctx.orgId} and source_line_id = any(${rows.map((row) => row.sourceLineId)}::uuid[])`.execute(
      run.tx,
    )
    const [found] = rows
    if (found !== undefined && still[0] !== undefined) await releasePromises(run, [{ ...found, quantity: still[0].quantity }])
  })
}

async function deadlocks(): Promise<number> {
  return readOnly(system.database, testContext(), async (tx) => {
    await sql`select pg_stat_force_next_flush()`.execute(tx)
    const { rows } = await sql<{ deadlocks: number }>`select deadlocks from pg_stat_database where datname = current_database()`.execute(tx)
    return rows[0]?.deadlocks ?? 0
  })
}
