import { expect, test } from 'vitest'
import { refuseNode } from './require-node.ts'

test('Node 24 and newer run Tefter', () => {
  expect(refuseNode('24.0.0')).toBeUndefined()
  expect(refuseNode('100.1.0')).toBeUndefined()
})

test('an older Node is refused in one sentence that names both versions', () => {
  expect(refuseNode('20.20.2')).toBe(
    'Tefter needs Node 24 or newer and was started with 20.20.2: start it with "npm start" or bin/tefter, which find a newer one.',
  )
})
