import { expect, test } from 'vitest'
import { filesOf } from './web-budget.ts'

test('a screen loads what its entries import, each file once', () => {
  const manifest = {
    'index.html': { file: 'a.js', imports: ['_x'] },
    'orders.ts': { file: 'o.js', imports: ['_x', '_y', 'index.html'] },
    _x: { file: 'x.js', imports: ['_y'] },
    _y: { file: 'y.js' },
    _style: { file: 's.css' },
  }
  expect(filesOf(manifest, ['index.html'])).toEqual(['a.js', 'x.js', 'y.js'])
  expect(filesOf(manifest, ['index.html', 'orders.ts'])).toEqual(['a.js', 'x.js', 'y.js', 'o.js'])
  expect(() => filesOf(manifest, ['gone.ts'])).toThrow('no chunk gone.ts')
})
