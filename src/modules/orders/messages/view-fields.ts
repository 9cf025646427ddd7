import { stableJson } from '../../../kernel/events.ts'
import { minorUnitDigits } from '../../../kernel/money.ts'
import { type ChannelView, isCanceled, type ViewLine, wantedOf } from './channel-view.ts'

/** An order taken apart into fields that can be compared one by one; the key is the field's path. */
export type Fields = Record<string, unknown>

/** Whether two values of a field say the same. */
export function sameValue(a: unknown, b: unknown): boolean {
  return stableJson(a ?? null) === stableJson(b ?? null)
}

/** A part of a path: `lines/<external line id>/quantity`, `charges/shipping/1`. Null for fields of the whole order. */
export function partOf(path: string): { kind: 'lines' | 'charges' | 'discounts'; key: string; field: string } | null {
  const found = /^(lines|charges|discounts)\/(.+)\/([^/]+)$/s.exec(path)
  return found === null ? null : { kind: found[1] as 'lines' | 'charges' | 'discounts', key: found[2] ?? '', field: found[3] ?? '' }
}

/** A path as people read it: "quantity of line 12", "shipping", "ship to". */
export function wordsOf(path: string): string {
  const part = partOf(path)
  const words = (part === null ? path : part.kind === 'lines' ? part.field : part.key).replaceAll('_', ' ')
  return part?.kind === 'lines' ? `${words} of line ${part.key}` : part?.kind === 'discounts' ? `discount ${words}` : words
}

/** A price per unit in minor units as a reduced fraction, so that 2 for 19.98 is the same price as 3 for 29.97. */
export function priceFraction(amount: number, units: bigint | number): string {
  let a = BigInt(amount)
  let b = BigInt(units)
  while (b !== 0n) [a, b] = [b, a % b]
  const divisor = a === 0n ? 1n : a
  return `${BigInt(amount) / divisor}/${BigInt(units) / divisor}`
}

/** A unit price at its scale as {@link priceFraction}. */
export function unitPriceFraction(amount: number, scale: number, currency: string): string {
  const shift = scale - minorUnitDigits(currency)
  return shift >= 0 ? priceFraction(amount, 10n ** BigInt(shift)) : priceFraction(amount * 10 ** -shift, 1)
}

/**
 * Takes a view apart. Of a canceled order only that counts. Lines, charges and discounts that `known` paths name and the view does not
 * are gone: 0. Charges and discounts count only if the view says them at all.
 */
export function fieldsOfView(view: ChannelView, known: readonly string[] = []): Fields {
  if (isCanceled(view)) return { status: 'canceled', ...shippedFields(view) }
  const fields: Fields = { status: 'open', ship_to: view.ship_to, ...shippedFields(view) }
  if (view.bill_to !== undefined) fields['bill_to'] = view.bill_to
  for (const name of ['name', 'email', 'phone'] as const)
    if (view.customer?.[name] !== undefined) fields[`customer_${name}`] = view.customer[name]
  if (view.note !== undefined) fields['note'] = view.note
  if (view.promised_at !== undefined) fields['promised_at'] = new Date(view.promised_at).toISOString()
  for (const line of view.lines) Object.assign(fields, lineFields(line, view.currency))
  Object.assign(
    fields,
    numbered(
      'charges',
      view.charges?.map((charge) => ({ key: charge.kind, amount: charge.amount })),
    ),
  )
  Object.assign(
    fields,
    numbered(
      'discounts',
      view.discounts?.map((discount) => ({ key: discount.code ?? '-', amount: discount.amount })),
    ),
  )
  for (const path of known) {
    const part = partOf(path)
    if (part === null || path in fields) continue
    if (part.kind === 'lines' && part.field === 'quantity') fields[path] = 0
    if (part.kind !== 'lines' && view[part.kind] !== undefined) fields[path] = 0
  }
  return fields
}

function shippedFields(view: ChannelView): Fields {
  return Object.fromEntries(
    view.lines.flatMap((line) =>
      line.shipped_quantity === undefined ? [] : [[`lines/${line.external_line_id}/shipped`, line.shipped_quantity]],
    ),
  )
}

function lineFields(line: ViewLine, currency: string): Fields {
  const at = `lines/${line.external_line_id}`
  const fields: Fields = { [`${at}/quantity`]: wantedOf(line) }
  if (wantedOf(line) === 0) return fields
  if (line.sku !== undefined) fields[`${at}/sku`] = line.sku
  if (line.item_id !== undefined) fields[`${at}/item`] = line.item_id
  if (line.discount !== undefined) fields[`${at}/discount`] = line.discount
  if (line.tax_rate_ppm !== undefined) fields[`${at}/tax_rate`] = line.tax_rate_ppm
  if (line.unit_price !== undefined) fields[`${at}/price`] = unitPriceFraction(line.unit_price.amount, line.unit_price.scale ?? 2, currency)
  else if (line.amount !== undefined) fields[`${at}/price`] = priceFraction(line.amount, line.quantity)
  return fields
}

/** Parts without an id of their own: the first, second … of their kind. */
export function numbered(kind: 'charges' | 'discounts', parts: readonly { key: string; amount: number }[] | undefined): Fields {
  const counts = new Map<string, number>()
  return Object.fromEntries(
    (parts ?? []).map(({ key, amount }) => {
      counts.set(key, (counts.get(key) ?? 0) + 1)
      return [`${kind}/${key}/${counts.get(key) ?? 1}`, amount]
    }),
  )
}
