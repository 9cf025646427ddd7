import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { addItem, findFaults, inCommand, openStockRoom, provisionStock, receiveGoods } from '../../../test/support/stock.ts'
import { testContext, useSystem } from '../../../test/support/system.ts'
import { runs } from '../../../test/support/runs.ts'
import type { Context } from '../../kernel/context.ts'
import { readOnly } from '../../kernel/database.ts'
import { DomainError } from '../../kernel/errors.ts'
import { newId, ZERO_ID } from '../../kernel/ids.ts'
import { runCommand } from '../../kernel/runner.ts'
import {
  adjustStock,
  type Allocation,
  chooseBins,
  holdStock,
  lockPositions,
  moveStock,
  positionKey,
  postGoods,
  promiseStock,
  readAllocations,
  readFreeStock,
  releaseHold,
  releasePromises,
  type ReservationRelease,
  updateLocation,
  virtualLocations,
} from './index.ts'

const system = useSystem()

const quantity = fc.integer({ min: 1, max: 12 })
const item = fc.nat({ max: 1 })
const anyBin = fc.constantFrom('A-1', 'A-2', 'RECEIVING', 'STAGING', 'QUARANTINE')
/** Goods gather in few bins, so that most steps find some. */
const bin = fc.oneof({ weight: 3, arbitrary: fc.constant('A-1') }, { weight: 1, arbitrary: anyBin })

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('receive' as const),
      item,
      bin,
      quantity: fc.integer({ min: 1, max: 25 }),
      value: fc.integer({ min: 0, max: 999 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('adjust' as const),
      item,
      bin,
      quantity,
      kind: fc.constantFrom('loss', 'found', 'scrap', 'damage'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('move' as const), item, bin, to: anyBin, quantity }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('block' as const), bin, blocked: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unblock' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('hold' as const), item, quantity }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release_hold' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('order' as const), item, quantity, priority: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pick' as const), onlyChoose: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ship' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('return' as const), quantity }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

interface World {
  ctx: Context
  warehouseId: string
  bins: Record<string, string>
  items: string[]
}

async function openWorld(): Promise<World> {
  const ctx = testContext()
  await provisionStock(system, ctx)
  const room = await openStockRoom(system, ctx)
  return { ctx, ...room, items: [await addItem(system, ctx, 'FIFO'), await addItem(system, ctx, 'AVERAGE', { costMethod: 'average' })] }
}

/** One step of a day; refusals are answers, everything else is a bug. */
async function take(world: World, today: Step): Promise<void> {
  const { ctx, warehouseId, bins } = world
  const itemId = world.items['item' in today ? today.item : 0] ?? ''
  switch (today.do) {
    case 'receive':
      return void (await receiveGoods(system, ctx, {
        itemId,
        locationId: bins[today.bin] ?? '',
        quantity: today.quantity,
        valueMinor: today.value,
      }))
    case 'adjust':
      return void (await runCommand(system, ctx, adjustStock, {
        warehouse_id: warehouseId,
        kind: today.kind,
        lines: [{ item_id: itemId, location_code: today.bin, quantity: today.quantity }],
      }))
    case 'move':
      return void (await runCommand(system, ctx, moveStock, {
        warehouse_id: warehouseId,
        lines: [{ item_id: itemId, from_location_code: today.bin, to_location_code: today.to, quantity: today.quantity }],
      }))
    case 'block':
      return void (await runCommand(system, ctx, updateLocation, { location_id: bins[today.bin] ?? '', blocked: today.blocked }))
    case 'unblock':
      return void (await runCommand(system, ctx, updateLocation, { location_id: bins['A-1'] ?? '', blocked: false }))
    case 'hold':
      return void (await runCommand(system, ctx, holdStock, {
        warehouse_id: warehouseId,
        item_id: itemId,
        quantity: today.quantity,
        reference: 'cart',
        expires_at: new Date(Date.now() + 60_000).toISOString(),
      }))
    case 'release_hold':
      return void (await runCommand(system, ctx, releaseHold, { stock_hold_id: (await firstOf(ctx, 'stock_hold', 'id')) ?? newId() }))
    case 'order':
      return order(world, itemId, today)
    case 'cancel':
      return cancel(world)
    case 'pick':
      return pick(world, today.onlyChoose)
    case 'ship':
      return ship(world)
    case 'return':
      return takeBack(world, today.quantity)
  }
}

function order({ ctx, warehouseId }: World, itemId: string, today: { quantity: number; priority: number }): Promise<void> {
  return inCommand(system, ctx, async (run) => {
    const key = { itemId, warehouseId, ownerId: ZERO_ID }
    const position = (await lockPositions(run.tx, ctx.orgId, [key])).get(positionKey(key))
    const available = (position?.onHand ?? 0) - (position?.reserved ?? 0) - (position?.held ?? 0)
    const reserved = Math.max(0, Math.min(today.quantity, available))
    const line = { sourceId: newId(), sourceLineId: newId(), itemId, ownerId: ZERO_ID, priority: today.priority }
    const missing = today.quantity - reserved
    await promiseStock(
      run,
      reserved > 0 ? [{ ...line, warehouseId, quantity: reserved }] : [],
      missing > 0 ? [{ ...line, quantity: missing, warehouseIds: [warehouseId] }] : [],
    )
  })
}

async function firstOf(ctx: Context, table: string, column: string): Promise<string | undefined> {
  return readOnly(system.database, ctx, async (tx) => {
    const { rows } = await sql<{
      id: string
    }>`select ${sql.ref(column)} as id from inventory.${sql.raw(table)} where org_id = ${ctx.orgId} order by 1 limit 1`.execute(tx)
    return rows[0]?.id
  })
}

async function readReservations(ctx: Context): Promise<ReservationRelease[]> {
  return readOnly(system.database, ctx, async (tx) => {
    const { rows } = await sql<ReservationRelease>`
      select source_line_id as "sourceLineId", warehouse_id as "warehouseId", item_id as "itemId", owner_id as "ownerId", quantity from inventory.reservation where org_id = ${ctx.orgId} order by source_line_id`.execute(
      tx,
    )
    return rows
  })
}

async function cancel({ ctx }: World): Promise<void> {
  const [reservation] = await readReservations(ctx)
  if (reservation !== undefined)
    await inCommand(system, ctx, (run) => releasePromises(run, [{ ...reservation, quantity: Math.ceil(reservation.quantity / 2) }]))
}

/** Chooses bins for the first reservation and, unless the picker is late, stages what was found for its line. */
async function pick({ ctx, bins }: World, onlyChoose: boolean): Promise<void> {
  const [reservation] = await readReservations(ctx)
  if (reservation === undefined) return
  const pickId = newId()
  const choices = await inCommand(system, ctx, async (run) => {
    await lockPositions(run.tx, ctx.orgId, [reservation])
    const staged = (await readAllocations(run.tx, ctx.orgId, [reservation.sourceLineId])).reduce((sum, part) => sum + part.quantity, 0)
    const need = { ...reservation, needId: pickId, quantity: reservation.quantity - staged }
    const { chosen } = chooseBins(need.quantity > 0 ? [need] : [], await readFreeStock(run.tx, ctx.orgId, [need]))
    await postGoods(run, { movements: [], allocate: chosen.map((bin): Allocation => ({ ...bin, sourceId: pickId, purpose: 'pick' })) })
    return chosen
  })
  if (onlyChoose) return
  const staging = bins['STAGING'] ?? ''
  await inCommand(system, ctx, (run) =>
    postGoods(run, {
      movements: choices.map((bin) => ({
        itemId: bin.itemId,
        lotId: bin.lotId,
        ownerId: bin.ownerId,
        quantity: bin.quantity,
        fromLocationId: bin.locationId,
        toLocationId: staging,
        happenedAt: run.now,
        reason: 'pick',
        sourceType: 'pick',
        sourceId: newId(),
        sourceLineId: pickId,
      })),
      deallocate: choices.map((bin): Allocation => ({ ...bin, sourceId: pickId, purpose: 'pick' })),
      allocate: choices.map((bin): Allocation => ({ ...bin, sourceId: reservation.sourceLineId, locationId: staging, purpose: 'staged' })),
    }),
  )
}

/** Ships what stands staged for a line, as far as it is still reserved. */
async function ship({ ctx, bins }: World): Promise<void> {
  for (const reservation of await readReservations(ctx)) {
    const parts = (await readOnly(system.database, ctx, (tx) => readAllocations(tx, ctx.orgId, [reservation.sourceLineId]))).filter(
      (part) => part.locationId === bins['STAGING'],
    )
    const total = parts.reduce((sum, part) => sum + part.quantity, 0)
    if (total === 0 || total > reservation.quantity) continue
    const deallocate = parts
    await inCommand(system, ctx, async (run) => {
      const { customer } = await virtualLocations(run.tx, ctx.orgId)
      await postGoods(run, {
        movements: parts.map((part) => ({
          itemId: part.itemId,
          lotId: part.lotId,
          ownerId: part.ownerId,
          quantity: part.quantity,
          fromLocationId: part.locationId,
          toLocationId: customer,
          happenedAt: run.now,
          reason: 'ship',
          sourceType: 'shipment',
          sourceId: newId(),
          sourceLineId: reservation.sourceLineId,
        })),
        deallocate,
        release: [{ ...reservation, quantity: total }],
      })
    })
    return
  }
}

/** A return of any shipped line, also more than was shipped: the cost of the surplus is assumed. */
async function takeBack({ ctx, bins }: World, wanted: number): Promise<void> {
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{ itemId: string; lineId: string }>`
    select item_id as "itemId", source_line_id as "lineId" from inventory.stock_movement where org_id = ${ctx.orgId} and reason = 'ship' order by seq desc limit 1`.execute(
      tx,
    ),
  )
  const [shipped] = rows
  if (shipped === undefined) return
  await inCommand(system, ctx, async (run) => {
    const { customer } = await virtualLocations(run.tx, ctx.orgId)
    await postGoods(run, {
      movements: [
        {
          itemId: shipped.itemId,
          lotId: ZERO_ID,
          ownerId: ZERO_ID,
          quantity: wanted,
          fromLocationId: customer,
          toLocationId: bins['RETURNS'] ?? '',
          happenedAt: run.now,
          reason: 'return',
          sourceType: 'return_receipt',
          sourceId: newId(),
          sourceLineId: newId(),
          cost: { kind: 'back', shippedLineId: shipped.lineId },
        },
      ],
    })
  })
}

test('whatever happens in whatever order, every number proves itself', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (days) => {
      const world = await openWorld()
      for (const today of days) {
        try {
          await take(world, today)
        } catch (error) {
          if (!(error instanceof DomainError)) throw error
        }
      }
      expect(await findFaults(system, world.ctx)).toEqual([])
    }),
    { ...runs(40), endOnFailure: false },
  )
}, 120_000)

test('after each single step of one long day every number proves itself', async () => {
  const world = await openWorld()
  for (const today of fc.sample(step, { numRuns: 200, seed: 20_251 })) {
    try {
      await take(world, today)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
    }
    expect([today, await findFaults(system, world.ctx)]).toEqual([today, []])
  }
  // The day has met what it is meant to meet.
  const met = await readOnly(system.database, world.ctx, async (tx) => {
    const { rows } = await sql<{ name: string }>`
      select distinct reason as name from inventory.stock_movement where org_id = ${world.ctx.orgId} union select distinct type from kernel.event where org_id = ${world.ctx.orgId}`.execute(
      tx,
    )
    return rows.map((row) => row.name)
  })
  expect(met).toEqual(
    expect.arrayContaining([
      'receipt',
      'loss',
      'found',
      'scrap',
      'damage',
      'move',
      'pick',
      'ship',
      'return',
      'inventory.promises_lost',
      'inventory.allocations_lost',
      'inventory.backorders_reserved',
      'inventory.stock_hold_lost',
    ]),
  )
}, 120_000)
