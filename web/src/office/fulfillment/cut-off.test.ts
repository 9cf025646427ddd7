import { expect, test } from 'vitest'
import { minutesUntil } from './cut-off.ts'

// Belgrade is UTC+1 in winter and UTC+2 in summer: 13:10 UTC is 14:10 there in January and 15:10 in July.
test('minutes until the cut-off in the time zone of the organization', () => {
  expect(minutesUntil('15:30', new Date('2026-01-15T13:10:00Z'), 'Europe/Belgrade')).toBe(80)
  expect(minutesUntil('15:30', new Date('2026-07-15T13:10:00Z'), 'Europe/Belgrade')).toBe(20)
  expect(minutesUntil('15:30', new Date('2026-07-15T13:40:00Z'), 'Europe/Belgrade')).toBe(-10)
  expect(minutesUntil('00:15', new Date('2026-01-14T23:05:00Z'), 'Europe/Belgrade')).toBe(10)
})
