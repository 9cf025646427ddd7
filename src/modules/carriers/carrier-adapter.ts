/** What every carrier can do for us, whoever it is: quote a price and make a label. */

import type { Money } from '../../kernel/money.ts'
import type { PostalAddress } from './label.ts'

/** One parcel as a carrier needs to know it. */
export type CarrierParcel = {
  /** The same id asks for the same label: asking twice never makes a second one. */
  readonly parcelId: string
  /** Counts the parcels of an organization, from 1; carriers that number parcels themselves build on it. */
  readonly parcelSerial: number
  readonly from: PostalAddress
  readonly to: PostalAddress
  readonly weightG: number
  readonly lengthMm?: number | null
  readonly widthMm?: number | null
  readonly heightMm?: number | null
  /** One of the carrier's `services`. */
  readonly serviceCode: string
  readonly amountToCollect?: Readonly<Money> | null
  /** Typed by a person who holds the carrier's own slip; only the manual carrier reads it. */
  readonly trackingNumber?: string | null
}

/** The carrier said no; the same question gets the same answer until `field` is changed. */
export type CarrierRejected = {
  readonly outcome: 'rejected'
  /** A stable code, `carriers.…`. */
  readonly code: string
  /** A field of `CarrierParcel`, as a JSON pointer. */
  readonly field: string
  /** What is wrong and how to put it right, for the person at the packing table. */
  readonly message: string
}

/** No answer: ask again later with the same `parcelId`. */
export type CarrierUnreachable = {
  readonly outcome: 'unreachable'
  readonly message: string
  readonly retryAfterSeconds: number
}

/** A price, or `null` when this carrier quotes none. */
export type RateQuoted = {
  readonly outcome: 'rate'
  readonly price: Readonly<Money> | null
  /** Why it costs that: zone, band and the weight that was charged. */
  readonly reason: string
}

/** A label is bought. `documentPdf` is the carrier's own; `null` means that we draw the label. */
export type LabelMade = {
  readonly outcome: 'label'
  readonly trackingNumber: string
  readonly trackingUrl: string | null
  readonly price: Readonly<Money> | null
  readonly documentPdf: Uint8Array | null
}

export type RateOutcome = RateQuoted | CarrierRejected | CarrierUnreachable
export type LabelOutcome = LabelMade | CarrierRejected | CarrierUnreachable

/**
 * The port to a carrier.
 *
 * Adapters answer and never throw for what a carrier may say: a refusal is `rejected`, silence is `unreachable`. They
 * touch no database. The contract suite (`carrier-contract.test.ts`) holds what each of them must keep.
 */
export type CarrierAdapter = {
  /** What stands behind it: `manual`, `table_rate` … */
  readonly kind: string
  readonly name: string
  readonly services: readonly { readonly code: string; readonly name: string }[]
  quoteRate(parcel: CarrierParcel): Promise<RateOutcome>
  makeLabel(parcel: CarrierParcel): Promise<LabelOutcome>
}

/** A refusal that names the field to change. */
export function rejected(code: string, field: string, message: string): CarrierRejected {
  return { outcome: 'rejected', code, field, message }
}

/** What any carrier refuses before it looks further: an unknown service, no weight, no country. */
export function refuseUnusableParcel(parcel: CarrierParcel, services: CarrierAdapter['services']): CarrierRejected | null {
  if (!services.some((service) => service.code === parcel.serviceCode)) {
    const known = services.map((service) => service.code).join(', ')
    return rejected('carriers.service_unknown', '/serviceCode', `This carrier has the services ${known}.`)
  }
  if (!Number.isSafeInteger(parcel.weightG) || parcel.weightG <= 0) {
    return rejected('carriers.weight_missing', '/weightG', 'Weigh the parcel: whole grams, more than 0.')
  }
  if (!/^[A-Z]{2}$/.test(parcel.to.country)) {
    return rejected('carriers.country_invalid', '/to/country', 'The country is two capital letters, such as RS or DE.')
  }
  return null
}
