import type { Sales, SalesDay } from '../../api/report-shapes.ts'

export const METRICS = ['orders', 'units', 'revenue', 'margin'] as const
export type Metric = (typeof METRICS)[number]

export const isMoney = (metric: Metric): boolean => metric === 'revenue' || metric === 'margin'

/** Calendar days from the first to the last, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) days.push(new Date(at).toISOString().slice(0, 10))
  return days
}

/** A day some days before another. */
export function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10)
}

/** Codes of the channels that sold, the one of no channel last as an empty text. */
export function channelsOf(rows: readonly SalesDay[]): { code: string; name: string }[] {
  const known = new Map(rows.map((row) => [row.channel ?? '', row.channel_name ?? '']))
  return [...known]
    .map(([code, name]) => ({ code, name }))
    .toSorted((a, b) => (a.code === '' ? 1 : b.code === '' ? -1 : a.code < b.code ? -1 : 1))
}

/** One row a day, also of days without sales, with the metric of each channel under its code. */
export function chartRows({ from, to, days }: Sales, metric: Metric): ({ day: string } & Record<string, number | string>)[] {
  const byDay = Map.groupBy(days, (row) => row.day)
  const channels = channelsOf(days)
  return daysBetween(from, to).map((day) => {
    const rows = byDay.get(day) ?? []
    const valueOf = (code: string) => rows.find((row) => (row.channel ?? '') === code)?.[metric] ?? 0
    return { day, ...Object.fromEntries(channels.map(({ code }) => [code === '' ? 'none' : code, valueOf(code)])) }
  })
}

/** The metric of one day over its channels. */
export function totalOf(days: readonly SalesDay[], metric: Metric, day?: string): number {
  return days.filter((row) => day === undefined || row.day === day).reduce((sum, row) => sum + (row[metric] ?? 0), 0)
}

/** What a day usually brings: the mean of the days before the last, rounded down to whole units of the metric. */
export function usualOf({ from, to, days }: Sales, metric: Metric): number {
  const before = daysBetween(from, dayBefore(to, 1))
  if (before.length === 0) return 0
  return Math.trunc(
    totalOf(
      days.filter((row) => row.day < to),
      metric,
    ) / before.length,
  )
}
