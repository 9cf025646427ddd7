import { type RawBuilder, sql } from 'kysely'
import { type ColumnType, rowsOf, type Tx } from '../../kernel/database.ts'
import { barcodeForms } from './gtin.ts'
import type { Item } from './item.ts'

/** An instant of the item as the wire says it. */
function instant(column: 'preorder_from' | 'preorder_until'): RawBuilder<unknown> {
  return sql`to_char(${sql.ref(`i.${column}`)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

/** Columns of an item as {@link Item} has them, for a query with `catalog.item i`. */
export const itemColumns = sql`
  i.id, i.sku, i.kind, i.name, i.product_id, i.unit, i.unit_scale, i.weight_g, i.length_mm, i.width_mm, i.height_mm, i.image_url, i.cost_method, i.tracking, i.status, i.version,
  i.preorder, ${instant('preorder_from')} as preorder_from, ${instant('preorder_until')} as preorder_until,
  case when i.price is not null then jsonb_build_object('amount', i.price, 'scale', i.price_scale, 'currency', i.price_currency) end as price,
  (select t.code from catalog.tax_class t where t.org_id = i.org_id and t.id = i.tax_class_id) as tax_class,
  coalesce((select jsonb_agg(jsonb_build_object('code', b.code, 'scheme', b.scheme, 'quantity', b.quantity) order by b.code)
              from catalog.barcode b where b.org_id = i.org_id and b.item_id = i.id), '[]') as barcodes,
  coalesce((select jsonb_agg(jsonb_build_object('sku', c.sku, 'quantity', k.quantity) order by c.sku)
              from catalog.kit_component k join catalog.item c on c.org_id = k.org_id and c.id = k.component_id
             where k.org_id = i.org_id and k.kit_id = i.id), '[]') as components`

/** Items by id or SKU, locked in key order until the commit. */
export async function lockItems(tx: Tx, orgId: number, wanted: { ids: readonly string[]; skus: readonly string[] }): Promise<Item[]> {
  await sql`
    select from catalog.item where org_id = ${orgId} and (id = any(${wanted.ids}::uuid[]) or sku = any(${wanted.skus}::text[])) order by id for update`.execute(
    tx,
  )
  const { rows } = await sql<Item>`
    select ${itemColumns} from catalog.item i where i.org_id = ${orgId} and (i.id = any(${wanted.ids}::uuid[]) or i.sku = any(${wanted.skus}::text[]))`.execute(
    tx,
  )
  return rows
}

/** Id, kind and status of items by SKU, for components. */
export async function readComponentItems(
  tx: Tx,
  orgId: number,
  skus: readonly string[],
): Promise<Map<string, Pick<Item, 'id' | 'kind' | 'status'>>> {
  if (skus.length === 0) return new Map()
  const { rows } = await sql<Pick<Item, 'id' | 'sku' | 'kind' | 'status'>>`
    select id, sku, kind, status from catalog.item where org_id = ${orgId} and sku = any(${skus}::text[])`.execute(tx)
  return new Map(rows.map((row) => [row.sku, row]))
}

/** Owners of barcodes, by the code as stored; looks for every form a scanner may read. */
export async function readBarcodeOwners(
  tx: Tx,
  orgId: number,
  codes: readonly string[],
): Promise<{ code: string; item_id: string; sku: string }[]> {
  if (codes.length === 0) return []
  const forms = [...new Set(codes.flatMap(barcodeForms))]
  const { rows } = await sql<{ code: string; item_id: string; sku: string }>`
    select b.code, b.item_id, i.sku from catalog.barcode b join catalog.item i on i.org_id = b.org_id and i.id = b.item_id
     where b.org_id = ${orgId} and b.code = any(${forms}::text[])`.execute(tx)
  return rows
}

/** Ids of tax classes by code. */
export async function readTaxClassIds(tx: Tx, orgId: number): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; code: string }>`select id, code from catalog.tax_class where org_id = ${orgId}`.execute(tx)
  return new Map(rows.map((row) => [row.code, row.id]))
}

/** Which of these products exist. */
export async function readProductIds(tx: Tx, orgId: number, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`select id from catalog.product where org_id = ${orgId} and id = any(${ids}::uuid[])`.execute(
    tx,
  )
  return new Set(rows.map((row) => row.id))
}

/** Active kits that hold any of these items, by item. */
export async function readKitsHolding(tx: Tx, orgId: number, itemIds: readonly string[]): Promise<Map<string, string[]>> {
  if (itemIds.length === 0) return new Map()
  const { rows } = await sql<{ component_id: string; kits: string[] }>`
    select k.component_id, array_agg(i.sku order by i.sku) as kits
      from catalog.kit_component k join catalog.item i on i.org_id = k.org_id and i.id = k.kit_id and i.status = 'active'
     where k.org_id = ${orgId} and k.component_id = any(${itemIds}::uuid[]) group by k.component_id`.execute(tx)
  return new Map(rows.map((row) => [row.component_id, row.kits]))
}

const writtenColumns = {
  id: 'uuid',
  sku: 'text',
  kind: 'text',
  name: 'text',
  product_id: 'uuid',
  unit: 'text',
  unit_scale: 'smallint',
  weight_g: 'integer',
  length_mm: 'integer',
  width_mm: 'integer',
  height_mm: 'integer',
  price: 'bigint',
  price_scale: 'smallint',
  price_currency: 'text',
  tax_class_id: 'uuid',
  image_url: 'text',
  cost_method: 'text',
  tracking: 'text',
  status: 'text',
  preorder: 'text',
  preorder_from: 'timestamptz',
  preorder_until: 'timestamptz',
} as const satisfies Record<string, ColumnType>

function source(items: readonly Item[], taxClasses: ReadonlyMap<string, string>): RawBuilder<unknown> {
  const rows = items.map(({ price, tax_class, ...item }) => ({
    ...item,
    price: price?.amount ?? null,
    price_scale: price?.scale ?? 2,
    price_currency: price?.currency ?? null,
    tax_class_id: tax_class === null ? null : (taxClasses.get(tax_class) ?? null),
  }))
  return rowsOf(rows, writtenColumns, 'w')
}

const names = sql.raw(Object.keys(writtenColumns).join(', '))

/** Inserts items and answers the ids that went in; one whose SKU was taken meanwhile does not. */
export async function insertItems(
  tx: Tx,
  orgId: number,
  items: readonly Item[],
  by: { taxClasses: ReadonlyMap<string, string>; now: Date },
): Promise<Set<string>> {
  if (items.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    insert into catalog.item (org_id, ${names}, created_at, updated_at)
    select ${orgId}, w.*, ${by.now}, ${by.now} from ${source(items, by.taxClasses)} order by w.sku
    on conflict (org_id, sku) do nothing returning id`.execute(tx)
  return new Set(rows.map((row) => row.id))
}

/** Writes the new state of items that are locked; the version goes up by one. */
export async function updateItems(
  tx: Tx,
  orgId: number,
  items: readonly Item[],
  by: { taxClasses: ReadonlyMap<string, string>; now: Date },
): Promise<void> {
  if (items.length === 0) return
  await sql`
    update catalog.item i
       set sku = w.sku, name = w.name, product_id = w.product_id, unit = w.unit, weight_g = w.weight_g, length_mm = w.length_mm, width_mm = w.width_mm,
           height_mm = w.height_mm, price = w.price, price_scale = w.price_scale, price_currency = w.price_currency, tax_class_id = w.tax_class_id,
           image_url = w.image_url, cost_method = w.cost_method, status = w.status, preorder = w.preorder, preorder_from = w.preorder_from, preorder_until = w.preorder_until, updated_at = ${by.now}, version = i.version + 1
      from ${source(items, by.taxClasses)} where i.org_id = ${orgId} and i.id = w.id`.execute(tx)
}

/** Replaces the barcodes of items; answers false when one was given to another item meanwhile. */
export async function replaceBarcodes(tx: Tx, orgId: number, items: readonly Pick<Item, 'id' | 'barcodes'>[]): Promise<boolean> {
  if (items.length === 0) return true
  await sql`delete from catalog.barcode where org_id = ${orgId} and item_id = any(${items.map((item) => item.id)}::uuid[])`.execute(tx)
  const rows = items.flatMap((item) => item.barcodes.map((barcode) => ({ item_id: item.id, ...barcode })))
  if (rows.length === 0) return true
  const inserted = await sql`
    insert into catalog.barcode (org_id, code, item_id, scheme, quantity)
    select ${orgId}, w.code, w.item_id, w.scheme, w.quantity from ${rowsOf(rows, { code: 'text', item_id: 'uuid', scheme: 'text', quantity: 'bigint' }, 'w')} order by w.code
    on conflict do nothing returning code`.execute(tx)
  return inserted.rows.length === rows.length
}

/** Replaces the components of kits; the components must exist. */
export async function replaceComponents(tx: Tx, orgId: number, kits: readonly Pick<Item, 'id' | 'components'>[]): Promise<void> {
  if (kits.length === 0) return
  await sql`delete from catalog.kit_component where org_id = ${orgId} and kit_id = any(${kits.map((kit) => kit.id)}::uuid[])`.execute(tx)
  const rows = kits.flatMap((kit) => kit.components.map((component) => ({ kit_id: kit.id, ...component })))
  if (rows.length === 0) return
  await sql`
    insert into catalog.kit_component (org_id, kit_id, component_id, quantity)
    select ${orgId}, w.kit_id, i.id, w.quantity from ${rowsOf(rows, { kit_id: 'uuid', sku: 'text', quantity: 'bigint' }, 'w')}
      join catalog.item i on i.org_id = ${orgId} and i.sku = w.sku`.execute(tx)
}
