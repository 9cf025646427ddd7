import fc from 'fast-check'
import { expect, test } from 'vitest'
import { debitTotal, dayAfter, entryProblem, exchangeSides, firstOpenDay, type NewPosting } from './journal-entry.ts'

const posting = (baseAmount: number, amount = baseAmount): NewPosting => ({ role: 'bank', amount, currency: 'EUR', baseAmount })

const balanced = fc
  .array(
    fc.integer({ min: -1e9, max: 1e9 }).filter((amount) => amount !== 0),
    { minLength: 1, maxLength: 20 },
  )
  .map((amounts) => [...amounts, -amounts.reduce((sum, amount) => sum + amount, 0)])
  .filter((amounts) => amounts.at(-1) !== 0)

test('an entry whose debits equal its credits is good, however it is split', () => {
  fc.assert(
    fc.property(balanced, (amounts) => {
      const postings = amounts.map((amount) => posting(amount))
      expect(entryProblem({ postings })).toBeNull()
      expect(debitTotal(postings)).toBe(debitTotal(exchangeSides(postings)))
    }),
  )
})

test('one minor unit too many is found', () => {
  fc.assert(
    fc.property(balanced, (amounts) => {
      const [first = 0, ...rest] = amounts
      const changed = first === -1 ? first - 1 : first + 1
      expect(entryProblem({ postings: [changed, ...rest].map((amount) => posting(amount)) })).toMatch(/does not balance/)
    }),
  )
})

test.each([
  ['a single posting', [posting(0, 5)], /at least two/],
  ['a zero posting', [posting(5), posting(-5), posting(0)], /posting 3 is zero/],
  ['a fraction', [posting(0.5), posting(-0.5)], /not an integer/],
  ['no account', [posting(5), { amount: -5, baseAmount: -5, currency: 'EUR' }], /by role or by id/],
  ['two accounts', [posting(5), { ...posting(-5), accountId: 'x' }], /by role or by id/],
])('%s is refused', (_name, postings, problem) => {
  expect(entryProblem({ postings })).toMatch(problem)
})

test('amounts in another currency need not balance', () => {
  expect(entryProblem({ postings: [posting(100, 11_700), posting(-60, -60), posting(-40, -40)] })).toBeNull()
})

test('a reversal of a zero amount does not become minus zero', () => {
  expect(exchangeSides([posting(5, 0)])).toEqual([posting(-5, 0)])
})

test('the first open day skips closed periods that follow each other', () => {
  const closed = [
    { starts_on: '2026-02-01', ends_on: '2026-02-28' },
    { starts_on: '2026-01-01', ends_on: '2026-01-31' },
  ]
  expect(firstOpenDay('2026-01-15', closed)).toBe('2026-03-01')
  expect(firstOpenDay('2026-02-28', closed)).toBe('2026-03-01')
  expect(firstOpenDay('2025-12-31', closed)).toBe('2025-12-31')
  expect(dayAfter('2028-02-28')).toBe('2028-02-29')
})
