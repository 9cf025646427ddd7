/** A carrier whose price list we keep ourselves: price by zone and weight, tracking numbers of our own. */

import { DomainError } from '../../kernel/errors.ts'
import { gs1CheckDigit } from '../../kernel/gs1.ts'
import { refuseUnusableParcel, rejected } from './carrier-adapter.ts'
import type { CarrierAdapter, CarrierParcel, CarrierRejected, LabelOutcome, RateOutcome, RateQuoted } from './carrier-adapter.ts'
import { trackingPage } from './manual-carrier.ts'
import { chargeableWeightG, checkRateTable, findBand, findZone } from './rate-table.ts'
import type { RateTable } from './rate-table.ts'

/** Settings of one table-rate carrier: a price list for each service. */
export type TableRateCarrierConfig = {
  readonly name: string
  readonly services: readonly { readonly code: string; readonly name: string; readonly table: RateTable }[]
  /** 2 to 4 capital letters that open each tracking number. */
  readonly trackingPrefix: string
  /** Address of the tracking page with `{tracking_number}` in it. */
  readonly trackingUrlTemplate?: string | null
}

/** Digits of the serial in a tracking number. */
const SERIAL_DIGITS = 10

/**
 * A carrier that prices by its tables and numbers parcels by their serial; we draw the label.
 *
 * It rejects with `carriers.zone_missing`, `carriers.weight_above_bands` or `carriers.parcel_serial_invalid`.
 *
 * @throws `carriers.rate_table_invalid`, `carriers.tracking_prefix_invalid` (invalid) for settings that cannot work
 */
export function tableRateCarrier(config: TableRateCarrierConfig): CarrierAdapter {
  if (!/^[A-Z]{2,4}$/.test(config.trackingPrefix)) {
    const code = 'carriers.tracking_prefix_invalid'
    const message = 'The tracking prefix has 2 to 4 capital letters.'
    throw new DomainError('invalid', code, message, { fields: [{ pointer: '/trackingPrefix', code, message }] })
  }
  for (const service of config.services) checkRateTable(service.table)
  const tables = new Map(config.services.map((service) => [service.code, service.table]))

  const quote = (parcel: CarrierParcel): RateQuoted | CarrierRejected => {
    const table = tables.get(parcel.serviceCode)
    const refusal = refuseUnusableParcel(parcel, config.services)
    if (refusal || !table) return refusal ?? rejected('carriers.service_unknown', '/serviceCode', 'Choose a service.')
    return quoteByTable(table, parcel)
  }
  return {
    kind: 'table_rate',
    name: config.name,
    services: config.services.map(({ code, name }) => ({ code, name })),
    async quoteRate(parcel): Promise<RateOutcome> {
      return quote(parcel)
    },
    async makeLabel(parcel): Promise<LabelOutcome> {
      const rate = quote(parcel)
      return rate.outcome === 'rejected' ? rate : tableRateLabel(config, parcel, rate)
    },
  }
}

function quoteByTable(table: RateTable, parcel: CarrierParcel): RateQuoted | CarrierRejected {
  const { country, postcode } = parcel.to
  const zone = findZone(table, country, postcode)
  if (!zone) {
    const message = `No zone reaches ${country} ${postcode}. Add it to the rate table or choose another carrier.`
    return rejected('carriers.zone_missing', '/to/postcode', message)
  }
  const chargedG = chargeableWeightG(parcel, table.volumetricCm3PerKg ?? null)
  const band = findBand(zone, chargedG)
  if (!band) {
    const heaviestG = zone.bands.at(-1)?.upToG ?? 0
    const message = `${chargedG} g is above the heaviest band of zone ${zone.code} (${heaviestG} g). Split the parcel or add a band.`
    return rejected('carriers.weight_above_bands', '/weightG', message)
  }
  const price = { amount: band.priceMinor, currency: table.currency }
  return { outcome: 'rate', price, reason: `Zone ${zone.code}, up to ${band.upToG} g, charged ${chargedG} g` }
}

function tableRateLabel(config: TableRateCarrierConfig, parcel: CarrierParcel, rate: RateQuoted): LabelOutcome {
  const serial = String(parcel.parcelSerial)
  if (!Number.isSafeInteger(parcel.parcelSerial) || parcel.parcelSerial < 1 || serial.length > SERIAL_DIGITS) {
    const message = `The parcel serial counts from 1 and has at most ${SERIAL_DIGITS} digits.`
    return rejected('carriers.parcel_serial_invalid', '/parcelSerial', message)
  }
  const trackingNumber = tableRateTrackingNumber(config.trackingPrefix, parcel.parcelSerial)
  const trackingUrl = trackingPage(config.trackingUrlTemplate ?? null, trackingNumber)
  return { outcome: 'label', trackingNumber, trackingUrl, price: rate.price, documentPdf: null }
}

/** Prefix, ten-digit serial and its mod-10 check digit: `TR00000000420` is never confused with a mistyped neighbor. */
export function tableRateTrackingNumber(prefix: string, parcelSerial: number): string {
  const digits = String(parcelSerial).padStart(SERIAL_DIGITS, '0')
  return `${prefix}${digits}${gs1CheckDigit(digits)}`
}
