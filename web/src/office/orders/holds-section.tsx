import { Alert, Button, Group, Spoiler, Stack } from '@mantine/core'
import { IconHandStop } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/queries.ts'
import type { Order, OrderHold } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { useCommand } from '../../kit/use-command.ts'

const AMBER = { background: 'var(--t-amber-surface)', border: '1px solid var(--t-line)', '--alert-color': 'var(--t-amber)' }

/** Reasons not to release an order, each with the button that takes it off. */
export function HoldsSection({ order }: { order: Order }) {
  const { t } = useTranslation()
  const may = useMay('orders.hold')
  const release = useCommand<string>({
    path: (holdId) => `/v1/orders/${order.id}/holds/${holdId}/release`,
    body: () => ({}),
    stale: ['/v1/orders', '/v1/overview', '/v1/shipments'],
    done: () => t('orders.holdReleased'),
  })
  const all = order.holds ?? []
  const holds = all.filter((hold) => !hold.released_at)
  if (all.length === 0) return null
  return (
    <Stack gap="xs">
      {holds.map((hold) => (
        <Alert key={hold.id} style={AMBER} color="yellow" variant="light" icon={<IconHandStop size={18} />} title={t(`hold.${hold.type}`)}>
          <Group justify="space-between">
            <div>
              {hold.note || t(`holdDetail.${hold.type}`)}
              <HoldFacts hold={hold} />
            </div>
            <Button variant="default" disabled={!may} loading={release.isPending} onClick={() => release.mutate(hold.id)}>
              {t('orders.releaseHold')}
            </Button>
          </Group>
        </Alert>
      ))}
      <PastHolds holds={all.filter((hold) => hold.released_at)} />
    </Stack>
  )
}

/** Who placed a hold and when, until when it lasts, who released it. */
function HoldFacts({ hold }: { hold: OrderHold }) {
  const { t } = useTranslation()
  const format = useFormat()
  const at = (when: string | null | undefined) => (when ? format.dateTime(when) : '')
  return (
    <div style={{ color: 'var(--t-muted)', fontSize: 12 }}>
      {[
        [hold.placed_by_name, at(hold.placed_at)].filter(Boolean).join(', '),
        hold.until_at ? t('holds.endsAt', { when: at(hold.until_at) }) : '',
        hold.released_at ? t('holds.releasedAt', { when: at(hold.released_at), who: hold.released_by_name ?? '' }) : '',
      ]
        .filter(Boolean)
        .join(' · ')}
    </div>
  )
}

/** Holds that are over, folded away. */
function PastHolds({ holds }: { holds: readonly OrderHold[] }) {
  const { t } = useTranslation()
  if (holds.length === 0) return null
  return (
    <Spoiler maxHeight={0} showLabel={t('holds.past', { count: holds.length })} hideLabel={t('holds.hide')}>
      {holds.map((hold) => (
        <div key={hold.id} style={{ padding: '4px 0' }}>
          {[t(`hold.${hold.type}`), hold.note].filter(Boolean).join(': ')}
          <HoldFacts hold={hold} />
        </div>
      ))}
    </Spoiler>
  )
}
