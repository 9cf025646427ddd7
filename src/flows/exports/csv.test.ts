import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvField } from './csv.ts'

test.each([
  ['=1+1', "'=1+1"],
  ['+49 30 1', "'+49 30 1"],
  ['@cmd', "'@cmd"],
  ['-cmd|calc', "'-cmd|calc"],
  ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
])('text that a spreadsheet would run is made harmless: %s', (text, field) => {
  expect(csvField(text)).toBe(field)
})

test.each([
  ['-12.34', '-12.34'],
  [-5, '-5'],
  [null, ''],
  [false, 'false'],
  [new Date('2026-03-10T11:00:00+01:00'), '2026-03-10T10:00:00.000Z'],
  ['a,b', '"a,b"'],
])('%s becomes %s', (value, field) => {
  expect(csvField(value)).toBe(field)
})

test('any text comes back from another reader, but for the apostrophe', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 2, maxLength: 5 }), (texts) => {
      const [record] = parse(`${texts.map(csvField).join(',')}\r\n`, { record_delimiter: '\r\n' }) as string[][]
      expect(record?.map((text, index) => (text === `'${texts[index]}` ? texts[index] : text))).toEqual(texts)
    }),
  )
})
