import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { Order } from '../../api/shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { useCommand } from '../../kit/use-command.ts'

const TYPES = ['manual', 'fraud', 'address', 'payment'] as const

/** Puts a reason not to release on an order. */
export function HoldDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation()
  const form = useForm({ initialValues: { type: 'manual', note: '', until: '' } })
  const hold = useCommand<{ type: string; note: string; until: string }>({
    path: `/v1/orders/${order.id}/holds`,
    body: ({ type, note, until }) => ({
      type,
      ...(note === '' ? {} : { note }),
      ...(until === '' ? {} : { until_at: new Date(until).toISOString() }),
    }),
    stale: ['/v1/orders', '/v1/overview', '/v1/shipments'],
    done: () => t('orders.holdPlaced'),
    after: onClose,
    quiet: true,
  })
  return (
    <Modal opened onClose={onClose} title={t('orders.hold')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form
        onSubmit={form.onSubmit((values) =>
          hold.mutate(values, {
            onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values, { until_at: 'until' }).errors),
          }),
        )}
      >
        <Stack gap="sm">
          <ProblemAlert error={hold.error} />
          <Select
            label={t('orders.holdType')}
            data={TYPES.map((type) => ({ value: type, label: t(`hold.${type}`) }))}
            {...form.getInputProps('type')}
          />
          <Textarea label={t('orders.note')} autosize minRows={2} {...form.getInputProps('note')} />
          <TextInput type="datetime-local" label={t('holds.until')} description={t('holds.untilHint')} {...form.getInputProps('until')} />
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
