import { Alert, Button, Group, Stack } from '@mantine/core'
import { IconHandStop } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/queries.ts'
import type { Order } from '../../api/shapes.ts'
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
  const holds = (order.holds ?? []).filter((hold) => !hold.released_at)
  if (holds.length === 0) return null
  return (
    <Stack gap="xs">
      {holds.map((hold) => (
        <Alert key={hold.id} style={AMBER} color="yellow" variant="light" icon={<IconHandStop size={18} />} title={t(`hold.${hold.type}`)}>
          <Group justify="space-between">
            <span>{hold.note || t(`holdDetail.${hold.type}`)}</span>
            <Button variant="default" disabled={!may} loading={release.isPending} onClick={() => release.mutate(hold.id)}>
              {t('orders.releaseHold')}
            </Button>
          </Group>
        </Alert>
      ))}
    </Stack>
  )
}
