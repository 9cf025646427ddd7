import { beforeAll, describe, expect, test } from 'vitest'
import {
  balances,
  faultsOf,
  onHand,
  placeOrder,
  receive,
  release,
  shipment,
  standInOrders,
  putBackAll,
} from '../../../test/support/floor.ts'
import { addItem, openStockRoom, provisionStock, stockOf, type StockRoom } from '../../../test/support/stock.ts'
import { refusalOf, testContext, useSystem } from '../../../test/support/system.ts'
import type { Context } from '../../kernel/context.ts'
import { inTransaction } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'
import { runBatch, runCommand, runQuery } from '../../kernel/runner.ts'
import { createCarrier, provisionCarriers } from '../carriers/index.ts'
import { createOrganization } from '../identity/index.ts'
import { adjustStock, moveStock, updateLocation } from '../inventory/index.ts'
import {
  cancelShipment,
  createGoodsReceipt,
  deliverShipment,
  getGoodsReceipt,
  getPickList,
  getReturnReceipt,
  listShipments,
  packShipment,
  pickGoods,
  pickShipment,
  postGoodsReceipt,
  receiveGoodsBatch,
  receiveReturn,
  receiveReturnsBatch,
  reverseGoodsReceipt,
  shipShipment,
  shipShipments,
} from './index.ts'

const system = useSystem(standInOrders)
let ctx: Context
let room: StockRoom
let itemId: string

/** A business of its own for each test: two bins, one item A. */
async function open(): Promise<void> {
  ctx = testContext()
  await runCommand(system, ctx, createOrganization, { name: 'Floor', time_zone: 'Europe/Belgrade', base_currency: 'EUR', language: 'en' })
  await provisionStock(system, ctx)
  await inTransaction(system.database, ctx.orgId, (tx) => provisionCarriers(tx, ctx.orgId, ctx.clock.now()))
  room = await openStockRoom(system, ctx)
  itemId = await addItem(system, ctx, 'A')
}

async function clean(): Promise<void> {
  expect(await faultsOf(system, ctx)).toEqual([])
}

async function picked(quantity: number): Promise<string> {
  const { shipmentId } = await placeOrder(system, ctx, { warehouseId: room.warehouseId, lines: [{ itemId, quantity }] })
  expect(await release(system, ctx, shipmentId)).toBeNull()
  await runCommand(system, ctx, pickShipment, { shipment_id: shipmentId })
  return shipmentId
}

describe('goods in', () => {
  beforeAll(open)

  test('what is expected is incoming; parts are received at parts of the cost, and more than expected is marked', async () => {
    const { id, lines } = await runCommand(system, ctx, createGoodsReceipt, {
      kind: 'supplier',
      warehouse_code: 'W1',
      supplier_name: 'Thirds',
      currency: 'EUR',
      lines: [{ sku: 'A', expected_quantity: 3, unit_cost: { amount: 3333, scale: 4 } }],
    })
    expect(await stockOf(system, ctx, itemId, room.warehouseId)).toMatchObject({ on_hand: 0, incoming: 3 })
    const post = (quantity: number) =>
      runCommand(system, ctx, postGoodsReceipt, { goods_receipt_id: id, lines: [{ line_id: lines[0]?.id ?? '', quantity }] })
    await post(1)
    await clean()
    await post(3)
    expect(await runQuery(system, ctx, getGoodsReceipt, { goods_receipt_id: id })).toMatchObject({
      status: 'received',
      supplier_name: 'Thirds',
      lines: [{ expected_quantity: 3, received_quantity: 4, over_received: true, value: { amount: 133, currency: 'EUR' } }],
    })
    expect(await stockOf(system, ctx, itemId, room.warehouseId)).toMatchObject({ on_hand: 4, incoming: 0 })
    await clean()
  })

  test('a receipt is taken back while its goods are there, not after they were sold, and only once', async () => {
    const kept = await receive(system, ctx, { sku: 'A', quantity: 5, location: 'A-1' })
    await runCommand(system, ctx, reverseGoodsReceipt, { goods_receipt_id: kept, reason: 'booked twice' })
    expect(await refusalOf(runCommand(system, ctx, reverseGoodsReceipt, { goods_receipt_id: kept, reason: 'again' }))).toMatchObject({
      kind: 'conflict',
      code: 'warehouse.already_reversed',
    })
    expect(
      await refusalOf(runCommand(system, ctx, postGoodsReceipt, { goods_receipt_id: kept, lines: [{ line_id: newId(), quantity: 1 }] })),
    ).toMatchObject({ code: 'warehouse.already_reversed' })
    await clean()
    const item = await addItem(system, ctx, 'SOLD')
    const sold = await receive(system, ctx, { sku: 'SOLD', quantity: 2, location: 'A-1' })
    await receive(system, ctx, { sku: 'SOLD', quantity: 2, location: 'A-1' })
    const { shipmentId } = await placeOrder(system, ctx, { warehouseId: room.warehouseId, lines: [{ itemId: item, quantity: 1 }] })
    await release(system, ctx, shipmentId)
    await runCommand(system, ctx, pickShipment, { shipment_id: shipmentId })
    await runCommand(system, ctx, shipShipment, { shipment_id: shipmentId })
    expect(await refusalOf(runCommand(system, ctx, reverseGoodsReceipt, { goods_receipt_id: sold, reason: 'too late' }))).toMatchObject({
      kind: 'rule',
      code: 'inventory.receipt_used',
    })
    await clean()
  })

  test('goods of an average-cost item that were mixed with older ones are not taken back at a cost they no longer have', async () => {
    await addItem(system, ctx, 'MIXED', { costMethod: 'average' })
    const first = await receive(system, ctx, { sku: 'MIXED', quantity: 10, cost: 400 })
    const second = await receive(system, ctx, { sku: 'MIXED', quantity: 10, cost: 500 })
    for (const id of [first, second]) {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      expect(await refusalOf(runCommand(system, ctx, reverseGoodsReceipt, { goods_receipt_id: id, reason: 'wrong' }))).toMatchObject({
        code: 'inventory.receipt_used',
      })
    }
    await clean()
  })

  test('many receipts at once: bad ones are refused with every bad field, the others are booked; lots and suppliers are made', async () => {
    const good = {
      kind: 'supplier',
      warehouse_code: 'W1',
      supplier_name: 'potter & co',
      currency: 'EUR',
      lines: [{ sku: 'A', quantity: 2, unit_cost: { amount: 100 }, lot: 'L1', location_code: 'A-2' }],
    }
    const outcomes = await runBatch(system, ctx, receiveGoodsBatch, [
      good,
      { ...good, warehouse_code: 'W9', lines: [{ sku: 'NONE', quantity: 1 }, { sku: 'A' }] },
      { ...good, currency: 'RSD' },
      good,
    ])
    expect(outcomes.map((outcome) => (outcome.ok ? outcome.value.status : outcome.error.fields.map((field) => field.pointer)))).toEqual([
      'received',
      ['/warehouse_code', '/lines/0/sku', '/lines/1/quantity'],
      ['/base_rate_ppm'],
      'received',
    ])
    const numbers = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value.number] : []))
    expect(numbers[1]).toBe((numbers[0] ?? 0) + 1)
    await clean()
  })

  test('stock that arrives goes to waiting orders at once', async () => {
    const waiting = await addItem(system, ctx, 'LATE')
    const { shipmentId, orderId } = await placeOrder(system, ctx, {
      warehouseId: room.warehouseId,
      lines: [{ itemId: waiting, quantity: 3 }],
    })
    expect(shipmentId).toBe('')
    await receive(system, ctx, { sku: 'LATE', quantity: 5 })
    const { data } = await runQuery(system, ctx, listShipments, { order_id: orderId })
    expect(data).toMatchObject([{ status: 'planned', quantity: 3 }])
    await clean()
  })
})

describe('from release to delivery', () => {
  beforeAll(open)

  test('bins are chosen and walked in order; scans pick parts; the rest of a part shipment follows with its goods', async () => {
    await receive(system, ctx, { sku: 'A', quantity: 10, location: 'A-1' })
    await receive(system, ctx, { sku: 'A', quantity: 10, location: 'A-2', cost: 500 })
    const { shipmentId } = await placeOrder(system, ctx, { warehouseId: room.warehouseId, lines: [{ itemId, quantity: 12 }] })
    expect(await release(system, ctx, shipmentId)).toBeNull()
    const list = await runQuery(system, ctx, getPickList, { pick_list_id: (await shipment(system, ctx, shipmentId)).pick_list_id ?? '' })
    expect(list.picks.map((pick) => [pick.location_code, pick.quantity])).toEqual([
      ['A-1', 10],
      ['A-2', 2],
    ])
    const scan = (index: number, quantity: number) => ({ pick_id: list.picks[index]?.id ?? '', quantity })
    const outcomes = await runBatch(system, ctx, pickGoods, [scan(0, 4), scan(0, 7), scan(1, 1), { pick_id: newId(), quantity: 1 }])
    expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code))).toEqual([
      'ok',
      'warehouse.more_than_open',
      'ok',
      'warehouse.not_found',
    ])
    await clean()
    await runBatch(system, ctx, pickGoods, [scan(0, 6), scan(1, 1)])
    expect(await shipment(system, ctx, shipmentId)).toMatchObject({ status: 'picked', picked_quantity: 12 })
    const [line] = (await shipment(system, ctx, shipmentId)).lines
    const first = await runCommand(system, ctx, shipShipment, {
      shipment_id: shipmentId,
      lines: [{ shipment_line_id: line?.id ?? '', quantity: 8 }],
      tracking_number: 'AB1',
    })
    await clean()
    expect(await balances(system, ctx)).toMatchObject({ cost_of_goods_sold: 3200 })
    const rest = first.remainder_shipment_id ?? ''
    expect(await shipment(system, ctx, rest)).toMatchObject({
      status: 'picked',
      quantity: 4,
      picked_quantity: 4,
      split_from_id: shipmentId,
      orders: [{ number: '10482' }],
    })
    await runCommand(system, ctx, packShipment, { shipment_id: rest, parcels: [{ weight_g: 700 }] })
    await runCommand(system, ctx, shipShipment, { shipment_id: rest })
    expect(await balances(system, ctx)).toMatchObject({ cost_of_goods_sold: 5000 })
    await runCommand(system, ctx, deliverShipment, { shipment_id: rest })
    expect(await shipment(system, ctx, rest)).toMatchObject({ status: 'delivered' })
    expect(await refusalOf(runCommand(system, ctx, shipShipment, { shipment_id: rest }))).toMatchObject({ code: 'warehouse.wrong_step' })
    await clean()
  })

  test('what came back of the second shipment costs what was used last; nothing comes back twice', async () => {
    const { data } = await runQuery(system, ctx, listShipments, { status: 'delivered' })
    const [line] = (await shipment(system, ctx, data[0]?.id ?? '')).lines
    await openStockRoom(system, ctx, 'W2')
    const back = (quantity: number) =>
      runCommand(system, ctx, receiveReturn, {
        warehouse_code: 'W2',
        reason: 'does not fit',
        lines: [{ shipment_line_id: line?.id ?? '', quantity }],
      })
    const { id } = await back(3)
    expect(await runQuery(system, ctx, getReturnReceipt, { return_receipt_id: id })).toMatchObject({
      lines: [{ sku: 'A', quantity: 3, location_code: 'RETURNS', cost_assumed: false }],
    })
    expect(await balances(system, ctx)).toMatchObject({ cost_of_goods_sold: 3600, inventory: 5400 })
    await receive(system, ctx, { sku: 'A', quantity: 5, cost: 300, receivedAt: new Date(Date.now() - 30 * 86_400_000) })
    expect(await balances(system, ctx)).toMatchObject({ cost_of_goods_sold: 3600, inventory: 6900 })
    expect(await refusalOf(back(2))).toMatchObject({ kind: 'rule', code: 'warehouse.more_than_shipped' })
    const one = (quantity: number) => ({
      warehouse_code: 'W2',
      reason: 'does not fit',
      lines: [{ shipment_line_id: line?.id ?? '', quantity }],
    })
    const together = await runBatch(system, ctx, receiveReturnsBatch, [one(2), one(1), one(1)])
    expect(together.map((outcome) => outcome.ok)).toEqual([false, true, false])
    await clean()
  })

  test('a return that names no sale takes the customer’s latest ones, then an assumed cost', async () => {
    const { orderId, shipmentId } = await placeOrder(system, ctx, { warehouseId: room.warehouseId, lines: [{ itemId, quantity: 1 }] })
    await release(system, ctx, shipmentId)
    await runCommand(system, ctx, pickShipment, { shipment_id: shipmentId })
    await runCommand(system, ctx, shipShipment, { shipment_id: shipmentId })
    const { id } = await runCommand(system, ctx, receiveReturn, {
      warehouse_code: 'W1',
      order_id: orderId,
      reason: 'found at the door',
      lines: [{ sku: 'A', quantity: 3, amount: 900, tax: 150 }],
    })
    expect(await runQuery(system, ctx, getReturnReceipt, { return_receipt_id: id })).toMatchObject({
      lines: [
        { quantity: 1, cost_assumed: false, stated_amount: null },
        { quantity: 2, cost_assumed: true, stated_amount: 600, stated_tax: 100 },
      ],
    })
    await clean()
  })

  test('held orders and goods without a free bin refuse their shipment only; services go along, never alone', async () => {
    const held = await placeOrder(system, ctx, { warehouseId: room.warehouseId, held: true, lines: [{ itemId, quantity: 1 }] })
    expect(await release(system, ctx, held.shipmentId)).toBe('warehouse.held')
    const service = await addItem(system, ctx, 'GIFT', { kind: 'service' })
    const order = await placeOrder(system, ctx, {
      warehouseId: room.warehouseId,
      lines: [
        { itemId, quantity: 1 },
        { itemId: service, quantity: 1, supply: 'none' },
      ],
    })
    expect(await release(system, ctx, order.shipmentId)).toBeNull()
    expect(await refusalOf(runCommand(system, ctx, shipShipment, { shipment_id: order.shipmentId }))).toMatchObject({
      code: 'warehouse.wrong_step',
    })
    await runCommand(system, ctx, pickShipment, { shipment_id: order.shipmentId })
    const twice = await runBatch(system, ctx, shipShipments, [{ shipment_id: order.shipmentId }, { shipment_id: order.shipmentId }])
    expect(twice.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code))).toEqual(['ok', 'warehouse.shipment_repeated'])
    expect((await shipment(system, ctx, order.shipmentId)).lines.map((line) => line.shipped_quantity)).toEqual([1, 1])
    const packed = await addItem(system, ctx, 'STAGED')
    await receive(system, ctx, { sku: 'STAGED', quantity: 1, location: 'STAGING' })
    const stuck = await placeOrder(system, ctx, { warehouseId: room.warehouseId, lines: [{ itemId: packed, quantity: 1 }] })
    expect(await release(system, ctx, stuck.shipmentId)).toBe('warehouse.no_bin')
    await clean()
  })

  test('a table-rate carrier numbers and prices parcels; what it does not carry is refused by name', async () => {
    const table = { currency: 'EUR', zones: [{ code: 'RS', areas: [{ country: 'RS' }], bands: [{ up_to_g: 2000, price_minor: 450 }] }] }
    await runCommand(system, ctx, createCarrier, {
      code: 'post',
      name: 'Post',
      kind: 'table_rate',
      config: { tracking_prefix: 'TR', services: [{ code: 'std', name: 'Standard', table }] },
      tracking_url: 'https://post.example/{tracking_number}',
    })
    const id = await picked(1)
    expect(
      await refusalOf(runCommand(system, ctx, packShipment, { shipment_id: id, carrier: 'post', parcels: [{ weight_g: 2500 }] })),
    ).toMatchObject({ code: 'warehouse.carrier_refused' })
    expect(
      await refusalOf(runCommand(system, ctx, packShipment, { shipment_id: id, carrier: 'nobody', parcels: [{ weight_g: 1 }] })),
    ).toMatchObject({ fields: [{ pointer: '/carrier' }] })
    await runCommand(system, ctx, packShipment, { shipment_id: id, carrier: 'post', parcels: [{ weight_g: 900 }, { weight_g: 800 }] })
    const { parcels } = await shipment(system, ctx, id)
    expect(parcels).toMatchObject([{ carrier: 'post', postage: { amount: 450, currency: 'EUR' } }, { postage: { amount: 450 } }])
    expect(new Set(parcels.map((parcel) => parcel.tracking_number)).size).toBe(2)
    expect(parcels[0]?.tracking_url).toBe(`https://post.example/${parcels[0]?.tracking_number}`)
    const loose = await picked(1)
    await runCommand(system, ctx, shipShipment, { shipment_id: loose, carrier: 'manual', tracking_number: 'SLIP-1' })
    expect(await shipment(system, ctx, loose)).toMatchObject({ carrier: 'manual', tracking_numbers: ['SLIP-1'] })
    await clean()
  })
})

describe('canceled and lost', () => {
  beforeAll(open)

  test.each(['planned', 'released', 'half picked', 'picked', 'packed'])(
    'a shipment canceled when it is %s leaves its goods to be put back where they were, and its order is planned anew',
    async (step) => {
      const sku = `C ${step}`
      const item = await addItem(system, ctx, sku)
      await receive(system, ctx, { sku, quantity: 4, location: 'A-1' })
      await receive(system, ctx, { sku, quantity: 4, location: 'A-2' })
      const reached = ['planned', 'released', 'half picked', 'picked', 'packed'].indexOf(step)
      const order = await placeOrder(system, ctx, { warehouseId: room.warehouseId, lines: [{ itemId: item, quantity: 6 }] })
      if (reached >= 1) await release(system, ctx, order.shipmentId)
      const picks = (await shipment(system, ctx, order.shipmentId)).lines.flatMap((line) => line.picks)
      if (reached >= 2) await runBatch(system, ctx, pickGoods, [{ pick_id: picks[0]?.id ?? '', quantity: 3 }])
      if (reached >= 3) await runCommand(system, ctx, pickShipment, { shipment_id: order.shipmentId })
      if (reached >= 4) await runCommand(system, ctx, packShipment, { shipment_id: order.shipmentId })
      await runCommand(system, ctx, cancelShipment, { shipment_id: order.shipmentId, reason: step })
      expect(await shipment(system, ctx, order.shipmentId)).toMatchObject({ status: 'canceled', quantity: 0 })
      // What was picked stands in staging until a person has put it back: 3 of the half picked one, 6 of the others.
      expect((await onHand(system, ctx, item))['STAGING'] ?? 0).toBe(reached >= 3 ? 6 : reached === 2 ? 3 : 0)
      await clean()
      expect((await putBackAll(system, ctx)) > 0).toBe(reached >= 2)
      expect(await onHand(system, ctx, item)).toEqual({ 'A-1': 4, 'A-2': 4 })
      expect((await runQuery(system, ctx, listShipments, { order_id: order.orderId, status: 'planned' })).data).toMatchObject([
        { quantity: 6 },
      ])
      await clean()
    },
  )

  test('goods lost from a chosen bin are chosen elsewhere; what is nowhere leaves the shipment; what is picked is picked again', async () => {
    await receive(system, ctx, { sku: 'A', quantity: 5, location: 'A-1' })
    await receive(system, ctx, { sku: 'A', quantity: 4, location: 'A-2' })
    const { shipmentId } = await placeOrder(system, ctx, { warehouseId: room.warehouseId, lines: [{ itemId, quantity: 5 }] })
    await release(system, ctx, shipmentId)
    const lose = (location_code: string, quantity: number) =>
      runCommand(system, ctx, adjustStock, { warehouse_id: room.warehouseId, kind: 'loss', lines: [{ sku: 'A', location_code, quantity }] })
    await lose('A-1', 2)
    const bins = async () =>
      (await shipment(system, ctx, shipmentId)).lines[0]?.picks
        .filter((pick) => pick.status !== 'canceled')
        .map((pick) => [pick.location_code, pick.quantity])
    expect(await bins()).toEqual([
      ['A-1', 3],
      ['A-2', 2],
    ])
    await clean()
    await lose('A-2', 4)
    expect(await shipment(system, ctx, shipmentId)).toMatchObject({ status: 'released', quantity: 3 })
    await clean()
    await runCommand(system, ctx, pickShipment, { shipment_id: shipmentId })
    await runCommand(system, ctx, packShipment, { shipment_id: shipmentId })
    await receive(system, ctx, { sku: 'A', quantity: 2, location: 'A-2' })
    await clean()
    await lose('STAGING', 1)
    expect(await shipment(system, ctx, shipmentId)).toMatchObject({ picked_quantity: 2, parcels: [] })
    await clean()
  })

  test('a blocked bin gives its picks up; goods of a canceled shipment go to receiving then', async () => {
    const item = await addItem(system, ctx, 'B')
    await receive(system, ctx, { sku: 'B', quantity: 3, location: 'A-1' })
    const { shipmentId } = await placeOrder(system, ctx, { warehouseId: room.warehouseId, lines: [{ itemId: item, quantity: 2 }] })
    await release(system, ctx, shipmentId)
    await runCommand(system, ctx, pickShipment, { shipment_id: shipmentId })
    await runCommand(system, ctx, updateLocation, { location_id: room.bins['A-1'] ?? '', blocked: true })
    await runCommand(system, ctx, cancelShipment, { shipment_id: shipmentId, reason: 'changed mind' })
    expect(await onHand(system, ctx, item)).toEqual({ 'A-1': 1, STAGING: 2 })
    await putBackAll(system, ctx)
    expect(await onHand(system, ctx, item)).toEqual({ 'A-1': 1, RECEIVING: 2 })
    await runCommand(system, ctx, updateLocation, { location_id: room.bins['A-1'] ?? '', blocked: false })
    await clean()
  })

  test('goods of two lots split with their lots', async () => {
    const item = await addItem(system, ctx, 'LOTS')
    await receive(system, ctx, { sku: 'LOTS', quantity: 2, location: 'A-1', lot: 'L1' })
    await receive(system, ctx, { sku: 'LOTS', quantity: 2, location: 'A-2', lot: 'L2' })
    const { shipmentId } = await placeOrder(system, ctx, { warehouseId: room.warehouseId, lines: [{ itemId: item, quantity: 4 }] })
    await release(system, ctx, shipmentId)
    await runCommand(system, ctx, pickShipment, { shipment_id: shipmentId })
    const [line] = (await shipment(system, ctx, shipmentId)).lines
    const { remainder_shipment_id } = await runCommand(system, ctx, shipShipment, {
      shipment_id: shipmentId,
      lines: [{ shipment_line_id: line?.id ?? '', quantity: 1 }],
    })
    await clean()
    await runCommand(system, ctx, cancelShipment, { shipment_id: remainder_shipment_id ?? '', reason: 'rest' })
    await putBackAll(system, ctx)
    expect(await onHand(system, ctx, item)).toEqual({ 'A-1': 1, 'A-2': 2 })
    await clean()
  })

  test('goods moved away from their bin take the choice with them', async () => {
    const item = await addItem(system, ctx, 'MOVED')
    await receive(system, ctx, { sku: 'MOVED', quantity: 3, location: 'A-1' })
    const { shipmentId } = await placeOrder(system, ctx, { warehouseId: room.warehouseId, lines: [{ itemId: item, quantity: 3 }] })
    await release(system, ctx, shipmentId)
    await runCommand(system, ctx, moveStock, {
      warehouse_id: room.warehouseId,
      lines: [{ sku: 'MOVED', from_location_code: 'A-1', to_location_code: 'STAGING', quantity: 3 }],
    })
    expect((await shipment(system, ctx, shipmentId)).allowed_actions.find((action) => action.action === 'pick')).toMatchObject({
      allowed: false,
    })
    await clean()
    await runCommand(system, ctx, moveStock, {
      warehouse_id: room.warehouseId,
      lines: [{ sku: 'MOVED', from_location_code: 'STAGING', to_location_code: 'A-2', quantity: 3 }],
    })
    expect(await release(system, ctx, shipmentId)).toBeNull()
    await runCommand(system, ctx, pickShipment, { shipment_id: shipmentId })
    expect(await shipment(system, ctx, shipmentId)).toMatchObject({ status: 'picked' })
    await clean()
  })
})
