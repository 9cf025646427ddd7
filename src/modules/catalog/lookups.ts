import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { arrayText, type Part, safeInteger } from '../../kernel/statement.ts'
import { barcodeForms } from './gtin.ts'
import type { ItemKind } from './item.ts'

/** What other rooms need to know of an item. `price` is an integer with `price_scale` decimals; `tax_rate_ppm` is 0 without a tax class. */
export interface ItemSummary {
  id: string
  sku: string
  kind: ItemKind
  name: string
  unit: string
  unit_scale: number
  cost_method: 'fifo' | 'average'
  tracking: 'none' | 'lot' | 'serial'
  status: 'active' | 'archived'
  tax_class: string | null
  tax_rate_ppm: number
  price: number | null
  price_scale: number
  price_currency: string | null
  weight_g: number | null
  length_mm: number | null
  width_mm: number | null
  height_mm: number | null
  preorder: 'none' | 'open' | 'expected'
  preorder_from: Date | null
  preorder_until: Date | null
}

const summary = sql`
  i.id, i.sku, i.kind, i.name, i.unit, i.unit_scale, i.cost_method, i.tracking, i.status, t.code as tax_class, coalesce(t.rate_ppm, 0) as tax_rate_ppm,
  i.price, i.price_scale, i.price_currency, i.weight_g, i.length_mm, i.width_mm, i.height_mm, i.preorder, i.preorder_from, i.preorder_until
  from catalog.item i left join catalog.tax_class t on t.org_id = i.org_id and t.id = i.tax_class_id`

/** Items by SKU, upper and lower case kept apart; unknown SKUs are missing from the answer. One statement. */
export async function findItemsBySku(tx: Tx, orgId: number, skus: readonly string[]): Promise<Map<string, ItemSummary>> {
  if (skus.length === 0) return new Map()
  const { rows } =
    await sql<ItemSummary>`select ${summary} where i.org_id = ${orgId} and i.sku = any(${[...new Set(skus)]}::text[])`.execute(tx)
  return new Map(rows.map((row) => [row.sku, row]))
}

/** Items by id; unknown ids are missing from the answer. One statement. */
export async function findItemsById(tx: Tx, orgId: number, ids: readonly string[]): Promise<Map<string, ItemSummary>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<ItemSummary>`select ${summary} where i.org_id = ${orgId} and i.id = any(${[...new Set(ids)]}::uuid[])`.execute(
    tx,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** The item a scanned code belongs to, and how many base units one scan stands for; leading zeros of GTINs do not matter. */
export async function findItemByBarcode(tx: Tx, orgId: number, code: string): Promise<{ item: ItemSummary; quantity: number } | null> {
  const { rows } = await sql<ItemSummary & { scanned_quantity: number }>`
    select b.quantity as scanned_quantity, s.* from catalog.barcode b
      join lateral (select ${summary} where i.org_id = b.org_id and i.id = b.item_id) s on true
     where b.org_id = ${orgId} and b.code = any(${barcodeForms(code)}::text[]) order by b.code = ${code} desc limit 1`.execute(tx)
  if (rows[0] === undefined) return null
  const { scanned_quantity, ...item } = rows[0]
  return { item, quantity: scanned_quantity }
}

/** One component of a kit: the item and how many base units of it one kit takes. */
export interface KitComponent {
  item: ItemSummary
  quantity: number
}

/** What kits are made of, by kit id, components by SKU. One statement. */
export async function loadKitComponents(tx: Tx, orgId: number, kitIds: readonly string[]): Promise<Map<string, KitComponent[]>> {
  if (kitIds.length === 0) return new Map()
  const { rows } = await sql<ItemSummary & { kit_id: string; kit_quantity: number }>`
    select k.kit_id, k.quantity as kit_quantity, s.* from catalog.kit_component k
      join lateral (select ${summary} where i.org_id = k.org_id and i.id = k.component_id) s on true
     where k.org_id = ${orgId} and k.kit_id = any(${[...new Set(kitIds)]}::uuid[]) order by k.kit_id, s.sku`.execute(tx)
  const kits = new Map<string, KitComponent[]>()
  for (const { kit_id, kit_quantity, ...item } of rows) {
    const components = kits.get(kit_id) ?? []
    components.push({ item, quantity: kit_quantity })
    kits.set(kit_id, components)
  }
  return kits
}

/** SKUs that differ from these only by upper and lower case, as pairs of asked and stored; for warnings. */
export async function findCaseCollisions(tx: Tx, orgId: number, skus: readonly string[]): Promise<{ asked: string; stored: string }[]> {
  if (skus.length === 0) return []
  const { rows } = await sql<{ asked: string; stored: string }>`
    select a.sku as asked, i.sku as stored from unnest(${[...new Set(skus)]}::text[]) as a(sku)
      join catalog.item i on i.org_id = ${orgId} and lower(i.sku) = lower(a.sku) and i.sku <> a.sku order by 1, 2`.execute(tx)
  return rows
}

/** What taking in an order needs to know of an item. */
export type OrderedItem = Pick<
  ItemSummary,
  | 'id'
  | 'sku'
  | 'kind'
  | 'name'
  | 'unit_scale'
  | 'status'
  | 'tax_rate_ppm'
  | 'price'
  | 'price_scale'
  | 'price_currency'
  | 'preorder'
  | 'preorder_from'
  | 'preorder_until'
>

/** Items that orders ask for, by SKU and by id, and what the kits among them are made of. Unknown ones are missing. */
export interface OrderedItems {
  bySku: ReadonlyMap<string, OrderedItem>
  byId: ReadonlyMap<string, OrderedItem>
  kits: ReadonlyMap<string, { item: OrderedItem; quantity: number }[]>
}

/** The statement part that finds items asked for by SKU (upper and lower case kept apart) or by id, and the components of kits, by SKU. */
export function findOrderedItems(orgId: number, skus: readonly string[], ids: readonly string[]): Part<OrderedItems> {
  return {
    call: sql`catalog.find_ordered_items(${orgId}::integer, ${arrayText([...new Set(skus)])}::text[], ${arrayText([...new Set(ids)])}::uuid[])`,
    read(answer) {
      const [items, components] = answer as [unknown[][] | null, unknown[][] | null]
      const found = (items ?? []).map(orderedItemOf)
      const kits = new Map<string, { item: OrderedItem; quantity: number }[]>()
      for (const [kitId, quantity, ...item] of components ?? []) {
        const kit = kits.get(kitId as string) ?? []
        kit.push({ item: orderedItemOf(item), quantity: safeInteger(quantity) })
        kits.set(kitId as string, kit)
      }
      return { bySku: new Map(found.map((item) => [item.sku, item])), byId: new Map(found.map((item) => [item.id, item])), kits }
    },
  }
}

/** An item as `catalog.find_ordered_items` lists it. */
function orderedItemOf(row: readonly unknown[]): OrderedItem {
  const [id, sku, kind, name, unitScale, status, taxRatePpm, price, priceScale, priceCurrency, preorder, from, until] = row
  const instant = (text: unknown) => (text === null ? null : new Date(text as string))
  return {
    id: id as string,
    sku: sku as string,
    kind: kind as ItemKind,
    name: name as string,
    unit_scale: unitScale as number,
    status: status as ItemSummary['status'],
    tax_rate_ppm: taxRatePpm as number,
    price: price === null ? null : safeInteger(price),
    price_scale: priceScale as number,
    price_currency: priceCurrency as string | null,
    preorder: preorder as ItemSummary['preorder'],
    preorder_from: instant(from),
    preorder_until: instant(until),
  }
}
