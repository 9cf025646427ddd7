import { decimalText, parseDecimal } from '../../kit/format.ts'

/** A carrier as its settings screen reads it. */
export interface CarrierSettings {
  id: string
  code: string
  name: string
  kind: 'manual' | 'table_rate'
  config: { services?: { code: string; name: string; table?: RateTable }[]; tracking_prefix?: string }
  tracking_url: string | null
  is_active: boolean
  version: number
}

export interface RateTable {
  currency: string
  volumetric_cm3_per_kg?: number | null
  zones: { code: string; areas: { country: string; postcode_prefixes?: string[] }[]; bands: { up_to_g: number; price_minor: number }[] }[]
}

/** Rates as people write them, a line a zone: `RS: 1000 g 3.90, 5000 g 5.20`. Prices have `scale` decimals. */
export function ratesText(table: RateTable, scale: number): string {
  return table.zones
    .map((zone) => {
      const areas = zone.areas.map(({ country, postcode_prefixes: prefixes }) => [country, ...(prefixes ?? [])].join(' ')).join(' + ')
      return `${areas}: ${zone.bands.map((band) => `${band.up_to_g} g ${decimalText(band.price_minor, scale)}`).join(', ')}`
    })
    .join('\n')
}

/**
 * The zones of rates written a line a zone: country (or `*`) and prefixes of its postcodes, more areas after `+`, a colon, then bands of
 * weight and price. Answers the number of the first line that cannot be read.
 */
export function parseRates(text: string, scale: number): { zones: RateTable['zones'] } | { badLine: number } {
  const lines = text.split('\n').map((line) => line.trim())
  const zones: RateTable['zones'] = []
  for (const [index, line] of lines.entries()) {
    if (line === '') continue
    const zone = parseZone(line, scale)
    if (zone === null) return { badLine: index + 1 }
    zones.push({ ...zone, code: `z${zones.length + 1}` })
  }
  return zones.length === 0 ? { badLine: 1 } : { zones }
}

function parseZone(line: string, scale: number): Omit<RateTable['zones'][number], 'code'> | null {
  const [where, prices] = [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]
  if (!line.includes(':')) return null
  const areas = where.split('+').map((area) => {
    const [country = '', ...prefixes] = area.trim().split(/\s+/)
    return { country: country.toUpperCase(), ...(prefixes.length === 0 ? {} : { postcode_prefixes: prefixes }) }
  })
  const bands = prices.split(/,\s+/).map((part) => {
    const found = /^\s*(\d{1,7})\s*g\s+(\d+(?:[.,]\d+)?)\s*$/.exec(part)
    const price = found === null ? null : parseDecimal(found[2] ?? '', scale)
    return found === null || price === null ? null : { up_to_g: Number(found[1]), price_minor: price }
  })
  if (areas.some(({ country }) => !/^([A-Z]{2}|\*)$/.test(country))) return null
  const known = bands.filter((band) => band !== null)
  return known.length === bands.length ? { areas, bands: known } : null
}

/** Services written a line a service, `standard Standard delivery`; null where a line has no name. */
export function parseServices(text: string): { code: string; name: string }[] | null {
  const services = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => /^([a-z0-9_-]{1,40})\s+(\S.{0,99})$/.exec(line))
  return services.length === 0 || services.includes(null)
    ? null
    : services.map((found) => ({ code: found?.[1] ?? '', name: found?.[2] ?? '' }))
}
