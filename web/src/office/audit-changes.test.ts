import { expect, test } from 'vitest'
import { beforeAfter } from './audit-changes.ts'

test('only fields that changed, with what was and what is', () => {
  expect(
    beforeAfter({ before: { name: 'A', city: 'Niš', open: true }, after: { name: 'B', city: 'Niš', open: false }, version: 2 }),
  ).toEqual([
    { field: 'name', before: 'A', after: 'B' },
    { field: 'open', before: 'true', after: 'false' },
  ])
  expect(beforeAfter({ before: null, after: 5 })).toEqual([{ field: 'value', before: '–', after: '5' }])
  expect(beforeAfter({ quantity: 3 })).toEqual([])
  expect(beforeAfter(null)).toEqual([])
})
