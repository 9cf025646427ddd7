/**
 * Serial shipping container code (SSCC): the GS1 number of one parcel or pallet, unique in the world.
 * Source: GS1 General Specifications, section 3.3.1 (application identifier 00) and 7.9 (check digit).
 */

import { DomainError } from '../../kernel/errors.ts'
import { gs1CheckDigit, hasGs1CheckDigit } from '../../kernel/gs1.ts'

/** Extension digit, company prefix and serial reference together; the 18th digit is the check digit. */
const DIGITS_BEFORE_CHECK = 17

/**
 * The 18 digits of an SSCC: extension digit, GS1 company prefix, serial reference filled with zeros, check digit.
 *
 * `companyPrefix` has 4 to 12 digits as GS1 issued it; the serial takes the digits that are left. Whoever assigns the
 * serial must not use it again within a year (GS1 General Specifications, section 4.3.2).
 *
 * @throws `carriers.sscc_invalid` (invalid) naming the field that does not fit
 */
export function sscc(extensionDigit: number, companyPrefix: string, serial: number): string {
  if (!Number.isInteger(extensionDigit) || extensionDigit < 0 || extensionDigit > 9) {
    throw ssccInvalid('extensionDigit', 'The SSCC extension digit is one digit, 0 to 9.', extensionDigit)
  }
  if (!/^\d{4,12}$/.test(companyPrefix)) {
    throw ssccInvalid('companyPrefix', 'The GS1 company prefix has 4 to 12 digits, as GS1 issued it.', companyPrefix)
  }
  const serialDigits = DIGITS_BEFORE_CHECK - 1 - companyPrefix.length
  if (!Number.isSafeInteger(serial) || serial < 0 || String(serial).length > serialDigits) {
    throw ssccInvalid('serial', `Beside this company prefix the serial has at most ${serialDigits} digits.`, serial)
  }
  const digits = `${extensionDigit}${companyPrefix}${String(serial).padStart(serialDigits, '0')}`
  return `${digits}${gs1CheckDigit(digits)}`
}

/** Whether the text is an SSCC: 18 digits of which the last is the check digit. */
export function isValidSscc(digits: string): boolean {
  return /^\d{18}$/.test(digits) && hasGs1CheckDigit(digits)
}

function ssccInvalid(field: string, message: string, value: unknown): DomainError {
  const code = 'carriers.sscc_invalid'
  return new DomainError('invalid', code, message, { fields: [{ pointer: `/${field}`, code, message }], detail: { value } })
}
