import { Button, Group, Modal, Select, Stack, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { Order, Outcome } from '../../api/shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { refusedNotice } from '../fulfillment/outcomes.ts'

const TYPES = ['manual', 'fraud', 'address', 'payment'] as const
const STALE = ['/v1/orders', '/v1/overview', '/v1/shipments']

/** Holds many orders for one reason. */
export function BulkHoldDialog({ orders, onClose }: { orders: readonly Order[]; onClose: () => void }) {
  const { t } = useTranslation()
  const form = useForm({ initialValues: { type: 'manual', note: '' } })
  const hold = useCommand<{ type: string; note: string }, { outcomes: Outcome[] }>({
    path: '/v1/orders/holds',
    body: ({ type, note }) => ({ holds: orders.map((order) => ({ order_id: order.id, type, ...(note === '' ? {} : { note }) })) }),
    stale: STALE,
    done: () => t('holds.placed', { count: orders.length }),
    after: (output) => {
      refusedNotice(output.outcomes, t)
      onClose()
    },
    quiet: true,
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('holds.many', { count: orders.length })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form onSubmit={form.onSubmit((values) => hold.mutate(values))}>
        <Stack gap="sm">
          <ProblemAlert error={hold.error} />
          <Select
            label={t('orders.holdType')}
            data={TYPES.map((type) => ({ value: type, label: t(`hold.${type}`) }))}
            {...form.getInputProps('type')}
          />
          <Textarea label={t('orders.note')} autosize minRows={2} {...form.getInputProps('note')} />
          <Group justify="end">
            <Button type="submit" loading={hold.isPending}>
              {t('holds.many', { count: orders.length })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** Releases every open hold of many orders. */
export function useReleaseHolds() {
  const { t } = useTranslation()
  return useCommand<readonly Order[], { outcomes: Outcome[] }>({
    path: '/v1/orders/holds/release',
    body: (orders) => ({ releases: orders.map((order) => ({ order_id: order.id })) }),
    stale: STALE,
    done: (_, orders) => t('holds.releasedMany', { count: orders.length }),
    after: (output) => refusedNotice(output.outcomes, t),
  })
}
