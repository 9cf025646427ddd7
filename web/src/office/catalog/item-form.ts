import type { Item } from '../../api/shapes.ts'
import { decimalText, parseDecimal } from '../../kit/format.ts'

export interface ItemForm {
  sku: string
  name: string
  kind: string
  unit: string
  status: string
  cost_method: string
  preorder: string
  preorder_from: string
  preorder_until: string
  tax_class: string
  image_url: string
  price: string
  currency: string
  weight_g: string
  length_mm: string
  width_mm: string
  height_mm: string
  barcodes: { code: string; quantity: string }[]
  components: { sku: string; quantity: string }[]
}

const PRICE_SCALE = 4
export const MEASURES = ['weight_g', 'length_mm', 'width_mm', 'height_mm'] as const

/** The form of an item, empty for a new one. */
export function formOf(item: Item | null, currency: string): ItemForm {
  const text = (value: number | null | undefined) => (value === null || value === undefined ? '' : String(value))
  return {
    sku: item?.sku ?? '',
    name: item?.name ?? '',
    kind: item?.kind ?? 'stocked',
    unit: item?.unit ?? 'pcs',
    status: item?.status ?? 'active',
    cost_method: item?.cost_method ?? 'fifo',
    preorder: item?.preorder ?? 'none',
    preorder_from: item?.preorder_from ?? '',
    preorder_until: item?.preorder_until ?? '',
    tax_class: item?.tax_class ?? '',
    image_url: item?.image_url ?? '',
    price: item?.price ? decimalText(item.price.amount, item.price.scale) : '',
    currency: item?.price?.currency ?? currency,
    weight_g: text(item?.weight_g),
    length_mm: text(item?.length_mm),
    width_mm: text(item?.width_mm),
    height_mm: text(item?.height_mm),
    barcodes: (item?.barcodes ?? []).map((one) => ({ code: one.code, quantity: String(one.quantity ?? 1) })),
    components: (item?.components ?? []).map((one) => ({ sku: one.sku, quantity: String(one.quantity) })),
  }
}

/** The item as the API takes it. A change sends only what may change: the SKU and kind of an item stay. */
export function itemBody(form: ItemForm, change: boolean): Record<string, unknown> {
  const scale = Math.min(PRICE_SCALE, Math.max(2, (form.price.split(/[.,]/)[1] ?? '').length))
  return {
    ...(change
      ? { status: form.status }
      : { sku: form.sku.trim(), kind: form.kind, unit: form.unit.trim(), cost_method: form.cost_method }),
    name: form.name.trim(),
    preorder: form.kind === 'stocked' ? form.preorder : 'none',
    preorder_from: instantOf(form.preorder_from),
    preorder_until: instantOf(form.preorder_until),
    ...(form.price === '' ? {} : { price: { amount: parseDecimal(form.price, scale), scale, currency: form.currency } }),
    ...(form.tax_class === '' ? {} : { tax_class: form.tax_class }),
    ...(form.image_url === '' ? {} : { image_url: form.image_url }),
    ...Object.fromEntries(MEASURES.filter((name) => form[name] !== '').map((name) => [name, Number(form[name])])),
    barcodes: form.barcodes.map((one) => ({ code: one.code.trim(), quantity: Number(one.quantity) })),
    ...(form.kind === 'kit' ? { components: form.components.map((one) => ({ sku: one.sku.trim(), quantity: Number(one.quantity) })) } : {}),
  }
}

function instantOf(text: string): string | null {
  return text === '' ? null : new Date(text).toISOString()
}
