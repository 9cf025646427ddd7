import { gs1CheckDigit, hasGs1CheckDigit } from '../../kernel/gs1.ts'

/** Kinds of barcode: GTINs by length, everything else as it is. */
export type BarcodeScheme = 'gtin_8' | 'gtin_12' | 'gtin_13' | 'gtin_14' | 'other'

const SCHEME_BY_LENGTH: Readonly<Record<number, BarcodeScheme>> = { 8: 'gtin_8', 12: 'gtin_12', 13: 'gtin_13', 14: 'gtin_14' }

/** The scheme a code looks like: 8, 12, 13 or 14 digits are a GTIN, anything else is `other`. Says nothing about its check digit. */
export function detectScheme(code: string): BarcodeScheme {
  return /^\d+$/.test(code) ? (SCHEME_BY_LENGTH[code.length] ?? 'other') : 'other'
}

/**
 * What is wrong with a barcode, as a sentence with the fix; null when nothing is. A GTIN has its length and check digit
 * (GS1 General Specifications, section 7.9); a code of scheme `other` only needs printable characters.
 */
export function barcodeProblem(code: string, scheme: BarcodeScheme): string | null {
  if (!/^[\x21-\x7e]{1,48}$/.test(code)) return 'must be 1 to 48 printable characters without spaces'
  if (scheme === 'other') return null
  if (detectScheme(code) !== scheme)
    return `is no ${gtinName(scheme)}, which has ${scheme.slice(5)} digits; correct it or give the scheme other`
  if (hasGs1CheckDigit(code)) return null
  return `is no ${gtinName(scheme)}: after ${code.slice(0, -1)} comes the check digit ${gs1CheckDigit(code.slice(0, -1))}; look for a mistyped digit, or give the scheme other`
}

/**
 * One text for codes that scanners treat as the same: a GTIN padded to 14 digits. A scanner may read the UPC 012345678905
 * as the EAN 0012345678905, so both must not belong to different items.
 */
export function barcodeKey(code: string): string {
  return detectScheme(code) === 'other' ? code : code.padStart(14, '0')
}

/** The ways a scanned code may be stored: as read, and with leading zeros added or dropped down to the lengths of GTINs. */
export function barcodeForms(code: string): string[] {
  if (detectScheme(code) === 'other') return [code]
  const key = code.padStart(14, '0')
  const forms = [14, 13, 12, 8].filter((length) => /^0*$/.test(key.slice(0, 14 - length))).map((length) => key.slice(14 - length))
  return [...new Set([code, ...forms])]
}

function gtinName(scheme: BarcodeScheme): string {
  return scheme.toUpperCase().replace('_', '-')
}
