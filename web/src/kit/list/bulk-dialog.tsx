import { Button, Group, List, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type Problem } from '../../api/client.ts'
import { useFormat } from '../format.ts'
import { ProblemAlert } from '../problem-alert.tsx'
import { useCommand } from '../use-command.ts'
import { ErrorState } from '../states.tsx'
import type { ListName } from './list-settings.ts'
import type { ServerAction } from './list-types.ts'

/** Documents by id, or all that filters find. */
export type Selection = { ids: string[] } | { filters: Record<string, string> }

interface Preview {
  total: number
  will: number
  wont: { code: string; count: number }[]
}

interface BulkDialogProps {
  list: ListName
  action: ServerAction
  selection: Selection
  onClose: () => void
  onStarted: () => void
}

/** Says what an action will do before it does it, takes what it must be told, and starts it in the background. */
export function BulkDialog({ list, action, selection, onClose, onStarted }: BulkDialogProps) {
  const { t } = useTranslation()
  const [options, setOptions] = useState<Record<string, unknown>>(action.initial ?? {})
  const ready = action.ready?.(options) ?? true
  const request = { list, action: action.id, options, ...selection }
  const preview = useQuery<Preview, Problem>({
    queryKey: ['bulk-preview', request],
    queryFn: ({ signal }) => call<Preview>('POST', '/v1/bulk-runs/preview', { body: request, signal }),
    enabled: ready,
    staleTime: 0,
    placeholderData: (previous) => previous,
  })
  const start = useCommand<void>({
    path: '/v1/bulk-runs',
    body: () => request,
    stale: ['/v1/bulk-runs'],
    done: () => t('lists.started'),
    after: () => {
      onStarted()
      onClose()
    },
    quiet: true,
  })
  const will = ready ? preview.data?.will : undefined
  const Fields = action.fields
  return (
    <Modal opened onClose={onClose} title={t(`bulk.${action.id}.title`)} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          start.mutate()
        }}
      >
        <Stack gap="sm">
          {Fields === undefined ? null : <Fields options={options} onChange={setOptions} />}
          <ProblemAlert error={start.error} />
          {preview.isError ? <ErrorState error={preview.error} retry={() => void preview.refetch()} /> : null}
          {ready && preview.isPending ? <Skeleton h={40} aria-label={t('state.loading')} /> : null}
          {ready && preview.data !== undefined && !preview.isError ? <Effect action={action.id} preview={preview.data} /> : null}
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              {t('action.close')}
            </Button>
            <Button
              type="submit"
              {...(action.destructive ? { color: 'red' } : {})}
              disabled={will === undefined || will === 0}
              loading={start.isPending}
            >
              {t(`bulk.${action.id}.button`, { count: will ?? 0 })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function Effect({ action, preview }: { action: string; preview: Preview }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <div role="status">
      <Text size="sm" fw={500}>
        {t(`bulk.${action}.will`, { count: preview.will, number: format.number(preview.will) })}
      </Text>
      <List size="sm" mt={4}>
        {preview.wont.map(({ code, count }) => (
          <List.Item key={code}>{t(`obstacle.${code}`, { count, number: format.number(count) })}</List.Item>
        ))}
      </List>
    </div>
  )
}
