import type { Context } from '../../kernel/context.ts'
import { type Database, readOnly, type Tx } from '../../kernel/database.ts'
import { findItemsBySku, type ItemSummary } from '../../modules/catalog/index.ts'
import type { RowReader } from './row-reader.ts'

/** SKUs looked up in one statement. */
const LOOK_UP = 5000

/** Where items are looked up: in a transaction that may have made them itself, or in the database as it is. */
export interface ItemLookUp {
  ctx: Context
  tx?: Tx | undefined
  system?: { database: Database } | undefined
}

/** Items that the column `sku` of these rows names, by SKU; unknown ones are missing. */
export async function findFileItems({ ctx, tx, system }: ItemLookUp, rows: readonly RowReader[]): Promise<Map<string, ItemSummary>> {
  const skus = [...new Set(rows.map((reader) => reader.raw('sku')?.trim() ?? ''))].filter((sku) => sku !== '')
  const found = new Map<string, ItemSummary>()
  const lookUp = async (within: Tx): Promise<void> => {
    for (const piece of chunksOf(skus, LOOK_UP)) {
      // oxlint-disable-next-line no-await-in-loop -- one piece after another on one connection
      for (const [sku, item] of await findItemsBySku(within, ctx.orgId, piece)) found.set(sku, item)
    }
  }
  if (tx !== undefined) await lookUp(tx)
  else if (system !== undefined) await readOnly(system.database, ctx, lookUp)
  return found
}

/** The item of a row and its quantity in base units, more than zero; undefined after noting what is wrong. */
export function readItemQuantity(
  reader: RowReader,
  items: ReadonlyMap<string, ItemSummary>,
): { item: ItemSummary; quantity: number } | undefined {
  const sku = reader.required('sku', 64)
  if (sku === undefined) return undefined
  const item = items.get(sku)
  if (item === undefined)
    return reader.problem(
      'sku',
      'sku.unknown',
      `There is no item "${sku}"`,
      'import the item first, or write its SKU as it is stored (upper and lower case count)',
    )
  if (reader.required('quantity', 40) === undefined) return undefined
  const quantity = reader.scaled('quantity', item.unit_scale, { max: 1_000_000_000 })
  if (quantity === undefined) return undefined
  if (quantity <= 0) return reader.problem('quantity', 'quantity', 'must be more than zero', 'correct it; a return is entered as a return')
  return { item, quantity }
}

/** Cuts a list into pieces of at most `size`. */
export function chunksOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size))
}

/** Base currency minor units per million minor units of the order's: six decimals, moved by the difference in minor digits. */
export function readRate(reader: RowReader, shift: number): number | undefined {
  const rate = reader.scaled('exchange_rate', 6, { min: 1 })
  if (rate === undefined) return undefined
  return shift >= 0 ? rate * 10 ** shift : Math.max(1, Math.round(rate / 10 ** -shift))
}

/** Leaves out what is not stated: an optional field of the contract is absent, never undefined. */
export function withoutUndefined<T extends object>(fields: T): { [K in keyof T]: T[K] } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]: T[K] }
}
