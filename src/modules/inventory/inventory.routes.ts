import { commandRoute, queryRoute, type Route } from '../../kernel/http/index.ts'
import { adjustStock } from './commands/adjust-stock.ts'
import { changeHold } from './commands/change-hold.ts'
import { countStock } from './commands/count-stock.ts'
import { createLocation, createLocations } from './commands/create-locations.ts'
import { createWarehouse } from './commands/create-warehouse.ts'
import { holdStock, releaseHold } from './commands/hold-stock.ts'
import { moveStock } from './commands/move-stock.ts'
import { reverseAdjustment } from './commands/reverse-adjustment.ts'
import { setCheckoutHolds } from './commands/set-checkout-holds.ts'
import { setThreshold } from './commands/set-threshold.ts'
import { updateLocation } from './commands/update-location.ts'
import { updateWarehouse } from './commands/update-warehouse.ts'
import { explainAvailable } from './queries/explain-available.ts'
import { getAdjustment, listAdjustments } from './queries/list-adjustments.ts'
import { listAvailability, promiseQuantity } from './queries/list-availability.ts'
import { listCostLayers } from './queries/list-cost-layers.ts'
import { getCount, listCounts } from './queries/list-counts.ts'
import { listHolds } from './queries/list-holds.ts'
import { listLevels, listStockAt } from './queries/list-levels.ts'
import { getLocation, listLocations } from './queries/list-locations.ts'
import { listMovements } from './queries/list-movements.ts'
import { listLowStock, listStock } from './queries/list-stock.ts'
import { getWarehouse, listWarehouses } from './queries/list-warehouses.ts'

const tag = 'Inventory'
const warehouse_id = '0193a6c0-0000-7000-8000-000000000001'
const showWarehouse = { query: getWarehouse, by: (written: { id: string }) => ({ warehouse_id: written.id }) }
const showLocation = { query: getLocation, by: (written: { id: string }) => ({ location_id: written.id }) }
const showAdjustment = { query: getAdjustment, by: (written: { id: string }) => ({ adjustment_id: written.id }) }
const adjustment = { warehouse_id, kind: 'scrap', note: 'dropped', lines: [{ sku: 'MUG-1', location_code: 'A-01', quantity: 1 }] }

/** Warehouses, locations and stock over HTTP. */
export const inventoryRoutes: Route[] = [
  queryRoute(listWarehouses, { path: '/v1/warehouses', tag }),
  commandRoute(createWarehouse, {
    method: 'POST',
    path: '/v1/warehouses',
    tag,
    show: showWarehouse,
    example: { code: 'NS', name: 'Novi Sad', kind: 'own', country: 'RS', postcode: '21000', priority: 10 },
  }),
  queryRoute(getWarehouse, { path: '/v1/warehouses/:warehouse_id', tag }),
  commandRoute(updateWarehouse, {
    method: 'PATCH',
    path: '/v1/warehouses/:warehouse_id',
    tag,
    show: showWarehouse,
    example: { priority: 20 },
  }),
  queryRoute(listLocations, { path: '/v1/locations', tag }),
  commandRoute(createLocation, {
    method: 'POST',
    path: '/v1/locations',
    tag,
    show: showLocation,
    example: { warehouse_id, code: 'A-01', role: 'pick', zone: 'A', bin: '1' },
  }),
  commandRoute(createLocations, {
    method: 'POST',
    path: '/v1/locations/batch',
    tag,
    example: {
      warehouse_id,
      locations: [
        { code: 'A-01', role: 'pick' },
        { code: 'A-02', role: 'pick' },
      ],
    },
  }),
  queryRoute(getLocation, { path: '/v1/locations/:location_id', tag }),
  commandRoute(updateLocation, {
    method: 'PATCH',
    path: '/v1/locations/:location_id',
    tag,
    show: showLocation,
    example: { blocked: true },
  }),
  queryRoute(listStock, { path: '/v1/stock', tag }),
  queryRoute(listLevels, { path: '/v1/stock/levels', tag }),
  queryRoute(listStockAt, { path: '/v1/stock/at', tag }),
  queryRoute(listLowStock, { path: '/v1/stock/low', tag }),
  queryRoute(explainAvailable, { path: '/v1/stock/explanation', tag }),
  commandRoute(setThreshold, { method: 'PUT', path: '/v1/stock/thresholds', tag, example: { warehouse_id, sku: 'MUG-1', threshold: 5 } }),
  queryRoute(listMovements, { path: '/v1/movements', tag }),
  queryRoute(listCostLayers, { path: '/v1/cost-layers', tag }),
  queryRoute(listAdjustments, { path: '/v1/adjustments', tag }),
  commandRoute(adjustStock, { method: 'POST', path: '/v1/adjustments', tag, show: showAdjustment, example: adjustment }),
  queryRoute(getAdjustment, { path: '/v1/adjustments/:adjustment_id', tag }),
  commandRoute(reverseAdjustment, {
    method: 'POST',
    path: '/v1/adjustments/:adjustment_id/reversal',
    tag,
    show: showAdjustment,
    example: { note: 'counted wrong' },
  }),
  commandRoute(moveStock, {
    method: 'POST',
    path: '/v1/stock-moves',
    tag,
    example: { warehouse_id, lines: [{ sku: 'MUG-1', from_location_code: 'RECEIVING', to_location_code: 'A-01', quantity: 10 }] },
  }),
  queryRoute(promiseQuantity, { path: '/v1/stock/promise', tag }),
  queryRoute(listAvailability, { path: '/v1/items/:item_id/availability', tag }),
  queryRoute(listCounts, { path: '/v1/stock-counts', tag }),
  commandRoute(countStock, {
    method: 'POST',
    path: '/v1/stock-counts',
    tag,
    show: { query: getCount, by: (written: { id: string }) => ({ stock_count_id: written.id }) },
    example: { warehouse_id, lines: [{ sku: 'MUG-1', location_code: 'A-01', counted: 12 }] },
  }),
  queryRoute(getCount, { path: '/v1/stock-counts/:stock_count_id', tag }),
  queryRoute(listHolds, { path: '/v1/stock-holds', tag }),
  commandRoute(holdStock, {
    method: 'POST',
    path: '/v1/stock-holds',
    tag,
    example: { warehouse_id, sku: 'MUG-1', quantity: 1, reference: 'cart-1', expires_at: '2026-01-01T12:00:00Z' },
  }),
  commandRoute(setCheckoutHolds, {
    method: 'PUT',
    path: '/v1/stock-holds/checkouts/:reference',
    tag,
    example: { warehouse_id, expires_at: '2026-01-01T12:00:00Z', lines: [{ sku: 'MUG-1', quantity: 2 }] },
  }),
  commandRoute(changeHold, {
    method: 'PATCH',
    path: '/v1/stock-holds/:stock_hold_id',
    tag,
    example: { expires_at: '2026-01-01T12:15:00Z' },
  }),
  commandRoute(releaseHold, { method: 'DELETE', path: '/v1/stock-holds/:stock_hold_id', tag }),
]
