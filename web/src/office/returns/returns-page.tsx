import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ReturnRow } from '../../api/return-shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { ReturnsTabs } from './returns-tabs.tsx'

const STATES = ['requested', 'approved', 'partly_received', 'received', 'closed', 'rejected', 'canceled'] as const

/** Returns (RMA), the newest first. */
export function ReturnsPage() {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ListPage<ReturnRow>
      title={t('returns.title')}
      path="/v1/rmas"
      rowId={(row) => row.id}
      rowLabel={(row) => t('returns.one', { number: row.number })}
      rowHref={(row) => paths.returnDocument(row.id)}
      above={<ReturnsTabs />}
      searchLabel={t('returns.search')}
      views={[
        { id: 'all', label: t('list.all'), filters: {} },
        ...(['requested', 'approved', 'received'] as const).map((state) => ({
          id: state,
          label: t(`status.${state}`),
          filters: { state },
        })),
      ]}
      filters={[{ key: 'state', label: t('word.status'), options: STATES.map((value) => ({ value, label: t(`status.${value}`) })) }]}
      actions={
        <Button component={Link} to={paths.receiveReturn()}>
          {t('returns.receive')}
        </Button>
      }
      columns={[
        {
          id: 'number',
          header: t('orders.number'),
          width: 'minmax(90px, 110px)',
          phone: true,
          cell: (row) => <TextLink to={paths.returnDocument(row.id)}>{t('returns.one', { number: row.number })}</TextLink>,
        },
        { id: 'customer', header: t('orders.customer'), width: 'minmax(110px, 2fr)', phone: true, cell: (row) => row.customer_name ?? '–' },
        {
          id: 'order',
          header: t('returns.order'),
          width: '100px',
          cell: (row) => <TextLink to={paths.order(row.order_id)}>{`#${row.order_number}`}</TextLink>,
        },
        { id: 'warehouse', header: t('word.warehouse'), width: '110px', cell: (row) => row.warehouse_code },
        {
          id: 'received',
          header: t('returns.receivedOf'),
          width: '120px',
          end: true,
          cell: (row) => t('returns.countOf', { count: row.received, total: row.quantity }),
        },
        {
          id: 'state',
          header: t('word.status'),
          width: 'minmax(116px, 140px)',
          phone: true,
          cell: (row) => <StatusDot status={row.state} />,
        },
        { id: 'requested', header: t('word.created'), width: '120px', end: true, cell: (row) => format.ago(row.requested_at) },
      ]}
      empty={{ title: t('returns.none'), detail: t('returns.noneDetail') }}
    />
  )
}
