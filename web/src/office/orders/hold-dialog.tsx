import { Button, Group, Modal, Select, Stack, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { Order } from '../../api/shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'

const TYPES = ['manual', 'fraud', 'address', 'payment'] as const

/** Puts a reason not to release on an order. */
export function HoldDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation()
  const form = useForm({ initialValues: { type: 'manual', note: '' } })
  const hold = useCommand<{ type: string; note: string }>({
    path: `/v1/orders/${order.id}/holds`,
    body: ({ type, note }) => (note === '' ? { type } : { type, note }),
    stale: ['/v1/orders', '/v1/overview', '/v1/shipments'],
    done: () => t('orders.holdPlaced'),
    after: onClose,
    quiet: true,
  })
  return (
    <Modal opened onClose={onClose} title={t('orders.hold')} closeButtonProps={{ 'aria-label': t('action.close') }}>
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
              {t('orders.hold')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
