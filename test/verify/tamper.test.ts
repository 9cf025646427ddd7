import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Context } from '../../src/kernel/context.ts'
import { type Database, openDatabase, type Tx } from '../../src/kernel/database.ts'
import { newId, ZERO_ID } from '../../src/kernel/ids.ts'
import { runCommand } from '../../src/kernel/runner.ts'
import { sealOrganization, verifySeals } from '../../src/kernel/seal.ts'
import type { CheckResult } from '../../src/kernel/verify.ts'
import { verifyEvents } from '../../src/kernel/verify-events.ts'
import {
  adjustStock,
  holdStock,
  lockPositions,
  moveStock,
  postGoods,
  promiseStock,
  reverseAdjustment,
  rollMonthBalances,
  verifyInventory,
  virtualLocations,
} from '../../src/modules/inventory/index.ts'
import { verifyLedger } from '../../src/modules/ledger/index.ts'
import { createParty } from '../../src/modules/parties/index.ts'
import { type Check, verify } from '../../src/modules/reports/index.ts'
import { addItem, inCommand, openStockRoom, provisionStock, receiveGoods } from '../support/stock.ts'
import { testContext, useSystem } from '../support/system.ts'

/** The checks of goods, books, chains and events. The goods here are promised to lines of no order, so the checks of orders stay out. */
const CHECKS: readonly Check[] = [
  ({ tx, ctx }) => verifyInventory(tx, ctx.orgId),
  ({ tx, ctx }) => verifyLedger(tx, ctx.orgId),
  ({ tx, ctx, now }) => verifySeals(tx, ctx.orgId, now),
  ({ tx, ctx, now }) => verifyEvents(tx, ctx.orgId, now),
]

/** Rows in a block of the chains here: several blocks of few rows. */
const BLOCK_ROWS = 4

const system = useSystem()
const ctx = testContext()
let owner: Database

beforeAll(async () => {
  await buildBusiness(ctx)
  await vi.waitFor(
    async () => {
      await sealOrganization(system.database, ctx.orgId, { blockRows: BLOCK_ROWS })
      expect(await rollMonthBalances(system.database, ctx.orgId, new Date(Date.now() + 40 * 86_400_000))).toBeGreaterThan(0)
    },
    { timeout: 30_000, interval: 200 },
  )
  owner = openDatabase(system.ownerUrl, { maxConnections: 1 })
})
afterAll(() => owner.close())

/** Receipts in two bins and a lot, promises, a pick, staged goods, a shipment with its return, adjustments, a move, a hold, a backorder. */
async function buildBusiness(ctx: Context): Promise<void> {
  await provisionStock(system, ctx)
  const { warehouseId, bins } = await openStockRoom(system, ctx)
  const itemId = await addItem(system, ctx, 'A')
  await addItem(system, ctx, 'B')
  const [first = '', second = '', staging = '', returns = ''] = [bins['A-1'], bins['A-2'], bins['STAGING'], bins['RETURNS']]
  await receiveGoods(system, ctx, {
    itemId,
    locationId: first,
    quantity: 30,
    valueMinor: 3000,
    happenedAt: new Date(Date.now() - 70 * 86_400_000),
  })
  await receiveGoods(system, ctx, { itemId, locationId: first, quantity: 20, valueMinor: 4000 })
  const adjust = (kind: string, quantity: number, lot?: string) =>
    runCommand(system, ctx, adjustStock, {
      warehouse_id: warehouseId,
      kind,
      lines: [{ sku: 'A', location_code: 'A-1', quantity, ...(lot === undefined ? {} : { lot }) }],
    })
  await adjust('found', 5, 'L1')
  const { id } = await adjust('scrap', 2)
  await runCommand(system, ctx, reverseAdjustment, { adjustment_id: id })
  await adjust('loss', 1)
  await runCommand(system, ctx, moveStock, {
    warehouse_id: warehouseId,
    lines: [{ sku: 'A', from_location_code: 'A-1', to_location_code: 'A-2', quantity: 6 }],
  })
  await runCommand(system, ctx, holdStock, {
    warehouse_id: warehouseId,
    sku: 'A',
    quantity: 3,
    reference: 'cart',
    expires_at: new Date(Date.now() + 86_400_000).toISOString(),
  })
  await runCommand(system, ctx, createParty, {
    name: 'Ana Anić',
    email: 'ana@example.com',
    is_customer: true,
    is_supplier: false,
    tax_ids: [],
    addresses: [],
  })
  const line = newId()
  const goods = { itemId, lotId: ZERO_ID, ownerId: ZERO_ID }
  await inCommand(system, ctx, async (run) => {
    await lockPositions(run.tx, ctx.orgId, [{ ...goods, warehouseId }])
    const order = { ...goods, sourceId: newId(), priority: 100 }
    await promiseStock(
      run,
      [{ ...order, sourceLineId: line, warehouseId, quantity: 10 }],
      [{ ...order, sourceLineId: newId(), quantity: 4, warehouseIds: [] }],
    )
    await postGoods(run, {
      movements: [],
      allocate: [
        { ...goods, sourceId: newId(), locationId: second, quantity: 2, purpose: 'pick' },
        { ...goods, sourceId: line, locationId: second, quantity: 1, purpose: 'staged' },
      ],
    })
  })
  await inCommand(system, ctx, async (run) => {
    const { customer } = await virtualLocations(run.tx, ctx.orgId)
    const shipment = { ...goods, happenedAt: run.now, sourceType: 'shipment', sourceId: newId(), sourceLineId: line }
    await postGoods(run, {
      movements: [
        {
          ...shipment,
          quantity: 7,
          fromLocationId: first,
          toLocationId: staging,
          reason: 'pick',
          sourceType: 'pick',
          sourceLineId: newId(),
        },
      ],
    })
    await postGoods(run, {
      movements: [{ ...shipment, quantity: 7, fromLocationId: staging, toLocationId: customer, reason: 'ship' }],
      release: [{ ...goods, sourceLineId: line, warehouseId, quantity: 7 }],
    })
    await postGoods(run, {
      movements: [
        {
          ...shipment,
          quantity: 3,
          fromLocationId: customer,
          toLocationId: returns,
          reason: 'return',
          sourceType: 'return_receipt',
          sourceLineId: newId(),
          cost: { kind: 'back', shippedLineId: line },
        },
      ],
    })
  })
}

/** Ids of the checks that find a fault after the table was broken by hand; nothing of it is kept. */
async function faultsAfter(statement: string, options: { sealed: boolean }): Promise<string[]> {
  return owner.kysely.connection().execute(async (tx: Tx) => {
    await sql
      .raw(
        `begin; select set_config('tefter.org_id', '${ctx.orgId}', true), set_config('tefter.test_item_b', (select id::text from catalog.item where org_id = ${ctx.orgId} and sku = 'B'), true)`,
      )
      .execute(tx)
    try {
      if (!options.sealed)
        await sql
          .raw(
            `delete from inventory.month_balance where org_id = ${ctx.orgId}; delete from kernel.seal where org_id = ${ctx.orgId}; delete from kernel.seal_horizon where org_id = ${ctx.orgId}`,
          )
          .execute(tx)
      const { rows } = await sql<{ broken: number }>`${sql.raw(statement)}`.execute(tx)
      expect(rows.length, `${statement} touched a row`).toBeGreaterThan(0)
      const results: CheckResult[] = []
      for (const check of CHECKS) results.push(...[await check({ tx, ctx, now: new Date() })].flat())
      const found = new Set(results.filter((result) => result.counterexample !== null).map((result) => result.id))
      return [...found].toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
    } finally {
      await sql.raw('rollback').execute(tx)
    }
  })
}

const org = () => ctx.orgId
const B = `current_setting('tefter.test_item_b')::uuid`
const lot = (table: string) => `(select id from inventory.lot l where l.org_id = ${table}.org_id and l.code = 'L1')`
const of = (table: string, reason: string) => `${table}.org_id = ${org()} and ${table}.reason = '${reason}'`
const NEW_OWNER = () =>
  `with o as (insert into inventory.owner (org_id, id, code) values (${org()}, gen_random_uuid(), 'consignor') returning id)`

/** A way to break a table: what, the statement (answers the rows it touched), and who must see it. V10 only where it is sealed. */
type Breakage = [table: string, how: string, statement: () => string, faults: string[]]

const BREAKAGES: Breakage[] = [
  [
    'stock_movement',
    'quantity altered',
    () => `update inventory.stock_movement m set quantity = quantity + 1 where ${of('m', 'loss')} returning 1`,
    ['V1', 'V2', 'V7', 'V10'],
  ],
  [
    'stock_movement',
    'pick quantity altered',
    () => `update inventory.stock_movement m set quantity = quantity + 1 where ${of('m', 'pick')} returning 1`,
    ['V1', 'V10'],
  ],
  [
    'stock_movement',
    'time altered',
    () => `update inventory.stock_movement m set happened_at = happened_at - interval '1 second' where ${of('m', 'pick')} returning 1`,
    ['V10'],
  ],
  [
    'stock_movement',
    'actor altered',
    () => `update inventory.stock_movement m set actor_id = gen_random_uuid() where ${of('m', 'ship')} returning 1`,
    ['V10'],
  ],
  [
    'stock_movement',
    'source of an unknown kind',
    () => `update inventory.stock_movement m set source_type = 'gift' where ${of('m', 'ship')} returning 1`,
    ['V2', 'V10'],
  ],
  [
    'stock_movement',
    'entry taken away',
    () => `update inventory.stock_movement m set entry_id = null where ${of('m', 'ship')} returning 1`,
    ['V2', 'V10'],
  ],
  [
    'stock_movement',
    'lot swapped',
    () => `update inventory.stock_movement m set lot_id = ${lot('m')} where ${of('m', 'loss')} returning 1`,
    ['V1', 'V2', 'V7', 'V10'],
  ],
  [
    'stock_movement',
    'owner swapped',
    () => `${NEW_OWNER()} update inventory.stock_movement m set owner_id = o.id from o where ${of('m', 'loss')} returning 1`,
    ['V1', 'V2', 'V7', 'V10'],
  ],
  ['stock_movement', 'deleted', () => `delete from inventory.stock_movement m where ${of('m', 'pick')} returning 1`, ['V1', 'V10']],
  [
    'stock_movement',
    'move deleted',
    () => `delete from inventory.stock_movement m where ${of('m', 'move')} returning 1`,
    ['V1', 'V2', 'V10'],
  ],
  [
    'stock_movement',
    'inserted at the end',
    () => `insert into inventory.stock_movement (org_id, item_id, lot_id, owner_id, quantity, from_location_id, to_location_id, happened_at, recorded_at, actor_kind, reason, source_type, source_id, source_line_id, command_id)
    select org_id, item_id, lot_id, owner_id, 1, from_location_id, to_location_id, happened_at, now(), 'system', 'pick', 'pick', source_id, source_line_id, command_id from inventory.stock_movement m where ${of('m', 'pick')} returning 1`,
    ['V1'],
  ],
  [
    'stock_movement',
    'inserted into what is sealed',
    () => `insert into inventory.stock_movement (org_id, seq, item_id, lot_id, owner_id, quantity, from_location_id, to_location_id, happened_at, recorded_at, actor_kind, reason, source_type, source_id, source_line_id, command_id) overriding system value
    select org_id, -1, item_id, lot_id, owner_id, 1, from_location_id, to_location_id, happened_at, now(), 'system', 'pick', 'pick', source_id, source_line_id, command_id from inventory.stock_movement m where ${of('m', 'pick')} returning 1`,
    ['V1', 'V10'],
  ],
  [
    'stock_level',
    'altered',
    () => `update inventory.stock_level set on_hand = on_hand + 1 where org_id = ${org()} and allocated > 0 returning 1`,
    ['V1', 'V4'],
  ],
  [
    'stock_level',
    'deleted',
    () => `delete from inventory.stock_level where org_id = ${org()} and allocated > 0 returning 1`,
    ['V1', 'V3', 'V4'],
  ],
  [
    'stock_level',
    'inserted',
    () =>
      `insert into inventory.stock_level (org_id, location_id, item_id, lot_id, owner_id, on_hand) select org_id, id, ${B}, '${ZERO_ID}', '${ZERO_ID}', 1 from inventory.location where org_id = ${org()} and code = 'RETURNS' returning 1`,
    ['V1'],
  ],
  [
    'stock_level',
    'lot swapped',
    () =>
      `update inventory.stock_level l set lot_id = ${lot('l')} where org_id = ${org()} and location_id = (select id from inventory.location where org_id = ${org()} and code = 'RETURNS') returning 1`,
    ['V1'],
  ],
  [
    'stock_level',
    'owner swapped',
    () =>
      `${NEW_OWNER()} update inventory.stock_level l set owner_id = o.id from o where l.org_id = ${org()} and allocated > 0 returning 1`,
    ['V1', 'V3', 'V4'],
  ],
  [
    'stock_level',
    'allocated altered',
    () => `update inventory.stock_level set allocated = allocated - 1 where org_id = ${org()} and allocated > 0 returning 1`,
    ['V3'],
  ],
  [
    'allocation',
    'altered',
    () => `update inventory.allocation set quantity = quantity + 1 where org_id = ${org()} and purpose = 'pick' returning 1`,
    ['V3'],
  ],
  ['allocation', 'deleted', () => `delete from inventory.allocation where org_id = ${org()} and purpose = 'staged' returning 1`, ['V3']],
  [
    'allocation',
    'lot swapped',
    () => `update inventory.allocation a set lot_id = ${lot('a')} where org_id = ${org()} and purpose = 'pick' returning 1`,
    ['V3'],
  ],
  [
    'allocation',
    'inserted',
    () =>
      `insert into inventory.allocation select org_id, gen_random_uuid(), location_id, item_id, lot_id, owner_id, 1, 'pick' from inventory.allocation where org_id = ${org()} and purpose = 'pick' returning 1`,
    ['V3'],
  ],
  [
    'stock_position',
    'on hand altered',
    () => `update inventory.stock_position set on_hand = on_hand + 1 where org_id = ${org()} returning 1`,
    ['V4'],
  ],
  [
    'stock_position',
    'reserved altered',
    () => `update inventory.stock_position set reserved = reserved - 1 where org_id = ${org()} and reserved > 0 returning 1`,
    ['V4'],
  ],
  [
    'stock_position',
    'held altered',
    () => `update inventory.stock_position set held = held + 1 where org_id = ${org()} and held > 0 returning 1`,
    ['V4'],
  ],
  ['stock_position', 'deleted', () => `delete from inventory.stock_position where org_id = ${org()} returning 1`, ['V4']],
  [
    'stock_position',
    'inserted',
    () =>
      `insert into inventory.stock_position (org_id, warehouse_id, item_id, owner_id, on_hand) select org_id, id, ${B}, '${ZERO_ID}', 1 from inventory.warehouse where org_id = ${org()} returning 1`,
    ['V4'],
  ],
  ['reservation', 'altered', () => `update inventory.reservation set quantity = quantity + 1 where org_id = ${org()} returning 1`, ['V4']],
  ['reservation', 'deleted', () => `delete from inventory.reservation where org_id = ${org()} returning 1`, ['V4']],
  [
    'reservation',
    'inserted',
    () =>
      `insert into inventory.reservation select org_id, gen_random_uuid(), warehouse_id, item_id, owner_id, source_id, 1, 100, promised_at from inventory.reservation where org_id = ${org()} returning 1`,
    ['V4'],
  ],
  [
    'reservation',
    'owner swapped',
    () => `${NEW_OWNER()} update inventory.reservation r set owner_id = o.id from o where org_id = ${org()} returning 1`,
    ['V4'],
  ],
  ['stock_hold', 'altered', () => `update inventory.stock_hold set quantity = quantity - 1 where org_id = ${org()} returning 1`, ['V4']],
  ['stock_hold', 'deleted', () => `delete from inventory.stock_hold where org_id = ${org()} returning 1`, ['V4']],
  [
    'location',
    'made unsellable by hand',
    () => `update inventory.location set blocked = true where org_id = ${org()} and code = 'A-2' returning 1`,
    ['V4'],
  ],
  [
    'cost_layer',
    'value altered',
    () => `update inventory.cost_layer set value_minor = value_minor + 1 where org_id = ${org()} and quantity = 30 returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_layer',
    'remaining value altered',
    () =>
      `update inventory.cost_layer set remaining_value_minor = remaining_value_minor + 1 where org_id = ${org()} and remaining_quantity > 0 returning 1`,
    ['V7'],
  ],
  [
    'cost_layer',
    'remaining quantity altered',
    () =>
      `update inventory.cost_layer set remaining_quantity = remaining_quantity - 1 where org_id = ${org()} and remaining_quantity > 1 returning 1`,
    ['V7'],
  ],
  [
    'cost_layer',
    'deleted',
    () =>
      `delete from inventory.cost_layer l where org_id = ${org()} and not exists (select from inventory.cost_use u where u.org_id = l.org_id and l.id in (u.layer_id, u.into_layer_id)) and not exists (select from inventory.cost_layer o where o.org_id = l.org_id and o.origin_layer_id = l.id) returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_layer',
    'inserted',
    () => `insert into inventory.cost_layer (org_id, id, owner_id, warehouse_id, item_id, lot_id, received_at, quantity, value_minor, remaining_quantity, remaining_value_minor, movement_seq, source_type, source_line_id, recorded_at)
    select org_id, gen_random_uuid(), owner_id, warehouse_id, item_id, lot_id, received_at, 1, 0, 1, 0, movement_seq, source_type, source_line_id, recorded_at from inventory.cost_layer where org_id = ${org()} and quantity = 30 returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_layer',
    'lot swapped',
    () => `update inventory.cost_layer l set lot_id = ${lot('l')} where org_id = ${org()} and quantity = 20 returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_layer',
    'owner swapped',
    () => `${NEW_OWNER()} update inventory.cost_layer l set owner_id = o.id from o where l.org_id = ${org()} and quantity = 20 returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_use',
    'value altered',
    () => `update inventory.cost_use set value_minor = value_minor + 1 where org_id = ${org()} and kind = 'consumed' returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_use',
    'quantity altered',
    () => `update inventory.cost_use set quantity = quantity + 1 where org_id = ${org()} and kind = 'consumed' returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_use',
    'deleted',
    () =>
      `delete from inventory.cost_use u where org_id = ${org()} and kind = 'consumed' and not exists (select from inventory.cost_use r where r.org_id = u.org_id and r.of_use_seq = u.seq) returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_use',
    'more given back than was used',
    () => `update inventory.cost_use set quantity = quantity + 100 where org_id = ${org()} and kind = 'returned' returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_use',
    'what came back deleted',
    () => `delete from inventory.cost_use where org_id = ${org()} and kind = 'returned' returning 1`,
    ['V2'],
  ],
  [
    'adjustment_line',
    'quantity altered',
    () => `update inventory.adjustment_line set quantity = quantity + 1 where org_id = ${org()} returning 1`,
    ['V2'],
  ],
  [
    'adjustment_line',
    'lot swapped',
    () => `update inventory.adjustment_line l set lot_id = ${lot('l')} where org_id = ${org()} returning 1`,
    ['V2'],
  ],
  [
    'adjustment_line',
    'owner swapped',
    () => `${NEW_OWNER()} update inventory.adjustment_line l set owner_id = o.id from o where l.org_id = ${org()} returning 1`,
    ['V2'],
  ],
  ['adjustment_line', 'deleted', () => `delete from inventory.adjustment_line where org_id = ${org()} returning 1`, ['V2']],
  [
    'adjustment_line',
    'inserted',
    () =>
      `insert into inventory.adjustment_line select org_id, gen_random_uuid(), adjustment_id, 99, location_id, item_id, lot_id, owner_id, 1, null, 2, false from inventory.adjustment_line where org_id = ${org()} returning 1`,
    ['V2'],
  ],
  [
    'stock_move_line',
    'quantity altered',
    () => `update inventory.stock_move_line set quantity = quantity + 1 where org_id = ${org()} returning 1`,
    ['V2'],
  ],
  ['stock_move_line', 'deleted', () => `delete from inventory.stock_move_line where org_id = ${org()} returning 1`, ['V2']],
  [
    'month_balance',
    'altered',
    () => `update inventory.month_balance set on_hand = on_hand + 1 where org_id = ${org()} returning 1`,
    ['V1'],
  ],
  [
    'month_balance',
    'deleted',
    () =>
      `delete from inventory.month_balance where org_id = ${org()} and month = (select min(month) from inventory.month_balance where org_id = ${org()}) returning 1`,
    ['V1'],
  ],
  [
    'journal_entry',
    'date altered',
    () => `update ledger.journal_entry set accounting_date = accounting_date - 1 where org_id = ${org()} returning 1`,
    ['V6', 'V10'],
  ],
  ['journal_entry', 'memo altered', () => `update ledger.journal_entry set memo = 'x' where org_id = ${org()} returning 1`, ['V10']],
  [
    'posting',
    'amount altered',
    () =>
      `update ledger.posting p set base_amount = base_amount + 1 from ledger.account a where a.id = p.account_id and a.role = 'shrinkage' and p.org_id = ${org()} returning 1`,
    ['V2', 'V6', 'V10'],
  ],
  [
    'posting',
    'both sides altered',
    () => `update ledger.posting p set base_amount = base_amount * 2 where p.org_id = ${org()} returning 1`,
    ['V2', 'V6', 'V7', 'V10'],
  ],
  [
    'posting',
    'account swapped',
    () =>
      `update ledger.posting p set account_id = (select id from ledger.account b where b.org_id = p.org_id and b.role = 'rounding') from ledger.account a where a.id = p.account_id and a.role = 'inventory' and p.org_id = ${org()} returning 1`,
    ['V2', 'V7', 'V10'],
  ],
  ['posting', 'party altered', () => `update ledger.posting set party_id = gen_random_uuid() where org_id = ${org()} returning 1`, ['V10']],
  [
    'posting',
    'deleted',
    () =>
      `delete from ledger.posting p using ledger.account a where a.id = p.account_id and a.role = 'inventory' and p.org_id = ${org()} returning 1`,
    ['V2', 'V6', 'V7', 'V10'],
  ],
  [
    'event',
    'payload altered',
    () => `update kernel.event set payload = payload || '{"x": 1}' where org_id = ${org()} returning 1`,
    ['V10'],
  ],
  [
    'event',
    'actor taken away',
    () => `update kernel.event set actor_id = null where org_id = ${org()} and actor_kind = 'user' returning 1`,
    ['V10', 'V12'],
  ],
  [
    'event',
    'command altered',
    () => `update kernel.event set of_events = of_events + 1 where org_id = ${org()} returning 1`,
    ['V10', 'V12'],
  ],
  [
    'event',
    'deleted',
    () => `delete from kernel.event where org_id = ${org()} and type = 'inventory.location_created' and ordinal = 1 returning 1`,
    ['V10', 'V12'],
  ],
  [
    'event_personal',
    'altered',
    () => `update kernel.event_personal set personal = personal || '{"name": "Eva"}' where org_id = ${org()} returning 1`,
    ['V10'],
  ],
  ['event_personal', 'deleted', () => `delete from kernel.event_personal where org_id = ${org()} returning 1`, ['V10']],
  [
    'event_personal',
    'erased by request: no fault',
    () => `update kernel.event_personal set personal = null, erased_at = now() where org_id = ${org()} returning 1`,
    [],
  ],
  [
    'event_failure',
    'failing for two days',
    () =>
      `insert into kernel.event_failure (org_id, consumer, event_seq, last_error, retry_at, first_failed_at) select org_id, 'webhooks', seq, 'no answer', now(), now() - interval '2 days' from kernel.event where org_id = ${org()} limit 1 returning 1`,
    ['V12'],
  ],
  [
    'event_cursor',
    'stuck for a day',
    () => `with aged as (update kernel.event set recorded_at = recorded_at - interval '1 day' where org_id = ${org()} and xid < pg_snapshot_xmin(pg_current_snapshot()) returning 1)
    insert into kernel.event_cursor (consumer, xid, seq, moved_at) select 'stuck', '0', 0, now() - interval '1 day' where exists (select from aged) returning 1`,
    ['V10', 'V12'],
  ],
]

const SEAL_BREAKAGES: Breakage[] = [
  [
    'seal',
    'digest altered',
    () => `update kernel.seal set digest = sha256('x') where org_id = ${org()} and chain = 'event' and block = 1 returning 1`,
    ['V10'],
  ],
  [
    'seal',
    'block deleted',
    () => `delete from kernel.seal where org_id = ${org()} and chain = 'stock_movement' and block = 1 returning 1`,
    ['V10'],
  ],
  [
    'seal',
    'block in the middle deleted',
    () => `delete from kernel.seal where org_id = ${org()} and chain = 'event' and block = 2 returning 1`,
    ['V10'],
  ],
  [
    'seal',
    'range altered',
    () => `update kernel.seal set last_seq = last_seq - 1 where org_id = ${org()} and chain = 'journal_entry' and block = 1 returning 1`,
    ['V10'],
  ],
]

test('the untouched business is clean, and no check of it is empty', async () => {
  const { ok, checks } = await verify(system, ctx, CHECKS)
  expect(checks.filter((check) => !check.ok)).toEqual([])
  expect(checks.map((check) => check.id)).toEqual(['V1', 'V2', 'V3', 'V4', 'V6', 'V7', 'V10', 'V12'])
  expect(ok).toBe(true)
})

describe('a table broken by hand', () => {
  test.for([...BREAKAGES, ...SEAL_BREAKAGES])('%s: %s', async ([, , statement, faults]) => {
    expect(await faultsAfter(statement(), { sealed: true })).toEqual(faults)
  })
})

describe('the same before anything is sealed: only V10 and the balances do not see it', () => {
  test.for(BREAKAGES.filter(([table]) => table !== 'month_balance'))('%s: %s', async ([table, , statement, faults]) => {
    expect(await faultsAfter(statement(), { sealed: false })).toEqual(
      table === 'event_personal' ? faults : faults.filter((id) => id !== 'V10'),
    )
  })
})
