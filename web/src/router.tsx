import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type AnyRouter,
} from '@tanstack/react-router'
import { sessionQuery } from './api/queries.ts'
import { ErrorState, PageSkeleton } from './kit/states.tsx'
import { paths } from './paths.ts'
import { SignInPage } from './office/sign-in.tsx'
import { NotFoundPage } from './office/not-found.tsx'

interface RouterContext {
  client: QueryClient
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet, notFoundComponent: NotFoundPage })

const signIn = createRoute({ getParentRoute: () => root, path: paths.signIn(), component: SignInPage })

const shell = () => import('./office/shell/shell.tsx')

/** Everything below needs a signed-in person; others go to the sign-in page and come back after it. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.ensureQueryData(sessionQuery)
    if (session === null) throw redirect({ to: paths.signIn(), search: { next: location.href } as never })
  },
  pendingComponent: PageSkeleton,
  component: Outlet,
})

const office = createRoute({
  getParentRoute: () => signedIn,
  id: 'office',
  component: lazyRouteComponent(shell, 'Shell'),
  notFoundComponent: NotFoundPage,
})

type PageImport = () => Promise<Record<string, unknown>>

const page = (path: string, load: PageImport, name: string) =>
  createRoute({ getParentRoute: () => office, path, component: lazyRouteComponent(load as never, name) })

const home = () => import('./office/home/index.ts')
const orders = () => import('./office/orders/index.ts')
const returns = () => import('./office/returns/index.ts')
const fulfillment = () => import('./office/fulfillment/index.ts')
const stock = () => import('./office/stock/index.ts')
const catalog = () => import('./office/catalog/index.ts')
const money = () => import('./office/money/index.ts')

const officePages = [
  page(paths.home(), home, 'HomePage'),
  page(paths.orders(), orders, 'OrdersPage'),
  page(paths.newOrder(), orders, 'NewOrderPage'),
  page(paths.order('$orderId'), orders, 'OrderPage'),
  page(paths.returns(), returns, 'ReturnsPage'),
  page(paths.returnDocument('$returnId'), returns, 'ReturnPage'),
  page(paths.returnReceipts(), returns, 'ReturnReceiptsPage'),
  page(paths.receiveReturn(), returns, 'ReceiveReturnPage'),
  page(paths.returnReceipt('$receiptId'), returns, 'ReturnReceiptPage'),
  page(paths.fulfillment(), fulfillment, 'BoardPage'),
  page(paths.shipments(), fulfillment, 'ShipmentsPage'),
  page(paths.shipment('$shipmentId'), fulfillment, 'ShipmentPage'),
  page(paths.pickLists(), fulfillment, 'PickListsPage'),
  page(paths.pickList('$pickListId'), fulfillment, 'PickListPage'),
  page(paths.tasks(), fulfillment, 'TasksPage'),
  page(paths.carrierClaims(), fulfillment, 'CarrierClaimsPage'),
  page(paths.stock(), stock, 'StockPage'),
  page(paths.stockItem('$itemId'), stock, 'StockItemPage'),
  page(paths.movements(), stock, 'MovementsPage'),
  page(paths.receipts(), stock, 'GoodsReceiptsPage'),
  page(paths.newReceipt(), stock, 'NewGoodsReceiptPage'),
  page(paths.receipt('$receiptId'), stock, 'GoodsReceiptPage'),
  page(paths.stockHolds(), stock, 'HoldsPage'),
  page(paths.counts(), stock, 'CountsPage'),
  page(paths.count('$countId'), stock, 'CountPage'),
  page(paths.items(), catalog, 'ItemsPage'),
  page(paths.newItem(), catalog, 'NewItemPage'),
  page(paths.item('$itemId'), catalog, 'ItemPage'),
  page(paths.customers(), () => import('./office/customers.tsx'), 'CustomersPage'),
  page(paths.customer('$partyId'), () => import('./office/customer.tsx'), 'CustomerPage'),
  page(paths.entries(), money, 'JournalEntriesPage'),
  page(paths.entry('$entryId'), money, 'JournalEntryPage'),
  page(paths.trialBalance(), money, 'TrialBalancePage'),
  page(paths.receivables(), money, 'ReceivablesPage'),
  page(paths.remittances(), money, 'RemittancesPage'),
  page(paths.remittance('$remittanceId'), money, 'RemittancePage'),
  page(paths.vouchers(), money, 'VouchersPage'),
  page(paths.voucher('$voucherId'), money, 'VoucherPage'),
  page(paths.imports(), () => import('./office/imports/index.ts'), 'ImportsPage'),
  page(paths.importRun('$importId'), () => import('./office/imports/index.ts'), 'ImportRunPage'),
  page(paths.openings(), () => import('./office/imports/index.ts'), 'OpeningsPage'),
  page(paths.opening('$openingId'), () => import('./office/imports/index.ts'), 'OpeningPage'),
  page(paths.verification(), () => import('./office/verification.tsx'), 'VerificationPage'),
  page(paths.audit(), () => import('./office/audit-page.tsx'), 'AuditPage'),
  page(paths.settings(), () => import('./office/settings/index.ts'), 'SettingsPage'),
]

const packing = createRoute({
  getParentRoute: () => signedIn,
  path: paths.packing('$shipmentId'),
  component: lazyRouteComponent(() => import('./floor/packing.tsx'), 'PackingPage'),
})

/** Code of the pages that people begin with, by the first word of the address. */
const FIRST_PAGES: Readonly<Record<string, PageImport>> = { '': home, orders, shipments: fulfillment, fulfillment, stock, items: catalog }

/** Begins to load the code of the frame and of the page at an address, before anybody knows whether it may be seen. */
export function warmUp(pathname: string): void {
  const first = FIRST_PAGES[pathname.split('/')[1] ?? '']
  // What cannot be loaded now is asked for again, and reported, by the route itself.
  for (const load of [shell, first]) load?.().catch(() => undefined)
}

/** The router of office and floor; parameters of an address are texts, never guessed into numbers. */
export function makeRouter(client: QueryClient): AnyRouter {
  return createRouter({
    routeTree: root.addChildren([signIn, signedIn.addChildren([office.addChildren(officePages), packing])]),
    context: { client },
    defaultPreload: 'intent',
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: ({ error, reset }) => <ErrorState page error={error} retry={reset} />,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const known = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
      const text = new URLSearchParams(known.map(([key, value]) => [key, String(value)])).toString()
      return text === '' ? '' : `?${text}`
    },
  }) as AnyRouter
}
