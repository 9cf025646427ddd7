import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Amount } from '../api/shapes.ts'
import { useSession } from '../api/queries.ts'

/** Locale whose rules write numbers and dates in a language of ours. */
const LOCALE: Readonly<Record<string, string>> = { en: 'en-GB', 'sr-Latn': 'sr-Latn-RS', 'sr-Cyrl': 'sr-Cyrl-RS' }

const DAY_MS = 86_400_000

/** Amount of one unit at a scale of its own. */
interface UnitPrice {
  amount: number
  scale: number
  currency?: string | null | undefined
}

export interface Formatter {
  locale: string
  timeZone: string
  number: (value: number | string) => string
  /** Integer quantity at its scale (number of decimals of the unit). */
  quantity: (value: number, scale?: number) => string
  /** Minor units with currency; `currency` counts where the amount names none. */
  money: (amount: Amount, currency?: string) => string
  /** Price or cost of one unit at its own scale, with every decimal it has: 0.0125 stays 0.0125. */
  price: (price: UnitPrice, currency?: string) => string
  /** Date and time in the organization's time zone. */
  dateTime: (iso: string) => string
  date: (iso: string) => string
  /** "12 min ago" under a day, else the date. */
  ago: (iso: string, now?: number) => string
  /** How long ago, without words around it: "3 h". */
  age: (iso: string, now?: number) => string
  country: (code: string) => string
}

/** Minor units of an amount in whichever form it came. */
export function minorOf(amount: Amount): number {
  if (amount === null || amount === undefined) return 0
  return typeof amount === 'number' ? amount : amount.amount
}

/** Decimals of a currency's minor unit: 2 for EUR, 0 for JPY. */
export function currencyScale(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

/** Decimal text of an integer at a scale, without floats: 1999 at 2 is "19.99". */
export function decimalText(value: number, scale: number): string {
  if (scale === 0) return String(value)
  const digits = String(Math.abs(value)).padStart(scale + 1, '0')
  return `${value < 0 ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/**
 * Integer at a scale of what a person typed ("19,99" or "19.99" at 2 is 1999); null when it is no such number.
 * One separator is read as the decimal one; with two kinds the last is.
 */
export function parseDecimal(text: string, scale: number): number | null {
  const compact = text.replaceAll(/[\s\u00a0]/g, '')
  const last = Math.max(compact.lastIndexOf('.'), compact.lastIndexOf(','))
  const whole = (last < 0 ? compact : compact.slice(0, last)).replaceAll(/[.,]/g, '')
  const fraction = last < 0 ? '' : compact.slice(last + 1)
  if (!/^-?\d*$/.test(whole) || !/^\d*$/.test(fraction) || fraction.length > scale || !/\d/.test(compact)) return null
  const value = Number(`${whole === '' || whole === '-' ? `${whole}0` : whole}${fraction.padEnd(scale, '0')}`)
  return Number.isSafeInteger(value) ? value + 0 : null
}

/** Numbers, money and dates by the language of the screen and the time zone of the organization. */
export function makeFormatter(language: string, timeZone: string, fallbackCurrency: string): Formatter {
  const locale = LOCALE[language] ?? language
  const number = new Intl.NumberFormat(locale)
  const dateTime = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'short' })
  const date = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium' })
  const relative = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'auto' })
  const countries = new Intl.DisplayNames([locale], { type: 'region', fallback: 'code' })
  return {
    locale,
    timeZone,
    number: (value) => number.format(typeof value === 'string' ? Number(value) : value),
    quantity: (value, scale = 0) => (scale === 0 ? number.format(value) : scaled(locale, value, scale)),
    money: (amount, currency) => moneyText(locale, amount, currency ?? fallbackCurrency),
    price: (price, currency) => priceText(locale, price, currency ?? fallbackCurrency),
    dateTime: (iso) => dateTime.format(new Date(iso)),
    date: (iso) => date.format(new Date(iso.length === 10 ? `${iso}T12:00:00Z` : iso)),
    ago: (iso, now = Date.now()) => {
      const elapsed = now - Date.parse(iso)
      if (elapsed < 0 || elapsed >= DAY_MS) return date.format(new Date(iso))
      const minutes = Math.round(elapsed / 60_000)
      if (minutes === 0) return relative.format(0, 'second')
      return minutes < 60 ? relative.format(-minutes, 'minute') : relative.format(-Math.round(minutes / 60), 'hour')
    },
    age: (iso, now = Date.now()) =>
      now - Date.parse(iso) < 60_000 ? relative.format(0, 'second') : ageText(locale, now - Date.parse(iso)),
    country: (code) => (/^[A-Za-z]{2}$/.test(code) ? (countries.of(code.toUpperCase()) ?? code) : code),
  }
}

function scaled(locale: string, value: number, scale: number): string {
  const text = decimalText(value, scale) as `${number}`
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 0, maximumFractionDigits: scale }).format(text)
}

function moneyText(locale: string, amount: Amount, currency: string): string {
  if (amount === null || amount === undefined) return '–'
  const code = typeof amount === 'number' ? currency : (amount.currency ?? currency)
  const text = decimalText(minorOf(amount), currencyScale(code)) as `${number}`
  return new Intl.NumberFormat(locale, { style: 'currency', currency: code, currencyDisplay: 'narrowSymbol' }).format(text)
}

function priceText(locale: string, price: UnitPrice, currency: string): string {
  const code = price.currency ?? currency
  const text = decimalText(price.amount, price.scale) as `${number}`
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: code,
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: Math.max(price.scale, currencyScale(code)),
    minimumFractionDigits: currencyScale(code),
  }).format(text)
}

function ageText(locale: string, elapsedMs: number): string {
  const minutes = Math.max(0, Math.round(elapsedMs / 60_000))
  const [value, unit] =
    minutes < 60 ? [minutes, 'minute'] : minutes < 1440 ? [Math.round(minutes / 60), 'hour'] : [Math.round(minutes / 1440), 'day']
  return new Intl.NumberFormat(locale, { style: 'unit', unit: unit as 'minute' | 'hour' | 'day', unitDisplay: 'short' }).format(
    value as number,
  )
}

/** The formatter of the signed-in person's language and organization. */
export function useFormat(): Formatter {
  const { i18n } = useTranslation()
  const { organization } = useSession()
  return useMemo(
    () => makeFormatter(i18n.language, organization.time_zone, organization.base_currency),
    [i18n.language, organization.time_zone, organization.base_currency],
  )
}
