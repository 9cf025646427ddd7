import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chargeableWeightG, checkRateTable, findBand, findZone } from './rate-table.ts'
import type { RateTable, RateZone } from './rate-table.ts'

const bands = [
  { upToG: 2000, priceMinor: 35000 },
  { upToG: 5000, priceMinor: 48000 },
]
const zone = (code: string, areas: RateZone['areas']): RateZone => ({ code, areas, bands })
const table: RateTable = {
  currency: 'RSD',
  zones: [
    zone('serbia', [{ country: 'RS' }]),
    zone('belgrade', [{ country: 'RS', postcodePrefixes: ['11'] }]),
    zone('belgrade-suburbs', [{ country: 'RS', postcodePrefixes: ['114', '115'] }]),
    zone('london', [{ country: 'GB', postcodePrefixes: ['EC', 'SW1'] }]),
    zone('world', [{ country: '*' }]),
  ],
}

describe('findZone', () => {
  test.each([
    ['RS', '11000', 'belgrade'],
    ['RS', '11400', 'belgrade-suburbs'],
    ['RS', '21000', 'serbia'],
    ['RS', '', 'serbia'],
    ['GB', 'sw1a 1aa', 'london'],
    ['GB', 'M1 1AE', 'world'],
    ['DE', '11000', 'world'],
  ])('%s %s lies in %s', (country, postcode, code) => {
    expect(findZone(table, country, postcode)?.code).toBe(code)
  })

  test('is null where no zone reaches', () => {
    expect(findZone({ ...table, zones: table.zones.slice(0, 4) }, 'DE', '10115')).toBeNull()
  })

  test('does not depend on the order of zones', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...table.zones], { minLength: 5 }),
        fc.constantFrom('11000', '11450', '21000'),
        (zones, postcode) => {
          expect(findZone({ ...table, zones }, 'RS', postcode)?.code).toBe(findZone(table, 'RS', postcode)?.code)
        },
      ),
    )
  })
})

describe('findBand', () => {
  test.each([
    [1, 2000],
    [2000, 2000],
    [2001, 5000],
    [5000, 5000],
  ])('%i g pays the band up to %i g', (weightG, upToG) => {
    expect(findBand(zone('z', []), weightG)?.upToG).toBe(upToG)
  })

  test('is null above the last band', () => {
    expect(findBand(zone('z', []), 5001)).toBeNull()
  })
})

describe('chargeableWeightG', () => {
  test('a light, large parcel pays for its volume: 40 × 30 × 20 cm at 5000 cm³/kg is 4.8 kg', () => {
    expect(chargeableWeightG({ weightG: 900, lengthMm: 400, widthMm: 300, heightMm: 200 }, 5000)).toBe(4800)
  })

  test('a gram that is begun is charged', () => {
    expect(chargeableWeightG({ weightG: 1, lengthMm: 101, widthMm: 100, heightMm: 1 }, 5000)).toBe(3)
  })

  test('a heavy parcel, a missing side or no divisor: the scale counts', () => {
    expect(chargeableWeightG({ weightG: 9000, lengthMm: 400, widthMm: 300, heightMm: 200 }, 5000)).toBe(9000)
    expect(chargeableWeightG({ weightG: 900, lengthMm: 400, widthMm: 300 }, 5000)).toBe(900)
    expect(chargeableWeightG({ weightG: 900, lengthMm: 400, widthMm: 300, heightMm: 200 }, null)).toBe(900)
  })
})

describe('checkRateTable', () => {
  const first = (changed: Partial<RateZone>): RateTable => ({ ...table, zones: [{ ...zone('a', [{ country: 'RS' }]), ...changed }] })

  test('accepts a table that overlaps only by closeness', () => {
    expect(() => checkRateTable(table)).not.toThrow()
  })

  test.each<[string, RateTable]>([
    ['/currency', { ...table, currency: 'dinar' }],
    ['/volumetricCm3PerKg', { ...table, volumetricCm3PerKg: 0 }],
    ['/zones', { ...table, zones: [] }],
    ['/zones/0/areas', first({ areas: [] })],
    ['/zones/0/bands', first({ bands: [] })],
    ['/zones/0/bands/1/upToG', first({ bands: [...bands, { upToG: 5000, priceMinor: 1 }].slice(1) })],
    ['/zones/0/bands/0/priceMinor', first({ bands: [{ upToG: 1, priceMinor: -1 }] })],
    [
      '/zones/1/areas',
      {
        ...table,
        zones: [zone('a', [{ country: 'RS', postcodePrefixes: ['1-1'] }]), zone('b', [{ country: 'RS', postcodePrefixes: ['11'] }])],
      },
    ],
  ])('a fault at %s is named', (pointer, faulty) => {
    expect(() => checkRateTable(faulty)).toThrow(
      expect.objectContaining({ code: 'carriers.rate_table_invalid', fields: [expect.objectContaining({ pointer })] }),
    )
  })
})
