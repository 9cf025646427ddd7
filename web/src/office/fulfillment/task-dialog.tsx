import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/exception-shapes.ts'
import { useCommand } from '../../kit/use-command.ts'
import { ExceptionDialog } from './exception-dialog.tsx'

const STALE = ['/v1/tasks', '/v1/stock', '/v1/shipments']

/** Confirms a task, or closes it with the reason why it needs no doing. */
export function TaskDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const { t } = useTranslation()
  const putBack = task.kind === 'put_back'
  const form = useForm({ initialValues: { location_code: task.to_location_code ?? '', note: '' } })
  const finish = useCommand<typeof form.values>({
    path: `/v1/tasks/${task.id}/done`,
    body: ({ location_code, note }) => ({
      ...(putBack && location_code !== '' ? { location_code } : {}),
      ...(note === '' ? {} : { note }),
    }),
    stale: STALE,
    done: () => t('tasks.done'),
    after: onClose,
    quiet: true,
  })
  const cancel = useCommand<{ reason: string }>({
    path: `/v1/tasks/${task.id}/cancellation`,
    stale: STALE,
    done: () => t('tasks.canceled'),
    after: onClose,
    quiet: true,
  })
  return (
    <ExceptionDialog
      title={`${t(`tasks.kind.${task.kind}`)} · ${task.sku ?? ''}`}
      preview={t(`tasks.preview.${task.kind}`, { quantity: task.quantity ?? 0, bin: task.location_code ?? '–' })}
      error={finish.error ?? cancel.error}
      button={t('tasks.confirm')}
      busy={finish.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => finish.mutate(values))}
    >
      {putBack ? <TextInput label={t('tasks.bin')} data-autofocus {...form.getInputProps('location_code')} /> : null}
      <TextInput label={t('exceptions.note')} {...form.getInputProps('note')} />
      <Button
        variant="subtle"
        color="gray"
        disabled={form.values.note.trim() === ''}
        loading={cancel.isPending}
        onClick={() => cancel.mutate({ reason: form.values.note })}
      >
        {t('tasks.cancel')}
      </Button>
    </ExceptionDialog>
  )
}
