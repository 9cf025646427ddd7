import type { DemoWarehouseCode } from './demo-business.ts'

/** A bin of a demo warehouse and the item that lives in it. */
export interface DemoBin {
  warehouse: DemoWarehouseCode
  code: string
  zone: string
  aisle: string
  bay: string
  level: string
  sku: string
}

const BAYS = 20
const LEVELS = 4

/** Zone A, the four aisles nearest to packing, holds the fast movers; B the middle, C the rest. Aisles are counted within a zone. */
const ZONES = [
  { zone: 'A', aisles: 4 },
  { zone: 'B', aisles: 16 },
  { zone: 'C', aisles: 79 },
] as const

/** Gives each item a bin of its own, the ones asked for most often first. `skus` are in that order. */
export function assignBins(warehouse: DemoWarehouseCode, skus: readonly string[]): DemoBin[] {
  return skus.map((sku, index) => ({ warehouse, sku, ...binAt(index) }))
}

function binAt(index: number): Omit<DemoBin, 'warehouse' | 'sku'> {
  const perAisle = BAYS * LEVELS
  let aisleNo = Math.floor(index / perAisle)
  for (const { zone, aisles } of ZONES) {
    if (aisleNo < aisles) {
      const [aisle, bay, level] = [two(aisleNo + 1), two(Math.floor((index % perAisle) / LEVELS) + 1), String((index % LEVELS) + 1)]
      return { code: `${zone}-${aisle}-${bay}-${level}`, zone, aisle, bay, level }
    }
    aisleNo -= aisles
  }
  throw new RangeError(`No bin for item number ${index}`)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
