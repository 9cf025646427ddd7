/** Parts of a bin's place, from large to small. */
export interface BinPlace {
  zone?: string | null
  aisle?: string | null
  bay?: string | null
  level?: string | null
  bin?: string | null
}

/** Digits a run of digits is padded to; longer runs stay as they are. */
const DIGITS = 8

/** Walking order of a location: its place if it has one, else its code, numbers padded so that A-2 comes before A-10. */
export function sortKeyOf(code: string, place: BinPlace = {}): string {
  const parts = [place.zone, place.aisle, place.bay, place.level, place.bin].filter(
    (part) => part !== undefined && part !== null && part !== '',
  )
  const text = parts.length === 0 ? code : [...parts, code].join('/')
  return text.toUpperCase().replaceAll(/\d+/g, (digits) => digits.padStart(DIGITS, '0'))
}
