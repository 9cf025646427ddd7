import { Button, Group, Modal, Progress, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, download, type Problem } from '../../api/client.ts'
import { useFormat } from '../format.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { saveFile } from '../use-download.ts'
import type { Selection } from './bulk-dialog.tsx'
import type { ListName } from './list-settings.ts'
import type { PrintAction } from './list-types.ts'

/** Documents in one file: as many as the server puts in one, with room. */
const PER_FILE: Readonly<Record<PrintAction['kind'], number>> = { packing_slip: 200, label: 200, pick_list: 50 }

/** Prints many documents: file after file with its progress, which can be stopped between two files. */
export function PrintDialog({
  list,
  action,
  selection,
  onClose,
}: {
  list: ListName | undefined
  action: PrintAction
  selection: Selection
  onClose: () => void
}) {
  const { t } = useTranslation()
  const format = useFormat()
  const stopped = useRef(false)
  const [files, setFiles] = useState<{ done: number; of: number } | null>(null)
  const print = useMutation<void, Problem>({
    mutationFn: async () => {
      stopped.current = false
      const ids =
        'ids' in selection
          ? selection.ids
          : (await call<{ ids: string[] }>('POST', '/v1/bulk-runs/selection', { body: { list, filters: selection.filters } })).ids
      const size = PER_FILE[action.kind]
      const of = Math.ceil(ids.length / size)
      for (let done = 0; done < of && !stopped.current; done += 1) {
        setFiles({ done, of })
        const part = ids.slice(done * size, (done + 1) * size)
        const named = action.by === 'orders' ? { order_ids: part } : { ids: part }
        // oxlint-disable-next-line no-await-in-loop -- one file after another, so that they come in order
        saveFile(await download('/v1/documents', { kind: action.kind, format: 'pdf', ...named }))
      }
      setFiles({ done: of, of })
    },
    onSuccess: () => {
      if (!stopped.current) onClose()
    },
  })
  const count = 'ids' in selection ? selection.ids.length : null
  return (
    <Modal
      opened
      onClose={() => {
        stopped.current = true
        onClose()
      }}
      title={t(`print.${action.kind}`)}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <ProblemAlert error={print.error} />
      <Text size="sm" mb="sm">
        {count === null ? t('print.ofAll') : t('print.of', { count, number: format.number(count) })}{' '}
        {t('print.perFile', { count: PER_FILE[action.kind] })}
      </Text>
      {files === null || print.isError ? null : (
        <div role="status">
          <Text size="xs" c="dimmed">
            {t('print.file', { done: files.done, of: files.of })}
          </Text>
          <Progress value={(100 * files.done) / Math.max(1, files.of)} mb="sm" aria-label={t(`print.${action.kind}`)} />
        </div>
      )}
      <Group justify="end">
        <Button
          variant="default"
          onClick={() => {
            stopped.current = true
            onClose()
          }}
        >
          {t(print.isPending ? 'print.stop' : 'action.close')}
        </Button>
        <Button loading={print.isPending} onClick={() => print.mutate()} data-autofocus>
          {t('print.start')}
        </Button>
      </Group>
    </Modal>
  )
}
