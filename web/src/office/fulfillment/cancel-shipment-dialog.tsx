import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { Shipment } from '../../api/shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { WAREHOUSE_STALE } from './use-release.ts'

/** Cancels a shipment that has not gone out; what was picked goes back where it was. */
export function CancelShipmentDialog({ shipment, onClose }: { shipment: Shipment; onClose: () => void }) {
  const { t } = useTranslation()
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (reason) => (reason.trim() === '' ? t('form.reasonNeeded') : null) },
  })
  const cancel = useCommand<{ reason: string }>({
    path: `/v1/shipments/${shipment.id}/cancellation`,
    stale: WAREHOUSE_STALE,
    done: () => t('shipments.canceled'),
    after: onClose,
    quiet: true,
  })
  const picked = (shipment.lines ?? []).reduce((sum, line) => sum + line.picked_quantity, 0)
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('shipments.cancelTitle', { number: shipment.number })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form onSubmit={form.onSubmit((values) => cancel.mutate(values))}>
        <Stack gap="sm">
          <ProblemAlert error={cancel.error} />
          <Text size="sm">{picked > 0 ? t('shipments.cancelPutsBack', { count: picked }) : t('shipments.cancelNothingPicked')}</Text>
          <TextInput label={t('form.reason')} withAsterisk data-autofocus {...form.getInputProps('reason')} />
          <Group justify="end">
            <Button type="submit" color="red" loading={cancel.isPending}>
              {t('shipments.cancel')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
