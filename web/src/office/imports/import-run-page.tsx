import { Button, Progress, Table } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { ImportProblem, ImportRun } from '../../api/import-shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Facts, Page, Section } from '../../kit/page.tsx'
import { EmptyState, ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { ImportReading } from './import-reading.tsx'
import { ImportRows } from './import-rows.tsx'
import { UndoImport } from './undo-import.tsx'
import classes from '../../kit/kit.module.css'

const ASK_AGAIN_MS = 1_500
const PROBLEMS_SHOWN = 500

/** One import: what a file would do or did, every bad row with its fix, and the button that runs it. */
export function ImportRunPage() {
  const { importId } = useParams({ strict: false }) as { importId: string }
  const { data: run, isError, error, refetch } = useGet<ImportRun>(`/v1/imports/${importId}`, {}, { refetchMs: ASK_AGAIN_MS })
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (run === undefined) return <PageSkeleton />
  return <RunDocument run={run} />
}

function RunDocument({ run }: { run: ImportRun }) {
  const { t } = useTranslation()
  const format = useFormat()
  const may = useMay('imports.run')
  const start = useCommand<void>({
    path: `/v1/imports/${run.id}/run`,
    body: () => ({ skip_bad: run.rows_bad > 0, background: true }),
    stale: ['/v1/imports', '/v1/orders', '/v1/items', '/v1/stock', '/v1/overview', '/v1/shipments'],
  })
  const good = run.rows_total - run.rows_bad
  const title = [t(`importKind.${run.kind}`), run.file_name].filter(Boolean).join(' · ')
  return (
    <Page
      title={title}
      beside={<StatusDot status={run.status} />}
      actions={
        <>
          {(run.problems ?? []).length + (run.warnings ?? []).length > 0 ? (
            <Button component="a" href={`/v1/imports/${run.id}/report`} download variant="default">
              {t('imports.downloadReport')}
            </Button>
          ) : null}
          {run.status === 'previewed' ? (
            <Button onClick={() => start.mutate()} loading={start.isPending} disabled={!may || good === 0}>
              {run.rows_bad > 0 ? t('imports.runGood', { count: good, bad: run.rows_bad }) : t('imports.run', { count: good })}
            </Button>
          ) : (
            <>
              {run.status === 'done' || run.status === 'failed' ? <UndoImport run={run} /> : null}
              <Button component={Link} to={listOf(run.kind)} variant="default">
                {t(`imports.open.${run.kind}`)}
              </Button>
            </>
          )}
        </>
      }
    >
      <div className={classes.formWide}>
        {run.status === 'previewed' && may ? <ImportReading run={run} key={`${run.kind} ${run.format}`} /> : null}
        <Section title={t('imports.report')}>
          {run.status === 'running' || run.status === 'queued' ? (
            <Progress
              value={run.rows_total === 0 ? 0 : (run.rows_done / run.rows_total) * 100}
              animated
              aria-label={t('status.running')}
              mb="sm"
            />
          ) : null}
          <Facts
            facts={[
              [t('imports.rowsTotal'), format.number(run.rows_total)],
              [t('imports.rowsDone'), format.number(run.rows_done)],
              [t('imports.rowsBad'), format.number(run.rows_bad)],
              [t('imports.unknownColumns'), (run.unknown_columns ?? []).join(', ')],
              ...Object.entries(run.totals ?? {}).map(([name, value]): [string, string] => [
                t(`importTotal.${name}`, { defaultValue: name.replaceAll('_', ' ') }),
                totalText(value),
              ]),
            ]}
          />
        </Section>
        {run.status === 'previewed' && may && (run.rows_bad > 0 || Object.keys(run.edits ?? {}).length > 0) ? (
          <ImportRows run={run} />
        ) : null}
        <Problems run={run} />
        <Warnings run={run} />
      </div>
    </Page>
  )
}

function listOf(kind: string): string {
  if (kind === 'items') return paths.items()
  return kind === 'stock' ? paths.stock() : paths.orders()
}

function totalText(value: unknown): string {
  return value !== null && typeof value === 'object'
    ? Object.entries(value)
        .map(([name, one]) => `${name.replaceAll('_', ' ')} ${totalText(one)}`)
        .join(', ')
    : String(value)
}

function Problems({ run }: { run: ImportRun }) {
  const { t } = useTranslation()
  const problems = run.problems ?? []
  if (problems.length === 0)
    return run.status === 'previewed' ? (
      <Section title={t('imports.problems')}>
        <EmptyState title={t('imports.noProblems')} detail={t('imports.noProblemsDetail')} />
      </Section>
    ) : null
  return (
    <Section title={t('imports.problemsCount', { count: run.rows_bad })} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {(['row', 'column', 'value', 'what', 'fix'] as const).map((name) => (
              <Table.Th key={name}>{t(`imports.column.${name}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {problems.slice(0, PROBLEMS_SHOWN).map((problem, index) => (
            <ProblemRow key={`${problem.row}${problem.column}${index}`} problem={problem} />
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function Warnings({ run }: { run: ImportRun }) {
  const { t } = useTranslation()
  const warnings = run.warnings ?? []
  if (warnings.length === 0) return null
  return (
    <Section title={t('imports.warnings', { count: run.warning_count ?? warnings.length })} flush>
      <Table>
        <Table.Tbody>
          {warnings.slice(0, PROBLEMS_SHOWN).map((warning, index) => (
            <ProblemRow key={`${warning.row}${warning.column}${index}`} problem={warning} />
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function ProblemRow({ problem }: { problem: ImportProblem }) {
  return (
    <Table.Tr>
      <Table.Td>{problem.row ?? '–'}</Table.Td>
      <Table.Td>{problem.column ?? '–'}</Table.Td>
      <Table.Td style={{ maxWidth: 200, overflowWrap: 'anywhere' }}>{problem.value ?? '–'}</Table.Td>
      <Table.Td>{problem.message}</Table.Td>
      <Table.Td>{problem.fix ?? '–'}</Table.Td>
    </Table.Tr>
  )
}
