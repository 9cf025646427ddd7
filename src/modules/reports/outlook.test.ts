import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lastsDays } from './outlook.ts'

test('stock lasts whole days at a pace', () => {
  expect(lastsDays(14, 6, 28)).toBe(65)
  expect(lastsDays(0, 6, 28)).toBe(0)
  expect(lastsDays(-2, 6, 28)).toBe(0)
  expect(lastsDays(14, 0, 28)).toBeNull()
})

test('the days it lasts are sold within what is available, one day more is not', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 1, max: 366 }),
      (available, sold, days) => {
        const lasts = lastsDays(available, sold, days) ?? 0
        expect(BigInt(lasts) * BigInt(sold) <= BigInt(available) * BigInt(days)).toBe(true)
        expect(BigInt(lasts + 1) * BigInt(sold) > BigInt(available) * BigInt(days)).toBe(true)
      },
    ),
  )
})
