/**
 * Code 128 as field data of ZPL's `^BC` in mode N, where we choose the subsets ourselves.
 * Sources: ISO/IEC 15417 (subsets, symbol widths); Zebra, ZPL II Programming Guide, `^BC`, table "Code 128 Invocation Characters".
 */

/** Field data for `^FD` and the width of the symbol in modules, quiet zones left out. */
export type ZplBarcode = { readonly fieldData: string; readonly modules: number }

const START_B = '>:'
const START_C = '>;'
const TO_C = '>5'
const TO_B = '>6'
const FNC1 = '>8'

/** Each symbol character is 11 modules wide, the stop pattern 13. */
const SYMBOL_MODULES = 11
const STOP_MODULES = 13

/** Characters of subset B that `^BC` or the printer's command parser would take for something else. */
const INVOCATIONS: Readonly<Record<string, string>> = { '>': '>0', '^': '><', '~': '>=' }

/** Digits in a row from which subset C saves width: four at either end of the text, six within. */
const DIGITS_FOR_C_AT_END = 4
const DIGITS_FOR_C_WITHIN = 6

/** Printable ASCII as Code 128, in subset C wherever digits make that narrower. */
export function zplCode128(text: string): ZplBarcode {
  let subset = leadingDigits(text, 0) >= DIGITS_FOR_C_AT_END ? 'C' : 'B'
  let fieldData = subset === 'C' ? START_C : START_B
  let symbols = 1
  let index = 0
  while (index < text.length) {
    const digits = leadingDigits(text, index)
    if (subset === 'C' && digits >= 2) {
      fieldData += text.slice(index, index + 2)
      index += 2
      symbols += 1
    } else if (subset === 'C') {
      fieldData += TO_B
      subset = 'B'
      symbols += 1
    } else if (digits % 2 === 0 && worthSubsetC(digits, index + digits === text.length)) {
      fieldData += TO_C
      subset = 'C'
      symbols += 1
    } else {
      const character = text.charAt(index)
      fieldData += INVOCATIONS[character] ?? character
      index += 1
      symbols += 1
    }
  }
  return { fieldData, modules: symbolWidth(symbols) }
}

/** GS1-128 of an SSCC: start C, FNC1, application identifier 00 and the 18 digits in nine pairs. */
export function zplGs1Sscc(sscc: string): ZplBarcode {
  const startAndFnc1 = 2
  const pairs = (2 + sscc.length) / 2
  return { fieldData: `${START_C}${FNC1}00${sscc}`, modules: symbolWidth(startAndFnc1 + pairs) }
}

function worthSubsetC(digits: number, endsText: boolean): boolean {
  return digits >= (endsText ? DIGITS_FOR_C_AT_END : DIGITS_FOR_C_WITHIN)
}

function leadingDigits(text: string, from: number): number {
  return /^\d*/.exec(text.slice(from))?.[0].length ?? 0
}

/** Symbols counted with the start; the mod-103 check symbol and the stop pattern come on top. */
function symbolWidth(symbols: number): number {
  return (symbols + 1) * SYMBOL_MODULES + STOP_MODULES
}
