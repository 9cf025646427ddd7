import type { TSchema } from 'typebox'
import { batchRoute, commandRoute, executeCommand, queryRoute, type Route } from '../../kernel/http/index.ts'
import type { Command } from '../../kernel/command.ts'
import { runQuery } from '../../kernel/runner.ts'
import { adjustReceiptCost } from './commands/adjust-receipt-cost.ts'
import { createGoodsReceipt, receiveGoodsBatch } from './commands/create-goods-receipt.ts'
import { packShipment, packShipments } from './commands/pack-shipments.ts'
import { pickGoods, pickPickList, pickShipment } from './commands/pick-goods.ts'
import { postGoodsReceipt } from './commands/post-goods-receipt.ts'
import { receiveReturnsBatch } from './commands/receive-return.ts'
import { releaseShipments } from './commands/release-shipments.ts'
import { reverseGoodsReceipt } from './commands/reverse-goods-receipt.ts'
import {
  cancelShipment,
  cancelShipments,
  deliverShipment,
  deliverShipments,
  shipShipment,
  shipShipments,
} from './commands/ship-shipments.ts'
import { updateGoodsReceipt } from './commands/update-goods-receipt.ts'
import { exceptionRoutes } from './exception.routes.ts'
import { getGoodsReceipt, listGoodsReceipts } from './queries/list-goods-receipts.ts'
import { getPickList, listPickLists } from './queries/list-pick-lists.ts'
import { listReturnReceipts } from './queries/list-return-receipts.ts'
import { getShipment, listShipments } from './queries/list-shipments.ts'
import { ShippedShipmentView } from './shipment-view.ts'

const receiving = 'Receiving'
const shipping = 'Shipments'
const showReceipt = { query: getGoodsReceipt, by: (written: { id: string }) => ({ goods_receipt_id: written.id }) }
const showShipment = { query: getShipment, by: (written: unknown) => ({ shipment_id: (written as { shipment_id: string }).shipment_id }) }
const showPickList = { query: getPickList, by: (written: { pick_list_id: string }) => ({ pick_list_id: written.pick_list_id }) }

/** A step of a shipment: POST, answered with the shipment as it is then, status 200. */
function step<I extends TSchema, O extends TSchema>(command: Command<I, O>, name: string, example: unknown): Route {
  return commandRoute(command, {
    method: 'POST',
    path: `/v1/shipments/:shipment_id/${name}`,
    tag: shipping,
    status: 200,
    example,
    show: showShipment,
  })
}

/** Receipts, shipments and picks over HTTP. Documents, and a return receipt with its refund, are shown by the room of orders. */
export const warehouseRoutes: Route[] = [
  queryRoute(listGoodsReceipts, { path: '/v1/goods-receipts', tag: receiving }),
  commandRoute(createGoodsReceipt, {
    method: 'POST',
    path: '/v1/goods-receipts',
    tag: receiving,
    show: showReceipt,
    example: {
      kind: 'supplier',
      warehouse_code: 'NS',
      supplier_name: 'Potter & Co',
      currency: 'EUR',
      lines: [{ sku: 'MUG-RED', quantity: 24, unit_cost: { amount: 400 } }],
    },
  }),
  batchRoute(receiveGoodsBatch, { method: 'POST', path: '/v1/goods-receipts/batch', field: 'goods_receipts', tag: receiving }),
  queryRoute(getGoodsReceipt, { path: '/v1/goods-receipts/:goods_receipt_id', tag: receiving }),
  commandRoute(updateGoodsReceipt, {
    method: 'PATCH',
    path: '/v1/goods-receipts/:goods_receipt_id',
    tag: receiving,
    show: showReceipt,
    example: { expected_at: '2026-02-01T08:00:00Z' },
  }),
  commandRoute(postGoodsReceipt, {
    method: 'POST',
    path: '/v1/goods-receipts/:goods_receipt_id/postings',
    tag: receiving,
    show: showReceipt,
  }),
  commandRoute(adjustReceiptCost, {
    method: 'POST',
    path: '/v1/goods-receipts/:goods_receipt_id/cost-adjustments',
    tag: receiving,
    show: showReceipt,
    example: { reason: 'landed_cost', amount: 4500, note: 'freight' },
  }),
  commandRoute(reverseGoodsReceipt, {
    method: 'POST',
    path: '/v1/goods-receipts/:goods_receipt_id/reversal',
    tag: receiving,
    show: showReceipt,
    example: { reason: 'booked twice' },
  }),

  queryRoute(listShipments, { path: '/v1/shipments', tag: shipping }),
  commandRoute(releaseShipments, { method: 'POST', path: '/v1/shipments/release', tag: shipping, status: 200 }),
  batchRoute(packShipments, { method: 'POST', path: '/v1/shipments/packing-batch', field: 'shipments', tag: shipping }),
  batchRoute(shipShipments, { method: 'POST', path: '/v1/shipments/shipping-batch', field: 'shipments', tag: shipping }),
  batchRoute(deliverShipments, { method: 'POST', path: '/v1/shipments/delivery-batch', field: 'shipments', tag: shipping }),
  batchRoute(cancelShipments, { method: 'POST', path: '/v1/shipments/cancellation-batch', field: 'shipments', tag: shipping }),
  ...exceptionRoutes,
  queryRoute(getShipment, { path: '/v1/shipments/:shipment_id', tag: shipping }),
  step(pickShipment, 'picking', {}),
  step(packShipment, 'packing', { carrier: 'manual', parcels: [{ weight_g: 1200, tracking_number: 'AB123456789RS' }] }),
  shipRoute(),
  step(deliverShipment, 'delivery', {}),
  step(cancelShipment, 'cancellation', { reason: 'the customer called' }),

  batchRoute(pickGoods, { method: 'POST', path: '/v1/picks', field: 'picks', tag: shipping }),
  queryRoute(listPickLists, { path: '/v1/pick-lists', tag: shipping }),
  queryRoute(getPickList, { path: '/v1/pick-lists/:pick_list_id', tag: shipping }),
  commandRoute(pickPickList, {
    method: 'POST',
    path: '/v1/pick-lists/:pick_list_id/picking',
    tag: shipping,
    status: 200,
    show: showPickList,
  }),
  queryRoute(listReturnReceipts, { path: '/v1/return-receipts', tag: receiving }),
  batchRoute(receiveReturnsBatch, { method: 'POST', path: '/v1/return-receipts/batch', field: 'return_receipts', tag: receiving }),
]

/** Shipping answers the shipment and, when only a part went, the new shipment that holds the rest. */
function shipRoute(): Route {
  const route = commandRoute(shipShipment, {
    method: 'POST',
    path: '/v1/shipments/:shipment_id/shipping',
    tag: shipping,
    status: 200,
    example: { tracking_number: 'AB123456789RS' },
  })
  return {
    ...route,
    output: ShippedShipmentView,
    async run(call) {
      const { shipment_id, remainder_shipment_id } = await executeCommand(call, shipShipment)
      return { ...(await runQuery(call.system, call.ctx, getShipment, { shipment_id })), remainder_shipment_id }
    },
  }
}
