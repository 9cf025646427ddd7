import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/queries.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { StockTabs } from './stock-tabs.tsx'

interface Hold {
  id: string
  sku: string
  quantity: number
  reference: string
  expires_at: string
}

/** What checkouts hold from others, and for how long still. */
export function HoldsPage() {
  const { t } = useTranslation()
  return (
    <ListPage<Hold>
      title={t('promising.holds')}
      path="/v1/stock-holds"
      rowId={(one) => one.id}
      rowLabel={(one) => `${one.reference} ${one.sku}`}
      above={<StockTabs />}
      columns={[
        { id: 'reference', header: t('promising.checkout'), width: 'minmax(96px, 2fr)', phone: true, cell: (one) => one.reference },
        { id: 'sku', header: t('orders.item'), width: 'minmax(60px, 1fr)', phone: true, cell: (one) => one.sku },
        { id: 'quantity', header: t('word.quantity'), width: '90px', end: true, cell: (one) => one.quantity },
        {
          id: 'left',
          header: t('promising.timeLeft'),
          width: '64px',
          phone: true,
          end: true,
          cell: (one) => <TimeLeft until={one.expires_at} />,
        },
        { id: 'release', header: t('action.release'), width: '84px', phone: true, end: true, cell: (one) => <Release hold={one} /> },
      ]}
      empty={{ title: t('promising.noHolds'), detail: t('promising.noHoldsDetail') }}
    />
  )
}

/** Minutes and seconds until the hold ends, counted down. */
function TimeLeft({ until }: { until: string }) {
  const { t } = useTranslation()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.round((new Date(until).getTime() - now) / 1000))
  if (seconds === 0) return <span>{t('promising.over')}</span>
  const minutes = Math.floor(seconds / 60)
  return (
    <span role="timer">
      {minutes >= 60 ? t('promising.hours', { count: Math.floor(minutes / 60) }) : `${minutes}:${String(seconds % 60).padStart(2, '0')}`}
    </span>
  )
}

function Release({ hold }: { hold: Hold }) {
  const { t } = useTranslation()
  const may = useMay('inventory.hold')
  const release = useCommand<undefined>({
    method: 'DELETE',
    path: `/v1/stock-holds/${hold.id}`,
    stale: ['/v1/stock-holds', '/v1/stock', '/v1/items', '/v1/orders'],
    done: () => t('promising.holdReleased'),
  })
  return (
    <Button
      size="compact-xs"
      variant="default"
      disabled={!may}
      loading={release.isPending}
      aria-label={t('promising.releaseOf', { reference: hold.reference, sku: hold.sku })}
      onClick={(event) => {
        event.stopPropagation()
        release.mutate(undefined)
      }}
    >
      {t('promising.release')}
    </Button>
  )
}
