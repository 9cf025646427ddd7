import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine, csvNumber } from './csv.ts'

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x","y")'])('%j is text, not a formula', (text) => {
  expect(parse(csvLine([text]))).toEqual([[`'${text}`]])
})

test('numbers stay numbers, dates are instants, nothing is empty', () => {
  expect(csvLine([-5, 12n, csvNumber('-0.50'), true, null, undefined, new Date(0), 'a,b', 'say "x"'])).toBe(
    '-5,12,-0.50,true,,,1970-01-01T00:00:00.000Z,"a,b","say ""x"""\r\n',
  )
  expect(() => csvNumber('=1')).toThrow(RangeError)
})

test('any text comes back as it was, but for the apostrophe', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'binary' }).filter((text) => !text.includes('\ufeff')),
        { minLength: 2, maxLength: 5 },
      ),
      (texts) => {
        const [cells] = parse(csvLine(texts), { record_delimiter: '\r\n' })
        expect(cells?.map((cell: string, index: number) => (cell === texts[index] ? cell : cell.slice(1)))).toEqual(texts)
      },
    ),
  )
})
