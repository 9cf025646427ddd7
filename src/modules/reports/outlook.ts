/** Whole days that `available` pieces last when `sold` went in `days`; null where nothing went, so that no pace is known. Nothing left lasts 0 days. */
export function lastsDays(available: number, sold: number, days: number): number | null {
  if (available <= 0) return 0
  if (sold <= 0) return null
  return Number((BigInt(available) * BigInt(days)) / BigInt(sold))
}
