import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isValidSscc, sscc } from './sscc.ts'

describe('sscc', () => {
  test('extension digit, company prefix, serial with zeros, check digit', () => {
    expect(sscc(1, '0614141', 123456789)).toBe('106141411234567897')
    expect(sscc(3, '8600123', 42)).toBe('386001230000000425')
  })

  test('is valid for every prefix and serial that fits, and different for each', () => {
    const prefixes = fc.integer({ min: 4, max: 12 }).chain((length) => fc.stringMatching(new RegExp(`^\\d{${length}}$`)))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), prefixes, fc.nat(9998), (extension, prefix, serial) => {
        const number = sscc(extension, prefix, serial)
        expect(isValidSscc(number)).toBe(true)
        expect(number.startsWith(`${extension}${prefix}`)).toBe(true)
        expect(Number(number.slice(1 + prefix.length, 17))).toBe(serial)
      }),
    )
  })

  test.each([
    [10, '8600123', 1, '/extensionDigit'],
    [1.5, '8600123', 1, '/extensionDigit'],
    [0, '860', 1, '/companyPrefix'],
    [0, '8600123456789', 1, '/companyPrefix'],
    [0, '86o0123', 1, '/companyPrefix'],
    [0, '8600123', 1_000_000_000, '/serial'],
    [0, '8600123', -1, '/serial'],
  ])('sscc(%s, %s, %s) names %s', (extension, prefix, serial, pointer) => {
    expect(() => sscc(extension, prefix, serial)).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'carriers.sscc_invalid', fields: [expect.objectContaining({ pointer })] }),
    )
  })

  test.each(['106141411234567898', '10614141123456789', '1061414112345678970', '10614141123456789x'])('%s is none', (digits) => {
    expect(isValidSscc(digits)).toBe(false)
  })
})
