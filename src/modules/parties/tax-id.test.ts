import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  isEuVat,
  isMaticniBroj,
  isPib,
  maticniBrojCheckDigit,
  normalizeTaxId,
  pibCheckDigit,
  taxIdProblem,
  taxIdProblems,
} from './tax-id.ts'

// Published company numbers: EPS, NIS, Telekom, Pošta, NBS, Dunav, Hemofarm, Raiffeisen (check digit 10 counts as 0).
const MATICNI_BROJEVI = ['20053658', '20084693', '17162543', '07461429', '07007965', '07046898', '08010536', '17335600']
// NIS, EPS, Telekom Srbija, and the example of python-stdnum.
const PIBS = ['104052135', '103920327', '100002887', '101134702']

test.each(MATICNI_BROJEVI)('%s is a matični broj', (value) => {
  expect(isMaticniBroj(value)).toBe(true)
})

test.each(PIBS)('%s is a PIB', (value) => {
  expect(isPib(value)).toBe(true)
})

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`))

test('exactly one last digit completes a PIB, and no single mistyped digit passes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 10_000_000, max: 99_999_999 }),
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 1, max: 9 }),
      (first, at, change) => {
        const pib = `${first}${pibCheckDigit(String(first))}`
        expect(isPib(pib)).toBe(true)
        const wrong = [...pib].map((digit, index) => (index === at ? String((Number(digit) + change) % 10) : digit)).join('')
        expect(isPib(wrong)).toBe(false)
      },
    ),
  )
})

test('a matični broj is completed by its check digit only', () => {
  fc.assert(
    fc.property(digits(7), fc.integer({ min: 1, max: 9 }), (first, change) => {
      const check = maticniBrojCheckDigit(first)
      expect(isMaticniBroj(`${first}${check}`)).toBe(true)
      expect(isMaticniBroj(`${first}${(check + change) % 10}`)).toBe(false)
    }),
  )
})

test.each(['DE129273398', 'ATU12345678', 'FR83404833048', 'EL094259216', 'SI12345679', 'HR12345678901', 'XI123456789'])(
  '%s has the form of an EU VAT number',
  (value) => {
    expect(isEuVat(value)).toBe(true)
  },
)

test.each([
  ['GR094259216', /EL, not GR/],
  ['GB123456789', /gb_vat/],
  ['RS104052135', /begins with its country/],
  ['DE12', /form of a VAT number of DE/],
])('%s is refused with what to do', (value, message) => {
  expect(taxIdProblem({ scheme: 'eu_vat', value })?.message).toMatch(message)
})

test('numbers are kept without spaces and dots, whatever was typed', () => {
  expect(normalizeTaxId({ scheme: 'eu_vat', value: ' de 129.273.398 ' })).toEqual({ scheme: 'eu_vat', value: 'DE129273398' })
  expect(normalizeTaxId({ scheme: 'other', value: ' AB 12 ' })).toEqual({ scheme: 'other', value: 'AB 12' })
})

test('problems point at the value, and the same number twice is one too many', () => {
  expect(
    taxIdProblems(
      [
        { scheme: 'rs_pib', value: '104052135' },
        { scheme: 'rs_pib', value: '104 052 135' },
        { scheme: 'rs_mb', value: '1' },
      ],
      '/tax_ids',
    ),
  ).toMatchObject([
    { pointer: '/tax_ids/1/value', code: 'duplicate' },
    { pointer: '/tax_ids/2/value', code: 'form' },
  ])
  expect(taxIdProblem({ scheme: 'rs_pib', value: '104052134' })?.message).toMatch(/after 10405213 comes 5/)
})
