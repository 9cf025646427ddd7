import { expect, test } from 'vitest'
import { parseRates, parseServices, ratesText } from './carrier-form.ts'

const zones = [
  {
    code: 'z1',
    areas: [{ country: 'RS', postcode_prefixes: ['11', '21'] }, { country: 'ME' }],
    bands: [
      { up_to_g: 1000, price_minor: 390 },
      { up_to_g: 5000, price_minor: 520 },
    ],
  },
  { code: 'z2', areas: [{ country: '*' }], bands: [{ up_to_g: 20000, price_minor: 1900 }] },
]

test('rates are written as they are read', () => {
  const text = ratesText({ currency: 'EUR', zones }, 2)
  expect(text).toBe('RS 11 21 + ME: 1000 g 3.90, 5000 g 5.20\n*: 20000 g 19.00')
  expect(parseRates(text, 2)).toEqual({ zones })
})

test('a line that cannot be read is named', () => {
  expect(parseRates('RS: 1000 g 3.90\nRS 1000 g', 2)).toEqual({ badLine: 2 })
  expect(parseRates('Serbia: 1000 g 3.90', 2)).toEqual({ badLine: 1 })
  expect(parseRates('RS: 1000 g 3.905', 2)).toEqual({ badLine: 1 })
  expect(parseRates('', 2)).toEqual({ badLine: 1 })
  expect(parseRates('rs: 1000 g 3,90', 2)).toMatchObject({ zones: [{ areas: [{ country: 'RS' }], bands: [{ price_minor: 390 }] }] })
})

test('services, a line each', () => {
  expect(parseServices('standard Standard delivery\n\nexpress Next day')).toEqual([
    { code: 'standard', name: 'Standard delivery' },
    { code: 'express', name: 'Next day' },
  ])
  expect(parseServices('standard')).toBeNull()
  expect(parseServices(' ')).toBeNull()
})
