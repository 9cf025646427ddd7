/** What each carrier must keep, and what each of ours does besides. A new adapter joins the list at the top. */
import { describe, expect, test } from 'vitest'
import { hasGs1CheckDigit } from '../../kernel/gs1.ts'
import type { CarrierAdapter, CarrierParcel } from './carrier-adapter.ts'
import { isCode128Text } from './label.ts'
import { carrierAdapter } from './carrier-settings.ts'
import type { StoredCarrier } from './carrier-settings.ts'
import { tableRateCarrier } from './table-rate-carrier.ts'

const address = { name: 'Ana Jović', lines: ['Cara Dušana 1'], postcode: '11000', city: 'Beograd', country: 'RS' }
const parcel: CarrierParcel = {
  parcelId: '0198b2a4-0000-7000-8000-000000000001',
  parcelSerial: 42,
  from: { ...address, name: 'Tefter Shop', postcode: '21000', city: 'Novi Sad' },
  to: address,
  weightG: 1200,
  serviceCode: 'standard',
  trackingNumber: 'PE123456789RS',
}
const table = {
  currency: 'RSD',
  volumetric_cm3_per_kg: 5000,
  zones: [
    {
      code: 'serbia',
      areas: [{ country: 'RS' }],
      bands: [
        { up_to_g: 2000, price_minor: 35000 },
        { up_to_g: 5000, price_minor: 48000 },
      ],
    },
  ],
}
const tableSettings = { tracking_prefix: 'TR', services: [{ code: 'standard', name: 'Standard', table }] }
const manual = carrierAdapter({
  kind: 'manual',
  name: 'Own van',
  trackingUrl: 'https://tracking.example/{tracking_number}',
  settings: { services: [{ code: 'standard', name: 'Standard' }] },
})
const storedTableRate: StoredCarrier = {
  kind: 'table_rate',
  name: 'Kurir Ekspres',
  trackingUrl: 'https://tracking.example/?n={tracking_number}',
  settings: tableSettings,
}
const tableRate = carrierAdapter(storedTableRate)

describe.each<[string, CarrierAdapter]>([
  ['manual', manual],
  ['table_rate', tableRate],
])('every carrier: %s', (kind, carrier) => {
  test('says who it is and has a service', () => {
    expect(carrier.kind).toBe(kind)
    expect(carrier.name).not.toBe('')
    expect(carrier.services.map((service) => service.code)).toContain(parcel.serviceCode)
  })

  test('makes a label whose tracking number a barcode can carry', async () => {
    const made = await carrier.makeLabel(parcel)
    if (made.outcome !== 'label') throw new Error(`Expected a label, got ${made.outcome}: ${made.message}`)
    expect(isCode128Text(made.trackingNumber, 30)).toBe(true)
    expect(made.trackingUrl).toContain(encodeURIComponent(made.trackingNumber))
  })

  test('gives the same label again for the same parcel', async () => {
    expect(await carrier.makeLabel(parcel)).toEqual(await carrier.makeLabel({ ...parcel }))
  })

  test('charges what it quoted, with a reason', async () => {
    const quoted = await carrier.quoteRate(parcel)
    const made = await carrier.makeLabel(parcel)
    if (quoted.outcome !== 'rate' || made.outcome !== 'label') throw new Error('Expected a rate and a label.')
    expect(made.price).toEqual(quoted.price)
    expect(quoted.reason).not.toBe('')
  })

  test.each<[string, string, Partial<CarrierParcel>]>([
    ['/serviceCode', 'carriers.service_unknown', { serviceCode: 'rocket' }],
    ['/weightG', 'carriers.weight_missing', { weightG: 0 }],
    ['/weightG', 'carriers.weight_missing', { weightG: 12.5 }],
    ['/to/country', 'carriers.country_invalid', { to: { ...address, country: 'Serbia' } }],
  ])('rejects, naming %s (%s), and does not throw', async (field, refusalCode, changed) => {
    const wrong = { ...parcel, ...changed }
    for (const answer of await Promise.all([carrier.quoteRate(wrong), carrier.makeLabel(wrong)])) {
      expect(answer).toMatchObject({ outcome: 'rejected', code: refusalCode, field })
    }
  })
})

describe('manual carrier', () => {
  test('takes the number as typed, without blanks around it, and quotes no price', async () => {
    expect(await manual.makeLabel({ ...parcel, trackingNumber: '  PE1 ' })).toMatchObject({ trackingNumber: 'PE1', price: null })
  })

  test.each([
    [null, 'carriers.tracking_number_missing'],
    ['   ', 'carriers.tracking_number_missing'],
    ['Љ123', 'carriers.tracking_number_invalid'],
    ['1'.repeat(31), 'carriers.tracking_number_invalid'],
  ])('rejects the number %j with %s', async (trackingNumber, code) => {
    expect(await manual.makeLabel({ ...parcel, trackingNumber })).toMatchObject({ outcome: 'rejected', code, field: '/trackingNumber' })
  })

  test('a number with signs is encoded in the tracking page', async () => {
    const made = await manual.makeLabel({ ...parcel, trackingNumber: 'A/1 $&' })
    expect(made).toMatchObject({ trackingUrl: 'https://tracking.example/A%2F1%20%24%26' })
  })
})

describe('table-rate carrier', () => {
  test('prices by zone and the charged weight', async () => {
    expect(await tableRate.quoteRate(parcel)).toMatchObject({ price: { amount: 35000, currency: 'RSD' } })
    const large = { ...parcel, lengthMm: 400, widthMm: 300, heightMm: 200 }
    expect(await tableRate.quoteRate(large)).toMatchObject({
      price: { amount: 48000, currency: 'RSD' },
      reason: 'Zone serbia, up to 5000 g, charged 4800 g',
    })
  })

  test('numbers parcels by their serial, with a check digit', async () => {
    const made = await tableRate.makeLabel(parcel)
    if (made.outcome !== 'label') throw new Error(made.message)
    expect(made.trackingNumber).toMatch(/^TR0000000042\d$/)
    expect(hasGs1CheckDigit(made.trackingNumber.slice(2))).toBe(true)
    expect(await tableRate.makeLabel({ ...parcel, parcelSerial: 43 })).not.toMatchObject({ trackingNumber: made.trackingNumber })
  })

  test.each<[string, string, Partial<CarrierParcel>]>([
    ['/weightG', 'carriers.weight_above_bands', { weightG: 5001 }],
    ['/to/postcode', 'carriers.zone_missing', { to: { ...address, country: 'DE', postcode: '10115' } }],
  ])('rejects, naming %s (%s)', async (field, code, changed) => {
    expect(await tableRate.quoteRate({ ...parcel, ...changed })).toMatchObject({ outcome: 'rejected', code, field })
  })

  test.each([0, 1.5, 10_000_000_000])('rejects the parcel serial %s', async (parcelSerial) => {
    const answer = await tableRate.makeLabel({ ...parcel, parcelSerial })
    expect(answer).toMatchObject({ outcome: 'rejected', code: 'carriers.parcel_serial_invalid', field: '/parcelSerial' })
  })

  test.each<[string, string, unknown]>([
    ['/tracking_prefix', 'kernel.invalid_input', { ...tableSettings, tracking_prefix: 't' }],
    ['/services', 'kernel.invalid_input', { tracking_prefix: 'TR' }],
    ['/services/0/table/zones/0/bands/0/price_minor', 'kernel.invalid_input', settingsWith({ bands: [{ up_to_g: 1, price_minor: 0.5 }] })],
    [
      '/zones/0/bands/1/upToG',
      'carriers.rate_table_invalid',
      settingsWith({ bands: [table.zones[0]?.bands[1], table.zones[0]?.bands[0]] }),
    ],
  ])('settings with a fault at %s are refused (%s)', (pointer, code, settings) => {
    expect(() => carrierAdapter({ ...storedTableRate, settings })).toThrow(
      expect.objectContaining({ kind: 'invalid', code, fields: [expect.objectContaining({ pointer })] }),
    )
  })

  test('a tracking prefix that is no prefix is refused also in code', () => {
    expect(() => tableRateCarrier({ name: 'x', trackingPrefix: 't', services: [] })).toThrow(
      expect.objectContaining({ code: 'carriers.tracking_prefix_invalid' }),
    )
  })
})

function settingsWith(changed: object): unknown {
  return {
    ...tableSettings,
    services: [{ code: 'standard', name: 'Standard', table: { ...table, zones: [{ ...table.zones[0], ...changed }] } }],
  }
}
