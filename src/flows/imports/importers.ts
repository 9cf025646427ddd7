import type { ImportFormat, ImportKind } from './import-format.ts'
import { importItems } from './import-items.ts'
import { importOrders } from './import-orders.ts'
import { importStock } from './import-stock.ts'
import { importOnlineRetail } from './online-retail/index.ts'

/** The format a kind is read in when none is named: our own, described in docs/guides. */
export const DEFAULT_FORMAT = 'tefter'

const FORMATS: readonly ImportFormat[] = [importItems, importOrders, importOnlineRetail, importStock]

/** Every import there is: kind → format name → how it is read. */
export const importers: ReadonlyMap<ImportKind, ReadonlyMap<string, ImportFormat>> = new Map(
  (['items', 'orders', 'stock'] as const).map((kind) => [
    kind,
    new Map(FORMATS.filter((format) => format.kind === kind).map((format) => [format.name, format])),
  ]),
)
