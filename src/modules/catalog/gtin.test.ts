import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gs1CheckDigit } from '../../kernel/gs1.ts'
import { barcodeForms, barcodeKey, barcodeProblem, detectScheme } from './gtin.ts'

const gtin = fc
  .constantFrom(8, 12, 13, 14)
  .chain((length) => fc.stringMatching(new RegExp(`^[0-9]{${length - 1}}$`)).map((first) => `${first}${gs1CheckDigit(first)}`))

test('every GTIN is accepted, and none with one mistyped digit', () => {
  fc.assert(
    fc.property(gtin, fc.nat(), fc.integer({ min: 1, max: 9 }), (code, position, change) => {
      expect(barcodeProblem(code, detectScheme(code))).toBeNull()
      const at = position % code.length
      const wrong = [...code].map((digit, index) => (index === at ? String((Number(digit) + change) % 10) : digit)).join('')
      expect(barcodeProblem(wrong, detectScheme(wrong))).toMatch(/check digit/)
      expect(barcodeProblem(wrong, 'other')).toBeNull()
    }),
  )
})

test('all forms of a code have one key, and the code itself is among them', () => {
  fc.assert(
    fc.property(gtin, (code) => {
      const forms = barcodeForms(code)
      expect(forms).toContain(code)
      expect(new Set(forms.map(barcodeKey)).size).toBe(1)
    }),
  )
})

test('a UPC is found when the scanner reads it as EAN-13', () => {
  expect(barcodeForms('0012345678905')).toEqual(expect.arrayContaining(['012345678905', '0012345678905', '00012345678905']))
})

test.each([
  ['96385074', 'gtin_8'],
  ['036000291452', 'gtin_12'],
  ['4006381333931', 'gtin_13'],
  ['10614141000415', 'gtin_14'],
  ['12345', 'other'],
  ['ABC-1', 'other'],
] as const)('%s is of scheme %s', (code, scheme) => {
  expect(detectScheme(code)).toBe(scheme)
  expect(barcodeProblem(code, scheme)).toBeNull()
})

test('a code of another length than its stated scheme is refused, as are spaces', () => {
  expect(barcodeProblem('96385074', 'gtin_13')).toMatch(/GTIN-13, which has 13 digits/)
  expect(barcodeProblem('AB 1', 'other')).toMatch(/without spaces/)
})
