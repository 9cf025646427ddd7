import type { ShipmentLine } from '../api/shapes.ts'

/** Pieces of each line that have been scanned into the parcel. */
export type Packed = Readonly<Record<string, number>>

export interface ScanResult {
  ok: boolean
  kind: 'packed' | 'complete' | 'not_in_shipment' | 'enough'
  code: string
  line?: ShipmentLine
  left?: number
}

/** Pieces of a line that are still to be scanned. Lines that are no stock (services, vouchers) need no scan. */
export function leftOf(line: ShipmentLine, packed: Packed): number {
  return line.supply === 'none' ? 0 : line.picked_quantity - (packed[line.id] ?? 0)
}

/** Pieces of the whole shipment that are still to be scanned. */
export function leftInAll(lines: readonly ShipmentLine[], packed: Packed): number {
  return lines.reduce((sum, line) => sum + leftOf(line, packed), 0)
}

/**
 * What one scan does: packs `quantity` pieces of the first line of that item which still wants some, or says why not.
 * `matches` tells whether the code means the item of a line.
 */
export function scanInto(
  lines: readonly ShipmentLine[],
  packed: Packed,
  code: string,
  matches: (line: ShipmentLine) => number | null,
): { packed: Packed; result: ScanResult } {
  const same = lines.filter((line) => matches(line) !== null)
  if (same.length === 0) return { packed, result: { ok: false, kind: 'not_in_shipment', code } }
  const line = same.find((one) => leftOf(one, packed) > 0)
  if (line === undefined)
    return { packed, result: { ok: false, kind: 'enough', code, ...(same[0] === undefined ? {} : { line: same[0] }) } }
  const quantity = Math.min(matches(line) ?? 1, leftOf(line, packed))
  const next = { ...packed, [line.id]: (packed[line.id] ?? 0) + quantity }
  return {
    packed: next,
    result: { ok: true, kind: leftInAll(lines, next) === 0 ? 'complete' : 'packed', code, line, left: leftOf(line, next) },
  }
}
