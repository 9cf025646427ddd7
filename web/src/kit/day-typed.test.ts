import { expect, test } from 'vitest'
import { dayTyped } from './day-typed.ts'

test('a day is read in every way the screens write it, the day before the month; what is no day is none', () => {
  for (const text of ['2026-11-02', '2. 11. 2026.', '02.11.2026', '2/11/2026', '2 Nov 2026'])
    expect(dayTyped(text), text).toBe('2026-11-02')
  for (const text of ['', '31.2.2026', '2026-13-01', '11', 'soon']) expect(dayTyped(text), text).toBeNull()
})
