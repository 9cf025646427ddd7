/** The warehouse room: goods in, shipments, picks, parcels, goods back. */

export { createGoodsReceipt, receiveGoodsBatch } from './commands/create-goods-receipt.ts'
export { packShipment, packShipments } from './commands/pack-shipments.ts'
export { pickGoods, pickShipment, pickShipments } from './commands/pick-goods.ts'
export { postGoodsReceipt } from './commands/post-goods-receipt.ts'
export { inspectReturn, type SentBackLine } from './commands/inspect-return.ts'
export { receiveReturn, receiveReturnDocuments, receiveReturnsBatch } from './commands/receive-return.ts'
export { releaseShipments } from './commands/release-shipments.ts'
export { reverseGoodsReceipt } from './commands/reverse-goods-receipt.ts'
export {
  cancelShipment,
  cancelShipments,
  deliverShipment,
  deliverShipments,
  shipShipment,
  shipShipments,
} from './commands/ship-shipments.ts'
export { loseShipment, refuseShipment, voidShipment } from './commands/end-shipments.ts'
export { completeTask } from './commands/finish-task.ts'
export { pickFound, shortPick } from './commands/pick-exceptions.ts'
export { acceptClaim, payClaim, type SettledClaim } from './commands/settle-claims.ts'
export { combineShipments, moveShipment, splitShipment } from './commands/shape-shipments.ts'
export { type MovedShipment, moveShipment as moveOneShipment } from './move-shipment.ts'
export { reduceCollections } from './reduce-collection.ts'
export type { SentBack } from './sent-goods.ts'
export type { HandSplit } from './split-by-hand.ts'
export type { NewReceipt } from './create-receipts.ts'
export { followLostAllocations, type Unpicked } from './follow-losses.ts'
export { markShipmentsWaiting, redirectShipments } from './order-shipments.ts'
export { extendOrPlan, planShipments, type PlannedShipment, type ShipmentPlan } from './plan-shipments.ts'
export { countShipmentSteps, type ShipmentSteps } from './queries/count-shipment-steps.ts'
export { getGoodsReceipt } from './queries/list-goods-receipts.ts'
export { getPickList } from './queries/list-pick-lists.ts'
export { renderShippingLabels } from './documents/shipping-label.ts'
export { postalAddress, senderOf } from './postal-address.ts'
export { getReturnReceipt, ReturnReceiptView } from './queries/list-return-receipts.ts'
export { getShipment, listShipments, totalShipments } from './queries/list-shipments.ts'
export { listTasks } from './queries/list-tasks.ts'
export type { ReturnedLine } from './receive-returns.ts'
export type { ShippedLine } from './ship-shipments.ts'
export { type Collection, expectCollections, fixCollections } from './collections.ts'
export { type CarrierChoice, choosePlannedCarrier, prioritizeShipments } from './shipment-choices.ts'
export { findCarriedLines, markShipmentsReady, setShipmentsHeld } from './shipment-flags.ts'
export { lockShipmentsOfSources as lockOrderShipments } from './shipment.repo.ts'
export { type ShipmentSummary, summarizeShipments } from './summarize-shipments.ts'
export { verifyWarehouse } from './verify-warehouse.ts'
export { warehouseRoutes } from './warehouse.routes.ts'
export { withdrawOrderLines, type Withdrawn } from './withdraw-lines.ts'
