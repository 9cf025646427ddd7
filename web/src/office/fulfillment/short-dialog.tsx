import { NumberInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { Pick } from '../../api/shapes.ts'
import { useCommand } from '../../kit/use-command.ts'
import { ExceptionDialog } from './exception-dialog.tsx'
import { WAREHOUSE_STALE } from './use-release.ts'

const REASONS = ['not_found', 'damaged', 'wrong_item', 'other'] as const

/** A bin has less than a pick needs: how many are missing, and why. */
export function ShortDialog({ pick, onClose }: { pick: Pick; onClose: () => void }) {
  const { t } = useTranslation()
  const open = pick.quantity - pick.picked_quantity
  const form = useForm({
    initialValues: { quantity: open, reason: 'not_found', note: '' },
    validate: { note: (note, { reason }) => (reason === 'other' && note.trim() === '' ? t('form.reasonNeeded') : null) },
  })
  const short = useCommand<typeof form.values>({
    path: `/v1/picks/${pick.id}/short`,
    stale: [...WAREHOUSE_STALE, '/v1/orders', '/v1/stock', '/v1/tasks'],
    done: () => t('exceptions.short.done'),
    after: onClose,
    quiet: true,
  })
  return (
    <ExceptionDialog
      title={t('exceptions.short.title', { sku: pick.sku, bin: pick.location_code })}
      preview={t(form.values.reason === 'damaged' ? 'exceptions.short.previewDamaged' : 'exceptions.short.preview')}
      error={short.error}
      button={t('exceptions.short.button', { count: form.values.quantity })}
      busy={short.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => short.mutate(values))}
    >
      <NumberInput label={t('exceptions.short.missing')} min={1} max={open} clampBehavior="strict" {...form.getInputProps('quantity')} />
      <Select
        label={t('form.reason')}
        allowDeselect={false}
        data={REASONS.map((reason) => ({ value: reason, label: t(`exceptions.short.reason.${reason}`) }))}
        {...form.getInputProps('reason')}
      />
      <TextInput label={t('exceptions.note')} {...form.getInputProps('note')} />
    </ExceptionDialog>
  )
}
