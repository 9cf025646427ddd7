// Exact numbers in BigInt. Shares no code with src/.

/** A decimal number: `units` with `scale` digits after the point. */
export interface Decimal {
  units: bigint
  scale: number
}

/** Reads "12.50" as 1250 with two decimals. */
export function readDecimal(text: string): Decimal {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (match === null) throw new Error(`${text} is no decimal number`)
  const fraction = match[3] ?? ''
  const units = BigInt(`${match[2]}${fraction}`)
  return { units: match[1] === '-' ? -units : units, scale: fraction.length }
}

/** Units of a decimal text; empty text is 0. */
export function unitsOf(text: string | undefined): bigint {
  return text === undefined || text === '' ? 0n : readDecimal(text).units
}

/** a × b ÷ c, rounded down. */
export function floorDivide(a: bigint, b: bigint, c: bigint): bigint {
  const product = a * b
  const quotient = product / c
  return product % c !== 0n && product < 0n !== c < 0n ? quotient - 1n : quotient
}

/** a × b ÷ c, halves away from zero. */
export function roundDivide(a: bigint, b: bigint, c: bigint): bigint {
  const product = a * b
  const half = (product < 0n ? -1n : 1n) * c
  return (2n * product + half) / (2n * c)
}

/** What the part up to `cumulative` of `total` gets of an amount, less what earlier parts took; rounded down. */
export function nextSlice(amount: bigint, cumulative: bigint, total: bigint, taken: bigint): bigint {
  return floorDivide(amount, cumulative, total) - taken
}

/** Adds to a sum kept by name. */
export function add(sums: Map<string, bigint>, name: string, amount: bigint): void {
  sums.set(name, (sums.get(name) ?? 0n) + amount)
}

/** Decimals of a currency (ISO 4217): two, but for these. */
const OTHER_DIGITS: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, CLP: 0, ISK: 0, VND: 0, BHD: 3, KWD: 3, JOD: 3, OMR: 3, TND: 3 }

export function digitsOf(currency: string): number {
  return OTHER_DIGITS[currency] ?? 2
}
