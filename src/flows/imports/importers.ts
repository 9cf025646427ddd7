import type { ImportFormat, ImportKind } from './import-format.ts'
import { importItems } from './import-items.ts'
import { importOrders } from './import-orders.ts'
import { importStock } from './import-stock.ts'
import { importOnlineRetail } from './online-retail/index.ts'
import { amazonOrders } from './platforms/amazon.ts'
import { ebayOrders } from './platforms/ebay.ts'
import { shopifyOrders } from './platforms/shopify.ts'
import { woocommerceOrders } from './platforms/woocommerce.ts'

/** The format a kind is read in when none is named: our own, described in docs/guides. */
export const DEFAULT_FORMAT = 'tefter'

const FORMATS: readonly ImportFormat[] = [
  importItems,
  importOrders,
  shopifyOrders,
  amazonOrders,
  woocommerceOrders,
  ebayOrders,
  importOnlineRetail,
  importStock,
]

/** Every import there is: kind → format name → how it is read. */
export const importers: ReadonlyMap<ImportKind, ReadonlyMap<string, ImportFormat>> = new Map(
  (['items', 'orders', 'stock'] as const).map((kind) => [
    kind,
    new Map(FORMATS.filter((format) => format.kind === kind).map((format) => [format.name, format])),
  ]),
)

/**
 * The format whose telling headers all stand in a file's header; the one with the most of them when several do, null when none.
 * Headers are compared as `headerKey` gives them.
 */
export function recognizeFormat(headers: readonly string[]): ImportFormat | null {
  const there = new Set(headers)
  const fitting = FORMATS.filter((format) => format.recognizedBy?.every((header) => there.has(header)) === true)
  return fitting.toSorted((a, b) => (b.recognizedBy?.length ?? 0) - (a.recognizedBy?.length ?? 0))[0] ?? null
}
