import {
  IconBox,
  IconBuildingWarehouse,
  IconCoins,
  IconFileImport,
  IconHome,
  IconReceipt,
  IconReceiptRefund,
  IconSettings,
  IconTag,
  IconUsers,
  type Icon,
} from '@tabler/icons-react'
import type { Overview } from '../../api/shapes.ts'
import { paths } from '../../paths.ts'

export interface Destination {
  id: 'home' | 'orders' | 'returns' | 'fulfillment' | 'stock' | 'catalog' | 'customers' | 'money' | 'imports' | 'settings'
  to: string
  icon: Icon
  /** Letter after G that goes there. */
  letter: string
  /** What of it needs a person. */
  count?: (overview: Overview) => number
  /** First parts of addresses that belong to it. */
  within: readonly string[]
  /** Stands in the bottom bar of phones. */
  phone?: boolean
  permission?: string
}

/** Places of the office by job, in the order of the navigation. Only what is built stands here. */
export const DESTINATIONS: readonly Destination[] = [
  { id: 'home', to: paths.home(), icon: IconHome, letter: 'h', within: [], phone: true },
  {
    id: 'orders',
    to: paths.orders(),
    icon: IconReceipt,
    letter: 'o',
    count: (o) => o.held,
    within: ['orders'],
    phone: true,
    permission: 'orders.read',
  },
  {
    id: 'returns',
    to: paths.returns(),
    icon: IconReceiptRefund,
    letter: 'r',
    within: ['returns', 'return-receipts'],
    permission: 'orders.read',
  },
  {
    id: 'fulfillment',
    to: paths.fulfillment(),
    icon: IconBox,
    letter: 'f',
    count: (o) => o.to_release + o.to_pick + o.to_pack + o.to_ship,
    within: ['fulfillment', 'shipments', 'tasks', 'carrier-claims', 'pick-lists'],
    phone: true,
    permission: 'warehouse.read',
  },
  {
    id: 'stock',
    to: paths.stock(),
    icon: IconBuildingWarehouse,
    letter: 's',
    count: (o) => o.low_stock,
    within: ['stock', 'movements', 'goods-receipts', 'stock-holds', 'stock-counts'],
    phone: true,
    permission: 'inventory.read',
  },
  { id: 'catalog', to: paths.items(), icon: IconTag, letter: 'i', within: ['items'], permission: 'catalog.read' },
  { id: 'customers', to: paths.customers(), icon: IconUsers, letter: 'c', within: ['customers'], permission: 'parties.read' },
  {
    id: 'money',
    to: paths.entries(),
    icon: IconCoins,
    letter: 'm',
    within: ['journal-entries', 'trial-balance', 'receivables', 'courier-remittances', 'vouchers'],
    permission: 'ledger.read',
  },
  {
    id: 'imports',
    to: paths.imports(),
    icon: IconFileImport,
    letter: 'u',
    count: (o) => o.imports_failed,
    within: ['imports', 'openings'],
    permission: 'imports.read',
  },
  { id: 'settings', to: paths.settings(), icon: IconSettings, letter: 'e', within: ['settings', 'audit', 'verification'] },
]

/** The place an address belongs to. */
export function destinationOf(pathname: string): Destination | undefined {
  const first = pathname.split('/')[1] ?? ''
  return first === '' ? DESTINATIONS[0] : DESTINATIONS.find((one) => one.within.includes(first))
}
