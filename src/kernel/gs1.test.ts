import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gs1CheckDigit, hasGs1CheckDigit } from './gs1.ts'

/** Digits before the check digit of GTIN-8, 12, 13, 14 and SSCC-18. */
const keyBody = fc
  .constantFrom(7, 11, 12, 13, 17)
  .chain((length) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }))

describe('gs1CheckDigit', () => {
  test.each([
    ['9638507', 4],
    ['03600029145', 2],
    ['400638133393', 1],
    ['1061414100041', 5],
    ['10614141123456789', 7],
    ['37610425002123456', 9],
  ])('%s is completed by %i', (body, digit) => {
    expect(gs1CheckDigit(body)).toBe(digit)
  })

  test('the weights from the right, 1 for the check digit and then 3, 1, 3 …, sum to a multiple of ten', () => {
    fc.assert(
      fc.property(keyBody, (body) => {
        const key = [...body, gs1CheckDigit(body.join(''))].toReversed()
        const sum = key.reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 1 : 3), 0)
        expect(sum % 10).toBe(0)
      }),
    )
  })

  test('one mistyped digit is always noticed', () => {
    fc.assert(
      fc.property(keyBody, fc.nat(), fc.integer({ min: 1, max: 9 }), (body, position, shift) => {
        const key = [...body, gs1CheckDigit(body.join(''))]
        const at = position % key.length
        const mistyped = key.map((digit, index) => (index === at ? (digit + shift) % 10 : digit)).join('')
        expect(hasGs1CheckDigit(key.join(''))).toBe(true)
        expect(hasGs1CheckDigit(mistyped)).toBe(false)
      }),
    )
  })

  test.each(['', '12a4', '１２３', '-123', '12 3'])('refuses %j', (body) => {
    expect(() => gs1CheckDigit(body)).toThrow(expect.objectContaining({ code: 'kernel.gs1_digits_invalid' }))
    expect(hasGs1CheckDigit(body)).toBe(false)
  })
})
