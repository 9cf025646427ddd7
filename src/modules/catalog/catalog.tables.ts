// Generated from the migrated database by scripts/generate-database-types.ts. Do not edit.

import type { ColumnType } from 'kysely'

type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>

type Timestamp = ColumnType<Date, Date | string, Date | string>

interface CatalogBarcode {
  code: string
  item_id: string
  org_id: number
  quantity: Generated<number>
  scheme: string
}

interface CatalogItem {
  cost_method: Generated<string>
  created_at: Timestamp
  height_mm: number | null
  id: string
  image_url: string | null
  kind: string
  length_mm: number | null
  name: string
  org_id: number
  /** Whether the item is sold before it is there, from preorder_from until preorder_until: none (the channel's rule for shortage applies), open (any quantity), expected (no more than expected receipts bring). */
  preorder: Generated<string>
  preorder_from: Timestamp | null
  preorder_until: Timestamp | null
  price: number | null
  price_currency: string | null
  price_scale: Generated<number>
  product_id: string | null
  sku: string
  status: Generated<string>
  tax_class_id: string | null
  tracking: Generated<string>
  unit: Generated<string>
  unit_scale: Generated<number>
  updated_at: Timestamp
  version: Generated<number>
  weight_g: number | null
  width_mm: number | null
}

interface CatalogKitComponent {
  component_id: string
  kit_id: string
  org_id: number
  quantity: number
}

interface CatalogProduct {
  created_at: Timestamp
  description: Generated<string>
  id: string
  name: string
  org_id: number
  status: Generated<string>
  updated_at: Timestamp
  version: Generated<number>
}

interface CatalogTaxClass {
  code: string
  id: string
  name: string
  org_id: number
  rate_ppm: number
}

export interface CatalogTables {
  'catalog.barcode': CatalogBarcode
  'catalog.item': CatalogItem
  'catalog.kit_component': CatalogKitComponent
  'catalog.product': CatalogProduct
  'catalog.tax_class': CatalogTaxClass
}
