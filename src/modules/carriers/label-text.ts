/** Words and numbers on a label, by language. */

import { formatScaled, minorUnitDigits } from '../../kernel/money.ts'
import type { Money } from '../../kernel/money.ts'
import type { DocumentLocale, PostalAddress, ShippingLabel } from './label.ts'

/** Captions of a shipping label. */
export type LabelCaptions = {
  readonly from: string
  readonly to: string
  readonly parcel: string
  readonly of: string
  readonly order: string
  readonly shipment: string
  readonly weight: string
  readonly size: string
  readonly date: string
  readonly tracking: string
  /** Short mark before the amount that the courier collects. */
  readonly collect: string
  readonly phone: string
}

/** Captions by language. Couriers know COD in any language; Serbian ones say "otkup". */
export const labelCaptions: Record<DocumentLocale, LabelCaptions> = {
  en: {
    from: 'From',
    to: 'Ship to',
    parcel: 'Parcel',
    of: 'of',
    order: 'Order',
    shipment: 'Shipment',
    weight: 'Weight',
    size: 'Size',
    date: 'Date',
    tracking: 'Tracking',
    collect: 'COD',
    phone: 'Tel.',
  },
  'sr-Latn': {
    from: 'Pošiljalac',
    to: 'Primalac',
    parcel: 'Paket',
    of: 'od',
    order: 'Porudžbina',
    shipment: 'Pošiljka',
    weight: 'Masa',
    size: 'Mere',
    date: 'Datum',
    tracking: 'Broj za praćenje',
    collect: 'COD',
    phone: 'Tel.',
  },
  'sr-Cyrl': {
    from: 'Пошиљалац',
    to: 'Прималац',
    parcel: 'Пакет',
    of: 'од',
    order: 'Поруџбина',
    shipment: 'Пошиљка',
    weight: 'Маса',
    size: 'Мере',
    date: 'Датум',
    tracking: 'Број за праћење',
    collect: 'COD',
    phone: 'Тел.',
  },
}

const FORMAT_LOCALES: Record<DocumentLocale, string> = { en: 'en-GB', 'sr-Latn': 'sr-Latn-RS', 'sr-Cyrl': 'sr-Cyrl-RS' }

/** A whole number of `10^-scale` units with the separators of the language: 123400 at scale 2 is `1.234,00` in Serbian. */
export function formatDecimal(value: number, scale: number, locale: DocumentLocale): string {
  const [group, decimal] = locale === 'en' ? [',', '.'] : ['.', ',']
  const [whole = '', fraction] = formatScaled(value, scale).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group)
  return fraction === undefined ? grouped : `${grouped}${decimal}${fraction}`
}

/** Minor units as an amount with its currency code: `1.234,00 RSD`. */
export function formatAmount({ amount, currency }: Money, locale: DocumentLocale): string {
  return `${formatDecimal(amount, minorUnitDigits(currency), locale)} ${currency}`
}

/** What the courier collects, as it stands large on a label: `COD 1.234,00 RSD`. */
export function collectText(amountToCollect: Money, locale: DocumentLocale): string {
  return `${labelCaptions[locale].collect} ${formatAmount(amountToCollect, locale)}`
}

/** Grams as kilograms with three decimals; below one kilogram as grams. */
export function formatWeight(weightG: number, locale: DocumentLocale): string {
  return weightG < 1000 ? `${weightG} g` : `${formatDecimal(weightG, 3, locale)} kg`
}

/** Length × width × height in millimeters, or `null` when a side is unknown. */
export function formatSize(label: ShippingLabel): string | null {
  const { lengthMm, widthMm, heightMm } = label
  return lengthMm && widthMm && heightMm ? `${lengthMm} × ${widthMm} × ${heightMm} mm` : null
}

/** A day `YYYY-MM-DD` in the words of the language; the day is already one of the organization's time zone. */
export function formatDay(day: string, locale: DocumentLocale): string {
  const format = new Intl.DateTimeFormat(FORMAT_LOCALES[locale], { dateStyle: 'medium', timeZone: 'UTC' })
  return format.format(new Date(`${day}T00:00:00Z`))
}

/** Name, then company, street lines, place and country: the lines of an address from top to bottom, without the telephone. */
export function addressLines(address: PostalAddress, locale: DocumentLocale): string[] {
  const place = [address.postcode, address.city].filter(Boolean).join(' ')
  const placeWithRegion = address.region ? `${place}, ${address.region}` : place
  const company = address.company && address.company !== address.name ? address.company : ''
  return [address.name, company, ...address.lines, placeWithRegion, countryName(address.country, locale)]
    .map(oneLine)
    .filter((line) => line !== '')
}

/** A country's name in the language; the code itself where the language has no name for it. */
export function countryName(country: string, locale: DocumentLocale): string {
  if (!/^[A-Z]{2}$/.test(country)) return country
  return new Intl.DisplayNames(FORMAT_LOCALES[locale], { type: 'region' }).of(country) ?? country
}

/** The line under an SSCC barcode: application identifier in brackets, then the 18 digits (GS1 General Specifications, section 4.14). */
export function readableSscc(sscc: string): string {
  return `(00)${sscc}`
}

/** Text without line breaks, control characters and doubled spaces, which would tear a printed line. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
}
