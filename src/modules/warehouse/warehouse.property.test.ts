import fc from 'fast-check'
import { sql } from 'kysely'
import pg from 'pg'
import { expect, test } from 'vitest'
import { faultsOf, placeOrder, putBackAll, receive, standInOrders } from '../../../test/support/floor.ts'
import { addItem, openStockRoom, provisionStock } from '../../../test/support/stock.ts'
import { testContext, useSystem } from '../../../test/support/system.ts'
import { runs } from '../../../test/support/runs.ts'
import type { Context } from '../../kernel/context.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import { DomainError } from '../../kernel/errors.ts'
import { runBatch, runCommand } from '../../kernel/runner.ts'
import { provisionCarriers } from '../carriers/index.ts'
import { createOrganization } from '../identity/index.ts'
import { adjustStock, moveStock, updateLocation } from '../inventory/index.ts'
import {
  cancelShipments,
  combineShipments,
  createGoodsReceipt,
  deliverShipments,
  loseShipment,
  packShipments,
  pickFound,
  pickGoods,
  postGoodsReceipt,
  receiveReturn,
  refuseShipment,
  releaseShipments,
  reverseGoodsReceipt,
  shipShipments,
  shortPick,
  splitShipment,
  verifyWarehouse,
  voidShipment,
} from './index.ts'

const system = useSystem(standInOrders)

const quantity = fc.integer({ min: 1, max: 9 })
const sku = fc.constantFrom('FIFO', 'AVERAGE')
const bin = fc.constantFrom('A-1', 'A-1', 'A-2', 'RECEIVING')
const anyBin = fc.constantFrom('A-1', 'A-2', 'RECEIVING', 'STAGING', 'QUARANTINE')
const which = fc.nat({ max: 5 })

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('receive' as const),
      sku,
      bin,
      quantity: fc.integer({ min: 1, max: 25 }),
      cost: fc.integer({ min: 0, max: 999 }),
      lot: fc.option(fc.constant('L1'), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expect' as const), sku, quantity }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('post' as const), quantity, which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reverse' as const), which }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('order' as const), sku, other: sku, quantity, service: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('release' as const) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('pick' as const), part: fc.boolean(), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pack' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('ship' as const), part: fc.boolean(), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deliver' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('putBack' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('split' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('combine' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('shorten' as const), damaged: fc.boolean(), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('find' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('void' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refuse' as const), part: fc.boolean(), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('losePart' as const), part: fc.boolean(), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('return' as const), sku, quantity, named: fc.boolean(), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('lose' as const), sku, bin: anyBin, quantity }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), sku, bin: anyBin, to: anyBin, quantity }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('block' as const), bin: fc.constantFrom('A-1', 'A-2'), blocked: fc.boolean() }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

interface World {
  ctx: Context
  warehouseId: string
  bins: Record<string, string>
  items: Record<string, string>
}

async function openWorld(): Promise<World> {
  const ctx = testContext()
  await runCommand(system, ctx, createOrganization, { name: 'Floor', time_zone: 'Europe/Belgrade', base_currency: 'EUR', language: 'en' })
  await provisionStock(system, ctx)
  await inTransaction(system.database, ctx.orgId, (tx) => provisionCarriers(tx, ctx.orgId, ctx.clock.now()))
  const room = await openStockRoom(system, ctx)
  const items = {
    FIFO: await addItem(system, ctx, 'FIFO'),
    AVERAGE: await addItem(system, ctx, 'AVERAGE', { costMethod: 'average' }),
    SERVICE: await addItem(system, ctx, 'SERVICE', { kind: 'service' }),
  }
  return { ctx, ...room, items }
}

/** Ids that a condition on one table finds, in the order they were made. */
function idsOf(ctx: Context, table: string, condition: string): Promise<string[]> {
  return readOnly(system.database, ctx, async (tx) => {
    const { rows } = await sql<{
      id: string
    }>`select id from warehouse.${sql.raw(table)} where org_id = ${ctx.orgId} and ${sql.raw(condition)} order by id limit 50`.execute(tx)
    return rows.map((row) => row.id)
  })
}

function at<T>(list: readonly T[], index: number): T | undefined {
  return list[list.length === 0 ? 0 : index % list.length]
}

/** One step of a day on the floor; refusals are answers, everything else is a bug. */
async function take(world: World, today: Step): Promise<unknown> {
  const { ctx, warehouseId, items } = world
  switch (today.do) {
    case 'receive':
      return receive(system, ctx, {
        sku: today.sku,
        quantity: today.quantity,
        cost: today.cost,
        location: today.bin,
        ...(today.lot === undefined ? {} : { lot: today.lot }),
      })
    case 'expect':
      return runCommand(system, ctx, createGoodsReceipt, {
        kind: 'supplier',
        warehouse_code: 'W1',
        supplier_name: 'Slow',
        currency: 'EUR',
        lines: [{ sku: today.sku, expected_quantity: today.quantity, unit_cost: { amount: 333, scale: 3 } }],
      })
    case 'post': {
      const id = at(await idsOf(ctx, 'goods_receipt', "status <> 'reversed'"), today.which)
      const line = id === undefined ? undefined : (await idsOf(ctx, 'goods_receipt_line', `receipt_id = '${id}'`))[0]
      return line === undefined
        ? null
        : runCommand(system, ctx, postGoodsReceipt, { goods_receipt_id: id, lines: [{ line_id: line, quantity: today.quantity }] })
    }
    case 'reverse': {
      const id = at(await idsOf(ctx, 'goods_receipt', "status <> 'reversed'"), today.which)
      return id === undefined ? null : runCommand(system, ctx, reverseGoodsReceipt, { goods_receipt_id: id, reason: 'wrong' })
    }
    case 'order': {
      const lines = [
        { itemId: items[today.sku] ?? '', quantity: today.quantity },
        ...(today.sku === today.other ? [] : [{ itemId: items[today.other] ?? '', quantity: 2 }]),
      ]
      return placeOrder(system, ctx, {
        warehouseId,
        lines: today.service ? [...lines, { itemId: items['SERVICE'] ?? '', quantity: 1, supply: 'none' }] : lines,
      })
    }
    case 'lose':
      return runCommand(system, ctx, adjustStock, {
        warehouse_id: warehouseId,
        kind: 'loss',
        lines: [{ sku: today.sku, location_code: today.bin, quantity: today.quantity }],
      })
    case 'move':
      return runCommand(system, ctx, moveStock, {
        warehouse_id: warehouseId,
        lines: [{ sku: today.sku, from_location_code: today.bin, to_location_code: today.to, quantity: today.quantity }],
      })
    case 'block':
      return runCommand(system, ctx, updateLocation, { location_id: world.bins[today.bin] ?? '', blocked: today.blocked })
    case 'return':
      return takeBack(world, today)
    case 'putBack':
    case 'split':
    case 'combine':
    case 'shorten':
    case 'find':
    case 'void':
    case 'refuse':
    case 'losePart':
      return offPath(ctx, today)
    default:
      return onFloor(ctx, today)
  }
}

async function onFloor(
  ctx: Context,
  today: Extract<Step, { do: 'release' | 'pick' | 'pack' | 'ship' | 'deliver' | 'cancel' }>,
): Promise<unknown> {
  switch (today.do) {
    case 'release': {
      const ids = await idsOf(ctx, 'shipment', "status in ('planned', 'released')")
      return ids.length === 0 ? null : runCommand(system, ctx, releaseShipments, { shipment_ids: ids })
    }
    case 'pick': {
      const picks = await readOnly(
        system.database,
        ctx,
        async (tx) =>
          (
            await sql<{
              id: string
              open: number
            }>`select id, quantity - picked_quantity as open from warehouse.pick where org_id = ${ctx.orgId} and status = 'open' order by id`.execute(
              tx,
            )
          ).rows,
      )
      const chosen = today.part ? [at(picks, today.which)].filter((pick) => pick !== undefined) : picks
      return chosen.length === 0
        ? null
        : runBatch(
            system,
            ctx,
            pickGoods,
            chosen.map((pick) => ({ pick_id: pick.id, quantity: today.part ? Math.ceil(pick.open / 2) : pick.open })),
          )
    }
    case 'pack': {
      const ids = await idsOf(ctx, 'shipment', "status in ('picked', 'packed')")
      return ids.length === 0
        ? null
        : runBatch(
            system,
            ctx,
            packShipments,
            ids.map((id) => ({ shipment_id: id, parcels: [{ weight_g: 500 }] })),
          )
    }
    case 'ship': {
      const id = at(await idsOf(ctx, 'shipment', "status in ('released', 'picked', 'packed')"), today.which)
      if (id === undefined) return null
      const lines = await idsOf(ctx, 'shipment_line', `shipment_id = '${id}' and picked_quantity > 0 and supply = 'stock'`)
      const part = today.part && lines.length > 0 ? { lines: [{ shipment_line_id: at(lines, today.which), quantity: 1 }] } : {}
      return runBatch(system, ctx, shipShipments, [{ shipment_id: id, ...part }])
    }
    case 'deliver': {
      const ids = await idsOf(ctx, 'shipment', "status = 'shipped'")
      return ids.length === 0
        ? null
        : runBatch(
            system,
            ctx,
            deliverShipments,
            ids.slice(0, 1).map((id) => ({ shipment_id: id })),
          )
    }
    default: {
      const id = at(await idsOf(ctx, 'shipment', "status in ('planned', 'released', 'picked', 'packed')"), today.which)
      return id === undefined ? null : runBatch(system, ctx, cancelShipments, [{ shipment_id: id, reason: 'raced' }])
    }
  }
}

/** What happens beside the straight path. */
async function offPath(
  ctx: Context,
  today: Extract<Step, { do: 'putBack' | 'split' | 'combine' | 'shorten' | 'find' | 'void' | 'refuse' | 'losePart' }>,
): Promise<unknown> {
  switch (today.do) {
    case 'putBack':
      return (await putBackAll(system, ctx)) || null
    case 'split': {
      const id = at(await idsOf(ctx, 'shipment', "status in ('planned', 'released', 'picked')"), today.which)
      const line = id === undefined ? undefined : (await idsOf(ctx, 'shipment_line', `shipment_id = '${id}' and quantity > 1`))[0]
      return line === undefined
        ? null
        : runCommand(system, ctx, splitShipment, { shipment_id: id, lines: [{ line_id: line, quantity: 1 }] })
    }
    case 'combine': {
      const ids = await idsOf(ctx, 'shipment', "status in ('planned', 'released')")
      return ids.length < 2 ? null : runCommand(system, ctx, combineShipments, { shipment_ids: ids.slice(0, 2) })
    }
    case 'shorten': {
      const id = at(await idsOf(ctx, 'pick', "status = 'open'"), today.which)
      return id === undefined
        ? null
        : runCommand(system, ctx, shortPick, { pick_id: id, quantity: 1, reason: today.damaged ? 'damaged' : 'not_found' })
    }
    case 'find': {
      const line = at(await idsOf(ctx, 'shipment_line', "quantity > picked_quantity and supply = 'stock'"), today.which)
      return line === undefined ? null : runCommand(system, ctx, pickFound, { shipment_line_id: line, location_code: 'A-2', quantity: 1 })
    }
    case 'void': {
      const id = at(
        await idsOf(
          ctx,
          'shipment',
          "status = 'shipped' and not exists (select from warehouse.shipment_line l where l.org_id = shipment.org_id and l.shipment_id = shipment.id and l.returned_quantity + l.refused_quantity + l.lost_quantity > 0)",
        ),
        today.which,
      )
      return id === undefined ? null : runCommand(system, ctx, voidShipment, { shipment_id: id, reason: 'mistake' })
    }
    default: {
      const left = 'l.shipped_quantity > l.returned_quantity + l.refused_quantity + l.lost_quantity'
      const sent = `status = 'shipped' and exists (select from warehouse.shipment_line l where l.org_id = shipment.org_id and l.shipment_id = shipment.id and l.supply = 'stock' and ${left})`
      const id = at(await idsOf(ctx, 'shipment', sent), today.which)
      const line =
        id === undefined
          ? undefined
          : (
              await idsOf(
                ctx,
                'shipment_line',
                `shipment_id = '${id}' and supply = 'stock' and shipped_quantity > returned_quantity + refused_quantity + lost_quantity`,
              )
            )[0]
      if (line === undefined) return null
      const part = today.part ? { lines: [{ line_id: line, quantity: 1 }] } : {}
      return today.do === 'refuse'
        ? runCommand(system, ctx, refuseShipment, { shipment_id: id, reason: 'refused', ...part })
        : runCommand(system, ctx, loseShipment, { shipment_id: id, reason: 'gone', ...part })
    }
  }
}

async function takeBack({ ctx }: World, today: Extract<Step, { do: 'return' }>): Promise<unknown> {
  const line = at(await idsOf(ctx, 'shipment_line', "shipped_quantity > 0 and supply = 'stock'"), today.which)
  const named = today.named && line !== undefined
  return runCommand(system, ctx, receiveReturn, {
    warehouse_code: 'W1',
    reason: 'back',
    lines: [
      {
        ...(named ? { shipment_line_id: line } : { sku: today.sku }),
        quantity: named ? 1 : today.quantity,
        location_code: today.quantity > 4 ? 'A-1' : 'RETURNS',
      },
    ],
  })
}

/** A day in which each kind of step finds something to do. */
const wholeDay: Step[] = [
  { do: 'receive', sku: 'FIFO', bin: 'A-1', quantity: 20, cost: 400, lot: undefined },
  { do: 'expect', sku: 'FIFO', quantity: 5 },
  { do: 'post', quantity: 2, which: 1 },
  { do: 'order', sku: 'FIFO', other: 'AVERAGE', quantity: 6, service: true },
  { do: 'release' },
  { do: 'pick', part: true, which: 0 },
  { do: 'pick', part: false, which: 0 },
  { do: 'pack' },
  { do: 'ship', part: true, which: 0 },
  { do: 'return', sku: 'FIFO', quantity: 1, named: true, which: 0 },
  { do: 'release' },
  { do: 'cancel', which: 0 },
  { do: 'putBack' },
  { do: 'release' },
  { do: 'order', sku: 'FIFO', other: 'FIFO', quantity: 5, service: false },
  { do: 'split', which: 1 },
  { do: 'combine' },
  { do: 'release' },
  { do: 'shorten', damaged: false, which: 0 },
  { do: 'find', which: 0 },
  { do: 'pick', part: false, which: 0 },
  { do: 'ship', part: false, which: 0 },
  { do: 'void', which: 0 },
  { do: 'ship', part: false, which: 0 },
  { do: 'losePart', part: true, which: 0 },
  { do: 'refuse', part: false, which: 0 },
  { do: 'lose', sku: 'FIFO', bin: 'A-1', quantity: 9 },
  { do: 'receive', sku: 'AVERAGE', bin: 'A-2', quantity: 9, cost: 333, lot: undefined },
  { do: 'release' },
  { do: 'receive', sku: 'FIFO', bin: 'RECEIVING', quantity: 25, cost: 410, lot: undefined },
  { do: 'order', sku: 'FIFO', other: 'FIFO', quantity: 4, service: false },
  { do: 'release' },
  { do: 'pick', part: false, which: 0 },
  { do: 'ship', part: false, which: 0 },
  { do: 'ship', part: false, which: 0 },
  { do: 'ship', part: false, which: 1 },
  { do: 'refuse', part: true, which: 0 },
  { do: 'refuse', part: false, which: 0 },
]

/** How often each kind of step did something, so that the property does not pass on an idle floor. */
const done = new Map<string, number>()

test('whatever happens on the floor, in whatever order, every number still is the sum of its rows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 40 }), async (days) => {
      const world = await openWorld()
      for (const [index, today] of days.entries()) {
        try {
          // oxlint-disable-next-line no-await-in-loop -- a story has an order
          const answer = await take(world, today)
          if (answer !== null) done.set(today.do, (done.get(today.do) ?? 0) + 1)
        } catch (error) {
          if (!(error instanceof DomainError)) throw error
          if (!['rule', 'conflict', 'invalid'].includes(error.kind)) throw error
        }
        // oxlint-disable-next-line no-await-in-loop -- after each step
        expect(await faultsOf(system, world.ctx), `after step ${index} ${JSON.stringify(today)}`).toEqual([])
      }
    }),
    { ...runs(20), endOnFailure: true, examples: [[wholeDay]] },
  )
  for (const kind of [
    'release',
    'pick',
    'pack',
    'ship',
    'cancel',
    'return',
    'lose',
    'post',
    'putBack',
    'split',
    'combine',
    'shorten',
    'find',
    'void',
    'refuse',
    'losePart',
  ])
    expect(done.get(kind) ?? 0, kind).toBeGreaterThan(0)
}, 240_000)

test.each([
  ['V2', 'update warehouse.goods_receipt_line set received_quantity = received_quantity + 1'],
  ['V2', 'update warehouse.pick set picked_quantity = picked_quantity - 1 where picked_quantity > 0'],
  [
    'V2',
    'update warehouse.shipment_line set shipped_quantity = shipped_quantity - 1, quantity = quantity - 1, picked_quantity = picked_quantity - 1, returned_quantity = 0 where shipped_quantity > 1',
  ],
  ['V2', 'with s as (delete from warehouse.return_line_state) delete from warehouse.return_receipt_line'],
  ['V2', 'update warehouse.return_receipt_line set quantity = quantity + 1'],
  ['V3', "update warehouse.pick set quantity = quantity + 1 where status = 'open'"],
  ['V3', "delete from inventory.allocation where purpose = 'staged'"],
  ['V4', 'update inventory.expected_supply set quantity = quantity + 1'],
  ['V8', 'update warehouse.goods_receipt_line set received_value_minor = received_value_minor + 1 where received_quantity > 0'],
])('%s finds: %s', async (id, change) => {
  const world = await openWorld()
  const { ctx } = world
  await receive(system, ctx, { sku: 'FIFO', quantity: 20, location: 'A-1' })
  await take(world, { do: 'expect', sku: 'FIFO', quantity: 3 })
  for (const today of [
    { do: 'order', sku: 'FIFO', other: 'FIFO', quantity: 4, service: false },
    { do: 'release' },
    { do: 'pick', part: false, which: 0 },
    { do: 'ship', part: false, which: 0 },
    { do: 'return', sku: 'FIFO', quantity: 1, named: true, which: 0 },
    { do: 'order', sku: 'FIFO', other: 'FIFO', quantity: 3, service: false },
    { do: 'release' },
    { do: 'pick', part: true, which: 0 },
  ] satisfies Step[]) {
    // oxlint-disable-next-line no-await-in-loop -- a story has an order
    await take(world, today)
  }
  expect(await faultsOf(system, ctx)).toEqual([])
  const owner = new pg.Client({ connectionString: system.ownerUrl })
  await owner.connect()
  try {
    await owner.query(`${change}${change.includes(' where ') ? ' and' : ' where'} org_id = ${ctx.orgId}`)
  } finally {
    await owner.end()
  }
  const checks = await readOnly(system.database, ctx, (tx) => verifyWarehouse(tx, ctx.orgId))
  expect(checks.filter((check) => check.counterexample !== null).map((check) => check.id)).toContain(id)
})
