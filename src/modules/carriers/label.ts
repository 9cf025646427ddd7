/** The shipping label as data: what stands on it, whichever printer draws it. */

import { DomainError } from '../../kernel/errors.ts'
import type { Money } from '../../kernel/money.ts'
import { isValidSscc } from './sscc.ts'

/** Languages that captions on documents exist in. */
export type DocumentLocale = 'en' | 'sr-Latn' | 'sr-Cyrl'

/** An address as it is printed; the texts are copies, never looked up again. */
export type PostalAddress = {
  /** The person, or the company when there is no person. */
  readonly name: string
  readonly company?: string | null
  /** Street and whatever else stands above the place, one entry a line. */
  readonly lines: readonly string[]
  readonly postcode: string
  readonly city: string
  /** State or province, where the country writes it. */
  readonly region?: string | null
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string
  readonly phone?: string | null
}

/** One label for one parcel, 4 × 6 inches. */
export type ShippingLabel = {
  readonly locale: DocumentLocale
  readonly from: PostalAddress
  readonly to: PostalAddress
  readonly carrierName: string
  readonly serviceName: string
  /** Code 128: 1 to 30 characters of printable ASCII. */
  readonly trackingNumber: string
  /** 18 digits with a right check digit; printed as GS1-128 with application identifier 00. */
  readonly sscc?: string | null
  readonly weightG: number
  readonly lengthMm?: number | null
  readonly widthMm?: number | null
  readonly heightMm?: number | null
  /** This is parcel `parcelNumber` of `parcelCount`, counted from 1. */
  readonly parcelNumber: number
  readonly parcelCount: number
  readonly shipmentNumber: string
  readonly orderReference: string
  /** What the courier collects at the door; `null` when the order is paid. */
  readonly amountToCollect?: Readonly<Money> | null
  /** Day in the organization's time zone, `YYYY-MM-DD`. */
  readonly shippedOn: string
}

/** The longest tracking number whose Code 128 stays readable across a label 4 inches wide at 203 dpi. */
export const TRACKING_NUMBER_MAX_LENGTH = 30

/** Labels in one file; a larger run is printed as several files. */
export const LABELS_PER_FILE_MAX = 1000

const PRINTABLE_ASCII = /^[\x20-\x7e]+$/

/**
 * Checks everything a scanner or a courier would trip over, before anything is drawn.
 *
 * @throws `carriers.label_invalid` (invalid) naming the label, the field and the fix
 */
export function checkShippingLabels(labels: readonly ShippingLabel[]): void {
  if (labels.length === 0 || labels.length > LABELS_PER_FILE_MAX) {
    throw labelInvalid('', `Choose 1 to ${LABELS_PER_FILE_MAX} labels for one file.`, labels.length)
  }
  labels.forEach((label, index) => {
    const fault = labelFault(label)
    if (fault) throw labelInvalid(`/${index}/${fault.field}`, fault.message, label[fault.field])
  })
}

type LabelFault = { readonly field: keyof ShippingLabel; readonly message: string }

function labelFault(label: ShippingLabel): LabelFault | null {
  const { trackingNumber, parcelNumber, parcelCount, amountToCollect } = label
  if (!isCode128Text(trackingNumber, TRACKING_NUMBER_MAX_LENGTH)) {
    const message = `A tracking number has 1 to ${TRACKING_NUMBER_MAX_LENGTH} letters, digits and signs of plain ASCII.`
    return { field: 'trackingNumber', message }
  }
  if (label.sscc && !isValidSscc(label.sscc)) {
    return { field: 'sscc', message: 'An SSCC has 18 digits, the last of them the check digit.' }
  }
  if (!Number.isSafeInteger(label.weightG) || label.weightG <= 0) {
    return { field: 'weightG', message: 'State the weight of the parcel in whole grams, more than 0.' }
  }
  if (!Number.isSafeInteger(parcelNumber) || parcelNumber < 1 || parcelNumber > parcelCount) {
    return { field: 'parcelNumber', message: 'The parcel number counts from 1 to the number of parcels.' }
  }
  if (amountToCollect && (!Number.isSafeInteger(amountToCollect.amount) || amountToCollect.amount <= 0)) {
    return { field: 'amountToCollect', message: 'The amount to collect is more than 0, or left out.' }
  }
  return null
}

/** Whether Code 128 can carry the text (printable ASCII) within a length. */
export function isCode128Text(text: string, maxLength: number): boolean {
  return text.length <= maxLength && PRINTABLE_ASCII.test(text)
}

function labelInvalid(pointer: string, message: string, value: unknown): DomainError {
  const code = 'carriers.label_invalid'
  return new DomainError('invalid', code, message, { fields: [{ pointer, code, message }], detail: { value } })
}
