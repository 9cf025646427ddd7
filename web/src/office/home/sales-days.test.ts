import { expect, test } from 'vitest'
import { channelsOf, chartRows, daysBetween, totalOf, usualOf } from './sales-days.ts'

const row = (day: string, channel: string | null, orders: number, revenue: number | null) => ({
  day,
  channel,
  channel_name: channel,
  orders,
  units: orders * 2,
  revenue,
  cost: 0,
  margin: revenue,
})
const sales = {
  from: '2026-02-27',
  to: '2026-03-02',
  currency: 'EUR',
  days: [
    row('2026-02-27', 'web', 3, 900),
    row('2026-02-27', null, 0, -50),
    row('2026-03-01', 'phone', 4, 1000),
    row('2026-03-02', 'web', 1, 300),
  ],
}

test('every day between two days, over the end of a month', () => {
  expect(daysBetween('2026-02-27', '2026-03-02')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'])
  expect(daysBetween('2026-03-02', '2026-03-01')).toEqual([])
})

test('a row a day with every channel, also without sales', () => {
  expect(channelsOf(sales.days).map(({ code }) => code)).toEqual(['phone', 'web', ''])
  expect(chartRows(sales, 'revenue')).toEqual([
    { day: '2026-02-27', phone: 0, web: 900, none: -50 },
    { day: '2026-02-28', phone: 0, web: 0, none: 0 },
    { day: '2026-03-01', phone: 1000, web: 0, none: 0 },
    { day: '2026-03-02', phone: 0, web: 300, none: 0 },
  ])
})

// Before the last day: 3 + 0 + 4 = 7 orders in 3 days, 2 a day; 900 - 50 + 1000 = 1850, 616 a day.
test('a usual day is the mean of the days before', () => {
  expect(usualOf(sales, 'orders')).toBe(2)
  expect(usualOf(sales, 'revenue')).toBe(616)
  expect(totalOf(sales.days, 'orders')).toBe(8)
  expect(totalOf(sales.days, 'revenue', '2026-03-02')).toBe(300)
  expect(usualOf({ ...sales, from: sales.to }, 'orders')).toBe(0)
})
