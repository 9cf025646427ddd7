import { expect, test } from 'vitest'
import { newId } from './ids.ts'

test('ids are UUIDs of version 7 of this moment, all different, and in order', () => {
  const before = Date.now()
  const ids = Array.from({ length: 100_000 }, newId)
  const after = Date.now()
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(ids.toSorted())
  const times = [ids[0], ids.at(-1)].map((id) => Number.parseInt((id ?? '').replaceAll('-', '').slice(0, 12), 16))
  expect(times[0]).toBeGreaterThanOrEqual(before)
  expect(times[1]).toBeLessThanOrEqual(after)
})
