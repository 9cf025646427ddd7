/** Time zone of the file's times. */
export const RETAIL_TIME_ZONE = 'Europe/London'

const formats = new Map<string, Intl.DateTimeFormat>()
const offsetsByHour = new Map<string, number>()

/**
 * The instant of a wall time `YYYY-MM-DD HH:MM:SS` in a time zone. A time that a clock change skips is taken an hour later,
 * one that comes twice is its first.
 */
export function instantOf(wallTime: string, timeZone: string = RETAIL_TIME_ZONE): Date {
  const asUtc = Date.parse(`${wallTime.replace(' ', 'T')}Z`)
  const early = asUtc - offsetAt(asUtc - 86_400_000, timeZone)
  const late = asUtc - offsetAt(asUtc + 86_400_000, timeZone)
  const first = Math.min(early, late)
  return new Date(first + offsetAt(first, timeZone) === asUtc ? first : Math.max(early, late))
}

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds; remembered by the hour. */
function offsetAt(instant: number, timeZone: string): number {
  const hour = Math.floor(instant / 3_600_000)
  const key = `${timeZone} ${hour}`
  const known = offsetsByHour.get(key)
  if (known !== undefined) return known
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(timeZone, format)
  }
  const part = Object.fromEntries(format.formatToParts(new Date(hour * 3_600_000)).map(({ type, value }) => [type, Number(value)]))
  const shown = Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'], part['hour'], part['minute'], part['second'])
  const offset = shown - hour * 3_600_000
  offsetsByHour.set(key, offset)
  return offset
}
