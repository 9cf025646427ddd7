import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalText, makeFormatter, parseDecimal } from './format.ts'

test('what is typed is read as people write it, in both ways, and never rounded', () => {
  expect(['19,99', '19.99', '1.234,50', '1 234.5', '.5', '7'].map((text) => parseDecimal(text, 2))).toEqual([
    1999, 1999, 123_450, 123_450, 50, 700,
  ])
  expect(['', 'x', '1.999', '1,2,x', '-'].map((text) => parseDecimal(text, 2))).toEqual([null, null, null, null, null])
})

test('every amount survives writing and reading', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 6 }), (amount, scale) => {
      expect(parseDecimal(decimalText(amount, scale), scale)).toBe(amount === 0 ? 0 : amount)
    }),
  )
})

test('money, dates and ages follow language and time zone', () => {
  const english = makeFormatter('en', 'Europe/Belgrade', 'EUR')
  const serbian = makeFormatter('sr-Cyrl', 'Europe/Belgrade', 'RSD')
  expect(english.money({ amount: -123_456, currency: 'EUR' })).toBe('-€1,234.56')
  expect(serbian.money({ amount: 123_456, currency: 'EUR' })).toMatch(/^1\.234,56\s€$/)
  expect(english.price({ amount: 125, scale: 4, currency: 'EUR' })).toBe('€0.0125')
  expect(english.price({ amount: 29_500, scale: 4, currency: 'EUR' })).toBe('€2.95')
  expect(serbian.price({ amount: 21, scale: 1 }, 'EUR')).toMatch(/^2,10\s€$/)
  expect(english.dateTime('2026-01-31T23:30:00Z')).toContain('1 Feb 2026')
  expect(english.ago('2026-01-31T23:30:00Z', Date.parse('2026-01-31T23:42:00Z'))).toMatch(/12 min/)
  expect(serbian.date('2026-02-01')).toBe('1. 2. 2026.')
})
