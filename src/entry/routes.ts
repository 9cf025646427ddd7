import { exportRoutes } from '../flows/exports/index.ts'
import { importRoutes } from '../flows/imports/imports.routes.ts'
import { listRoutes } from '../flows/lists/lists.routes.ts'
import { tellingRoutes } from '../flows/telling/telling.routes.ts'
import type { Route } from '../kernel/http/index.ts'
import { automationRoutes } from '../modules/automation/index.ts'
import { billingRoutes } from '../modules/billing/index.ts'
import { carriersRoutes } from '../modules/carriers/index.ts'
import { catalogRoutes } from '../modules/catalog/index.ts'
import { identityRoutes } from '../modules/identity/index.ts'
import { inventoryRoutes } from '../modules/inventory/index.ts'
import { ledgerRoutes } from '../modules/ledger/index.ts'
import { messagingRoutes } from '../modules/messaging/index.ts'
import { ordersRoutes } from '../modules/orders/index.ts'
import { partiesRoutes } from '../modules/parties/index.ts'
import { reportsRoutes } from '../modules/reports/index.ts'
import { warehouseRoutes } from '../modules/warehouse/index.ts'

/** Every operation of the API: each room exports its own, and is added here. */
export const allRoutes: readonly Route[] = [
  ...identityRoutes,
  ...catalogRoutes,
  ...partiesRoutes,
  ...inventoryRoutes,
  ...carriersRoutes,
  ...warehouseRoutes,
  ...ledgerRoutes,
  ...ordersRoutes,
  ...billingRoutes,
  ...automationRoutes,
  ...reportsRoutes,
  ...exportRoutes,
  ...importRoutes,
  ...listRoutes,
  ...messagingRoutes,
  ...tellingRoutes,
]
