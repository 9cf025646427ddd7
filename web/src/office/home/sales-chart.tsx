import '@mantine/charts/styles.css'
import { BarChart } from '@mantine/charts'
import { useTranslation } from 'react-i18next'
import type { Sales } from '../../api/report-shapes.ts'
import { currencyScale, useFormat } from '../../kit/format.ts'
import { channelsOf, chartRows, isMoney, type Metric } from './sales-days.ts'

/** Colors of channels in their order: told apart by the color-blind, and by the legend's words. */
const COLORS = ['var(--t-bar-1)', 'var(--t-bar-3)', 'var(--t-bar-2)', 'var(--t-red)', 'var(--t-green)', 'var(--t-gray)']

/** One metric by day, a bar a day, stacked by channel. The table beside it says the same. */
export function SalesChart({ sales, metric }: { sales: Sales; metric: Metric }) {
  const { t } = useTranslation()
  const format = useFormat()
  const channels = channelsOf(sales.days)
  const series = channels.map(({ code, name }, index) => ({
    name: code === '' ? 'none' : code,
    label: code === '' ? t('report.noChannel') : name,
    color: code === '' ? 'var(--t-bar-4)' : (COLORS[index % COLORS.length] ?? 'var(--t-gray)'),
  }))
  const day = new Intl.DateTimeFormat(format.locale, { day: 'numeric', month: 'numeric', timeZone: 'UTC' })
  const short = new Intl.NumberFormat(format.locale, { notation: 'compact' })
  const scale = isMoney(metric) ? 10 ** currencyScale(sales.currency) : 1
  return (
    <div role="img" aria-label={t('report.chartOf', { metric: t(`report.metric.${metric}`) })}>
      <BarChart
        h={218}
        data={chartRows(sales, metric)}
        dataKey="day"
        type="stacked"
        series={series}
        withLegend={series.length > 1}
        legendProps={{ verticalAlign: 'top', height: 30 }}
        tickLine="none"
        gridAxis="x"
        maxBarWidth={36}
        barChartProps={{ accessibilityLayer: false, stackOffset: 'sign' }}
        barProps={{ isAnimationActive: false }}
        xAxisProps={{ tickFormatter: (value: string) => day.format(new Date(value)), minTickGap: 16 }}
        yAxisProps={{ width: 48, tickFormatter: (value: number) => short.format(value / scale) }}
        tooltipProps={{ labelFormatter: (value) => (typeof value === 'string' ? format.date(value) : '') }}
        valueFormatter={(value) => (isMoney(metric) ? format.money(value, sales.currency) : format.number(value))}
      />
    </div>
  )
}
