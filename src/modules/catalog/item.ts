import { type Static, Type } from 'typebox'
import { exactly, Instant, nullable, Uuid } from '../../kernel/schema.ts'

/** A SKU: 1 to 64 characters, no spaces at its ends, upper and lower case kept apart. */
export const Sku = Type.String({ minLength: 1, maxLength: 64 })

/** A price of one unit as information: an integer with `scale` decimals (1999 at scale 2 is 19.99). */
export const Price = exactly({
  amount: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
  currency: Type.String({ minLength: 3, maxLength: 3 }),
})

const BarcodeIn = exactly({
  code: Type.String({ minLength: 1, maxLength: 48 }),
  scheme: Type.Optional(Type.Enum(['gtin_8', 'gtin_12', 'gtin_13', 'gtin_14', 'other'])),
  quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
})
const Component = exactly({ sku: Sku, quantity: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }) })

export const ItemKind = Type.Enum(['stocked', 'service', 'voucher', 'kit'])
export const ItemStatus = Type.Enum(['active', 'archived'])
export type ItemKind = Static<typeof ItemKind>
/** Sold before it is there: as the channel says (none), any quantity (open), no more than expected receipts bring (expected). */
export const Preorder = Type.Enum(['none', 'open', 'expected'])
const Unit = Type.String({ minLength: 1, maxLength: 20 })
const Name = Type.String({ minLength: 1, maxLength: 300 })
const Grams = Type.Integer({ minimum: 0, maximum: 2_000_000_000 })
const Millimeters = Type.Integer({ minimum: 1, maximum: 2_000_000_000 })
const TaxClassCode = Type.String({ minLength: 1, maxLength: 40 })
const ImageUrl = Type.String({ minLength: 1, maxLength: 2000 })

/** What may be said of an item besides its SKU and name; null empties. Barcodes and components are replaced as a whole. */
const described = {
  product_id: Type.Optional(Type.Union([Uuid, Type.Null()])),
  unit: Type.Optional(Unit),
  unit_scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
  barcodes: Type.Optional(Type.Array(BarcodeIn, { maxItems: 100 })),
  weight_g: Type.Optional(nullable(Grams)),
  length_mm: Type.Optional(nullable(Millimeters)),
  width_mm: Type.Optional(nullable(Millimeters)),
  height_mm: Type.Optional(nullable(Millimeters)),
  price: Type.Optional(Type.Union([Price, Type.Null()])),
  tax_class: Type.Optional(nullable(TaxClassCode)),
  image_url: Type.Optional(nullable(ImageUrl)),
  cost_method: Type.Optional(Type.Enum(['fifo', 'average'])),
  tracking: Type.Optional(Type.Enum(['none', 'lot', 'serial'])),
  status: Type.Optional(ItemStatus),
  preorder: Type.Optional(Preorder),
  preorder_from: Type.Optional(nullable(Instant)),
  preorder_until: Type.Optional(nullable(Instant)),
  components: Type.Optional(Type.Array(Component, { maxItems: 100 })),
}

/** A new item. Without a kind it is stocked; quantities of it are integers of its unit at `unit_scale` decimals. */
export const NewItem = exactly({ sku: Sku, name: Name, kind: Type.Optional(ItemKind), ...described })
export type NewItem = Static<typeof NewItem>

/** An edit of an item: what is given changes. */
export const itemChanges = { sku: Type.Optional(Sku), name: Type.Optional(Name), kind: Type.Optional(ItemKind), ...described }

/** An item by SKU, made when it is new (then it needs a name), changed in what is given when it exists. */
export const ItemDraft = exactly({ ...itemChanges, sku: Sku })
export type ItemDraft = Static<typeof ItemDraft>

/** An item as everyone sees it. `components` says what one kit is made of and is empty for other kinds. */
export const Item = exactly({
  id: Uuid,
  sku: Sku,
  kind: ItemKind,
  name: Name,
  product_id: Type.Union([Uuid, Type.Null()]),
  unit: Unit,
  unit_scale: Type.Integer(),
  barcodes: Type.Array(Type.Required(BarcodeIn)),
  weight_g: nullable(Grams),
  length_mm: nullable(Millimeters),
  width_mm: nullable(Millimeters),
  height_mm: nullable(Millimeters),
  price: Type.Union([Type.Required(Price), Type.Null()]),
  tax_class: nullable(TaxClassCode),
  image_url: nullable(ImageUrl),
  cost_method: Type.Enum(['fifo', 'average']),
  tracking: Type.Enum(['none', 'lot', 'serial']),
  status: ItemStatus,
  preorder: Preorder,
  preorder_from: nullable(Instant),
  preorder_until: nullable(Instant),
  components: Type.Array(Component),
  version: Type.Integer(),
})
export type Item = Static<typeof Item>

/** What a command answers of an item it wrote. */
export const ItemWritten = exactly({ id: Uuid, sku: Sku, version: Type.Integer(), outcome: Type.Enum(['created', 'changed', 'unchanged']) })
export type ItemWritten = Static<typeof ItemWritten>
