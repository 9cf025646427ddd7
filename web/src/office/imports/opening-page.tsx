import { Button, Table, Text, TextInput } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconFileText, IconUpload } from '@tabler/icons-react'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../../api/client.ts'
import { useGet, useMay, useRefresh, useSession } from '../../api/queries.ts'
import type { Opening, OpeningTotals } from '../../api/import-shapes.ts'
import { currencyScale, decimalText, parseDecimal, useFormat } from '../../kit/format.ts'
import { notifyProblem } from '../../kit/notify.ts'
import { Page, Section } from '../../kit/page.tsx'
import { EmptyState, ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import classes from '../../kit/kit.module.css'
import { ImportsTabs } from './imports-tabs.tsx'

const MAX_BYTES = 50 * 1024 * 1024
const MAX_FILES = 4
const TOTALS = ['items', 'customers', 'stock_units', 'stock_value', 'open_orders', 'open_orders_total'] as const
/** Amounts are in minor units of the base currency. */
const AMOUNTS: ReadonlySet<string> = new Set(['stock_value', 'open_orders_total'])

/** Opening balances: drop the sheets of the old system, and those loaded before. */
export function OpeningsPage() {
  const { t } = useTranslation()
  const may = useMay('imports.run')
  const format = useFormat()
  const { data, isError, error } = useGet<{ data: Opening[] }>('/v1/openings')
  return (
    <Page title={t('openings.title')}>
      <ImportsTabs />
      <div className={classes.formWide}>
        {may ? <DropSheets /> : null}
        <Section title={t('openings.past')} flush>
          {isError ? <ErrorState error={error} /> : null}
          {data?.data.length === 0 ? <EmptyState title={t('openings.none')} detail={t('openings.noneDetail')} /> : null}
          <ul className={classes.counts}>
            {(data?.data ?? []).map((opening) => (
              <li key={opening.id}>
                <Link to={paths.opening(opening.id)}>
                  <IconFileText size={18} aria-hidden="true" />
                  <span>{opening.file_name}</span>
                  <StatusDot status={opening.status} />
                  <span className={classes.muted} style={{ marginLeft: 'auto' }}>
                    {format.ago(opening.created_at)}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      </div>
    </Page>
  )
}

function DropSheets() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const refresh = useRefresh()
  const [busy, setBusy] = useState(false)
  const load = async (files: readonly File[]) => {
    setBusy(true)
    try {
      const body = new FormData()
      for (const file of files.slice(0, MAX_FILES)) body.append('file', file, file.name)
      const opening = await call<Opening>('POST', '/v1/openings', { body })
      await refresh('/v1/openings')
      await navigate({ to: paths.opening(opening.id) })
    } catch (error) {
      notifyProblem(error, t)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Section title={t('openings.new')}>
      <Dropzone
        loading={busy}
        maxFiles={MAX_FILES}
        maxSize={MAX_BYTES}
        onDrop={(files) => void load(files)}
        onReject={() => notifyProblem(null, t)}
        inputProps={{ 'aria-label': t('imports.file') }}
        aria-label={t('openings.drop')}
      >
        <div className={classes.state} style={{ padding: '28px 16px', pointerEvents: 'none' }}>
          <IconUpload size={26} stroke={1.5} aria-hidden="true" />
          <Text size="sm">{t('openings.drop')}</Text>
          <Text size="xs" c="dimmed">
            {t('openings.dropDetail')}
          </Text>
        </div>
      </Dropzone>
    </Section>
  )
}

/** One opening: its totals beside those of the old system, its faults, and the buttons that accept or discard it. */
export function OpeningPage() {
  const { openingId } = useParams({ strict: false }) as { openingId: string }
  const { data: opening, isError, error, refetch } = useGet<Opening>(`/v1/openings/${openingId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (opening === undefined) return <PageSkeleton />
  return <OpeningDocument opening={opening} />
}

function OpeningDocument({ opening }: { opening: Opening }) {
  const { t } = useTranslation()
  const may = useMay('imports.run')
  const [stated, setStated] = useState<Partial<Record<keyof OpeningTotals, number>>>(opening.stated ?? {})
  const path = `/v1/openings/${opening.id}`
  const stale = ['/v1/openings', '/v1/orders', '/v1/items', '/v1/stock', '/v1/overview', '/v1/parties']
  const accept = useCommand<void>({ path: `${path}/accept`, body: () => ({ totals: stated }), stale, done: () => t('openings.accepted') })
  const check = useCommand<void>({ path: `${path}/check`, body: () => ({}), stale })
  const discard = useCommand<void>({ path: `${path}/discard`, body: () => ({}), stale, done: () => t('openings.discarded') })
  const matches = opening.computed !== null && TOTALS.every((total) => stated[total] === opening.computed?.[total])
  return (
    <Page
      title={opening.file_name}
      beside={<StatusDot status={opening.status} />}
      actions={
        opening.status === 'loaded' ? (
          <>
            <Button variant="subtle" color="red" onClick={() => discard.mutate()} loading={discard.isPending} disabled={!may}>
              {t('openings.discard')}
            </Button>
            <Button variant="default" onClick={() => check.mutate()} loading={check.isPending} disabled={!may}>
              {t('openings.check')}
            </Button>
            <Button onClick={() => accept.mutate()} loading={accept.isPending} disabled={!may || !matches || opening.problem_count > 0}>
              {t('openings.accept')}
            </Button>
          </>
        ) : undefined
      }
    >
      <div className={classes.formWide}>
        <Section title={t('openings.compare')} flush>
          <Text size="sm" c="dimmed" px="md" py="xs">
            {t('openings.compareDetail')}
          </Text>
          <Table>
            <Table.Thead>
              <Table.Tr>
                {(['total', 'computed', 'stated', 'difference'] as const).map((name) => (
                  <Table.Th key={name}>{t(`openings.${name}`)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {TOTALS.map((total) => (
                <TotalRow
                  key={total}
                  total={total}
                  computed={opening.computed?.[total] ?? 0}
                  stated={stated[total]}
                  change={opening.status === 'loaded' ? (value) => setStated({ ...stated, [total]: value }) : undefined}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Section>
        <OpeningProblems opening={opening} />
      </div>
    </Page>
  )
}

interface TotalRowProps {
  total: keyof OpeningTotals
  computed: number
  stated: number | undefined
  change: ((value: number | undefined) => void) | undefined
}

function TotalRow({ total, computed, stated, change }: TotalRowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { organization } = useSession()
  const isAmount = AMOUNTS.has(total)
  const scale = isAmount ? currencyScale(organization.base_currency) : 0
  const [typed, setTyped] = useState(stated === undefined ? '' : decimalText(stated, scale))
  const text = (value: number) => (isAmount ? format.money(value) : format.number(value))
  const difference = stated === undefined ? '–' : stated === computed ? t('openings.same') : text(stated - computed)
  return (
    <Table.Tr>
      <Table.Td>{t(`openings.totals.${total}`)}</Table.Td>
      <Table.Td className="numbers">{text(computed)}</Table.Td>
      <Table.Td>
        {change === undefined ? (
          text(stated ?? 0)
        ) : (
          <TextInput
            w={160}
            inputMode="decimal"
            aria-label={`${t('openings.stated')}: ${t(`openings.totals.${total}`)}`}
            value={typed}
            error={typed !== '' && parseDecimal(typed, scale) === null ? t(isAmount ? 'form.amountNeeded' : 'form.wholeNumber') : null}
            onChange={(event) => {
              setTyped(event.currentTarget.value)
              change(parseDecimal(event.currentTarget.value, scale) ?? undefined)
            }}
          />
        )}
      </Table.Td>
      <Table.Td>{difference}</Table.Td>
    </Table.Tr>
  )
}

function OpeningProblems({ opening }: { opening: Opening }) {
  const { t } = useTranslation()
  if (opening.problems.length === 0) return null
  return (
    <Section title={t('imports.problemsCount', { count: opening.problem_count })} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('openings.part')}</Table.Th>
            {(['row', 'column', 'value', 'what', 'fix'] as const).map((name) => (
              <Table.Th key={name}>{t(`imports.column.${name}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {opening.problems.slice(0, 500).map((problem, index) => (
            <Table.Tr key={`${problem.part}${problem.row}${problem.column}${index}`}>
              <Table.Td>{t(`openings.parts.${problem.part}`)}</Table.Td>
              <Table.Td>{problem.row ?? '–'}</Table.Td>
              <Table.Td>{problem.column ?? '–'}</Table.Td>
              <Table.Td style={{ maxWidth: 200, overflowWrap: 'anywhere' }}>{problem.value ?? '–'}</Table.Td>
              <Table.Td>{problem.message}</Table.Td>
              <Table.Td>{problem.fix ?? '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}
