import { type Static, Type } from 'typebox'
import type { FieldProblem } from '../../kernel/errors.ts'
import { exactly } from '../../kernel/schema.ts'

/** A tax number and the scheme it belongs to. */
export const TaxId = exactly({
  scheme: Type.Enum(['eu_vat', 'rs_pib', 'rs_mb', 'gb_vat', 'other']),
  value: Type.String({ minLength: 1, maxLength: 40 }),
})
export type TaxId = Static<typeof TaxId>

/**
 * Form of a VAT number by the prefix of its country, without spaces. EL is Greece, XI Northern Ireland.
 * Source: VIES, "VAT identification numbers: structure".
 */
const EU_VAT_FORMS: Readonly<Record<string, RegExp>> = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  EL: /^\d{9}$/,
  ES: /^(?:[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z])$/,
  FI: /^\d{8}$/,
  FR: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^(?:\d[A-Z0-9+*]\d{5}[A-Z]|\d{7}[A-Z]{1,2})$/,
  IT: /^\d{11}$/,
  LT: /^(?:\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^[A-Z0-9+*]{10}\d{2}$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{12}$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
  XI: /^(?:\d{9}|\d{12}|GD[0-4]\d{2}|HA[5-9]\d{2})$/,
}

const GB_VAT_FORM = /^(?:GB)?(?:\d{9}|\d{12}|GD[0-4]\d{2}|HA[5-9]\d{2})$/

/** The digit that completes a Serbian PIB: ISO 7064 MOD 11,10 over its first eight digits. */
export function pibCheckDigit(firstEight: string): number {
  let product = 10
  for (const digit of firstEight) {
    const sum = (product + Number(digit)) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (11 - product) % 10
}

/** Whether a text is a Serbian PIB: nine digits from 100000001 on, the last the check digit. */
export function isPib(value: string): boolean {
  return /^[1-9]\d{8}$/.test(value) && pibCheckDigit(value.slice(0, 8)) === Number(value[8])
}

const MATICNI_BROJ_WEIGHTS = [2, 7, 6, 5, 4, 3, 2]

/**
 * The digit that completes a matični broj (Serbian company number): weights 2 7 6 5 4 3 2, eleven less the rest modulo 11;
 * 10 and 11 count as 0. Checked against published numbers of companies, which the tests list.
 */
export function maticniBrojCheckDigit(firstSeven: string): number {
  const sum = MATICNI_BROJ_WEIGHTS.reduce((total, weight, index) => total + weight * Number(firstSeven[index]), 0)
  return ((11 - (sum % 11)) % 11) % 10
}

/** Whether a text is a matični broj: eight digits, the last the check digit. */
export function isMaticniBroj(value: string): boolean {
  return /^\d{8}$/.test(value) && maticniBrojCheckDigit(value.slice(0, 7)) === Number(value[7])
}

/** Whether a text has the form of a VAT number of an EU country or Northern Ireland, prefix included. VIES alone knows whether it exists. */
export function isEuVat(value: string): boolean {
  return EU_VAT_FORMS[value.slice(0, 2)]?.test(value.slice(2)) === true
}

/** A tax number as it is kept: without spaces, dots, dashes and slashes, letters upper case. Scheme `other` only loses outer spaces. */
export function normalizeTaxId(taxId: TaxId): TaxId {
  if (taxId.scheme === 'other') return { scheme: 'other', value: taxId.value.trim() }
  return { scheme: taxId.scheme, value: taxId.value.replaceAll(/[\s./-]/g, '').toUpperCase() }
}

/** What is wrong with a normalized tax number, as code and sentence with the fix; null when nothing is. */
export function taxIdProblem({ scheme, value }: TaxId): { code: string; message: string } | null {
  switch (scheme) {
    case 'rs_pib':
      if (isPib(value)) return null
      if (/^[1-9]\d{8}$/.test(value))
        return {
          code: 'check_digit',
          message: `"${value}" is no PIB: after ${value.slice(0, 8)} comes ${pibCheckDigit(value.slice(0, 8))}; look for a mistyped digit`,
        }
      return { code: 'form', message: 'a PIB has nine digits and does not begin with 0' }
    case 'rs_mb':
      if (isMaticniBroj(value)) return null
      if (/^\d{8}$/.test(value))
        return {
          code: 'check_digit',
          message: `"${value}" is no matični broj: after ${value.slice(0, 7)} comes ${maticniBrojCheckDigit(value.slice(0, 7))}; look for a mistyped digit`,
        }
      return { code: 'form', message: 'a matični broj has eight digits' }
    case 'eu_vat':
      if (isEuVat(value)) return null
      return { code: 'form', message: vatFormSentence(value) }
    case 'gb_vat':
      return GB_VAT_FORM.test(value)
        ? null
        : { code: 'form', message: 'a UK VAT number has nine or twelve digits, with or without GB before them' }
    default:
      return value === '' ? { code: 'form', message: 'is empty; give the number or leave the whole entry out' } : null
  }
}

/** Problems of a list of tax numbers in an input, numbers normalized first; the same number twice is one. */
export function taxIdProblems(taxIds: readonly TaxId[], pointer: string): FieldProblem[] {
  const seen = new Set<string>()
  return taxIds.flatMap((taxId, index) => {
    const normal = normalizeTaxId(taxId)
    const key = `${normal.scheme} ${normal.value}`
    const problem = seen.has(key) ? { code: 'duplicate', message: 'is given twice; leave one out' } : taxIdProblem(normal)
    seen.add(key)
    return problem === null ? [] : [{ pointer: `${pointer}/${index}/value`, ...problem }]
  })
}

function vatFormSentence(value: string): string {
  const prefix = value.slice(0, 2)
  if (prefix === 'GR') return 'a Greek VAT number begins with EL, not GR'
  if (prefix === 'GB') return 'a UK VAT number is not of the EU; use the scheme gb_vat'
  if (EU_VAT_FORMS[prefix] === undefined) return `an EU VAT number begins with its country, one of ${Object.keys(EU_VAT_FORMS).join(', ')}`
  return `"${value}" has not the form of a VAT number of ${prefix}; compare it with the invoice`
}
