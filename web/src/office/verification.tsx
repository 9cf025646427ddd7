import { Code, Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet, useVerification } from '../api/queries.ts'
import type { VerificationRow } from '../api/report-shapes.ts'
import type { Page as Rows, Verification, VerificationCheck } from '../api/shapes.ts'
import { useFormat } from '../kit/format.ts'
import { Page, Section } from '../kit/page.tsx'
import { PermittedButton } from '../kit/permitted-button.tsx'
import { EmptyState, ErrorState, PageSkeleton } from '../kit/states.tsx'
import { StatusDot } from '../kit/status.tsx'
import { useCommand } from '../kit/use-command.ts'
import classes from '../kit/kit.module.css'

/** The proof of the numbers: each check in words, what it looked at, and the first row that disagrees. */
export function VerificationPage() {
  const { t } = useTranslation()
  const { data, isPending, isError, error, refetch } = useVerification()
  const run = useCommand<void, Verification>({
    path: '/v1/verification',
    body: () => ({}),
    stale: ['/v1/verification', '/v1/attention'],
    done: (result) => (result.ok ? t('verification.clean') : null),
  })
  return (
    <Page
      title={t('verification.title')}
      beside={data ? <StatusDot status={data.ok ? 'ok' : 'fault'} /> : null}
      actions={
        <PermittedButton permission="reports.verify" onClick={() => run.mutate()} loading={run.isPending}>
          {t('verification.run')}
        </PermittedButton>
      }
    >
      {isPending ? <PageSkeleton /> : null}
      {isError ? <ErrorState error={error} retry={() => void refetch()} /> : null}
      {data === null ? <EmptyState title={t('verification.never')} detail={t('verification.neverDetail')} /> : null}
      {data ? (
        <div className={classes.formWide}>
          <Checks verification={data} />
          <History />
        </div>
      ) : null}
    </Page>
  )
}

function Checks({ verification }: { verification: Verification }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Section
      title={t(verification.ok ? 'verification.cleanAt' : 'verification.faultAt', { when: format.dateTime(verification.finished_at) })}
      flush
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('verification.check')}</Table.Th>
            <Table.Th>{t('verification.result')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('verification.rows')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('verification.time')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {verification.checks.map((check) => (
            <CheckRow key={check.id} check={check} />
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

/** Earlier runs, the newest first: whether each was clean, and which checks were not. */
function History() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useGet<Rows<VerificationRow>>('/v1/verifications', { limit: 30 })
  if (data === undefined || data.data.length === 0) return null
  return (
    <Section title={t('verification.history')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('verification.when')}</Table.Th>
            <Table.Th>{t('verification.result')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('verification.rows')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('verification.time')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.data.map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td>{format.dateTime(run.finished_at)}</Table.Td>
              <Table.Td>
                <StatusDot status={run.ok ? 'ok' : 'fault'} /> {run.faults.join(', ')}
              </Table.Td>
              <Table.Td className={classes.number ?? ''}>{format.number(run.rows)}</Table.Td>
              <Table.Td className={classes.number ?? ''}>
                {t('word.milliseconds', { value: format.number(Date.parse(run.finished_at) - Date.parse(run.started_at)) })}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

/** What the check says beside its counterexample. */
function FaultDetail({ detail }: { detail: unknown }) {
  if (detail === null || detail === undefined) return null
  return <div className={classes.muted}>{typeof detail === 'string' ? detail : JSON.stringify(detail)}</div>
}

function CheckRow({ check }: { check: VerificationCheck }) {
  const { t } = useTranslation()
  const format = useFormat()
  const status = check.ok ? (check.empty ? 'empty' : 'ok') : 'fault'
  return (
    <Table.Tr>
      <Table.Td>
        <strong>{check.id}</strong> {t(`check.${check.id}`, { defaultValue: check.sentence })}
        {check.ok ? null : <FaultDetail detail={check.detail} />}
        {check.counterexample === null || check.counterexample === undefined ? null : (
          <Code block mt={6}>
            {typeof check.counterexample === 'string' ? check.counterexample : JSON.stringify(check.counterexample, null, 2)}
          </Code>
        )}
      </Table.Td>
      <Table.Td>
        <StatusDot status={status} />
      </Table.Td>
      <Table.Td className={classes.number ?? ''}>{format.number(check.rows)}</Table.Td>
      <Table.Td className={classes.number ?? ''}>{t('word.milliseconds', { value: format.number(Math.round(check.ms)) })}</Table.Td>
    </Table.Tr>
  )
}
