/** A bin as the batch of locations takes it. */
export interface Bin {
  code: string
  aisle: string
  bay: string
  level: string
  bin: string
}

/** Most locations made at once, as the server says. */
export const MAX_BINS = 2000

/**
 * Values of a range as people write it: `A-F` are letters, `01-12` numbers padded like their start, `A,C,E` a list.
 * Null where it is none of these, or longer than 500.
 */
export function rangeOf(text: string): string[] | null {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const values = parts.map(expand)
  if (parts.length === 0 || values.includes(null)) return null
  const all = values.flat() as string[]
  return all.length > 500 || new Set(all).size !== all.length ? null : all
}

function expand(part: string): string[] | null {
  const numbers = /^(\d{1,4})-(\d{1,4})$/.exec(part)
  if (numbers !== null) {
    const [from, to] = [Number(numbers[1]), Number(numbers[2])]
    if (to < from || to - from > 500) return null
    return Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart((numbers[1] ?? '').length, '0'))
  }
  const letters = /^([A-Za-z])-([A-Za-z])$/.exec(part)
  if (letters !== null) {
    const [from, to] = [(letters[1] ?? '').toUpperCase().charCodeAt(0), (letters[2] ?? '').toUpperCase().charCodeAt(0)]
    return to < from ? null : Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index))
  }
  return /^[A-Za-z0-9]{1,20}$/.test(part) ? [part] : null
}

/** Every bin of aisles × bays × levels × bins, in walking order; parts that are empty are left out of the code. Null where a range is none. */
export function binsOf(ranges: { aisles: string; bays: string; levels: string; bins: string }): Bin[] | null {
  const [aisles, bays, levels, bins] = [ranges.aisles, ranges.bays, ranges.levels, ranges.bins].map((text) =>
    text.trim() === '' ? [''] : rangeOf(text),
  )
  if (!aisles || !bays || !levels || !bins || (aisles[0] === '' && bays[0] === '')) return null
  if (aisles.length * bays.length * levels.length * bins.length > MAX_BINS) return null
  return aisles.flatMap((aisle) =>
    bays.flatMap((bay) =>
      levels.flatMap((level) =>
        bins.map((bin) => ({ aisle, bay, level, bin, code: [aisle, bay, level, bin].filter((part) => part !== '').join('-') })),
      ),
    ),
  )
}
