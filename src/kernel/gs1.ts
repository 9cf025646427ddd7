/**
 * GS1 check digits.
 * Source: GS1 General Specifications, section 7.9 "Check digit calculations" (standard check digit for keys of fixed length).
 */

import { DomainError } from './errors.ts'

const DIGITS_ONLY = /^\d+$/

/**
 * The mod-10 check digit (0 to 9) that completes a GS1 key: GTIN-8, 12, 13, 14, GLN or SSCC-18.
 *
 * Takes the digits without the check digit. From the right the weights are 3, 1, 3, 1 …; the check digit brings the
 * weighted sum to a multiple of ten.
 *
 * @throws `kernel.gs1_digits_invalid` (invalid) when the text is empty or holds anything but the digits 0 to 9
 */
export function gs1CheckDigit(digitsWithoutCheck: string): number {
  if (!DIGITS_ONLY.test(digitsWithoutCheck)) {
    throw new DomainError('invalid', 'kernel.gs1_digits_invalid', 'A GS1 key has only the digits 0 to 9.', {
      detail: { value: digitsWithoutCheck },
    })
  }
  let sum = 0
  let weight = 3
  for (let index = digitsWithoutCheck.length - 1; index >= 0; index -= 1) {
    sum += weight * Number(digitsWithoutCheck.charAt(index))
    weight = weight === 3 ? 1 : 3
  }
  return (10 - (sum % 10)) % 10
}

/** Whether the last digit is the GS1 check digit of the digits before it. Says nothing about the length of the key. */
export function hasGs1CheckDigit(digits: string): boolean {
  if (digits.length < 2 || !DIGITS_ONLY.test(digits)) return false
  return gs1CheckDigit(digits.slice(0, -1)) === Number(digits.at(-1))
}
