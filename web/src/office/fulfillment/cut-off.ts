/** Minutes from an instant until a time of day (HH:MM) of the same day in a time zone; negative once it has passed. */
export function minutesUntil(cutOff: string, now: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(now)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0)
  const [hour = 0, minute = 0] = cutOff.split(':').map(Number)
  return hour * 60 + minute - (part('hour') * 60 + part('minute'))
}
