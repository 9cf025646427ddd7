import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { Channel, Order, Page } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import type { ListColumn, ListFilter, ListView, PrintAction } from '../../kit/list/list-types.ts'
import { QuantityBar } from '../../kit/quantity-bar.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { ORDER_ACTIONS } from './bulk-fields.tsx'
import { OrderPeek } from './order-peek.tsx'
import { vectorOfOrder } from './order-vector.ts'

const ORDER_PRINTS: readonly PrintAction[] = [
  { kind: 'packing_slip', by: 'orders' },
  { kind: 'label', by: 'orders' },
]

/** Orders of all channels. */
export function OrdersPage() {
  const { t } = useTranslation()
  const mayPlace = useMay('orders.place')
  return (
    <ListPage<Order>
      list="orders"
      title={t('orders.title')}
      path="/v1/orders"
      columns={useOrderColumns()}
      rowId={(order) => order.id}
      rowLabel={(order) => t('orders.one', { number: order.number })}
      rowHref={(order) => paths.order(order.id)}
      peek={(order) => <OrderPeek id={order.id} />}
      views={useViews()}
      filters={useFilters()}
      searchLabel={t('orders.search')}
      serverActions={ORDER_ACTIONS}
      editHref={(order) => `${paths.order(order.id)}?edit=1`}
      prints={ORDER_PRINTS}
      actions={
        mayPlace ? (
          <Button component={Link} to={paths.newOrder()} leftSection={<IconPlus size={15} />}>
            {t('orders.new')}
          </Button>
        ) : null
      }
      empty={{
        title: t('orders.none'),
        detail: t('orders.noneDetail'),
        action: (
          <Button component={Link} to={paths.imports()} variant="default">
            {t('orders.importThem')}
          </Button>
        ),
      }}
    />
  )
}

function useViews(): ListView[] {
  const { t } = useTranslation()
  return [
    { id: 'all', label: t('orders.viewAll'), filters: {} },
    { id: 'open', label: t('orders.viewOpen'), filters: { state: 'open' } },
    { id: 'held', label: t('status.held'), filters: { held: 'true' } },
    { id: 'late', label: t('promising.late'), filters: { late: 'true' } },
    { id: 'backordered', label: t('status.backordered'), filters: { reservation_status: 'backordered' } },
    { id: 'unpaid', label: t('status.unpaid'), filters: { state: 'open', payment_status: 'unpaid' } },
  ]
}

function useFilters(): ListFilter[] {
  const { t } = useTranslation()
  const channels = useGet<Page<Channel>>('/v1/channels').data?.data ?? []
  const choices = (...values: string[]) => values.map((value) => ({ value, label: t(`status.${value}`) }))
  return [
    { key: 'state', label: t('orders.state'), options: choices('open', 'done', 'canceled') },
    {
      key: 'fulfillment_status',
      label: t('orders.fulfillment'),
      options: choices('unfulfilled', 'in_progress', 'partly_shipped', 'shipped', 'delivered', 'canceled'),
    },
    {
      key: 'payment_status',
      label: t('orders.payment'),
      options: choices('unpaid', 'authorized', 'partly_paid', 'paid', 'partly_refunded', 'refunded'),
    },
    {
      key: 'reservation_status',
      label: t('orders.reservation'),
      options: choices('none', 'pending', 'partly_reserved', 'reserved', 'backordered'),
    },
    { key: 'channel', label: t('orders.channel'), options: channels.map((one) => ({ value: one.code, label: one.name })) },
    {
      key: 'hold_type',
      label: t('orders.holdType'),
      options: ['manual', 'fraud', 'address', 'payment', 'total_mismatch', 'channel_changed'].map((value) => ({
        value,
        label: t(`hold.${value}`),
      })),
    },
    {
      key: 'held',
      label: t('orders.held'),
      options: [
        { value: 'true', label: t('word.yes') },
        { value: 'false', label: t('word.no') },
      ],
    },
  ]
}

function useOrderColumns(): ListColumn<Order>[] {
  const { t } = useTranslation()
  const format = useFormat()
  return [
    {
      id: 'number',
      header: t('orders.number'),
      width: 'minmax(76px, 90px)',
      phone: true,
      cell: (order) => <TextLink to={paths.order(order.id)}>{`#${order.number}`}</TextLink>,
    },
    {
      id: 'customer',
      header: t('orders.customer'),
      width: 'minmax(110px, 2fr)',
      phone: true,
      cell: (order) => order.customer?.name ?? order.ship_to?.name ?? '–',
    },
    {
      id: 'channel',
      header: t('orders.channel'),
      width: 'minmax(110px, 1fr)',
      cell: (order) => [order.channel?.name, order.ship_to?.country].filter(Boolean).join(' · '),
    },
    { id: 'quantity', header: t('orders.progress'), width: '136px', cell: (order) => <OrderBar order={order} /> },
    {
      id: 'fulfillment',
      header: t('orders.fulfillment'),
      width: 'minmax(118px, 150px)',
      phone: true,
      cell: (order) => <StatusDot status={isHeld(order) ? 'held' : order.fulfillment_status} />,
    },
    {
      id: 'payment',
      header: t('orders.payment'),
      width: 'minmax(100px, 140px)',
      cell: (order) => <StatusDot status={order.payment_status} />,
    },
    {
      id: 'total',
      header: t('orders.total'),
      width: '110px',
      end: true,
      cell: (order) => format.money(order.totals.total, order.currency),
    },
    {
      id: 'placed',
      header: t('orders.placed'),
      width: '110px',
      end: true,
      cell: (order) => (
        <time dateTime={order.placed_at} title={format.dateTime(order.placed_at)}>
          {format.ago(order.placed_at)}
        </time>
      ),
    },
  ]
}

function isHeld(order: Order): boolean {
  return order.held === true || (order.hold_count ?? 0) > 0 || (order.holds ?? []).some((hold) => !hold.released_at)
}

function OrderBar({ order }: { order: Order }) {
  const vector = vectorOfOrder(order)
  return vector === null ? <StatusDot status={order.reservation_status} /> : <QuantityBar vector={vector} />
}
