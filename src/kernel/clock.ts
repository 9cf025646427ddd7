/** Where "now" comes from: the system's clock, or a fixed one in tests and history imports. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still until it is moved. */
export function fixedClock(start: Date): Clock & { set(instant: Date): void } {
  let current = start
  return {
    now: () => current,
    set: (instant) => {
      current = instant
    },
  }
}

/** The calendar day (YYYY-MM-DD) of an instant in an IANA time zone. */
export function dayIn(timeZone: string, instant: Date): string {
  let format = dayFormats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    dayFormats.set(timeZone, format)
  }
  return format.format(instant)
}
const dayFormats = new Map<string, Intl.DateTimeFormat>()
