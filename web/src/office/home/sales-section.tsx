import { SegmentedControl, Select, Skeleton, Table } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { Sales } from '../../api/report-shapes.ts'
import type { Channel, Page as Rows } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { EmptyState, ErrorState } from '../../kit/states.tsx'
import { channelsOf, chartRows, dayBefore, isMoney, type Metric, METRICS, totalOf, usualOf } from './sales-days.ts'
import kit from '../../kit/kit.module.css'
import classes from './home.module.css'

const SalesChart = lazy(() => import('./sales-chart.tsx').then((module) => ({ default: module.SalesChart })))

const WINDOWS = ['7', '28', '90'] as const

interface Search {
  metric?: string
  days?: string
  channel?: string
  as?: string
}

/** What the address says of the chart: metric, days, channel, chart or table. */
export function useSalesView() {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const format = useFormat()
  const [today] = useState(() => new Intl.DateTimeFormat('en-CA', { timeZone: format.timeZone }).format(new Date()))
  const seesMoney = useMay('ledger.read')
  const metric: Metric = METRICS.find((one) => one === search.metric) ?? (seesMoney ? 'revenue' : 'orders')
  const days = WINDOWS.find((one) => one === search.days) ?? '28'
  const set = (changes: Search) => void navigate({ to: '.', search: { ...search, ...changes } as never, replace: true })
  return {
    metric,
    days,
    channel: search.channel,
    asTable: search.as === 'table',
    set,
    query: { from: dayBefore(today, Number(days) - 1), to: today, channel: search.channel },
    metrics: METRICS.filter((one) => seesMoney || !isMoney(one)),
  }
}

/** Today against a usual day, and the days of the window by channel. */
export function SalesSection() {
  const { t } = useTranslation()
  const view = useSalesView()
  const { data, isError, error, refetch } = useGet<Sales>('/v1/reports/sales', view.query, { refetchMs: 60_000 })
  if (isError)
    return (
      <Section title={t('report.sales')}>
        <ErrorState error={error} retry={() => void refetch()} />
      </Section>
    )
  return (
    <>
      <Today sales={data} />
      <Section title={t('report.byDay', { metric: t(`report.metric.${view.metric}`) })} actions={<Choices />}>
        <div className={classes.chart}>
          {data === undefined ? <Waiting /> : null}
          {data === undefined ? null : data.days.length === 0 ? (
            <EmptyState title={t('report.noSales')} detail={t('report.noSalesDetail')} />
          ) : view.asTable ? (
            <SalesTable sales={data} metric={view.metric} />
          ) : (
            <Suspense fallback={<Waiting />}>
              <SalesChart sales={data} metric={view.metric} />
            </Suspense>
          )}
        </div>
      </Section>
    </>
  )
}

/** Four numbers of today beside what a day usually brings; each chooses what the chart shows. */
function Today({ sales }: { sales: Sales | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const view = useSalesView()
  const say = (metric: Metric, value: number) => (isMoney(metric) ? format.money(value, sales?.currency) : format.number(value))
  return (
    <div className={classes.tiles}>
      {view.metrics.map((metric) => (
        <button
          key={metric}
          type="button"
          className={classes.tile}
          aria-pressed={view.metric === metric}
          onClick={() => view.set({ metric })}
        >
          <span>{t('report.today', { metric: t(`report.metric.${metric}`) })}</span>
          <strong>{sales === undefined ? '–' : say(metric, totalOf(sales.days, metric, sales.to))}</strong>
          <small>{sales === undefined ? '\u00a0' : t('report.usual', { value: say(metric, usualOf(sales, metric)) })}</small>
        </button>
      ))}
    </div>
  )
}

function Choices() {
  const { t } = useTranslation()
  const view = useSalesView()
  const { data: channels } = useGet<Rows<Channel>>('/v1/channels', { limit: 200 })
  return (
    <>
      <Select
        size="xs"
        w={150}
        clearable
        aria-label={t('report.channel')}
        placeholder={t('report.allChannels')}
        data={(channels?.data ?? []).map((one) => ({ value: one.code, label: one.name }))}
        value={view.channel ?? null}
        onChange={(channel) => view.set({ channel: channel ?? '' })}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('report.days')}
        data={WINDOWS.map((days) => ({ value: days, label: t('report.lastDays', { count: Number(days) }) }))}
        value={view.days}
        onChange={(days) => view.set({ days })}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('report.as')}
        data={['chart', 'table'].map((as) => ({ value: as, label: t(`report.asOf.${as}`) }))}
        value={view.asTable ? 'table' : 'chart'}
        onChange={(as) => view.set({ as: as === 'table' ? 'table' : '' })}
      />
    </>
  )
}

function SalesTable({ sales, metric }: { sales: Sales; metric: Metric }) {
  const { t } = useTranslation()
  const format = useFormat()
  const channels = channelsOf(sales.days)
  const say = (value: number) => (isMoney(metric) ? format.money(value, sales.currency) : format.number(value))
  const number = kit.number ?? ''
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by the keyboard
    <div className={classes.scroll} tabIndex={0} role="group" aria-label={t('report.asOf.table')}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('report.day')}</Table.Th>
            {channels.map(({ code, name }) => (
              <Table.Th key={code} className={number}>
                {code === '' ? t('report.noChannel') : name}
              </Table.Th>
            ))}
            <Table.Th className={number}>{t('report.total')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {chartRows(sales, metric)
            .toReversed()
            .map((row) => (
              <Table.Tr key={row.day}>
                <Table.Td>{format.date(row.day)}</Table.Td>
                {channels.map(({ code }) => (
                  <Table.Td key={code} className={number}>
                    {say(Number(row[code === '' ? 'none' : code] ?? 0))}
                  </Table.Td>
                ))}
                <Table.Td className={number}>{say(totalOf(sales.days, metric, row.day))}</Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

/** The room of the chart while its numbers or its code are on their way. */
function Waiting() {
  const { t } = useTranslation()
  return <Skeleton h={218} role="status" aria-label={t('state.loading')} />
}
