import { describe, expect, test } from 'vitest'
import { extend, formatMinor, isCurrency, minorUnitDigits } from './money.ts'

describe('minor units', () => {
  test('are those of ISO 4217, also where prices are usually written without them', () => {
    const digits = (codes: string) => codes.split(' ').map((code) => minorUnitDigits(code))
    expect(new Set(digits('EUR RSD GBP HUF ALL COP IDR PKR LAK IRR MMK TZS UZS YER'))).toEqual(new Set([2]))
    expect(new Set(digits('JPY KRW CLP ISK VND PYG XOF'))).toEqual(new Set([0]))
    expect(new Set(digits('IQD KWD BHD JOD TND OMR LYD'))).toEqual(new Set([3]))
    expect(minorUnitDigits('CLF')).toBe(4)
  })

  test('every currency of the runtime has 0 to 4', () => {
    for (const code of Intl.supportedValuesOf('currency')) {
      expect(isCurrency(code)).toBe(true)
      expect([0, 2, 3, 4]).toContain(minorUnitDigits(code))
    }
  })

  test('decide what a price of a quantity is worth, and how an amount is written', () => {
    expect(extend({ unit: 1999, scale: 2 }, 3, 0, 'HUF')).toBe(5997)
    expect(extend({ unit: 1999, scale: 2 }, 3, 0, 'JPY')).toBe(60)
    expect(extend({ unit: 1999, scale: 2 }, 3, 0, 'KWD')).toBe(59_970)
    expect(formatMinor(123_450, 'HUF')).toBe('1234.50')
    expect(formatMinor(1234, 'IQD')).toBe('1.234')
  })
})
