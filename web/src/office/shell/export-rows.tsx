import { Button, Progress, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import { useFormat } from '../../kit/format.ts'
import { notifyWith } from '../../kit/notify.ts'
import { useDownload } from '../../kit/use-download.ts'

interface ExportRun {
  id: string
  list: string
  format: 'csv' | 'xlsx'
  status: 'queued' | 'running' | 'done' | 'failed' | 'expired'
  expected: number
  row_count: number
  problem: string | null
  created_at: string
}

const PATH = '/v1/export-runs'
/** Pace of asking while a file is written, beside the events of the server. */
const POLL_MS = 2_000
/** Files shown. */
const SHOWN = 4

const isOpen = (run: ExportRun) => run.status === 'queued' || run.status === 'running'

/** The person's files that are written in the background, newest first; says once that one of this visit is there. */
export function useExportRuns(): ExportRun[] {
  const known = useQueryClient().getQueryData<{ data: ExportRun[] }>([PATH, {}])
  const polling = (known?.data ?? []).some(isOpen)
  const { data } = useGet<{ data: ExportRun[] }>(useMay('exports.run') ? PATH : null, {}, polling ? { refetchMs: POLL_MS } : {})
  const runs = data?.data ?? []
  useSayWritten(data?.data)
  return runs
}

function useSayWritten(runs: readonly ExportRun[] | undefined): void {
  const { t } = useTranslation()
  const seen = useRef<Map<string, ExportRun['status']> | null>(null)
  useEffect(() => {
    if (runs === undefined) return
    const known = seen.current
    seen.current = new Map(runs.map((run) => [run.id, run.status]))
    if (known === null) return
    for (const run of runs) {
      if (known.get(run.id) !== 'done' && run.status === 'done')
        notifyWith(t('exportFile.ready', { name: t(`exportFile.list.${run.list}`) }), <DownloadButton run={run} />)
    }
  }, [runs, t])
}

/** Files that are written or can be downloaded. */
export function ExportRows({ runs }: { runs: readonly ExportRun[] }) {
  return runs.slice(0, SHOWN).map((run) => <ExportRow key={run.id} run={run} />)
}

function ExportRow({ run }: { run: ExportRun }) {
  const { t } = useTranslation()
  const format = useFormat()
  const name = t('exportFile.name', { name: t(`exportFile.list.${run.list}`), format: run.format.toUpperCase() })
  return (
    <div>
      <Text size="sm">{name}</Text>
      <Text size="xs" c="dimmed">
        {isOpen(run)
          ? t('exportFile.progress', { done: format.number(run.row_count), total: format.number(Math.max(run.expected, run.row_count)) })
          : `${run.problem ?? t(`exportFile.status.${run.status}`, { rows: format.number(run.row_count) })} · ${format.ago(run.created_at)}`}
      </Text>
      {isOpen(run) ? <Progress value={(100 * run.row_count) / Math.max(1, run.expected)} size="xs" mt={4} aria-label={name} /> : null}
      {run.status === 'done' ? <DownloadButton run={run} /> : null}
    </div>
  )
}

function DownloadButton({ run }: { run: ExportRun }) {
  const { t } = useTranslation()
  const { busy, save } = useDownload()
  return (
    <Button size="compact-xs" variant="default" loading={busy} onClick={() => void save(`${PATH}/${run.id}/file`)}>
      {t('exportFile.download')}
    </Button>
  )
}
