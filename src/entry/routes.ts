import type { Route } from '../kernel/http/index.ts'
import { exportRoutes } from '../flows/exports/index.ts'
import { identityRoutes } from '../modules/identity/index.ts'
import { ledgerRoutes } from '../modules/ledger/index.ts'

/** Every operation of the API: each room exports its own, and is added here. */
export const allRoutes: readonly Route[] = [...identityRoutes, ...ledgerRoutes, ...exportRoutes]
