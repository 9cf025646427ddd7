import { ActionIcon, Group, Tooltip } from '@mantine/core'
import { IconArrowDown, IconArrowLeft, IconArrowUp } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { Order } from '../../api/shapes.ts'
import { ActionButton } from '../../kit/action-button.tsx'
import { useFormat } from '../../kit/format.ts'
import { neighbors } from '../../kit/list/list-state.ts'
import { Columns, Page } from '../../kit/page.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { paths } from '../../paths.ts'
import { MessageLog } from '../settings/telling/message-log.tsx'
import { useRelease } from '../fulfillment/use-release.ts'
import { NotesSection } from '../../kit/notes.tsx'
import { ChangeOrderDrawer } from './change-order-drawer.tsx'
import { ChannelSection } from './channel-section.tsx'
import { CancelOrderDialog } from './cancel-order-dialog.tsx'
import { HoldDialog } from './hold-dialog.tsx'
import { HoldsSection } from './holds-section.tsx'
import { LinesSection } from './lines-section.tsx'
import { MoneySection } from './money-section.tsx'
import { PaymentDialog } from './payment-dialog.tsx'
import { CustomerSection } from './customer-section.tsx'
import { OrderReturnsSection } from './order-returns-section.tsx'
import { OrderShipmentsSection } from './order-shipments-section.tsx'
import { ReturnDialog } from './return-dialog.tsx'
import { SourcingSection } from './sourcing-section.tsx'
import { TimelineSection } from './timeline-section.tsx'

type Dialog = 'change' | 'cancel' | 'payment' | 'hold' | 'return' | null

/** One order: what was asked, how far it is, its money, and everything that can be done with it. */
export function OrderPage() {
  const { orderId } = useParams({ strict: false }) as { orderId: string }
  const { data: order, isError, error, refetch } = useGet<Order>(`/v1/orders/${orderId}`)
  useSections(orderId)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (order === undefined) return <PageSkeleton />
  return <OrderDocument key={order.id} order={order} />
}

/** Asks for what stands in the sections together with the order itself, not after it. */
function useSections(orderId: string): void {
  useGet(`/v1/orders/${orderId}/timeline`)
  useGet(`/v1/orders/${orderId}/snapshots`)
  useGet('/v1/rmas', { order_id: orderId })
  useGet('/v1/return-receipts', { order_id: orderId })
  useGet('/v1/notes', { document_ids: orderId })
  useGet(useMay('messaging.read') ? '/v1/messages' : null, { order_id: orderId })
}

/** The list's key E opens an order to be edited. */
function asksToEdit(): boolean {
  return new URLSearchParams(window.location.search).has('edit')
}

function OrderDocument({ order }: { order: Order }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [dialog, setDialog] = useState<Dialog>(asksToEdit() ? 'change' : null)
  const close = () => setDialog(null)
  return (
    <Page
      title={t('orders.one', { number: order.number })}
      beside={<OrderStatuses order={order} />}
      actions={<OrderActions order={order} open={setDialog} />}
    >
      <p style={{ margin: '-6px 0 14px', color: 'var(--t-muted)', fontSize: 13 }}>
        {[
          order.customer?.name,
          order.channel.name,
          order.external_id,
          format.dateTime(order.placed_at),
          order.promised_at ? t('orders.promised', { when: format.date(order.promised_at) }) : null,
          order.expected_at ? t('promising.expectedOn', { when: format.date(order.expected_at) }) : null,
          order.is_late === true ? t('promising.late') : null,
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <Columns
        main={
          <>
            <HoldsSection order={order} />
            <ChannelSection order={order} />
            <LinesSection order={order} />
            <OrderShipmentsSection order={order} />
            <OrderReturnsSection order={order} />
            <SourcingSection order={order} />
            <MessageLog orderId={order.id} />
            <TimelineSection orderId={order.id} />
          </>
        }
        side={
          <>
            <CustomerSection order={order} />
            <NotesSection document={{ type: 'order', id: order.id }} />
            <MoneySection order={order} />
          </>
        }
      />
      {dialog === 'change' ? <ChangeOrderDrawer order={order} onClose={close} /> : null}
      {dialog === 'cancel' ? <CancelOrderDialog order={order} onClose={close} /> : null}
      {dialog === 'payment' ? <PaymentDialog order={order} onClose={close} /> : null}
      {dialog === 'hold' ? <HoldDialog order={order} onClose={close} /> : null}
      {dialog === 'return' ? <ReturnDialog order={order} onClose={close} /> : null}
    </Page>
  )
}

function OrderStatuses({ order }: { order: Order }) {
  const { t } = useTranslation()
  const { previous, next, list } = neighbors(paths.order(order.id))
  return (
    <Group gap="md">
      <StatusDot status={order.state === 'canceled' ? 'canceled' : order.fulfillment_status} />
      <StatusDot status={order.payment_status} />
      {order.return_status === 'none' ? null : <StatusDot status={order.return_status} />}
      {list === null ? null : (
        <Group gap={4}>
          <Neighbor href={list} label={t('orders.back')} icon={IconArrowLeft} />
          <Neighbor href={previous} label={t('orders.previous')} icon={IconArrowUp} />
          <Neighbor href={next} label={t('orders.next')} icon={IconArrowDown} />
        </Group>
      )}
    </Group>
  )
}

function Neighbor({ href, label, icon: Icon }: { href: string | null; label: string; icon: typeof IconArrowUp }) {
  if (href === null)
    return (
      <ActionIcon variant="subtle" color="gray" disabled aria-label={label}>
        <Icon size={16} />
      </ActionIcon>
    )
  return (
    <Tooltip label={label}>
      <ActionIcon component={Link} to={href} variant="subtle" color="gray" aria-label={label}>
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  )
}

function OrderActions({ order, open }: { order: Order; open: (dialog: Dialog) => void }) {
  const { t } = useTranslation()
  const release = useRelease()
  const actions = order.allowed_actions
  return (
    <>
      <ActionButton
        actions={actions}
        action="release"
        loading={release.isPending}
        onClick={() => release.mutate({ order_ids: [order.id] })}
      >
        {t('action.release')}
      </ActionButton>
      <ActionButton actions={actions} action="change" variant="default" onClick={() => open('change')}>
        {t('change.edit')}
      </ActionButton>
      <ActionButton actions={actions} action="pay" variant="default" onClick={() => open('payment')}>
        {t('orders.recordPayment')}
      </ActionButton>
      <ActionButton actions={actions} action="hold" variant="default" onClick={() => open('hold')}>
        {t('orders.hold')}
      </ActionButton>
      <ActionButton actions={actions} action="return" variant="default" onClick={() => open('return')}>
        {t('orders.receiveReturn')}
      </ActionButton>
      <ActionButton actions={actions} action="cancel" variant="default" onClick={() => open('cancel')}>
        {t('orders.cancel')}
      </ActionButton>
    </>
  )
}
