const pad = (number: number | string) => String(number).padStart(2, '0')

/**
 * The day (YYYY-MM-DD) that a person typed: 2026-11-22, 22.11.2026., 22/11/2026 or 22 Nov 2026; null when it is none of these.
 * Of two numbers the first is the day, as everywhere in the screens.
 */
export function dayTyped(text: string): string | null {
  const iso = /^\s*(\d{4})-(\d{2})-(\d{2})/.exec(text)
  if (iso !== null) return existing(iso[1] ?? '', iso[2] ?? '', iso[3] ?? '')
  const numbers = /^\s*(\d{1,2})\s*[./ ]\s*(\d{1,2})\s*[./ ]\s*(\d{4})\.?\s*$/.exec(text)
  if (numbers !== null) return existing(numbers[3] ?? '', numbers[2] ?? '', numbers[1] ?? '')
  const words = /[A-Za-z]/.test(text) ? new Date(text) : null
  if (words === null || Number.isNaN(words.getTime())) return null
  return `${words.getFullYear()}-${pad(words.getMonth() + 1)}-${pad(words.getDate())}`
}

function existing(year: string, month: string, day: string): string | null {
  const at = `${year}-${pad(month)}-${pad(day)}`
  const date = new Date(`${at}T12:00:00Z`)
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== at ? null : at
}
