import type { TFunction } from 'i18next'

/** Locations that are no bin: where goods come from and go to. Their codes are our words, not the warehouse's. */
const VIRTUAL: ReadonlySet<string> = new Set(['supplier', 'customer', 'production', 'transit', 'shrinkage', 'write_off', 'opening'])

/** What a location is called on screen: its code, or the word for a place outside the warehouse. */
export function locationWords(code: string, t: TFunction): string {
  return VIRTUAL.has(code) ? t(`virtualLocation.${code}`) : code
}
