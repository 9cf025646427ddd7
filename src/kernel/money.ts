/** An amount in minor units (cents) of its currency. Always a safe integer. */
export interface Money {
  amount: number
  currency: string
}

/**
 * Currencies whose minor unit is not a hundredth: the column "minor unit" of ISO 4217 List One, published by its maintenance agency
 * (SIX, list of 2024). CLDR is not used: it says how prices are usually written (0 for HUF, ALL, COP, IDR, IQD, PKR …), while
 * payment providers and banks count in the minor units of the standard.
 */
const MINOR_UNIT_DIGITS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
}

/** Decimals of a currency's minor unit (ISO 4217); unknown codes have 2. */
export function minorUnitDigits(currency: string): number {
  return MINOR_UNIT_DIGITS[currency] ?? 2
}

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'))

/** Whether a code is a currency of ISO 4217 that is known to the runtime, upper case. */
export function isCurrency(code: string): boolean {
  return CURRENCIES.has(code)
}

/**
 * `value × part ÷ whole` rounded down (toward negative infinity), exact in BigInt.
 * @throws RangeError when the result leaves the safe integers or whole is 0.
 */
export function mulDivFloor(value: number, part: number, whole: number): number {
  const product = BigInt(value) * BigInt(part)
  const divisor = BigInt(whole)
  let quotient = product / divisor
  if (product % divisor !== 0n && product < 0n !== divisor < 0n) quotient -= 1n
  return toSafeInteger(quotient)
}

/** `value × part ÷ whole` rounded half away from zero, exact in BigInt. */
export function mulDivRound(value: number, part: number, whole: number): number {
  const product = BigInt(value) * BigInt(part)
  const divisor = BigInt(whole)
  const negative = product < 0n !== divisor < 0n
  const magnitude = product < 0n ? -product : product
  const by = divisor < 0n ? -divisor : divisor
  const rounded = (2n * magnitude + by) / (2n * by)
  return toSafeInteger(negative ? -rounded : rounded)
}

/**
 * The slice of `amount` that the part reaching from `taken` (what earlier parts already took) up to `cumulative` of `total` gets:
 * amount × cumulative ÷ total, rounded down, less what is already taken — so the parts always add up (MODEL, Numbers).
 */
export function sliceOf(amount: number, cumulative: number, total: number, taken: number): number {
  return mulDivFloor(amount, cumulative, total) - taken
}

/**
 * Splits an amount over weights by largest remainder (Hamilton): floors first, then one unit each to the largest remainders,
 * ties to the earlier weight. All weights 0: everything goes to the first. The parts add up to the amount exactly.
 */
export function allocate(amount: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (weights.length === 0) return []
  if (total === 0) return weights.map((_, index) => (index === 0 ? amount : 0))
  const sign = amount < 0 ? -1 : 1
  const magnitude = Math.abs(amount)
  const parts = weights.map((weight) => mulDivFloor(magnitude, weight, total))
  let left = magnitude - parts.reduce((sum, part) => sum + part, 0)
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (BigInt(magnitude) * BigInt(weight)) % BigInt(total) }))
    .toSorted((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1))
  for (const { index } of byRemainder) {
    if (left === 0) break
    parts[index] = (parts[index] ?? 0) + 1
    left -= 1
  }
  return parts.map((part) => (part === 0 ? 0 : sign * part))
}

/**
 * Tax in a gross amount (inclusive) or on a net amount (exclusive) at a rate in millionths, rounded half up on the amount given.
 * Inclusive: gross × rate ÷ (1 + rate).
 */
export function taxOf(amount: number, ratePpm: number, inclusive: boolean): number {
  return mulDivRound(amount, ratePpm, inclusive ? 1_000_000 + ratePpm : 1_000_000)
}

/**
 * Minor units of `quantity` at a unit price with its own scale, rounded half up: 3 at 0.0015 (price 15, scale 4) in EUR is 0.
 * `quantityScale` is the item's unit scale: 1500 at scale 3 means 1.5 units.
 */
export function extend(price: { unit: number; scale: number }, quantity: number, quantityScale: number, currency: string): number {
  const shift = price.scale + quantityScale - minorUnitDigits(currency)
  return shift >= 0 ? mulDivRound(price.unit, quantity, 10 ** shift) : mulDivRound(price.unit * 10 ** -shift, quantity, 1)
}

/** Decimal text of an amount in minor units, for files and documents: 1234 EUR is "12.34". */
export function formatMinor(amount: number, currency: string): string {
  return formatScaled(amount, minorUnitDigits(currency))
}

/** Decimal text of an integer with `scale` decimals: (-5, 2) is "-0.05". */
export function formatScaled(value: number, scale: number): string {
  const digits = Math.abs(value)
    .toString()
    .padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return value < 0 ? `-${text}` : text
}

/**
 * Integer with `scale` decimals of a decimal text ("12.5" at scale 2 is 1250).
 * Null when the text is no plain decimal number, has more decimals than the scale, or leaves the safe integers.
 */
export function parseScaled(text: string, scale: number): number | null {
  const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(text.trim())
  if (match === null) return null
  const fraction = (match[3] ?? '').replace(/0+$/, '')
  if (fraction.length > scale) return null
  const value = Number(`${match[2]}${fraction.padEnd(scale, '0')}`)
  if (!Number.isSafeInteger(value)) return null
  return match[1] === '-' && value !== 0 ? -value : value
}

function toSafeInteger(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError(`The amount ${value} is larger than this system keeps`)
  return number
}
