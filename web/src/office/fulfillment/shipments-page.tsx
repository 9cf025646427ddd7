import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Page, Shipment, Warehouse } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import type { PrintAction } from '../../kit/list/list-types.ts'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { ShipmentPeek } from './shipment-peek.tsx'
import { FulfillmentTabs } from './fulfillment-tabs.tsx'

const STATUSES = ['planned', 'released', 'picked', 'packed', 'shipped', 'delivered', 'canceled'] as const

const SHIPMENT_ACTIONS = [{ id: 'release', permission: 'warehouse.release' }]

const SHIPMENT_PRINTS: readonly PrintAction[] = [
  { kind: 'label', by: 'rows' },
  { kind: 'packing_slip', by: 'rows' },
]

/** Shipments of all warehouses. */
export function ShipmentsPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const warehouses = useGet<Page<Warehouse>>('/v1/warehouses').data?.data ?? []
  return (
    <ListPage<Shipment>
      list="shipments"
      serverActions={SHIPMENT_ACTIONS}
      title={t('shipments.title')}
      path="/v1/shipments"
      rowId={(one) => one.id}
      rowLabel={(one) => t('shipments.one', { number: one.number })}
      rowHref={(one) => paths.shipment(one.id)}
      peek={(one) => <ShipmentPeek id={one.id} />}
      above={<FulfillmentTabs list />}
      searchLabel={t('shipments.search')}
      filters={[
        { key: 'status', label: t('word.status'), options: STATUSES.map((value) => ({ value, label: t(`status.${value}`) })) },
        { key: 'warehouse_id', label: t('word.warehouse'), options: warehouses.map((one) => ({ value: one.id, label: one.name })) },
      ]}
      prints={SHIPMENT_PRINTS}
      columns={[
        {
          id: 'number',
          header: t('shipments.number'),
          width: 'minmax(80px, 110px)',
          phone: true,
          cell: (one) => <TextLink to={paths.shipment(one.id)}>{t('shipments.one', { number: one.number })}</TextLink>,
        },
        {
          id: 'to',
          header: t('orders.shipTo'),
          width: 'minmax(120px, 2fr)',
          phone: true,
          cell: (one) => [one.ship_to?.name, one.ship_to?.city, one.ship_to?.country].filter(Boolean).join(' · '),
        },
        {
          id: 'orders',
          header: t('nav.orders'),
          width: 'minmax(90px, 1fr)',
          cell: (one) => (one.orders ?? []).map((order) => `#${order.number}`).join(', '),
        },
        { id: 'warehouse', header: t('word.warehouse'), width: '110px', cell: (one) => one.warehouse_code },
        {
          id: 'status',
          header: t('word.status'),
          width: 'minmax(100px, 140px)',
          phone: true,
          cell: (one) => <StatusDot status={one.held ? 'held' : one.status} />,
        },
        { id: 'created', header: t('word.created'), width: '120px', end: true, cell: (one) => format.ago(one.created_at) },
      ]}
      empty={{ title: t('shipments.none'), detail: t('shipments.noneDetail') }}
    />
  )
}
