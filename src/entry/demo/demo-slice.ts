import type { RetailRow } from '../../flows/imports/online-retail/index.ts'

const DAY_MS = 86_400_000

/** Days of the file that the demo tells, moved near to today. */
export interface DemoSlice {
  rows: RetailRow[]
  /** First and last calendar day (London) after the move, YYYY-MM-DD. */
  firstDay: string
  lastDay: string
  /** How many days later everything is than in the file; whole weeks, so that weekdays stay. */
  shiftDays: number
}

/**
 * The last `days` calendar days of the rows, moved by whole weeks so that the last one is at most six days before `today`, never after it.
 * `full`: all days.
 */
export function sliceOf(rows: readonly RetailRow[], days: number | 'full', today: string): DemoSlice {
  const lastInFile = rows.reduce((last, row) => (row.at > last ? row.at : last), '').slice(0, 10)
  const shiftDays = Math.floor(daysBetween(lastInFile, today) / 7) * 7
  const fromDay = days === 'full' ? '' : addDays(lastInFile, 1 - days)
  const moved = rows.filter((row) => row.at >= fromDay).map((row) => ({ ...row, at: moveAt(row.at, shiftDays) }))
  const firstDay = moved.reduce((first, row) => (row.at < first ? row.at : first), '9999').slice(0, 10)
  return { rows: moved, firstDay, lastDay: addDays(lastInFile, shiftDays), shiftDays }
}

/** The calendar day `count` days after (before, when negative) a day. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10)
}

/** Whole days from one calendar day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS)
}

const movedDays = new Map<string, string>()

function moveAt(at: string, shiftDays: number): string {
  const day = at.slice(0, 10)
  const key = `${day} ${shiftDays}`
  const moved = movedDays.get(key) ?? addDays(day, shiftDays)
  movedDays.set(key, moved)
  return moved + at.slice(10)
}
