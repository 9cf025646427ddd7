import { beforeEach, expect, test } from 'vitest'
import { reportsChecks } from '../support/checks.ts'
import type { Context } from '../../src/kernel/context.ts'
import { runBatch, runCommand, runQuery } from '../../src/kernel/runner.ts'
import { PreviewDone } from '../../src/modules/orders/change-preview.ts'
import { changeOrder, previewOrderChange } from '../../src/modules/orders/commands/change-order.ts'
import { cancelOrder, getOrder, placeOrders } from '../../src/modules/orders/index.ts'
import { getShipment, packShipment, pickShipment, releaseShipments, shipShipment } from '../../src/modules/warehouse/index.ts'
import { availableOf, createTestItems, openBusiness, openWarehouse, receiveStock, useBusiness } from '../support/organization.ts'
import { refusalOf } from '../support/system.ts'

/**
 * Orders that change after they were taken in, told stage by stage. Each story ends with all checks of `verify`.
 * Items cost 10.00 with 20 % tax inside (10.00 × 20 ÷ 120 = 1.67); 20 of A and 5 of B lie in W1.
 */
const system = useBusiness()
let ctx: Context
const shipTo = { name: 'Ana Petrović', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }

beforeEach(async () => {
  ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'W1')
  await createTestItems(system, ctx, [{ sku: 'A' }, { sku: 'B' }, { sku: 'WRAP', kind: 'service' }])
  await createTestItems(system, ctx, [
    {
      sku: 'SET',
      kind: 'kit',
      price: { amount: 3000, scale: 2, currency: 'EUR' },
      components: [
        { sku: 'A', quantity: 2 },
        { sku: 'B', quantity: 1 },
      ],
    },
  ])
  await receiveStock(system, ctx, 'W1', { A: 20, B: 5 })
})

async function place(fields: object): Promise<string> {
  const [outcome] = await runBatch(system, ctx, placeOrders, [{ channel: 'manual', currency: 'EUR', ship_to: shipTo, ...fields }])
  if (outcome?.ok !== true) throw outcome?.error ?? new Error('no outcome')
  return outcome.value.id
}

const show = (id: string) => runQuery(system, ctx, getOrder, { order_id: id })
const change = (id: string, fields: object) => runCommand(system, ctx, changeOrder, { order_id: id, ...fields })
const refused = (id: string, fields: object) => refusalOf(change(id, fields))

async function lineOf(id: string, sku: string): Promise<string> {
  return (await show(id)).lines.find((line) => line.sku === sku && line.parent_line_id === null)?.id ?? ''
}

async function shipmentOf(id: string, status: string): Promise<string> {
  return (await show(id)).shipments.find((shipment) => shipment.status === status)?.id ?? ''
}

async function release(id: string): Promise<string> {
  const shipment_id = await shipmentOf(id, 'planned')
  await runCommand(system, ctx, releaseShipments, { shipment_ids: [shipment_id] })
  return shipment_id
}

async function pick(id: string): Promise<string> {
  const shipment_id = await release(id)
  await runCommand(system, ctx, pickShipment, { shipment_id })
  return shipment_id
}

async function proven(): Promise<void> {
  expect(await reportsChecks(system, ctx)).toEqual([])
}

test('planned: more of a line joins the planned shipment, a part goes, prices follow; nobody else notices', async () => {
  const id = await place({
    lines: [
      { sku: 'A', quantity: 4 },
      { sku: 'B', quantity: 2 },
    ],
    charges: [{ kind: 'shipping', amount: 360 }],
  })
  await change(id, {
    lines: [
      { line_id: await lineOf(id, 'A'), quantity: 6 },
      { line_id: await lineOf(id, 'B'), quantity: 1, unit_price: { amount: 900 } },
    ],
  })
  const order = await show(id)
  // A: 6 × 10.00 = 60.00. B: one of two is canceled at 10.00, the other now costs 9.00: 19.00 on the line, of which 10.00 is canceled.
  expect(order.lines.map((line) => [line.sku, line.ordered, line.canceled, line.reserved, line.amount.amount])).toEqual([
    ['A', 6, 0, 6, 6000],
    ['B', 2, 1, 1, 1900],
  ])
  // Tax: A 60.00 × 20 ÷ 120 = 10.00; B 3.33 × ½ = 1.66 frozen with what was canceled, 9.00 × 20 ÷ 120 = 1.50; postage 0.60: 13.76.
  expect(order.totals).toMatchObject({ lines: { amount: 7900 }, total: { amount: 8260 }, tax: { amount: 1376 } })
  expect(order.totals.canceled).toEqual({ amount: 1000, currency: 'EUR' })
  expect(order.totals.due).toEqual({ amount: 7260, currency: 'EUR' })
  expect(order.shipments).toHaveLength(1)
  const shipment = await runQuery(system, ctx, getShipment, { shipment_id: order.shipments[0]?.id ?? '' })
  expect(Object.fromEntries(shipment.lines.map((line) => [line.sku, line.quantity]))).toEqual({ A: 6, B: 1 })
  expect([await availableOf(system, ctx, 'A'), await availableOf(system, ctx, 'B')]).toEqual([14, 4])
  await proven()
})

test('planned: more than there is waits as a backorder, at the same price', async () => {
  const id = await place({ lines: [{ sku: 'B', quantity: 3, unit_price: { amount: 825 } }] })
  await change(id, { lines: [{ line_id: await lineOf(id, 'B'), quantity: 8 }] })
  // 8 × 8.25 = 66.00; 5 of 8 are there.
  expect((await show(id)).lines[0]).toMatchObject({ ordered: 8, reserved: 5, backordered: 3, amount: { amount: 6600 } })
  await proven()
})

test('released: less of a line shrinks its picks, more is planned as another shipment', async () => {
  const id = await place({ lines: [{ sku: 'A', quantity: 5 }] })
  const shipment_id = await release(id)
  await change(id, { lines: [{ line_id: await lineOf(id, 'A'), quantity: 3 }] })
  const shipment = await runQuery(system, ctx, getShipment, { shipment_id })
  expect(shipment.lines.map((line) => line.quantity)).toEqual([3])
  expect(await availableOf(system, ctx, 'A')).toBe(17)
  await change(id, { lines: [{ line_id: await lineOf(id, 'A'), quantity: 4 }] })
  expect((await show(id)).shipments.map((row) => row.status).toSorted()).toEqual(['planned', 'released'])
  await proven()
})

test('picked: what is taken off goes back on the shelf and can be promised again', async () => {
  const id = await place({ lines: [{ sku: 'A', quantity: 5 }] })
  await pick(id)
  await change(id, { lines: [{ line_id: await lineOf(id, 'A'), quantity: 2 }] })
  expect((await show(id)).lines[0]).toMatchObject({ ordered: 5, canceled: 3, reserved: 2, picked: 2 })
  await runCommand(system, ctx, shipShipment, { shipment_id: await shipmentOf(id, 'picked') })
  // 5 × 10.00 less 3 × 10.00 canceled: 20.00 shipped.
  expect(await show(id)).toMatchObject({
    state: 'done',
    totals: { total: { amount: 5000 }, canceled: { amount: 3000 }, due: { amount: 2000 } },
  })
  await proven()
})

test('shipped in part: a new price holds for the rest only, slices never change', async () => {
  const id = await place({ lines: [{ sku: 'A', quantity: 10 }], discounts: [{ amount: 500 }] })
  const shipment_id = await pick(id)
  const shipment = await runQuery(system, ctx, getShipment, { shipment_id })
  await runCommand(system, ctx, shipShipment, { shipment_id, lines: [{ shipment_line_id: shipment.lines[0]?.id, quantity: 4 }] })
  // Shipped: 95.00 × 4 ÷ 10 = 38.00, discount 2.00, tax 15.83 × 4 ÷ 10 = 6.33. Left: 6 pieces, 60.00 with 3.00 of discount.
  const line_id = await lineOf(id, 'A')
  expect((await refused(id, { lines: [{ line_id, quantity: 3 }] })).fields[0]).toMatchObject({
    pointer: '/lines/0/quantity',
    code: 'less_than_shipped',
  })
  await change(id, { lines: [{ line_id, unit_price: { amount: 800 } }], reason: 'agreed by phone' })
  // 6 × 8.00 = 48.00, less 3.00 = 45.00, tax 7.50. The line: 38.00 + 2.00 + 48.00 = 88.00, tax 6.33 + 7.50 = 13.83.
  const order = await show(id)
  expect(order.lines[0]).toMatchObject({ amount: { amount: 8800 }, discount: { amount: 500 }, tax: { amount: 1383 } })
  expect(order.totals).toMatchObject({ total: { amount: 8300 }, discounts: { amount: 500 }, tax: { amount: 1383 } })
  await proven()
  await change(id, { lines: [{ line_id, quantity: 12 }] })
  // Two more at 8.00: 104.00; 8 pieces are left at 64.00 less 3.00 = 61.00.
  expect((await show(id)).lines[0]).toMatchObject({ ordered: 12, shipped: 4, reserved: 8, amount: { amount: 10_400 } })
  for (const { id: next, status } of (await show(id)).shipments) {
    if (status === 'shipped') continue
    if (status === 'planned') await runCommand(system, ctx, releaseShipments, { shipment_ids: [next] })
    if (status === 'planned') await runCommand(system, ctx, pickShipment, { shipment_id: next })
    await runCommand(system, ctx, shipShipment, { shipment_id: next })
  }
  expect(await show(id)).toMatchObject({ state: 'done', totals: { total: { amount: 9900 } } })
  expect((await refused(id, { lines: [{ line_id, quantity: 1 }] })).code).toBe('orders.not_open')
  await proven()
})

test('substitution: one item is canceled and another stands for it, in one change', async () => {
  const id = await place({ lines: [{ sku: 'B', quantity: 2 }], charges: [{ kind: 'shipping', amount: 500 }] })
  const line_id = await lineOf(id, 'B')
  const { added_line_ids } = await change(id, {
    lines: [{ line_id, quantity: 0 }],
    add_lines: [{ sku: 'A', quantity: 2, unit_price: { amount: 950 }, replaces_line_id: line_id, reason: 'B is sold out' }],
  })
  const order = await show(id)
  expect(order.lines[1]).toMatchObject({ id: added_line_ids[0], replaces_line_id: line_id, reason: 'B is sold out', reserved: 2 })
  // 20.00 canceled; 19.00 + 5.00 are owed; the postage stands because the order goes on.
  expect(order).toMatchObject({ state: 'open', totals: { total: { amount: 4400 }, canceled: { amount: 2000 }, due: { amount: 2400 } } })
  expect(order.charges[0]?.canceled_at).toBeNull()
  await proven()
})

test('kits change by kits: raised, canceled in part, their components never alone', async () => {
  const id = await place({ lines: [{ sku: 'SET', quantity: 3, amount: 9001 }] })
  const kit = await lineOf(id, 'SET')
  const component = (await show(id)).lines.find((line) => line.sku === 'A')?.id
  expect((await refused(id, { lines: [{ line_id: component, quantity: 1 }] })).fields[0]?.code).toBe('part_of_kit')
  expect(
    (await refusalOf(runCommand(system, ctx, cancelOrder, { order_id: id, reason: 'x', lines: [{ line_id: component, quantity: 1 }] })))
      .code,
  ).toBe('orders.part_of_kit')
  await runCommand(system, ctx, cancelOrder, {
    order_id: id,
    reason: 'one less',
    reason_code: 'changed_mind',
    lines: [{ line_id: kit, quantity: 1 }],
  })
  const order = await show(id)
  expect(order.lines.map((line) => [line.sku, line.ordered, line.canceled, line.reserved])).toEqual([
    ['SET', 3, 1, 2],
    ['A', 6, 2, 4],
    ['B', 3, 1, 2],
  ])
  // Shares of 90.01: A 60.01, B 30.00. A third of each is canceled: 20.00 + 10.00.
  expect(order.totals.canceled.amount).toBe(3000)
  await change(id, { lines: [{ line_id: kit, quantity: 4 }] })
  // Two more SETs at the 30.00 of the catalog: 60.00, of it A 60.00 × 6001 ÷ 9001 = 40.00, B 20.00; 10 of A and 5 of B in all.
  expect((await show(id)).lines.map((line) => [line.sku, line.ordered, line.canceled, line.reserved, line.amount.amount])).toEqual([
    ['SET', 5, 1, 4, 15_001],
    ['A', 10, 2, 8, 10_001],
    ['B', 5, 1, 4, 5000],
  ])
  await proven()
})

test('addresses: planned and picked shipments follow, a packed one refuses with the way out, a done order is closed', async () => {
  const id = await place({ lines: [{ sku: 'A', quantity: 1 }] })
  const to = { ...shipTo, line1: 'Zmaj Jovina 5' }
  expect((await refused(id, { ship_to: { ...to, country: 'UK' } })).fields[0]?.pointer).toBe('/ship_to/country')
  await change(id, {
    ship_to: to,
    customer: { name: 'Ana P.', email: 'ana@example.com' },
    promised_at: '2030-05-01T10:00:00Z',
    priority: 7,
    note: 'leave at the door',
    tags: ['vip'],
  })
  const shipment_id = await shipmentOf(id, 'planned')
  expect((await runQuery(system, ctx, getShipment, { shipment_id })).ship_to).toMatchObject({ line1: 'Zmaj Jovina 5' })
  expect(await show(id)).toMatchObject({
    priority: 7,
    promised_at: '2030-05-01T10:00:00.000Z',
    note: 'leave at the door',
    tags: ['vip'],
    customer: { name: 'Ana P.', email: 'ana@example.com' },
  })
  await pick(id)
  await change(id, { ship_to: shipTo })
  await runCommand(system, ctx, packShipment, { shipment_id })
  const refusal = await refused(id, { ship_to: to })
  expect([refusal.code, refusal.fields[0]?.pointer]).toEqual(['orders.shipment_packed', '/ship_to'])
  await runCommand(system, ctx, shipShipment, { shipment_id })
  expect((await refused(id, { ship_to: to })).code).toBe('orders.not_open')
  await change(id, { note: 'called, all well' })
  await proven()
})

test('discounts and charges: added, changed and taken off what is not shipped', async () => {
  const id = await place({
    payment_terms: 'cash_on_delivery',
    prices_include_tax: false,
    lines: [
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 1 },
    ],
  })
  await change(id, {
    discounts: [{ amount: 600, code: 'SORRY' }],
    charges: [{ kind: 'shipping', amount: 500 }],
    lines: [{ line_id: await lineOf(id, 'B'), discount: 100 }],
  })
  const order = await show(id)
  // Own discount of B 1.00. 6.00 over 20.00 and 9.00: 4.138 and 1.862, so 4.14 and 1.86. Tax on top: 15.86 → 3.17, 7.14 → 1.43, 5.00 → 1.00.
  expect(order.lines.map((line) => [line.sku, line.discount.amount, line.tax.amount])).toEqual([
    ['A', 414, 317],
    ['B', 286, 143],
  ])
  // 30.00 + 5.00 − 7.00 + 5.60 = 33.60, all to be collected with the one shipment.
  expect(order.totals).toMatchObject({
    charges: { amount: 500 },
    discounts: { amount: 700 },
    tax: { amount: 560 },
    total: { amount: 3360 },
  })
  const shipment = await runQuery(system, ctx, getShipment, { shipment_id: await shipmentOf(id, 'planned') })
  expect(shipment.amount_to_collect).toMatchObject({ amount: 3360 })
  await change(id, {
    discounts: [{ discount_id: order.discounts.find((row) => row.code === 'SORRY')?.id, amount: 0 }],
    charges: [{ charge_id: order.charges[0]?.id, amount: 0 }],
  })
  // 30.00 − 1.00 + 20 % = 34.80.
  expect((await show(id)).totals).toMatchObject({ discounts: { amount: 100 }, charges: { amount: 0 }, total: { amount: 3480 } })
  expect((await refused(id, { discounts: [{ amount: 3000 }] })).fields[0]).toMatchObject({
    pointer: '/discounts/0/amount',
    code: 'too_large',
  })
  expect((await refused(id, { charges: [{ charge_id: order.charges[0]?.id, amount: 1 }] })).fields[0]?.pointer).toBe('/charges/0/charge_id')
  await proven()
})

test('a preview shows what would change and changes nothing', async () => {
  const id = await place({ lines: [{ sku: 'A', quantity: 2 }], payments: [{ kind: 'captured', amount: 2000 }] })
  const before = await show(id)
  const found = await runCommand(system, ctx, previewOrderChange, {
    order_id: id,
    lines: [{ line_id: before.lines[0]?.id, quantity: 1 }],
    add_lines: [{ sku: 'B', quantity: 2 }],
    ship_to: { ...shipTo, line1: 'Elsewhere 2' },
  }).then(
    () => null,
    (error: unknown) => (error instanceof PreviewDone ? error.preview : null),
  )
  // 20.00 paid; 10.00 goes, 20.00 comes: 30.00 due, 10.00 to pay.
  expect(found).toMatchObject({
    lines: [
      { sku: 'A', before: { wanted: 2 }, after: { wanted: 1, canceled: 1 } },
      { sku: 'B', line_id: null, before: null, after: { wanted: 2, reserved: 2 } },
    ],
    totals: { before: { due: { amount: 2000 } }, after: { due: { amount: 3000 }, total: { amount: 4000 } } },
    money: { paid: { amount: 2000 }, to_pay: { amount: 1000 }, to_refund: { amount: 0 } },
    stock: [
      { sku: 'A', available_before: 18, available_after: 19 },
      { sku: 'B', available_before: 5, available_after: 3 },
    ],
    shipments: [
      {
        status_before: 'planned',
        status_after: 'planned',
        ship_to_changes: true,
        lines: [
          { sku: 'A', before: 2, after: 1 },
          { sku: 'B', before: 0, after: 2 },
        ],
      },
    ],
    fields: ['ship_to'],
  })
  expect(await show(id)).toEqual(before)
  await proven()
})

test('an order that changed meanwhile, an empty change-set and wrong fields are refused', async () => {
  const id = await place({ lines: [{ sku: 'A', quantity: 2 }] })
  const { version, lines } = await show(id)
  await change(id, { note: 'first', expected_version: version })
  expect((await refused(id, { note: 'second', expected_version: version })).code).toBe('kernel.version_conflict')
  expect((await refused(id, { reason: 'none' })).code).toBe('orders.nothing_to_change')
  expect((await refused(id, { add_lines: [{ sku: 'NOPE', quantity: 1 }] })).fields[0]?.pointer).toBe('/add_lines/0/sku')
  expect((await refused(id, { lines: [{ line_id: lines[0]?.id, discount: 2001 }] })).fields[0]?.pointer).toBe('/lines/0/discount')
  expect((await refused(id, { lines: [{ line_id: id, quantity: 1 }] })).fields[0]?.code).toBe('unknown_line')
  await proven()
})
