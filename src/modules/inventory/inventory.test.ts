import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { addItem, findFaults, inCommand, openStockRoom, provisionStock, receiveGoods, stockOf } from '../../../test/support/stock.ts'
import { refusalOf, testContext, useSystem } from '../../../test/support/system.ts'
import type { Context } from '../../kernel/context.ts'
import { readOnly } from '../../kernel/database.ts'
import type { NewEvent, SyncHandler } from '../../kernel/events.ts'
import { newId, ZERO_ID } from '../../kernel/ids.ts'
import { runCommand, runQuery } from '../../kernel/runner.ts'
import { sealOrganization } from '../../kernel/seal.ts'
import {
  adjustStock,
  expireHolds,
  holdStock,
  lockPositions,
  type LostAllocation,
  type LostPromise,
  moveStock,
  postGoods,
  promiseStock,
  releaseHold,
  reverseAdjustment,
  rollMonthBalances,
  setThreshold,
  updateLocation,
  virtualLocations,
} from './index.ts'
import { explainAvailable } from './queries/explain-available.ts'
import { getAdjustment, listAdjustments } from './queries/list-adjustments.ts'
import { listCostLayers } from './queries/list-cost-layers.ts'
import { listHolds } from './queries/list-holds.ts'
import { listLevels, listStockAt } from './queries/list-levels.ts'
import { listLocations } from './queries/list-locations.ts'
import { listMovements } from './queries/list-movements.ts'
import { listLowStock, listStock } from './queries/list-stock.ts'
import { listWarehouses } from './queries/list-warehouses.ts'

const lostPromises: LostPromise[] = []
const lostAllocations: LostAllocation[] = []
const hear =
  (into: unknown[]): SyncHandler =>
  (_, events: readonly NewEvent[]) => {
    into.push(...events.flatMap((event) => event.news as unknown[]))
    return Promise.resolve()
  }
const system = useSystem(
  new Map([
    ['inventory.promises_lost', hear(lostPromises)],
    ['inventory.allocations_lost', hear(lostAllocations)],
  ]),
)

/** A business with a warehouse, one item, and 10 of it at 4.00 and 10 at 5.00 in A-1. */
async function workedStock(options: { costMethod?: string } = {}) {
  const ctx = testContext()
  await provisionStock(system, ctx)
  const room = await openStockRoom(system, ctx)
  const itemId = await addItem(system, ctx, 'A', options)
  await receiveGoods(system, ctx, { itemId, locationId: room.bins['A-1'] ?? '', quantity: 10, valueMinor: 4000 })
  await receiveGoods(system, ctx, { itemId, locationId: room.bins['A-1'] ?? '', quantity: 10, valueMinor: 5000 })
  return { ctx, itemId, ...room }
}

async function promise(ctx: Context, at: { itemId: string; warehouseId: string; quantity: number; priority?: number }) {
  const sourceLineId = newId()
  await inCommand(system, ctx, async (run) => {
    const key = { itemId: at.itemId, warehouseId: at.warehouseId, ownerId: ZERO_ID }
    await lockPositions(run.tx, ctx.orgId, [key])
    await promiseStock(run, [{ ...key, sourceId: newId(), sourceLineId, quantity: at.quantity, priority: at.priority ?? 100 }], [])
  })
  return sourceLineId
}

async function adjust(ctx: Context, warehouseId: string, kind: string, quantity: number) {
  return runCommand(system, ctx, adjustStock, { warehouse_id: warehouseId, kind, lines: [{ sku: 'A', location_code: 'A-1', quantity }] })
}

async function balanceOf(ctx: Context, role: string): Promise<number> {
  return readOnly(system.database, ctx, async (tx) => {
    const { rows } = await sql<{ value: number }>`
      select coalesce(sum(p.base_amount), 0)::bigint as value from ledger.posting p join ledger.account a on a.org_id = p.org_id and a.id = p.account_id where p.org_id = ${ctx.orgId} and a.role = ${role}`.execute(
      tx,
    )
    return rows[0]?.value ?? 0
  })
}

test('a loss leaves from the oldest layer and goes against shrinkage; scrap against write-off', async () => {
  const { ctx, itemId, warehouseId } = await workedStock()
  await adjust(ctx, warehouseId, 'loss', 12)
  expect(await balanceOf(ctx, 'shrinkage')).toBe(5000)
  await adjust(ctx, warehouseId, 'scrap', 1)
  expect(await balanceOf(ctx, 'write_off')).toBe(500)
  expect(await balanceOf(ctx, 'inventory')).toBe(3500)
  expect(await stockOf(system, ctx, itemId, warehouseId)).toMatchObject({ on_hand: 7, available: 7 })
  expect(await findFaults(system, ctx)).toEqual([])
})

test('found goods come in at the current cost, or at a cost that is told', async () => {
  const { ctx, itemId, warehouseId } = await workedStock()
  await adjust(ctx, warehouseId, 'found', 2)
  expect(await balanceOf(ctx, 'shrinkage')).toBe(-800)
  await runCommand(system, ctx, adjustStock, {
    warehouse_id: warehouseId,
    kind: 'found',
    lines: [{ item_id: itemId, location_code: 'A-2', quantity: 3, lot: 'L7', unit_cost: { amount: 1995, scale: 3 } }],
  })
  expect(await balanceOf(ctx, 'shrinkage')).toBe(-800 - 599)
  const { data } = await runQuery(system, ctx, listLevels, { item_id: itemId })
  expect(new Set(data.map((level) => `${level.location_code} ${level.lot} ${level.on_hand}`))).toEqual(new Set(['A-1 null 22', 'A-2 L7 3']))
  expect(
    (await runQuery(system, ctx, listCostLayers, { item_id: itemId, open: true })).data.map((layer) => [
      layer.remaining_quantity,
      layer.remaining_value.amount,
      layer.assumed,
    ]),
  ).toEqual([
    [3, 599, false],
    [2, 800, true],
    [10, 5000, false],
    [10, 4000, false],
  ])
  expect(await findFaults(system, ctx)).toEqual([])
})

test('an adjustment is reversed once, at the cost the goods left with', async () => {
  const { ctx, itemId, warehouseId } = await workedStock()
  const { id } = await adjust(ctx, warehouseId, 'scrap', 15)
  const reversal = await runCommand(system, ctx, reverseAdjustment, { adjustment_id: id, note: 'wrong bin' })
  expect(await balanceOf(ctx, 'write_off')).toBe(0)
  expect(await balanceOf(ctx, 'inventory')).toBe(9000)
  expect(await refusalOf(runCommand(system, ctx, reverseAdjustment, { adjustment_id: id }))).toMatchObject({
    kind: 'conflict',
    code: 'inventory.already_reversed',
  })
  expect((await refusalOf(runCommand(system, ctx, reverseAdjustment, { adjustment_id: reversal.id }))).code).toBe(
    'inventory.reversal_of_reversal',
  )
  expect((await refusalOf(runCommand(system, ctx, reverseAdjustment, { adjustment_id: newId() }))).code).toBe('inventory.not_found')
  const found = await adjust(ctx, warehouseId, 'found', 1)
  await runCommand(system, ctx, reverseAdjustment, { adjustment_id: found.id })
  expect(await stockOf(system, ctx, itemId, warehouseId)).toMatchObject({ on_hand: 20 })
  expect(await runQuery(system, ctx, getAdjustment, { adjustment_id: id })).toMatchObject({
    kind: 'scrap',
    reversed_by_id: reversal.id,
    lines: [{ sku: 'A', quantity: 15, location_code: 'A-1' }],
  })
  expect((await runQuery(system, ctx, listAdjustments, {})).data.map((row) => row.number)).toEqual([4, 3, 2, 1])
  expect(await findFaults(system, ctx)).toEqual([])
})

test('every bad line of an adjustment is named at once', async () => {
  const { ctx, warehouseId } = await workedStock()
  await addItem(system, ctx, 'SERVICE', { kind: 'service' })
  const lines = [
    { sku: 'nope', location_code: 'A-1', quantity: 1 },
    { sku: 'SERVICE', location_code: 'A-1', quantity: 1 },
    { location_code: 'A-1', quantity: 1 },
  ]
  const bad = await refusalOf(runCommand(system, ctx, adjustStock, { warehouse_id: warehouseId, kind: 'loss', lines }))
  expect(bad.fields.map((field) => field.code)).toEqual(['unknown_item', 'item_not_stocked', 'item_once'])
  const places = await refusalOf(
    runCommand(system, ctx, adjustStock, {
      warehouse_id: warehouseId,
      kind: 'loss',
      lines: [
        { sku: 'A', location_code: 'ZZ', quantity: 1 },
        { sku: 'A', quantity: 1 },
      ],
    }),
  )
  expect(places.fields.map((field) => field.code)).toEqual(['unknown_location', 'location_once'])
  const cost = await refusalOf(
    runCommand(system, ctx, adjustStock, {
      warehouse_id: warehouseId,
      kind: 'loss',
      lines: [{ sku: 'A', location_code: 'A-1', quantity: 1, unit_cost: { amount: 1 } }],
    }),
  )
  expect(cost.fields[0]?.code).toBe('only_for_found')
  const lot = await refusalOf(
    runCommand(system, ctx, adjustStock, {
      warehouse_id: warehouseId,
      kind: 'loss',
      lines: [{ sku: 'A', location_code: 'A-1', quantity: 1, lot: 'none such' }],
    }),
  )
  expect(lot.fields[0]?.code).toBe('unknown_lot')
  const future = await refusalOf(
    runCommand(system, ctx, adjustStock, {
      warehouse_id: warehouseId,
      kind: 'loss',
      happened_at: '2999-01-01T00:00:00Z',
      lines: [{ sku: 'A', location_code: 'A-1', quantity: 1 }],
    }),
  )
  expect(future.fields[0]?.code).toBe('in_future')
  expect((await refusalOf(adjust(ctx, warehouseId, 'loss', 21))).code).toBe('inventory.insufficient_stock')
  const reader = testContext({ orgId: ctx.orgId, permissions: ['inventory.read'] })
  expect((await refusalOf(adjust(reader, warehouseId, 'loss', 1))).code).toBe('kernel.forbidden')
})

test('a fact is not refused because stock is promised: the lowest priority, latest promise waits', async () => {
  const { ctx, itemId, warehouseId } = await workedStock()
  const first = await promise(ctx, { itemId, warehouseId, quantity: 8 })
  const low = await promise(ctx, { itemId, warehouseId, quantity: 6, priority: 200 })
  const last = await promise(ctx, { itemId, warehouseId, quantity: 6 })
  lostPromises.length = 0
  await adjust(ctx, warehouseId, 'scrap', 9)
  expect(lostPromises.map((lost) => [lost.sourceLineId, lost.quantity])).toEqual([
    [low, 6],
    [last, 3],
  ])
  expect(await stockOf(system, ctx, itemId, warehouseId)).toMatchObject({ on_hand: 11, reserved: 11, available: 0, backordered: 9 })
  await receiveGoods(system, ctx, {
    itemId,
    locationId: (await runQuery(system, ctx, listLocations, { q: 'A-2' })).data[0]?.id ?? '',
    quantity: 4,
    valueMinor: 400,
  })
  const reserved = await readOnly(
    system.database,
    ctx,
    async (tx) =>
      (
        await sql<{
          id: string
          quantity: number
        }>`select source_line_id as id, quantity from inventory.reservation where org_id = ${ctx.orgId}`.execute(tx)
      ).rows,
  )
  expect(new Map(reserved.map((row) => [row.id, row.quantity]))).toEqual(
    new Map([
      [first, 8],
      [last, 6],
      [low, 1],
    ]),
  )
  expect(await findFaults(system, ctx)).toEqual([])
})

test('checkout holds give way before orders, expired ones first', async () => {
  const { ctx, itemId, warehouseId } = await workedStock()
  await promise(ctx, { itemId, warehouseId, quantity: 10 })
  const hold = { warehouse_id: warehouseId, sku: 'A', expires_at: new Date(Date.now() + 60_000).toISOString() }
  await runCommand(system, ctx, holdStock, { ...hold, quantity: 5, reference: 'early' })
  await runCommand(system, ctx, holdStock, { ...hold, quantity: 5, reference: 'late' })
  expect(await refusalOf(runCommand(system, ctx, holdStock, { ...hold, quantity: 1, reference: 'none' }))).toMatchObject({
    code: 'inventory.insufficient_stock',
  })
  lostPromises.length = 0
  await adjust(ctx, warehouseId, 'loss', 7)
  expect((await runQuery(system, ctx, listHolds, {})).data.map((row) => [row.reference, row.quantity])).toEqual([['early', 3]])
  expect(lostPromises).toEqual([])
  await adjust(ctx, warehouseId, 'loss', 5)
  expect(lostPromises.map((lost) => lost.quantity)).toEqual([2])
  expect(await findFaults(system, ctx)).toEqual([])
})

test('a hold ends when it is released or its time is over, and what is free again serves backorders', async () => {
  const { ctx, itemId, warehouseId } = await workedStock()
  const soon = new Date(Date.now() + 60_000).toISOString()
  const { id } = await runCommand(system, ctx, holdStock, {
    warehouse_id: warehouseId,
    sku: 'A',
    quantity: 20,
    reference: 'cart',
    expires_at: soon,
  })
  await inCommand(system, ctx, (run) =>
    promiseStock(
      run,
      [],
      [{ sourceId: newId(), sourceLineId: newId(), itemId, ownerId: ZERO_ID, quantity: 3, priority: 100, warehouseIds: [warehouseId] }],
    ),
  )
  expect(await runCommand(system, ctx, releaseHold, { stock_hold_id: id })).toEqual({ id, quantity: 20 })
  expect((await refusalOf(runCommand(system, ctx, releaseHold, { stock_hold_id: id }))).code).toBe('inventory.not_found')
  expect(await stockOf(system, ctx, itemId, warehouseId)).toMatchObject({ held: 0, reserved: 3, backordered: 0 })
  await runCommand(system, ctx, holdStock, { warehouse_id: warehouseId, sku: 'A', quantity: 2, reference: 'cart', expires_at: soon })
  const later = testContext({ orgId: ctx.orgId, clock: { now: () => new Date(Date.now() + 120_000) } })
  expect(await runCommand(system, later, expireHolds, {})).toEqual({ expired: 1 })
  expect(
    (
      await refusalOf(
        runCommand(system, later, holdStock, { warehouse_id: warehouseId, sku: 'A', quantity: 2, reference: 'cart', expires_at: soon }),
      )
    ).fields[0]?.code,
  ).toBe('in_past')
  expect(await findFaults(system, ctx)).toEqual([])
})

test('goods chosen for a pick may be moved or scrapped: the choice is lost and told', async () => {
  const { ctx, itemId, warehouseId, bins } = await workedStock()
  const pick = newId()
  await inCommand(system, ctx, (run) =>
    postGoods(run, {
      movements: [],
      allocate: [
        { sourceId: pick, locationId: bins['A-1'] ?? '', itemId, lotId: ZERO_ID, ownerId: ZERO_ID, quantity: 15, purpose: 'pick' },
      ],
    }),
  )
  const tooMuch = inCommand(system, ctx, (run) =>
    postGoods(run, {
      movements: [],
      allocate: [
        { sourceId: newId(), locationId: bins['A-1'] ?? '', itemId, lotId: ZERO_ID, ownerId: ZERO_ID, quantity: 6, purpose: 'pick' },
      ],
    }),
  )
  expect((await refusalOf(tooMuch)).code).toBe('inventory.insufficient_stock')
  lostAllocations.length = 0
  await runCommand(system, ctx, moveStock, {
    warehouse_id: warehouseId,
    lines: [{ sku: 'A', from_location_code: 'A-1', to_location_code: 'A-2', quantity: 8 }],
  })
  expect(lostAllocations).toMatchObject([{ sourceId: pick, quantity: 3, purpose: 'pick' }])
  const same = await refusalOf(
    runCommand(system, ctx, moveStock, {
      warehouse_id: warehouseId,
      lines: [{ sku: 'A', from_location_code: 'A-1', to_location_code: 'A-1', quantity: 8 }],
    }),
  )
  expect(same.fields[0]?.code).toBe('same_location')
  expect(await balanceOf(ctx, 'inventory')).toBe(9000)
  expect(await findFaults(system, ctx)).toEqual([])
})

test('a blocked bin sells nothing: promises and choices in it are freed, and served again when it opens', async () => {
  const { ctx, itemId, warehouseId, bins } = await workedStock()
  await runCommand(system, ctx, moveStock, {
    warehouse_id: warehouseId,
    lines: [{ sku: 'A', from_location_code: 'A-1', to_location_code: 'A-2', quantity: 5 }],
  })
  await promise(ctx, { itemId, warehouseId, quantity: 12 })
  await inCommand(system, ctx, (run) =>
    postGoods(run, {
      movements: [],
      allocate: [
        { sourceId: newId(), locationId: bins['A-1'] ?? '', itemId, lotId: ZERO_ID, ownerId: ZERO_ID, quantity: 12, purpose: 'pick' },
      ],
    }),
  )
  lostPromises.length = 0
  lostAllocations.length = 0
  const blocked = await runCommand(system, ctx, updateLocation, { location_id: bins['A-1'] ?? '', expected_version: 1, blocked: true })
  expect(blocked).toEqual({ id: bins['A-1'], version: 2, sellable: false })
  expect(lostPromises.map((lost) => lost.quantity)).toEqual([7])
  expect(lostAllocations.map((lost) => lost.quantity)).toEqual([12])
  expect(await stockOf(system, ctx, itemId, warehouseId)).toMatchObject({ on_hand: 5, reserved: 5, backordered: 7 })
  expect(
    (await refusalOf(runCommand(system, ctx, updateLocation, { location_id: bins['A-1'] ?? '', expected_version: 1, blocked: false })))
      .code,
  ).toBe('kernel.version_conflict')
  await runCommand(system, ctx, updateLocation, { location_id: bins['A-1'] ?? '', blocked: false, role: 'reserve' })
  expect(await stockOf(system, ctx, itemId, warehouseId)).toMatchObject({ on_hand: 20, reserved: 12, backordered: 0 })
  await runCommand(system, ctx, moveStock, {
    warehouse_id: warehouseId,
    lines: [{ sku: 'A', from_location_code: 'A-1', to_location_code: 'QUARANTINE', quantity: 15 }],
  })
  expect(await stockOf(system, ctx, itemId, warehouseId)).toMatchObject({ on_hand: 5, reserved: 5, backordered: 7 })
  expect(await findFaults(system, ctx)).toEqual([])
})

test('an average-cost item that was FIFO before carries all its open layers into one', async () => {
  const { ctx, itemId, warehouseId, bins } = await workedStock()
  const owner = await import('pg')
  const client = new owner.default.Client(system.ownerUrl)
  await client.connect()
  await client.query(`update catalog.item set cost_method = 'average' where id = $1`, [itemId])
  await client.end()
  await receiveGoods(system, ctx, { itemId, locationId: bins['A-2'] ?? '', quantity: 1, valueMinor: 1000 })
  expect((await runQuery(system, ctx, listCostLayers, { item_id: itemId, open: true })).data).toMatchObject([
    { remaining_quantity: 21, remaining_value: { amount: 10_000 } },
  ])
  await adjust(ctx, warehouseId, 'scrap', 2)
  expect(await balanceOf(ctx, 'write_off')).toBe(952)
  expect(await findFaults(system, ctx)).toEqual([])
})

test('stock at a past instant: as it was, as it was known, and with balances rolled by month', async () => {
  const ctx = testContext()
  await provisionStock(system, ctx)
  const { bins } = await openStockRoom(system, ctx)
  const itemId = await addItem(system, ctx, 'A')
  const locationId = bins['A-1'] ?? ''
  await receiveGoods(system, ctx, { itemId, locationId, quantity: 10, valueMinor: 0, happenedAt: new Date('2025-01-10T00:00:00Z') })
  const known = new Date()
  await new Promise((resolve) => setTimeout(resolve, 5))
  await runCommand(system, ctx, adjustStock, {
    warehouse_id: (await runQuery(system, ctx, listWarehouses, {})).data[0]?.id ?? '',
    kind: 'loss',
    happened_at: '2025-01-05T00:00:00Z',
    lines: [{ sku: 'A', location_code: 'A-1', quantity: 4 }],
  })
  const at = async (instant: string, known_at?: string) =>
    (await runQuery(system, ctx, listStockAt, { at: instant, ...(known_at === undefined ? {} : { known_at }) })).data.map((row) => [
      row.on_hand,
      row.recorded_late,
    ])
  const ask = async () => [
    await at('2025-01-06T00:00:00Z'),
    await at('2025-01-20T00:00:00Z'),
    await at('2025-03-20T00:00:00Z'),
    await at('2025-01-20T00:00:00Z', known.toISOString()),
    await at('2025-01-01T00:00:00Z'),
  ]
  const expected = [[[-4, true]], [[6, false]], [[6, false]], [[10, false]], []]
  expect(await ask()).toEqual(expected)
  await expect
    .poll(() => sealOrganization(system.database, ctx.orgId).then(() => rollMonthBalances(system.database, ctx.orgId, new Date())), {
      timeout: 20_000,
    })
    .toBeGreaterThan(0)
  expect(await rollMonthBalances(system.database, ctx.orgId, new Date())).toBe(0)
  expect(await ask()).toEqual(expected)
  await receiveGoods(system, ctx, { itemId, locationId, quantity: 1, valueMinor: 0, happenedAt: new Date('2025-01-02T00:00:00Z') })
  expect(await at('2025-03-20T00:00:00Z')).toEqual([[7, false]])
  // Nearer to February: its balance less what came between, and what the roll had not seen: 6 + 1, and the 2 of the 28th from then on.
  await receiveGoods(system, ctx, { itemId, locationId, quantity: 2, valueMinor: 0, happenedAt: new Date('2025-01-28T00:00:00Z') })
  expect(await at('2025-01-20T00:00:00Z')).toEqual([[7, false]])
  expect(await at('2025-01-29T00:00:00Z')).toEqual([[9, false]])
  expect(await findFaults(system, ctx)).toEqual([])
  await expect
    .poll(
      () =>
        sealOrganization(system.database, ctx.orgId).then(() =>
          rollMonthBalances(system.database, ctx.orgId, new Date(Date.now() + 40 * 86_400_000)),
        ),
      { timeout: 20_000 },
    )
    .toBeGreaterThan(0)
  expect(await at('2025-01-20T00:00:00Z')).toEqual([[7, false]])
  expect(await at('2025-01-29T00:00:00Z')).toEqual([[9, false]])
  expect(await at('2025-03-20T00:00:00Z')).toEqual([[9, false]])
  expect(await findFaults(system, ctx)).toEqual([])
  expect((await runQuery(system, ctx, listLevels, { at: '2025-01-06T00:00:00Z' })).data).toMatchObject([
    { on_hand: -3, recorded_late: true, allocated: null },
  ])
})

test('lists are paged, filtered, and the low-stock list follows its thresholds', async () => {
  const { ctx, itemId, warehouseId } = await workedStock()
  const other = await addItem(system, ctx, 'B')
  await runCommand(system, ctx, setThreshold, { warehouse_id: warehouseId, sku: 'A', threshold: 21 })
  await runCommand(system, ctx, setThreshold, { warehouse_id: warehouseId, item_id: other, threshold: 5 })
  expect((await runQuery(system, ctx, listLowStock, {})).data).toMatchObject([
    { sku: 'A', available: 20, threshold: 21 },
    { sku: 'B', available: 0, threshold: 5 },
  ])
  await runCommand(system, ctx, setThreshold, { warehouse_id: warehouseId, sku: 'A', threshold: 0 })
  expect((await runQuery(system, ctx, listStock, { low: true })).data.map((row) => row.sku)).toEqual(['B'])
  const page = await runQuery(system, ctx, listStock, { limit: 1 })
  expect(page.data.map((row) => row.sku)).toEqual(['A'])
  expect((await runQuery(system, ctx, listStock, { limit: 1, cursor: page.next_cursor ?? '' })).data.map((row) => row.sku)).toEqual(['B'])
  expect((await runQuery(system, ctx, listStock, { q: 'item b' })).data.map((row) => row.item_id)).toEqual([other])
  const moves = await runQuery(system, ctx, listMovements, { item_id: itemId, limit: 1 })
  expect(moves.data).toMatchObject([{ sku: 'A', quantity: 10, from_location_code: 'supplier', to_location_code: 'A-1', reason: 'receipt' }])
  expect((await runQuery(system, ctx, listMovements, { item_id: itemId, limit: 5, cursor: moves.next_cursor ?? '' })).data).toHaveLength(1)
  await promise(ctx, { itemId, warehouseId, quantity: 4 })
  const explained = await runQuery(system, ctx, explainAvailable, { warehouse_id: warehouseId, sku: 'A' })
  expect(explained.rows.reduce((sum, row) => sum + row.counts, 0)).toBe(explained.available)
  expect(explained).toMatchObject({ on_hand: 20, reserved: 4, available: 16, rows_left_out: 0 })
})

test('a receipt taken back and a loss in one posting do not take the same layer twice', async () => {
  const { ctx, itemId, bins, warehouseId } = await workedStock()
  const first = (await runQuery(system, ctx, listMovements, { item_id: itemId })).data.at(-1)
  await inCommand(system, ctx, async (run) => {
    const { supplier, shrinkage } = await virtualLocations(run.tx, ctx.orgId)
    const goods = {
      itemId,
      lotId: ZERO_ID,
      ownerId: ZERO_ID,
      fromLocationId: bins['A-1'] ?? '',
      happenedAt: run.now,
      sourceType: 'goods_receipt',
      sourceId: newId(),
      sourceLineId: newId(),
    }
    await postGoods(run, {
      movements: [
        {
          ...goods,
          quantity: 10,
          toLocationId: supplier,
          reason: 'receipt_reversal',
          reversesSeq: first?.seq ?? 0,
          cost: { kind: 'own_layer', openedBySeq: first?.seq ?? 0 },
        },
        { ...goods, quantity: 1, toLocationId: shrinkage, reason: 'loss' },
      ],
    })
  })
  expect(await balanceOf(ctx, 'shrinkage')).toBe(500)
  expect(await stockOf(system, ctx, itemId, warehouseId)).toMatchObject({ on_hand: 9 })
  expect(await findFaults(system, ctx)).toEqual([])
})
