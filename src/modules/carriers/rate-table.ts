/** Prices by zone and weight, the way couriers print them: find the zone of an address, then the band of a weight. */

import { DomainError } from '../../kernel/errors.ts'

/** Price up to and including a weight. */
export type WeightBand = {
  readonly upToG: number
  /** Minor units of the table's currency. */
  readonly priceMinor: number
}

/** Where a zone applies. No prefixes: the whole country. */
export type ZoneArea = {
  /** ISO 3166-1 alpha-2, or `*` for every country that no other zone names. */
  readonly country: string
  readonly postcodePrefixes?: readonly string[]
}

export type RateZone = {
  readonly code: string
  readonly areas: readonly ZoneArea[]
  /** Ascending by `upToG`. */
  readonly bands: readonly WeightBand[]
}

export type RateTable = {
  readonly currency: string
  /** Cubic centimeters that count as one kilogram (couriers use 4000 to 6000); left out, volume costs nothing. */
  readonly volumetricCm3PerKg?: number | null
  readonly zones: readonly RateZone[]
}

/** A parcel's weight and its sides, as far as they are known. */
export type ParcelSize = {
  readonly weightG: number
  readonly lengthMm?: number | null
  readonly widthMm?: number | null
  readonly heightMm?: number | null
}

/**
 * The zone whose area names the address most closely: the longest postcode prefix, else the whole country, else `*`.
 * Spaces, hyphens and case in a postcode do not matter. `null` when no zone reaches there.
 */
export function findZone(table: RateTable, country: string, postcode: string): RateZone | null {
  const wanted = normalPostcode(postcode)
  let best: { zone: RateZone; closeness: number } | null = null
  for (const zone of table.zones) {
    for (const area of zone.areas) {
      const closeness = areaCloseness(area, country, wanted)
      if (closeness >= 0 && (best === null || closeness > best.closeness)) best = { zone, closeness }
    }
  }
  return best?.zone ?? null
}

/** -1 elsewhere, 0 by `*`, 1 by country, 1 + length by postcode prefix. */
function areaCloseness(area: ZoneArea, country: string, postcode: string): number {
  if (area.country === '*') return 0
  if (area.country !== country) return -1
  const prefixes = area.postcodePrefixes ?? []
  if (prefixes.length === 0) return 1
  const matching = prefixes.map(normalPostcode).filter((prefix) => postcode.startsWith(prefix))
  return matching.length === 0 ? -1 : 1 + Math.max(...matching.map((prefix) => prefix.length))
}

/** The lightest band that carries the weight, or `null` when the parcel is heavier than the last one. */
export function findBand(zone: RateZone, chargeableG: number): WeightBand | null {
  return zone.bands.find((band) => chargeableG <= band.upToG) ?? null
}

/**
 * Grams that are charged: the heavier of the scale's weight and the volume's, rounded up to a gram.
 * Without all three sides only the scale counts.
 */
export function chargeableWeightG(parcel: ParcelSize, volumetricCm3PerKg: number | null): number {
  const { weightG, lengthMm, widthMm, heightMm } = parcel
  if (!volumetricCm3PerKg || !lengthMm || !widthMm || !heightMm) return weightG
  // mm³ ÷ (cm³ per kg) = mm³ ÷ (1000 mm³ ÷ 1000 g) = grams: the two thousands cancel.
  const volumeMm3 = BigInt(lengthMm) * BigInt(widthMm) * BigInt(heightMm)
  const divisor = BigInt(volumetricCm3PerKg)
  const volumetricG = Number((volumeMm3 + divisor - 1n) / divisor)
  return Math.max(weightG, volumetricG)
}

/**
 * Checks a table when it is set up, so that no parcel finds it broken.
 *
 * @throws `carriers.rate_table_invalid` (invalid) naming the field: no zone, a zone without area or band, bands that do
 *   not rise, a negative price, or two zones that claim the same country and prefix
 */
export function checkRateTable(table: RateTable): void {
  if (!/^[A-Z]{3}$/.test(table.currency)) throw tableInvalid('/currency', 'The currency is three capital letters.')
  const { volumetricCm3PerKg } = table
  if (volumetricCm3PerKg != null && (!Number.isSafeInteger(volumetricCm3PerKg) || volumetricCm3PerKg <= 0)) {
    throw tableInvalid('/volumetricCm3PerKg', 'Cubic centimeters per kilogram are a whole number above 0, or left out.')
  }
  if (table.zones.length === 0) throw tableInvalid('/zones', 'Add at least one zone.')
  const claimed = new Map<string, string>()
  table.zones.forEach((zone, index) => {
    checkBands(zone, `/zones/${index}/bands`)
    if (zone.areas.length === 0) throw tableInvalid(`/zones/${index}/areas`, `Zone ${zone.code} needs an area.`)
    for (const claim of zone.areas.flatMap(areaClaims)) {
      const owner = claimed.get(claim)
      if (owner !== undefined) {
        throw tableInvalid(`/zones/${index}/areas`, `${claim} is in zone ${owner} and in zone ${zone.code}; keep one.`)
      }
      claimed.set(claim, zone.code)
    }
  })
}

function checkBands(zone: RateZone, pointer: string): void {
  if (zone.bands.length === 0) throw tableInvalid(pointer, `Zone ${zone.code} needs a weight band.`)
  let previousG = 0
  zone.bands.forEach((band, index) => {
    if (!Number.isSafeInteger(band.upToG) || band.upToG <= previousG) {
      throw tableInvalid(`${pointer}/${index}/upToG`, 'Weight bands rise in whole grams, from the lightest to the heaviest.')
    }
    if (!Number.isSafeInteger(band.priceMinor) || band.priceMinor < 0) {
      throw tableInvalid(`${pointer}/${index}/priceMinor`, 'A price is a whole number of minor units, 0 or more.')
    }
    previousG = band.upToG
  })
}

function areaClaims(area: ZoneArea): string[] {
  const prefixes = area.postcodePrefixes ?? []
  if (prefixes.length === 0) return [area.country]
  return prefixes.map((prefix) => `${area.country} ${normalPostcode(prefix)}`)
}

function normalPostcode(postcode: string): string {
  return postcode.toUpperCase().replace(/[\s-]/g, '')
}

function tableInvalid(pointer: string, message: string): DomainError {
  const code = 'carriers.rate_table_invalid'
  return new DomainError('invalid', code, message, { fields: [{ pointer, code, message }] })
}
