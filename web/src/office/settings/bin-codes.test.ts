import { expect, test } from 'vitest'
import { binsOf, rangeOf } from './bin-codes.ts'

test('ranges of letters, padded numbers and lists', () => {
  expect(rangeOf('A-C')).toEqual(['A', 'B', 'C'])
  expect(rangeOf('08-11')).toEqual(['08', '09', '10', '11'])
  expect(rangeOf('1-3, X')).toEqual(['1', '2', '3', 'X'])
})

test('what is no range is refused', () => {
  for (const text of ['', 'C-A', '9-1', 'A-', '1-900', 'A,A', 'š']) expect(rangeOf(text), text).toBeNull()
})

// 2 aisles × 3 bays × 2 levels × 2 bins = 24 bins.
test('bins in walking order', () => {
  const bins = binsOf({ aisles: 'A-B', bays: '01-03', levels: '1-2', bins: '1-2' })
  expect(bins).toHaveLength(24)
  expect(bins?.slice(0, 3).map(({ code }) => code)).toEqual(['A-01-1-1', 'A-01-1-2', 'A-01-2-1'])
  expect(bins?.at(-1)).toEqual({ code: 'B-03-2-2', aisle: 'B', bay: '03', level: '2', bin: '2' })
})

test('parts that are empty are left out; too many bins or none are refused', () => {
  expect(binsOf({ aisles: 'A', bays: '1-2', levels: '', bins: '' })?.map(({ code }) => code)).toEqual(['A-1', 'A-2'])
  expect(binsOf({ aisles: 'A-Z', bays: '1-99', levels: '', bins: '' })).toBeNull()
  expect(binsOf({ aisles: '', bays: '', levels: '1-2', bins: '' })).toBeNull()
})
