import { ActionIcon, Button, List, Modal, Popover, Progress, RingProgress, ScrollArea, Stack, Text, UnstyledButton } from '@mantine/core'
import { IconListCheck } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import { useFormat } from '../../kit/format.ts'
import { notifyDone, notifyWith } from '../../kit/notify.ts'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { ExportRows, useExportRuns } from './export-rows.tsx'
import { useUndo } from './use-undo.ts'

interface BulkRun {
  id: string
  list: 'orders' | 'shipments'
  action: string
  status: 'queued' | 'running' | 'done'
  total: number
  done_count: number
  refused_count: number
  created_at: string
  undoes_id: string | null
  can_undo: boolean
}

interface Report extends BulkRun {
  refused: { document_id: string; number: number | null; code: string; message: string }[]
}

const PATH = '/v1/bulk-runs'
/** Pace of asking while something runs, beside the events of the server. */
const POLL_MS = 2_000

/** Actions on many documents that run in the background: how far they are, and what came of them. Absent while there were none. */
export function BulkProgress() {
  const { t } = useTranslation()
  const [report, setReport] = useState<string | null>(null)
  const known = useQueryClient().getQueryData<{ data: BulkRun[] }>([PATH, {}])
  const polling = (known?.data ?? []).some((run) => run.status !== 'done')
  const { data } = useGet<{ data: BulkRun[] }>(useMay('lists.use') ? PATH : null, {}, polling ? { refetchMs: POLL_MS } : {})
  const runs = data?.data ?? []
  const open = runs.filter((run) => run.status !== 'done')
  useSayEnded(data?.data)
  const files = useExportRuns()
  const written = files.filter((run) => run.status === 'queued' || run.status === 'running')
  if (runs.length + files.length === 0) return null
  const working = open.length + written.length
  const done = open.reduce((sum, run) => sum + run.done_count + run.refused_count, 0) + written.reduce((sum, run) => sum + run.row_count, 0)
  const total = open.reduce((sum, run) => sum + run.total, 0) + written.reduce((sum, run) => sum + Math.max(run.expected, run.row_count), 0)
  const label = working === 0 ? t('lists.runs') : t('lists.running', { count: working, done, total })
  return (
    <>
      <Popover position="bottom-end" width={320} withinPortal trapFocus returnFocus>
        <Popover.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label}>
            {working === 0 ? (
              <IconListCheck size={19} />
            ) : (
              <RingProgress size={24} thickness={3} sections={[{ value: (100 * done) / Math.max(1, total), color: 'teal' }]} aria-hidden />
            )}
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown>
          <Text size="xs" c="dimmed" mb={6}>
            {t('lists.runs')}
          </Text>
          <Stack gap={8}>
            <ExportRows runs={files} />
            {runs.slice(0, 6).map((run) => (
              <RunRow key={run.id} run={run} onOpen={() => setReport(run.id)} />
            ))}
          </Stack>
        </Popover.Dropdown>
      </Popover>
      {report === null ? null : <RunReport id={report} onClose={() => setReport(null)} />}
    </>
  )
}

/** Says once that a run of this visit has ended. */
function useSayEnded(runs: readonly BulkRun[] | undefined): void {
  const { t } = useTranslation()
  // None yet: what the first answer tells ended before this visit. A run that is first seen when it is done was quick.
  const seen = useRef<Map<string, BulkRun['status']> | null>(null)
  useEffect(() => {
    if (runs === undefined) return
    const known = seen.current
    seen.current = new Map(runs.map((run) => [run.id, run.status]))
    if (known === null) return
    for (const run of runs) {
      if (known.get(run.id) !== 'done' && run.status === 'done')
        sayEnded(`${titleOf(run, t)}: ${t('lists.ended', { done: run.done_count, refused: run.refused_count })}`, run)
    }
  }, [runs, t])
}

function sayEnded(message: string, run: BulkRun): void {
  if (run.can_undo) notifyWith(message, <UndoButton run={run} />)
  else notifyDone(message)
}

/** What a run does, in words; one that takes another back says so. */
function titleOf(run: BulkRun, t: TFunction): string {
  const title = t(`bulk.${run.action}.title`)
  return run.undoes_id === null ? title : t('undo.title', { title })
}

function UndoButton({ run }: { run: BulkRun }) {
  const { t } = useTranslation()
  const undo = useUndo()
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={undo.isPending}
      disabled={undo.isSuccess}
      aria-label={t('undo.of', { title: t(`bulk.${run.action}.title`) })}
      onClick={() => undo.mutate(run.id)}
    >
      {t('undo.action')}
    </Button>
  )
}

function RunRow({ run, onOpen }: { run: BulkRun; onOpen: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const worked = run.done_count + run.refused_count
  return (
    <div>
      <UnstyledButton onClick={onOpen} w="100%">
        <Text size="sm">{titleOf(run, t)}</Text>
        <Text size="xs" c="dimmed">
          {run.status === 'done'
            ? `${t('lists.ended', { done: run.done_count, refused: run.refused_count })} · ${format.ago(run.created_at)}`
            : t('lists.progress', { done: format.number(worked), total: format.number(run.total) })}
        </Text>
        {run.status === 'done' ? null : (
          <Progress value={(100 * worked) / run.total} size="xs" mt={4} aria-label={t(`bulk.${run.action}.title`)} />
        )}
      </UnstyledButton>
      {run.can_undo ? <UndoButton run={run} /> : null}
    </div>
  )
}

function RunReport({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const { data: run } = useGet<Report>(`${PATH}/${id}`)
  const reason = (one: Report['refused'][number]) =>
    one.message === '' ? t(`obstacleOf.${one.code}`, { defaultValue: one.code }) : one.message
  return (
    <Modal
      opened
      onClose={onClose}
      title={run === undefined ? t('lists.runs') : titleOf(run, t)}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {run === undefined ? null : (
        <Stack gap="sm">
          <Text size="sm" fw={500}>
            {t('lists.ended', { done: run.done_count, refused: run.refused_count })}
          </Text>
          {run.refused.length === 0 ? null : (
            <ScrollArea.Autosize mah={320} viewportProps={{ tabIndex: 0 }}>
              <List size="sm">
                {run.refused.map((one) => (
                  <List.Item key={one.document_id}>
                    <TextLink to={run.list === 'orders' ? paths.order(one.document_id) : paths.shipment(one.document_id)}>
                      {`#${one.number ?? ''}`}
                    </TextLink>{' '}
                    {reason(one)}
                  </List.Item>
                ))}
              </List>
            </ScrollArea.Autosize>
          )}
          <Button variant="default" onClick={onClose}>
            {t('action.close')}
          </Button>
        </Stack>
      )}
    </Modal>
  )
}
