import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { refusalOf, testContext, useSystem } from '../../../../test/support/system.ts'
import type { Context } from '../../../kernel/context.ts'
import { inTransaction, readOnly } from '../../../kernel/database.ts'
import { newId } from '../../../kernel/ids.ts'
import { runCommand } from '../../../kernel/runner.ts'
import { provisionCatalog } from '../../../modules/catalog/index.ts'
import { createWarehouse, provisionInventory } from '../../../modules/inventory/index.ts'
import { provisionLedger } from '../../../modules/ledger/index.ts'
import { loadOpeningFiles } from './load-opening.ts'
import { acceptOpening } from './openings.ts'

const system = useSystem()

async function business(): Promise<Context> {
  const ctx = testContext()
  await inTransaction(system.database, ctx.orgId, async (tx) => {
    await provisionLedger(tx, ctx.orgId)
    await provisionCatalog(tx, ctx.orgId)
    await provisionInventory(tx, ctx.orgId, new Date())
    await sql`insert into orders.channel (org_id, id, code, name, kind, created_at) values (${ctx.orgId}, ${newId()}, 'shop', 'Shop', 'shop', now())`.execute(
      tx,
    )
  })
  await runCommand(system, ctx, createWarehouse, { code: 'BG', name: 'Beograd', country: 'RS', postcode: '11000' })
  return ctx
}

const FILES = {
  items: 'sku,name,price\nCUP,Cup,9.99\nMUG,Mug,12.50\n',
  customers: 'external_id,name,email\nC1,Ana Anić,ana@example.com\n',
  stock: 'sku,warehouse,quantity,unit_cost\nCUP,BG,10,4.00\nMUG,BG,4,5.25\n',
  orders:
    'channel,external_id,sku,quantity,ship_name,ship_line1,ship_city,ship_country\nshop,O-1,CUP,2,Ana Anić,Knez Mihailova 1,Beograd,RS\n',
}

const load = (ctx: Context, files: Partial<typeof FILES>) =>
  loadOpeningFiles(
    system,
    ctx,
    Object.entries(files).map(([part, text]) => ({ name: `${part}.csv`, content: Buffer.from(text) })),
  )

async function countsOf(ctx: Context) {
  return readOnly(system.database, ctx, async (tx) => {
    const { rows } = await sql`
      select (select count(*)::int from catalog.item where org_id = ${ctx.orgId}) as items, (select count(*)::int from parties.party where org_id = ${ctx.orgId}) as parties,
             (select count(*)::int from orders.sales_order where org_id = ${ctx.orgId}) as orders,
             (select coalesce(sum(remaining_value_minor), 0)::int from inventory.cost_layer where org_id = ${ctx.orgId}) as value,
             (select coalesce(sum(reserved), 0)::int from inventory.stock_position where org_id = ${ctx.orgId}) as reserved,
             (select coalesce(sum(p.base_amount), 0)::int from ledger.posting p join ledger.account a on a.org_id = p.org_id and a.id = p.account_id
               where p.org_id = ${ctx.orgId} and a.role = 'opening_equity') as equity`.execute(tx)
    return rows[0]
  })
}

const NOTHING = { items: 0, parties: 0, orders: 0, value: 0, reserved: 0, equity: 0 }

// 10 cups at 4.00 are 40.00, 4 mugs at 5.25 are 21.00: 61.00. The order is 2 × 9.99 = 19.98.
const TOTALS = { items: 2, customers: 1, stock_units: 14, stock_value: 6100, open_orders: 1, open_orders_total: 1998 }

test('an opening is computed without writing, refused with every difference, and accepted in one piece when the totals match', async () => {
  const ctx = await business()
  const opening = await load(ctx, FILES)
  expect(opening).toMatchObject({ status: 'loaded', computed: TOTALS, problem_count: 0 })
  expect(await countsOf(ctx)).toEqual(NOTHING)

  const refusal = await refusalOf(
    runCommand(system, ctx, acceptOpening, { opening_id: opening.id, totals: { ...TOTALS, stock_value: 6150, open_orders: 2 } }),
  )
  expect(refusal.code).toBe('imports.totals_differ')
  expect(refusal.detail['differences']).toEqual([
    { total: 'stock_value', stated: 6150, computed: 6100 },
    { total: 'open_orders', stated: 2, computed: 1 },
  ])
  expect(await countsOf(ctx)).toEqual(NOTHING)

  await runCommand(system, ctx, acceptOpening, { opening_id: opening.id, totals: TOTALS })
  // The order holds 2 of the 10 cups; the whole value stands against opening equity.
  expect(await countsOf(ctx)).toEqual({ items: 2, parties: 1, orders: 1, value: 6100, reserved: 2, equity: -6100 })
  expect((await refusalOf(runCommand(system, ctx, acceptOpening, { opening_id: opening.id, totals: TOTALS }))).code).toBe(
    'imports.opening_closed',
  )
})

test('faults are named with sheet, row and column, and nothing is ever written', async () => {
  const ctx = await business()
  const opening = await load(ctx, { ...FILES, stock: 'sku,warehouse,quantity,unit_cost\nCUP,XX,10,4.00\nNONE,BG,1,1\nMUG,BG,-4,5.25\n' })
  expect(opening.problems.map(({ part, row, column }) => [part, row, column])).toEqual([
    ['stock', 2, 'warehouse'],
    ['stock', 3, 'sku'],
    ['stock', 4, 'quantity'],
  ])
  const refusal = await refusalOf(runCommand(system, ctx, acceptOpening, { opening_id: opening.id, totals: TOTALS }))
  expect(refusal.code).toBe('imports.opening_refused')
  expect(await countsOf(ctx)).toEqual(NOTHING)
  expect((await load(ctx, { items: 'code,name\nA,B\n' })).problems[0]).toMatchObject({ part: 'items', code: 'header.missing', row: 1 })
  expect((await refusalOf(loadOpeningFiles(system, ctx, [{ name: 'x.csv', content: Buffer.from('a') }]))).code).toBe('imports.no_parts')
})
