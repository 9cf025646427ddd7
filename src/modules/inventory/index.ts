export { adjustCost } from './adjust-cost.ts'
export { chooseBins, type ChosenBin, type PickNeed, readFreeStock } from './choose-bins.ts'
export { type AdjustmentDocument, adjustStock, postAdjustment } from './commands/adjust-stock.ts'
export { createLocations } from './commands/create-locations.ts'
export { createWarehouse } from './commands/create-warehouse.ts'
export { expireHolds, holdStock, releaseHold } from './commands/hold-stock.ts'
export { moveStock, postMove } from './commands/move-stock.ts'
export { reverseAdjustment } from './commands/reverse-adjustment.ts'
export { setThreshold } from './commands/set-threshold.ts'
export { updateLocation } from './commands/update-location.ts'
export { updateWarehouse } from './commands/update-warehouse.ts'
export { changeExpected, changeExpectedDate, type ExpectedChange } from './expected-supply.ts'
export type { LostAllocation, LostPromise } from './free-promises.ts'
export type {
  Allocation,
  GoodsPosting,
  MovementCost,
  NewMovement,
  NewReservation,
  RecordedMovement,
  ReservationRelease,
} from './goods-posting.ts'
export { readCostByLine, readCostOfLines } from './cost-of-lines.ts'
export { inventoryRoutes } from './inventory.routes.ts'
export { findLocations, findLotCodes, findWarehouses, type LocationSummary, type WarehouseSummary } from './lookups.ts'
export { postGoods } from './post-goods.ts'
export { noteWaiting } from './note-waiting.ts'
export { prioritizePromises } from './prioritize-promises.ts'
export { positionsToLock } from './positions-at-intake.ts'
export { type NewBackorder, promiseLater, promiseStock, releasePromises, withdrawBackorders } from './promise-stock.ts'
export { type PreorderRoom, readPreorderRoom } from './preorder-room.ts'
export { type PromiseDate, promiseDates } from './promise-dates.ts'
export { provisionInventory, type VirtualKind, virtualLocations } from './provision-inventory.ts'
export { countLowStock } from './queries/count-low-stock.ts'
export { listMovements, totalMovements } from './queries/list-movements.ts'
export { listStock, totalStock } from './queries/list-stock.ts'
export { requireWarehouse, resolveItems, resolveLocations, resolveLots } from './resolve-lines.ts'
export { offerElsewhere, type ServedBackorder } from './serve-backorders.ts'
export { findHolds, offerAvailable, type StockHold, takeHolds } from './stock-hold.ts'
export { standardLocations } from './standard-locations.ts'
export { lockPositions, type Position, type PositionKey, positionKey, readAllocations } from './stock.repo.ts'
export { rollMonthBalances } from './month-balance.ts'
export { verifyInventory } from './verify-inventory.ts'
