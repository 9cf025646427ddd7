import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import {
  createTestItems,
  findFaultsOfBusiness,
  openBusiness,
  openWarehouse,
  receiveStock,
  useBusiness,
} from '../../../test/support/organization.ts'
import type { Context } from '../../kernel/context.ts'
import { inTransaction, openDatabase, readOnly } from '../../kernel/database.ts'
import { runBatch, runCommand, runQuery } from '../../kernel/runner.ts'
import type { CheckResult } from '../../kernel/verify.ts'
import { pickShipment, receiveReturn, releaseShipments, shipShipment } from '../warehouse/index.ts'
import { cancelOrder } from './commands/cancel-order.ts'
import { placeOrders } from './commands/place-orders.ts'
import { recordPayment } from './commands/record-payment.ts'
import { getOrder } from './queries/get-order.ts'
import { verifyOrders } from './verify-orders.ts'

const system = useBusiness()
let ctx: Context
const ids: string[] = []

/** Orders in every state: shipped, returned in part, partly canceled, held, backordered, a kit, tax on top, paid, refunded, collected. */
beforeAll(async () => {
  ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'W1')
  await createTestItems(system, ctx, [
    { sku: 'A' },
    { sku: 'B', price: { amount: 333, scale: 2, currency: 'EUR' } },
    { sku: 'WRAP', kind: 'service' },
  ])
  await createTestItems(system, ctx, [
    {
      sku: 'KIT',
      kind: 'kit',
      components: [
        { sku: 'A', quantity: 1 },
        { sku: 'B', quantity: 2 },
      ],
    },
  ])
  await receiveStock(system, ctx, 'W1', { A: 20, B: 20 })
  const base = { channel: 'manual', currency: 'EUR', ship_to: { name: 'Ana', line1: 'Bulevar 1', city: 'Novi Sad', country: 'RS' } }
  const orders = [
    {
      ...base,
      external_id: 'V-1',
      lines: [
        { sku: 'A', quantity: 3 },
        { sku: 'B', quantity: 3 },
        { sku: 'WRAP', quantity: 1 },
      ],
      charges: [{ kind: 'shipping', amount: 360 }],
      discounts: [{ amount: 101 }],
      payments: [{ kind: 'captured', amount: 100, reference: 'p' }],
    },
    {
      ...base,
      external_id: 'V-2',
      prices_include_tax: false,
      payment_terms: 'cash_on_delivery',
      lines: [
        { sku: 'KIT', quantity: 2 },
        { sku: 'A', quantity: 4 },
      ],
    },
    { ...base, external_id: 'V-3', total: 1, lines: [{ sku: 'A', quantity: 2 }] },
    { ...base, external_id: 'V-4', lines: [{ sku: 'B', quantity: 40 }] },
  ]
  for (const outcome of await runBatch(system, ctx, placeOrders, orders)) {
    if (!outcome.ok) throw outcome.error
    ids.push(outcome.value.id)
  }
  const shown = await Promise.all(ids.map((order_id) => runQuery(system, ctx, getOrder, { order_id })))
  const lineOf = (index: number, sku: string) =>
    shown[index]?.lines.find((line) => line.sku === sku && line.parent_line_id === null)?.id ?? ''
  await runCommand(system, ctx, cancelOrder, { order_id: ids[1], reason: 'less', lines: [{ line_id: lineOf(1, 'A'), quantity: 1 }] })
  for (const index of [0, 1]) {
    const shipment_id = shown[index]?.shipments[0]?.id ?? ''
    const { outcomes } = await runCommand(system, ctx, releaseShipments, { shipment_ids: [shipment_id] })
    expect(outcomes).toMatchObject([{ ok: true }])
    await runCommand(system, ctx, pickShipment, { shipment_id })
    await runCommand(system, ctx, shipShipment, { shipment_id })
  }
  await runCommand(system, ctx, receiveReturn, {
    warehouse_code: 'W1',
    order_id: ids[0],
    reason: 'does not fit',
    lines: [{ order_line_id: lineOf(0, 'B'), quantity: 2 }],
  })
  await runCommand(system, ctx, recordPayment, { order_id: ids[0], kind: 'refunded', amount: 50, reference: 'r' })
  await runCommand(system, ctx, recordPayment, { order_id: ids[1], kind: 'collected', amount: 500 })
})

test('orders in every state prove themselves, and no check is empty', async () => {
  expect(await findFaultsOfBusiness(system, ctx)).toEqual([])
  const checks = await readOnly(system.database, ctx, (tx) => verifyOrders(tx, ctx.orgId))
  expect(checks.map((check) => [check.id, check.ok, check.empty])).toEqual([
    ['V5', true, false],
    ['V8', true, false],
    ['V11', true, false],
  ])
})

class TakenBack extends Error {}

/** Breaks rows by hand as the owner of the tables, looks, and takes it all back. */
async function faultsWhen(...statements: string[]): Promise<{ id: string; counterexample: Record<string, unknown> | null }[]> {
  const owner = openDatabase(system.ownerUrl, { maxConnections: 1 })
  let checks: CheckResult[] = []
  try {
    await inTransaction(owner, ctx.orgId, async (tx) => {
      for (const statement of statements) await sql.raw(statement).execute(tx)
      checks = await verifyOrders(tx, ctx.orgId)
      throw new TakenBack()
    })
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error
  } finally {
    await owner.close()
  }
  return checks.filter((check) => check.counterexample !== null).map(({ id, counterexample }) => ({ id, counterexample }))
}

const V1 = "(select id from orders.sales_order where external_id = 'V-1')"
const V4 = "(select id from orders.sales_order where external_id = 'V-4')"
const BROKEN: [string, string, string, ...string[]][] = [
  ['a promise without its reservation', 'V5', 'promises', `delete from inventory.reservation where source_id = ${V4}`],
  [
    'a reservation of no line',
    'V5',
    'promises',
    'insert into inventory.reservation select org_id, gen_random_uuid(), warehouse_id, item_id, owner_id, source_id, quantity, priority, promised_at from inventory.reservation limit 1',
  ],
  ['a backorder changed', 'V5', 'promises', 'update inventory.backorder set quantity = quantity + 1'],
  [
    'shipped quantity moved to another line of a shipment',
    'V5',
    'shipments',
    `update warehouse.shipment_line set shipped_quantity = shipped_quantity - 1 where source_id = ${V1} and shipped_quantity > 1`,
  ],
  [
    'a line shipped more than its shipments',
    'V5',
    'shipments',
    `update orders.order_line set reserved = reserved - 1, shipped = shipped + 1, sliced_quantity = sliced_quantity + 1 where order_id = ${V4}`,
    'update inventory.reservation r set quantity = l.reserved from orders.order_line l where l.id = r.source_line_id',
  ],
  ["a kit's composition", 'V5', 'kit_quantity', 'update orders.order_line set kit_quantity = kit_quantity + 1 where kit_quantity = 2'],
  [
    "a kit's share of money",
    'V5',
    'kit_shares',
    "update orders.order_line set tax = tax + 1 where kit_quantity = 2 and shipped = 0 or kind = 'kit'",
  ],
  [
    'a frozen slice',
    'V5',
    'frozen_money',
    `update orders.revenue_slice set amount = amount + 1, tax = tax + 1 where order_id = ${V1} and kind = 'shipped' and line_id is not null`,
  ],
  [
    'a slice deleted',
    'V5',
    'frozen_money',
    `delete from orders.revenue_slice where order_id = ${V1} and line_id is not null and kind = 'returned'`,
  ],
  ['a total', 'V5', 'totals', `update orders.sales_order set total = total + 1 where id = ${V4}`],
  ['a discount', 'V5', 'totals', 'update orders.order_discount set amount = amount + 1'],
  ['a tax row', 'V5', 'totals', `delete from orders.order_tax where order_id = ${V4}`],
  ['a mismatch that nobody holds', 'V5', 'totals', "delete from orders.order_hold where type = 'total_mismatch'"],
  ['a payment deleted', 'V5', 'payments', "delete from orders.payment where kind = 'collected'"],
  ['a status', 'V5', 'statuses', `update orders.sales_order set fulfillment_status = 'delivered' where id = ${V1}`],
  ['a shipment canceled by hand', 'V5', 'shipments', `update warehouse.shipment set status = 'canceled' where source_id = ${V1}`],
]

test.each(BROKEN)('broken by hand: %s', async (_name, id, fault, ...statements) => {
  const faults = await faultsWhen(...statements)
  expect(faults.find((one) => one.id === id)?.counterexample).toMatchObject({ fault })
})

test('broken by hand: postings of customer accounts', async () => {
  const account = (role: string) => `(select id from ledger.account where role = '${role}' limit 1)`
  expect(
    await faultsWhen(
      `update ledger.posting set amount = amount + 1 where account_id = ${account('customer_account')} and document_id = ${V1}`,
    ),
  ).toMatchObject([{ id: 'V8', counterexample: { account: 'customer_account' } }])
  expect(await faultsWhen(`update ledger.posting set document_id = null where account_id = ${account('payment_clearing')}`)).toMatchObject([
    { id: 'V8' },
  ])
})

test('broken by hand: a second order under the same external id', async () => {
  const faults = await faultsWhen(
    'alter table orders.sales_order drop constraint sales_order_external_once',
    "update orders.sales_order set external_id = 'V-3' where external_id = 'V-4'",
  )
  expect(faults).toMatchObject([{ id: 'V11', counterexample: { external_id: 'V-3', orders: 2 } }])
})
