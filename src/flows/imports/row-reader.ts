import { parseScaled } from '../../kernel/money.ts'
import type { ImportReport } from './import-report.ts'

/** Most decimals of a price per unit. */
const MAX_SCALE = 6

/** What all rows of a file share: where each column stands, how numbers are written, and the report. */
export interface Sheet {
  columns: ReadonlyMap<string, number>
  decimalComma: boolean
  /** What comes first in a date such as 03.04.2026; `iso` refuses it. */
  dates: 'iso' | 'day_first' | 'month_first'
  /** What a column holds where the file has none or an empty cell. */
  constants: ReadonlyMap<string, string>
  /** How problems name a column, where the file calls it otherwise. */
  labels: ReadonlyMap<string, string>
  report: ImportReport
}

/**
 * Reads one row's cells by column name and notes what is wrong with them. Every method answers undefined for an empty cell, and for a bad
 * one after noting it; `isBad` tells whether anything was noted.
 */
export class RowReader {
  readonly row: number
  readonly #cells: readonly string[]
  readonly #sheet: Sheet

  constructor(row: number, cells: readonly string[], sheet: Sheet) {
    this.row = row
    this.#cells = cells
    this.#sheet = sheet
  }

  get isBad(): boolean {
    return this.#sheet.report.isBadRow(this.row)
  }

  problem(column: string, code: string, message: string, fix: string): undefined {
    const label = this.#sheet.labels.get(column) ?? column
    this.#sheet.report.problem({ row: this.row, column: label, code, message, fix, value: this.raw(column) ?? null })
    return undefined
  }

  /** The cell as it stands in the file; undefined when the file has no such column. */
  raw(column: string): string | undefined {
    const index = this.#sheet.columns.get(column)
    const constant = this.#sheet.constants.get(column)
    const cell = index === undefined || index < 0 ? undefined : (this.#cells[index] ?? '')
    return constant !== undefined && (cell ?? '').trim() === '' ? constant : cell
  }

  text(column: string, maxLength = 300): string | undefined {
    const value = this.raw(column)?.trim()
    if (value === undefined || value === '') return undefined
    if (value.length > maxLength)
      return this.problem(column, 'too_long', `has ${value.length} characters; at most ${maxLength} are kept`, 'shorten it')
    return value
  }

  /** A cell that must not be empty. */
  required(column: string, maxLength = 300): string | undefined {
    const value = this.raw(column)?.trim()
    if (value === undefined || value === '') return this.problem(column, 'required', 'is empty', 'fill it in')
    return this.text(column, maxLength)
  }

  choice<T extends string>(column: string, values: readonly T[]): T | undefined {
    const text = this.text(column)
    if (text === undefined) return undefined
    return (
      values.find((value) => value === text.toLowerCase()) ??
      this.problem(column, 'choice', `"${text}" is not known here`, `use one of ${values.join(', ')}`)
    )
  }

  flag(column: string): boolean | undefined {
    const text = this.text(column)?.toLowerCase()
    if (text === undefined) return undefined
    if (['true', 'yes', '1', 'da'].includes(text)) return true
    if (['false', 'no', '0', 'ne'].includes(text)) return false
    return this.problem(column, 'flag', `"${text}" is neither yes nor no`, 'write yes or no')
  }

  integer(column: string, range: { min: number; max?: number }): number | undefined {
    return this.scaled(column, 0, range)
  }

  /** A decimal number as an integer with exactly `scale` decimals. */
  scaled(column: string, scale: number, range: { min?: number; max?: number } = {}): number | undefined {
    const plain = this.#plainNumber(column)
    if (plain === undefined) return undefined
    const value = parseScaled(plain, scale)
    if (value === null) {
      return scale === 0
        ? this.problem(column, 'integer', `"${plain}" is no whole number`, 'write a whole number without separators')
        : this.problem(column, 'decimals', `"${plain}" is no number with at most ${scale} decimals`, `round it to ${scale} decimals`)
    }
    if (range.min !== undefined && value < range.min)
      return this.problem(column, 'too_small', `"${plain}" is too small`, `write ${range.min} or more`)
    if (range.max !== undefined && value > range.max)
      return this.problem(column, 'too_large', `"${plain}" is too large`, `write ${range.max} or less`)
    return value
  }

  /** A price as it stands: an integer with as many decimals as were written, at least two and at most six. */
  price(column: string): { amount: number; scale: number } | undefined {
    const plain = this.#plainNumber(column)
    if (plain === undefined) return undefined
    const scale = Math.max(2, /\.(\d*?)0*$/.exec(plain)?.[1]?.length ?? 0)
    if (scale > MAX_SCALE)
      return this.problem(column, 'decimals', `"${plain}" has more than ${MAX_SCALE} decimals`, `round it to ${MAX_SCALE} decimals`)
    const amount = this.scaled(column, scale, { min: 0 })
    return amount === undefined ? undefined : { amount, scale }
  }

  /** An instant: ISO 8601, with an offset or, without one, in `timeZone`; other orders of day and month when the settings say which. */
  instant(column: string, timeZone: string): string | undefined {
    const written = this.text(column, 40)
    if (written === undefined) return undefined
    const text = inIsoOrder(written, this.#sheet.dates)
    const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)\s*(Z|[+-]\d{2}:\d{2})?)?$/.exec(text)
    const instant = match === null ? null : toInstant(match[1] ?? '', match[2] ?? '00:00', match[3] ?? null, timeZone)
    return (
      instant ??
      this.problem(
        column,
        'date',
        `"${text}" is no date that is read the same everywhere`,
        'write it as 2026-11-22 14:30 or 2026-11-22T14:30:00Z',
      )
    )
  }

  /** The cell as a plain decimal with a point; a comma is a decimal comma only in files separated by semicolons. */
  #plainNumber(column: string): string | undefined {
    const text = this.text(column, 40)
    if (text === undefined) return undefined
    if (/^-?\d+(?:\.\d+)?$/.test(text)) return text
    if (this.#sheet.decimalComma && /^-?\d+,\d+$/.test(text)) return text.replace(',', '.')
    return this.problem(
      column,
      'number',
      `"${text}" is no plain number`,
      `write digits with one ${this.#sheet.decimalComma ? 'comma or point' : 'point'} before the decimals, without thousands separators or signs of currency`,
    )
  }
}

/** 3.4.2026 14:30 as 2026-04-03 14:30, when the order of day and month is known. */
function inIsoOrder(text: string, order: Sheet['dates']): string {
  const match = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})\.?(.*)$/.exec(text)
  if (match === null || order === 'iso') return text
  const [, first = '', second = '', year = '', rest = ''] = match
  const [day, month] = order === 'day_first' ? [first, second] : [second, first]
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}${rest.replace(/^,?\s*(\d):/, ' 0$1:')}`
}

function toInstant(day: string, time: string, offset: string | null, timeZone: string): string | null {
  const asUtc = new Date(`${day}T${time}${offset ?? 'Z'}`)
  // 2026-02-30 becomes March 2 in some engines: a day that does not come back as written does not exist.
  const calendar = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(asUtc.getTime()) || Number.isNaN(calendar.getTime()) || calendar.toISOString().slice(0, 10) !== day) return null
  if (offset !== null) return asUtc.toISOString()
  // The zone's distance from UTC is looked up near the wanted wall clock, twice, because it may change in between.
  const once = asUtc.getTime() - zoneOffset(timeZone, asUtc)
  return new Date(asUtc.getTime() - zoneOffset(timeZone, new Date(once))).toISOString()
}

/** How many milliseconds a zone's wall clock is ahead of UTC at an instant. */
function zoneOffset(timeZone: string, instant: Date): number {
  const wall = Object.fromEntries(
    zoneFormat(timeZone)
      .formatToParts(instant)
      .map((part) => [part.type, Number(part.value)]),
  )
  const asUtc = Date.UTC(
    wall['year'] ?? 0,
    (wall['month'] ?? 1) - 1,
    wall['day'] ?? 1,
    wall['hour'] ?? 0,
    wall['minute'] ?? 0,
    wall['second'] ?? 0,
  )
  return asUtc - Math.floor(instant.getTime() / 1000) * 1000
}

const zoneFormats = new Map<string, Intl.DateTimeFormat>()
function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  const known = zoneFormats.get(timeZone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  zoneFormats.set(timeZone, format)
  return format
}
