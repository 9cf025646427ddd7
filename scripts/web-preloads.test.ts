import { expect, test } from 'vitest'
import { FIRST_PAGES, preloadsOf } from './web-preloads.ts'

test('the files of frame and page are named, those of the start page itself are not', () => {
  const manifest = {
    'index.html': { file: 'assets/index.js', imports: ['_base.js'] },
    '_base.js': { file: 'assets/base.js', css: ['assets/base.css'] },
    'src/office/shell/shell.tsx': { file: 'assets/shell.js', imports: ['_base.js'], css: ['assets/shell.css'] },
    ...Object.fromEntries(
      Object.values(FIRST_PAGES).map((page) => [page, { file: `assets/${page.split('/')[2]}.js`, imports: ['_base.js'] }]),
    ),
  }
  const preloads = preloadsOf(manifest)
  expect(preloads['orders']).toEqual(['/assets/shell.js', '/assets/shell.css', '/assets/orders.js'])
  expect(preloads['']).toEqual(['/assets/shell.js', '/assets/shell.css', '/assets/home.js'])
  expect(() => preloadsOf({ 'index.html': { file: 'assets/index.js' } })).toThrow('no chunk')
})
