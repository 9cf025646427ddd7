import { createHash, randomBytes } from 'node:crypto'

/** Crockford's base 32: no I, L, O and U, so that nothing is misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 16

/** A new code of 80 random bits, as people type it: `7KQ2-M0XF-9B3R-VT5C`. Unguessable: one try hits one of a million vouchers once in 10¹⁸. */
export function newVoucherCode(): string {
  const letters = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
  return (letters.match(/.{4}/g) ?? []).join('-')
}

/** The code as it is compared: upper case, without dashes and spaces, look-alikes read as Crockford says. Null: it can be no code. */
export function normalizeCode(text: string): string | null {
  const code = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return code.length === LENGTH && [...code].every((letter) => ALPHABET.includes(letter)) ? code : null
}

/** What is kept of a code. Its 80 random bits need no salt. */
export function codeHash(code: string): Buffer {
  return createHash('sha256')
    .update(`voucher ${normalizeCode(code) ?? code}`)
    .digest()
}
