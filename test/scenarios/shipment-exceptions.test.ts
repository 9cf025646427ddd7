import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../src/kernel/context.ts'
import { runBatch, runCommand, runQuery } from '../../src/kernel/runner.ts'
import { getOrder, placeOrders } from '../../src/modules/orders/index.ts'
import {
  acceptClaim,
  cancelShipment,
  combineShipments,
  createGoodsReceipt,
  deliverShipment,
  getPickList,
  listTasks,
  loseShipment,
  moveShipment,
  payClaim,
  pickFound,
  pickGoods,
  pickShipment,
  refuseShipment,
  shipShipment,
  shortPick,
  splitShipment,
  voidShipment,
} from '../../src/modules/warehouse/index.ts'
import { reportsChecks } from '../support/checks.ts'
import { balances, onHand, putBackAll, release, shipment } from '../support/floor.ts'
import { createTestItems, openBusiness, openWarehouse, useBusiness } from '../support/organization.ts'

/** What happens to shipments beside the straight path, in a merchant's words. Amounts in cents, tax 20 % in the price. */
const system = useBusiness()
let ctx: Context
const warehouses: Record<string, string> = {}
let next = 0

beforeAll(() => {
  next = 0
})

beforeEach(async () => {
  ctx = await openBusiness(system)
  await createTestItems(system, ctx, [
    { sku: 'A' },
    { sku: 'B' },
    {
      sku: 'SET',
      kind: 'kit',
      components: [
        { sku: 'A', quantity: 2 },
        { sku: 'B', quantity: 1 },
      ],
    },
  ])
  for (const code of ['W1', 'W2']) warehouses[code] = await openWarehouse(system, ctx, code, { priority: code === 'W1' ? 1 : 2 })
}, 60_000)

/** Goods from a supplier at a cost each, into a bin. */
async function receive(warehouse: string, sku: string, quantity: number, { cost = 400, bin = 'A-1' } = {}): Promise<void> {
  await runCommand(system, ctx, createGoodsReceipt, {
    kind: 'supplier',
    warehouse_code: warehouse,
    supplier_name: 'Maker',
    currency: 'EUR',
    lines: [{ sku, quantity, unit_cost: { amount: cost }, location_code: bin }],
  })
}

/** An order of one customer, 10.00 a piece; answers its id and its first shipment. */
async function order(lines: [string, number][], fields: Record<string, unknown> = {}): Promise<{ id: string; shipmentId: string }> {
  const [outcome] = await runBatch(system, ctx, placeOrders, [
    {
      channel: 'manual',
      external_id: `x-${next++}`,
      currency: 'EUR',
      prices_include_tax: true,
      ship_to: { name: 'Ana', line1: 'Ulica 1', city: 'Novi Sad', postcode: '21000', country: 'RS' },
      lines: lines.map(([sku, quantity]) => ({ sku, quantity, unit_price: { amount: 1000 }, tax_rate_ppm: 200_000 })),
      ...fields,
    },
  ])
  if (outcome?.ok !== true) throw outcome?.error ?? new Error('no outcome')
  const { shipments } = await view(outcome.value.id)
  return { id: outcome.value.id, shipmentId: shipments[0]?.id ?? '' }
}

const view = (id: string) => runQuery(system, ctx, getOrder, { order_id: id })
const clean = async () => expect(await reportsChecks(system, ctx)).toEqual([])
const firstLine = async (shipmentId: string) => (await shipment(system, ctx, shipmentId)).lines[0]?.id ?? ''
const itemOf = async (shipmentId: string) => (await shipment(system, ctx, shipmentId)).lines[0]?.item_id ?? ''

async function send(shipmentId: string): Promise<void> {
  expect(await release(system, ctx, shipmentId)).toBeNull()
  await runCommand(system, ctx, pickShipment, { shipment_id: shipmentId })
  await runCommand(system, ctx, shipShipment, { shipment_id: shipmentId, tracking_number: `T${next}` })
}

test('a shipment is split by hand at each step: quantities, picks and the cash to collect follow', async () => {
  await receive('W1', 'A', 10)
  const { id, shipmentId } = await order([['A', 6]], { payment_terms: 'cash_on_delivery' })
  const line = await firstLine(shipmentId)
  // 6 × 10.00 = 60.00 to collect; 2 of the 6 pieces go on their own: 40.00 and 20.00.
  const second = await runCommand(system, ctx, splitShipment, { shipment_id: shipmentId, lines: [{ line_id: line, quantity: 2 }] })
  expect((await shipment(system, ctx, shipmentId)).amount_to_collect).toEqual({ amount: 4000, currency: 'EUR' })
  expect((await shipment(system, ctx, second.new_shipment_id)).amount_to_collect).toEqual({ amount: 2000, currency: 'EUR' })
  await clean()
  await release(system, ctx, shipmentId)
  const [pick] = (await shipment(system, ctx, shipmentId)).lines[0]?.picks ?? []
  await runBatch(system, ctx, pickGoods, [{ pick_id: pick?.id ?? '', quantity: 3 }])
  // 4 pieces, 3 picked: the open one goes to the new shipment, so the old one is picked.
  const third = await runCommand(system, ctx, splitShipment, { shipment_id: shipmentId, lines: [{ line_id: line, quantity: 1 }] })
  expect(await shipment(system, ctx, shipmentId)).toMatchObject({ status: 'picked', quantity: 3, picked_quantity: 3 })
  expect(await shipment(system, ctx, third.new_shipment_id)).toMatchObject({ status: 'released', quantity: 1, picked_quantity: 0 })
  await clean()
  for (const one of [second.new_shipment_id, third.new_shipment_id]) {
    await release(system, ctx, one)
    await runCommand(system, ctx, pickShipment, { shipment_id: one })
  }
  for (const one of [shipmentId, second.new_shipment_id, third.new_shipment_id])
    await runCommand(system, ctx, shipShipment, { shipment_id: one })
  // 30.00 + 20.00 + 10.00 = 60.00, as owed.
  const amounts = await Promise.all(
    [shipmentId, second.new_shipment_id, third.new_shipment_id].map(
      async (one) => (await shipment(system, ctx, one)).amount_to_collect?.amount,
    ),
  )
  expect(amounts).toEqual([3000, 2000, 1000])
  expect(await view(id)).toMatchObject({ state: 'done', fulfillment_status: 'shipped' })
  await clean()
}, 60_000)

test('two orders of one customer leave as one shipment; each order learns its own', async () => {
  await receive('W1', 'A', 5)
  const one = await order([['A', 2]], { payment_terms: 'cash_on_delivery' })
  const two = await order([['A', 3]], { payment_terms: 'cash_on_delivery' })
  await runCommand(system, ctx, combineShipments, { shipment_ids: [one.shipmentId, two.shipmentId] })
  expect(await shipment(system, ctx, two.shipmentId)).toMatchObject({ status: 'canceled', quantity: 0 })
  // 20.00 + 30.00 = 50.00 in one parcel.
  expect(await shipment(system, ctx, one.shipmentId)).toMatchObject({ quantity: 5, amount_to_collect: { amount: 5000 } })
  await clean()
  await send(one.shipmentId)
  await runCommand(system, ctx, deliverShipment, { shipment_id: one.shipmentId })
  for (const { id } of [one, two]) {
    const shown = await view(id)
    expect(shown).toMatchObject({ state: 'done', fulfillment_status: 'delivered' })
    expect(shown.shipments.find((row) => row.id === one.shipmentId)?.tracking_numbers).toHaveLength(1)
  }
  await clean()
}, 60_000)

test('shipments of different customers are not combined', async () => {
  await receive('W1', 'A', 5)
  const one = await order([['A', 2]])
  const two = await order([['A', 3]], { ship_to: { name: 'Maja', line1: 'Ulica 2', city: 'Novi Sad', postcode: '21000', country: 'RS' } })
  await expect(runCommand(system, ctx, combineShipments, { shipment_ids: [one.shipmentId, two.shipmentId] })).rejects.toMatchObject({
    code: 'warehouse.cannot_combine',
  })
}, 60_000)

test('a released shipment goes to another warehouse: promises end here and are made there, what is missing waits there', async () => {
  await receive('W1', 'A', 5)
  const { id, shipmentId } = await order([['A', 5]])
  await release(system, ctx, shipmentId)
  await receive('W2', 'A', 3)
  await expect(runCommand(system, ctx, moveShipment, { shipment_id: shipmentId, warehouse_id: warehouses['W2'] })).rejects.toMatchObject({
    code: 'warehouse.target_short',
  })
  await runCommand(system, ctx, moveShipment, {
    shipment_id: shipmentId,
    warehouse_id: warehouses['W2'],
    backorder: true,
    reason: 'closer',
  })
  expect(await shipment(system, ctx, shipmentId)).toMatchObject({
    status: 'planned',
    warehouse_code: 'W2',
    quantity: 3,
    pick_list_id: null,
  })
  const shown = await view(id)
  // 5 = 3 promised at W2 + 2 waiting.
  expect(shown.lines[0]).toMatchObject({ ordered: 5, reserved: 3, backordered: 2 })
  expect(shown.sourcing.at(-1)?.reasons).toMatchObject({ rule: 'moved_by_hand', from: 'W1', to: 'W2', missing: 2 })
  await clean()
  await receive('W2', 'A', 2)
  expect((await view(id)).lines[0]).toMatchObject({ reserved: 5, backordered: 0 })
  await send(shipmentId)
  await clean()
}, 60_000)

test('a short pick is booked and sourced again at once: other bins, then the other warehouse, then it waits', async () => {
  await receive('W1', 'A', 5)
  await receive('W1', 'A', 1, { bin: 'A-2' })
  await receive('W2', 'A', 1)
  const { id, shipmentId } = await order([['A', 5]])
  await release(system, ctx, shipmentId)
  const before = await shipment(system, ctx, shipmentId)
  const pick = before.lines[0]?.picks[0]
  // The bin holds 2 of the 5. 3 are missing: 1 more stands in A-2, 1 at W2, 1 nowhere.
  const outcome = await runCommand(system, ctx, shortPick, { pick_id: pick?.id ?? '', quantity: 3, reason: 'not_found' })
  expect(outcome.rechosen_quantity).toBe(1)
  const shown = await view(id)
  expect(shown.lines[0]).toMatchObject({ ordered: 5, reserved: 4, backordered: 1 })
  expect(shown.shipments.map((row) => row.warehouse_code).toSorted()).toEqual(['W1', 'W2'])
  expect(await shipment(system, ctx, shipmentId)).toMatchObject({ status: 'released', quantity: 3 })
  // 3 lost at 4.00 each: shrinkage 12.00; stock 7 × 4.00 − 12.00 = 16.00.
  expect(await balances(system, ctx)).toMatchObject({ shrinkage: 1200, inventory: 1600 })
  expect((await runQuery(system, ctx, listTasks, { status: 'open', kind: 'recount' })).data).toMatchObject([
    { quantity: 3, location_code: 'A-1' },
  ])
  const list = await runQuery(system, ctx, getPickList, { pick_list_id: before.pick_list_id ?? '' })
  expect(list.changes).toMatchObject([{ kind: 'added', quantity: 1, location_code: 'A-2' }])
  await clean()
  await runCommand(system, ctx, pickShipment, { shipment_id: shipmentId })
  await runCommand(system, ctx, shipShipment, { shipment_id: shipmentId })
  await clean()
}, 60_000)

test('damaged goods of a short pick are moved aside at their cost, not lost', async () => {
  await receive('W1', 'A', 4)
  const { id, shipmentId } = await order([['A', 4]])
  await release(system, ctx, shipmentId)
  const item = await itemOf(shipmentId)
  const pick = (await shipment(system, ctx, shipmentId)).lines[0]?.picks[0]
  await runCommand(system, ctx, shortPick, { pick_id: pick?.id ?? '', quantity: 4, reason: 'damaged' })
  expect(await onHand(system, ctx, item)).toEqual({ DAMAGED: 4 })
  expect(await balances(system, ctx)).toMatchObject({ inventory: 1600 })
  expect((await view(id)).lines[0]).toMatchObject({ reserved: 0, backordered: 4 })
  expect(await shipment(system, ctx, shipmentId)).toMatchObject({ status: 'canceled' })
  await clean()
}, 60_000)

test('goods that the system lacks are found first, at the current cost, then picked', async () => {
  await receive('W1', 'A', 3, { cost: 450 })
  const { shipmentId } = await order([['A', 3]])
  await release(system, ctx, shipmentId)
  await runCommand(system, ctx, pickFound, { shipment_line_id: await firstLine(shipmentId), location_code: 'A-2', quantity: 2 })
  // 2 found at 4.50 = 9.00 against shrinkage; 5 × 4.50 = 22.50 in stock; the 2 are staged, 1 is still to be picked from A-1.
  expect(await balances(system, ctx)).toMatchObject({ shrinkage: -900, inventory: 2250 })
  expect(await onHand(system, ctx, await itemOf(shipmentId))).toEqual({ 'A-1': 3, STAGING: 2 })
  expect((await runQuery(system, ctx, listTasks, { kind: 'recount' })).data).toMatchObject([{ location_code: 'A-2', quantity: 2 }])
  await clean()
  await runCommand(system, ctx, pickShipment, { shipment_id: shipmentId })
  await runCommand(system, ctx, shipShipment, { shipment_id: shipmentId })
  await clean()
}, 60_000)

test('picked goods of a canceled shipment wait in staging until a person confirms the bin', async () => {
  await receive('W1', 'A', 3)
  const { shipmentId } = await order([['A', 3]])
  await release(system, ctx, shipmentId)
  await runCommand(system, ctx, pickShipment, { shipment_id: shipmentId })
  const item = await itemOf(shipmentId)
  await runCommand(system, ctx, cancelShipment, { shipment_id: shipmentId, reason: 'wrong carrier' })
  expect(await onHand(system, ctx, item)).toEqual({ STAGING: 3 })
  expect((await runQuery(system, ctx, listTasks, { status: 'open' })).data).toMatchObject([
    { kind: 'put_back', quantity: 3, location_code: 'STAGING', to_location_code: 'A-1' },
  ])
  await clean()
  expect(await putBackAll(system, ctx)).toBe(1)
  expect(await onHand(system, ctx, item)).toEqual({ 'A-1': 3 })
  await clean()
}, 60_000)

test('a parcel paid on delivery is refused: goods, cost, revenue and postage are back, nothing is to be collected', async () => {
  await receive('W1', 'A', 4)
  const { id, shipmentId } = await order([['A', 3]], {
    payment_terms: 'cash_on_delivery',
    charges: [{ kind: 'shipping', amount: 360, tax_rate_ppm: 200_000 }],
  })
  await send(shipmentId)
  // 3 × 10.00 + 3.60 = 33.60, cost 3 × 4.00 = 12.00.
  expect(await balances(system, ctx)).toMatchObject({ customer_account: 3360, cost_of_goods_sold: 1200 })
  await runCommand(system, ctx, refuseShipment, { shipment_id: shipmentId, reason: 'refused' })
  const after = await balances(system, ctx)
  expect(
    [after['customer_account'], after['revenue'], after['shipping_income'], after['tax_payable'], after['cost_of_goods_sold']].map(
      (sum) => sum ?? 0,
    ),
  ).toEqual([0, 0, 0, 0, 0])
  expect(after['inventory']).toBe(1600)
  expect(await shipment(system, ctx, shipmentId)).toMatchObject({ status: 'refused', amount_to_collect: null })
  expect(await view(id)).toMatchObject({ return_status: 'returned' })
  await clean()
}, 60_000)

test('part of a parcel is refused: that part goes back, to the cent, at the last cost used', async () => {
  await receive('W1', 'A', 2, { cost: 400 })
  await receive('W1', 'A', 2, { cost: 500 })
  const { shipmentId } = await order([['A', 3]], { discounts: [{ code: 'ONE', amount: 100 }], payment_terms: 'cash_on_delivery' })
  await send(shipmentId)
  // 30.00 − 1.00 = 29.00, tax in it 4.83; cost 4.00 + 4.00 + 5.00 = 13.00.
  expect(await balances(system, ctx)).toMatchObject({ customer_account: 2900, cost_of_goods_sold: 1300, tax_payable: -483 })
  await runCommand(system, ctx, refuseShipment, {
    shipment_id: shipmentId,
    reason: 'damaged',
    lines: [{ line_id: await firstLine(shipmentId), quantity: 1 }],
  })
  // One of three: 29.00 ÷ 3 = 9.66 down, tax 4.83 ÷ 3 = 1.61; cost back, last used first: 5.00.
  expect(await balances(system, ctx)).toMatchObject({ customer_account: 2900 - 966, cost_of_goods_sold: 800, tax_payable: -483 + 161 })
  expect(await shipment(system, ctx, shipmentId)).toMatchObject({ status: 'shipped', amount_to_collect: { amount: 1934 } })
  await clean()
}, 60_000)

test('a lost parcel: the sale is taken back, its cost written off, and the claim is posted when accepted and paid', async () => {
  await receive('W1', 'A', 3)
  const { id, shipmentId } = await order([['A', 3]], { payments: [{ kind: 'captured', amount: 3000 }] })
  await send(shipmentId)
  const lost = await runCommand(system, ctx, loseShipment, { shipment_id: shipmentId, reason: 'never scanned again', amount_claimed: 2500 })
  // Cost 12.00 leaves cost of goods sold for the write-off; the 30.00 paid are owed to the customer now.
  expect(await balances(system, ctx)).toMatchObject({ write_off: 1200, customer_account: -3000 })
  expect((await balances(system, ctx))['cost_of_goods_sold'] ?? 0).toBe(0)
  expect(await shipment(system, ctx, shipmentId)).toMatchObject({ status: 'lost' })
  await clean()
  await runCommand(system, ctx, acceptClaim, { carrier_claim_id: lost.carrier_claim_id, amount: 2000 })
  expect(await balances(system, ctx)).toMatchObject({ carrier_claims: 2000, claim_income: -2000 })
  await clean()
  // 19.50 of 20.00 arrive: the 0.50 that is missing lowers the compensation.
  await runCommand(system, ctx, payClaim, { carrier_claim_id: lost.carrier_claim_id, amount: 1950 })
  expect(await balances(system, ctx)).toMatchObject({ bank: 1950, claim_income: -1950 })
  expect((await balances(system, ctx))['carrier_claims'] ?? 0).toBe(0)
  expect((await view(id)).lines[0]).toMatchObject({ shipped: 3, lost: 3 })
  await clean()
}, 60_000)

test('one piece of a parcel is lost, another is refused later: neither comes back twice', async () => {
  await receive('W1', 'A', 1, { cost: 400 })
  await receive('W1', 'A', 1, { cost: 500 })
  const { shipmentId } = await order([['A', 2]])
  await send(shipmentId)
  const line = await firstLine(shipmentId)
  await runCommand(system, ctx, loseShipment, { shipment_id: shipmentId, reason: 'box was open', lines: [{ line_id: line, quantity: 1 }] })
  // Last used first: the piece at 5.00 is written off; the one at 4.00 comes back.
  expect(await balances(system, ctx)).toMatchObject({ write_off: 500, cost_of_goods_sold: 400 })
  await runCommand(system, ctx, refuseShipment, { shipment_id: shipmentId, reason: 'undeliverable' })
  expect(await balances(system, ctx)).toMatchObject({ write_off: 500, inventory: 400 })
  await expect(runCommand(system, ctx, loseShipment, { shipment_id: shipmentId, reason: 'again' })).rejects.toMatchObject({
    code: 'warehouse.wrong_step',
  })
  await clean()
}, 60_000)

test('a shipment marked by mistake is voided: goods, promises, money and postage as before; it ships again', async () => {
  await receive('W1', 'A', 4)
  const { id, shipmentId } = await order([['A', 3]], {
    discounts: [{ code: 'TEN', amount: 1000 }],
    charges: [{ kind: 'shipping', amount: 360, tax_rate_ppm: 200_000 }],
  })
  const rest = await runCommand(system, ctx, splitShipment, {
    shipment_id: shipmentId,
    lines: [{ line_id: await firstLine(shipmentId), quantity: 2 }],
  })
  await send(shipmentId)
  await send(rest.new_shipment_id)
  // 30.00 − 10.00 = 20.00: 1 of 3 is 6.66, the other two 13.34; postage 3.60 went with the first. 23.60 in all.
  expect(await balances(system, ctx)).toMatchObject({ customer_account: 2360, cost_of_goods_sold: 1200 })
  const { new_shipment_id } = await runCommand(system, ctx, voidShipment, { shipment_id: shipmentId, reason: 'wrong box' })
  expect(await balances(system, ctx)).toMatchObject({ customer_account: 1334, cost_of_goods_sold: 800 })
  expect(await shipment(system, ctx, shipmentId)).toMatchObject({ status: 'voided' })
  expect(await shipment(system, ctx, new_shipment_id)).toMatchObject({ status: 'picked', quantity: 1, picked_quantity: 1 })
  expect((await view(id)).lines[0]).toMatchObject({ shipped: 2, reserved: 1, picked: 1 })
  await clean()
  await runCommand(system, ctx, shipShipment, { shipment_id: new_shipment_id })
  expect(await balances(system, ctx)).toMatchObject({ customer_account: 2360, cost_of_goods_sold: 1200 })
  await clean()
}, 60_000)

test('a kit ships by components: only complete kits count', async () => {
  await receive('W1', 'A', 4)
  await receive('W1', 'B', 2)
  const { id, shipmentId } = await order([['SET', 2]])
  await release(system, ctx, shipmentId)
  await runCommand(system, ctx, pickShipment, { shipment_id: shipmentId })
  const lines = (await shipment(system, ctx, shipmentId)).lines
  const a = lines.find((line) => line.sku === 'A')?.id ?? ''
  const b = lines.find((line) => line.sku === 'B')?.id ?? ''
  // 3 of 4 A and 1 of 2 B: one complete kit (2 A + 1 B) and an A more.
  const { remainder_shipment_id } = await runCommand(system, ctx, shipShipment, {
    shipment_id: shipmentId,
    lines: [
      { shipment_line_id: a, quantity: 3 },
      { shipment_line_id: b, quantity: 1 },
    ],
  })
  const kit = (await view(id)).lines.find((line) => line.sku === 'SET')
  expect(kit).toMatchObject({ ordered: 2, shipped: 1, partly: true })
  await clean()
  await runCommand(system, ctx, shipShipment, { shipment_id: remainder_shipment_id ?? '' })
  expect((await view(id)).lines.find((line) => line.sku === 'SET')).toMatchObject({ ordered: 2, shipped: 2, partly: false })
  // 2 kits at 10.00: 20.00, whatever way their parts went.
  expect(await balances(system, ctx)).toMatchObject({ customer_account: 2000 })
  await clean()
}, 60_000)

/** Codes of those that were refused; anything but a refusal is a bug and is thrown. */
async function codesOf(attempts: Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(attempts)
  return settled.flatMap((one) => (one.status === 'rejected' ? [String((one.reason as { code?: string }).code)] : []))
}

test('races have one winner: void and deliver, two pickers of one line, move and pick', async () => {
  await receive('W1', 'A', 20)
  await receive('W2', 'A', 20)
  const sent = await order([['A', 2]])
  await send(sent.shipmentId)
  expect(
    await codesOf([
      runCommand(system, ctx, voidShipment, { shipment_id: sent.shipmentId, reason: 'mistake' }),
      runCommand(system, ctx, deliverShipment, { shipment_id: sent.shipmentId }),
    ]),
  ).toEqual(['warehouse.wrong_step'])
  const short = await order([['A', 2]])
  await release(system, ctx, short.shipmentId)
  const pick = (await shipment(system, ctx, short.shipmentId)).lines[0]?.picks[0]?.id ?? ''
  expect(
    await codesOf([
      runCommand(system, ctx, shortPick, { pick_id: pick, quantity: 2, reason: 'not_found' }),
      runCommand(system, ctx, shortPick, { pick_id: pick, quantity: 2, reason: 'damaged' }),
    ]),
  ).toEqual(['warehouse.more_than_open'])
  const moved = await order([['A', 2]])
  await release(system, ctx, moved.shipmentId)
  const codes = await codesOf([
    runCommand(system, ctx, moveShipment, { shipment_id: moved.shipmentId, warehouse_id: warehouses['W2'] }),
    runCommand(system, ctx, pickShipment, { shipment_id: moved.shipmentId }),
  ])
  expect(codes).toEqual(['warehouse.wrong_step'])
  await clean()
}, 60_000)
