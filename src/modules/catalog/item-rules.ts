import type { FieldProblem } from '../../kernel/errors.ts'
import { stableJson } from '../../kernel/events.ts'
import { isCurrency } from '../../kernel/money.ts'
import { barcodeKey, barcodeProblem, detectScheme } from './gtin.ts'
import type { Item, ItemDraft } from './item.ts'

/** An item before it has anything but a SKU: the defaults of every field. */
export function blankItem(id: string, sku: string): Item {
  return {
    id,
    sku,
    kind: 'stocked',
    name: '',
    product_id: null,
    unit: 'piece',
    unit_scale: 0,
    barcodes: [],
    weight_g: null,
    length_mm: null,
    width_mm: null,
    height_mm: null,
    price: null,
    tax_class: null,
    image_url: null,
    cost_method: 'fifo',
    tracking: 'none',
    status: 'active',
    preorder: 'none',
    preorder_from: null,
    preorder_until: null,
    components: [],
    version: 0,
  }
}

/** The item as it is after an edit: fields given replace, others stay; schemes and scales left out are filled in. */
export function applyDraft(item: Item, draft: Partial<ItemDraft>): Item {
  const { price, barcodes, ...plain } = draft
  const next: Item = { ...item, ...withoutUndefined(plain) }
  for (const field of ['preorder_from', 'preorder_until'] as const) {
    const instant = draft[field]
    if (typeof instant === 'string') next[field] = new Date(instant).toISOString()
  }
  if (price !== undefined) next.price = price === null ? null : { amount: price.amount, scale: price.scale ?? 2, currency: price.currency }
  if (barcodes !== undefined)
    next.barcodes = barcodes.map((barcode) => ({
      code: barcode.code,
      scheme: barcode.scheme ?? detectScheme(barcode.code),
      quantity: barcode.quantity ?? 1,
    }))
  return next
}

/** Names of the fields in which two states of an item differ; the order of barcodes and components does not count. */
export function changedFields(before: Item, after: Item): string[] {
  return (Object.keys(after) as (keyof Item)[]).filter(
    (field) => field !== 'version' && comparable(before[field]) !== comparable(after[field]),
  )
}

/** Fields that give past quantities their meaning: fixed once an item exists. */
const FIXED = ['kind', 'unit_scale', 'tracking'] as const

/** What an item breaks by itself, without looking at others. `before` is its stored state, null when it is new. */
export function itemProblems(item: Item, before: Item | null): FieldProblem[] {
  return [
    ...textProblems(item),
    ...preorderProblems(item),
    ...moneyProblems(item),
    ...barcodeProblems(item),
    ...kitProblems(item),
    ...fixedProblems(item, before),
  ]
}

function textProblems(item: Item): FieldProblem[] {
  const problems: FieldProblem[] = []
  if (item.sku !== item.sku.trim() || hasControl(item.sku)) {
    problems.push({ pointer: '/sku', code: 'sku', message: 'must not begin or end with a space or hold control characters; remove them' })
  }
  if (item.name.trim() === '') problems.push({ pointer: '/name', code: 'required', message: 'is required for a new item; add it' })
  if (item.image_url !== null && !isWebAddress(item.image_url)) {
    problems.push({ pointer: '/image_url', code: 'url', message: 'is no web address; it begins with https:// or http://' })
  }
  return problems
}

function preorderProblems(item: Item): FieldProblem[] {
  const { preorder_from: from, preorder_until: until } = item
  if (from !== null && until !== null && from >= until)
    return [{ pointer: '/preorder_until', code: 'window', message: 'must lie after preorder_from; correct one of the two' }]
  if (item.preorder !== 'none' && item.kind !== 'stocked')
    return [{ pointer: '/preorder', code: 'only_stocked', message: `is for stocked items, this is a ${item.kind}; leave it at none` }]
  return []
}

function moneyProblems(item: Item): FieldProblem[] {
  if (item.price === null || isCurrency(item.price.currency)) return []
  return [
    {
      pointer: '/price/currency',
      code: 'currency',
      message: `"${item.price.currency}" is no currency of ISO 4217; use three capital letters such as EUR or RSD`,
    },
  ]
}

function barcodeProblems(item: Item): FieldProblem[] {
  const seen = new Set<string>()
  return item.barcodes.flatMap(({ code, scheme }, index) => {
    const pointer = `/barcodes/${index}/code`
    const key = barcodeKey(code)
    const message = barcodeProblem(code, scheme)
    if (message !== null) return [{ pointer, code: 'barcode', message }]
    if (seen.has(key)) return [{ pointer, code: 'duplicate', message: 'is given twice (leading zeros do not count); leave one out' }]
    seen.add(key)
    return []
  })
}

function kitProblems(item: Item): FieldProblem[] {
  if (item.kind !== 'kit') {
    return item.components.length === 0
      ? []
      : [
          {
            pointer: '/components',
            code: 'not_a_kit',
            message: 'only an item of kind kit has components; set kind to kit or leave them out',
          },
        ]
  }
  if (item.components.length === 0) return [{ pointer: '/components', code: 'required', message: 'a kit needs at least one component' }]
  const seen = new Set<string>()
  return item.components.flatMap(({ sku }, index) => {
    if (seen.has(sku)) return [{ pointer: `/components/${index}/sku`, code: 'duplicate', message: 'is given twice; add the quantities up' }]
    seen.add(sku)
    return []
  })
}

function fixedProblems(item: Item, before: Item | null): FieldProblem[] {
  if (before === null) return []
  return FIXED.filter((field) => item[field] !== before[field]).map((field) => ({
    pointer: `/${field}`,
    code: 'field_fixed',
    message: `is ${before[field]} and cannot change, because past quantities rest on it; make a new item`,
  }))
}

function isWebAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:')
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text)
}

function comparable(value: unknown): string {
  return Array.isArray(value) ? JSON.stringify(value.map((entry) => stableJson(entry)).toSorted()) : stableJson(value)
}

function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}
