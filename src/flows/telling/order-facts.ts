import type { Static } from 'typebox'
import type { Context } from '../../kernel/context.ts'
import { readOnly } from '../../kernel/database.ts'
import { minorUnitDigits } from '../../kernel/money.ts'
import { runQuery, type System } from '../../kernel/runner.ts'
import { readOrganization } from '../../modules/identity/index.ts'
import { findWarehouses } from '../../modules/inventory/index.ts'
import { LOCALES, type MessageFacts, type MessageLanguage } from '../../modules/messaging/index.ts'
import { getOrder } from '../../modules/orders/index.ts'
import { getShipment } from '../../modules/warehouse/index.ts'

export type Order = Static<typeof getOrder.output>
export type Shipment = Static<typeof getShipment.output>

/** What a message is about, beside its order. */
export interface Occasion {
  shipment?: Shipment
  refund?: { amount: number; currency: string }
  promise?: { before: string | null; now: string | null }
  trackingPageUrl?: string
}

/** An instant as a day of the organization's, in the reader's language. */
export function dayText(instant: string | null | undefined, language: MessageLanguage, timeZone: string): string {
  if (instant === null || instant === undefined) return ''
  return new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'medium', timeZone }).format(new Date(instant))
}

/** An amount in minor units as people write it. */
export function moneyText(money: { amount: number; currency: string }, language: MessageLanguage): string {
  const digits = minorUnitDigits(money.currency)
  const value = money.amount / 10 ** digits
  return new Intl.NumberFormat(LOCALES[language], { style: 'currency', currency: money.currency, minimumFractionDigits: digits }).format(
    value,
  )
}

/** The first word of a name; a company's first word where a company ordered. */
export function firstName(name: string | null): string {
  return (name ?? '').trim().split(/\s+/)[0] ?? ''
}

/** Everything a message may say of an order, in the reader's language. Lines are those of the shipment where there is one. */
export async function factsOf(
  system: Pick<System, 'database'>,
  ctx: Context,
  about: { order: Order; language: MessageLanguage } & Occasion,
): Promise<MessageFacts> {
  const { order, language, shipment, refund, promise } = about
  const { name } = await readOnly(system.database, ctx, readOrganization)
  const pickup = shipment === undefined ? undefined : await readPickup(system, ctx, shipment)
  const day = (instant: string | null | undefined) => dayText(instant, language, ctx.org.timeZone)
  return {
    shop_name: name,
    first_name: firstName(order.customer.name ?? order.ship_to.name),
    order_number: String(order.number),
    order_date: day(order.placed_at),
    total: moneyText(order.totals.total, language),
    city: order.ship_to.city,
    lines: linesOf(order, shipment, language),
    parcels: (shipment?.parcels ?? []).map((parcel) => ({
      carrier: parcel.carrier ?? '',
      tracking_number: parcel.tracking_number ?? '',
      tracking_url: parcel.tracking_url ?? '',
    })),
    tracking_page_url: about.trackingPageUrl ?? '',
    promised_on: day(promise === undefined ? order.promised_at : promise.now),
    promised_before: day(promise?.before),
    refund_amount: refund === undefined ? '' : moneyText(refund, language),
    pickup_name: pickup?.name ?? '',
    pickup_address: pickup?.address ?? '',
  }
}

/** Lines as the customer ordered them (a kit as one); of a shipment, what it carries of this order. */
function linesOf(order: Order, shipment: Shipment | undefined, language: MessageLanguage): MessageFacts['lines'] {
  const quantity = (value: number): string => new Intl.NumberFormat(LOCALES[language]).format(value)
  if (shipment !== undefined)
    return shipment.lines
      .filter((line) => line.order_id === order.id)
      .map((line) => ({
        name: line.name,
        sku: line.sku,
        quantity: quantity((line.shipped_quantity || line.quantity) / 10 ** line.unit_scale),
        amount: '',
      }))
  return order.lines
    .filter((line) => line.parent_line_id === null)
    .map((line) => ({
      name: line.name,
      sku: line.sku,
      quantity: quantity(line.ordered - line.canceled),
      amount: moneyText({ amount: line.amount.amount - line.discount.amount, currency: line.amount.currency }, language),
    }))
}

async function readPickup(
  system: Pick<System, 'database'>,
  ctx: Context,
  shipment: Shipment,
): Promise<{ name: string; address: string } | undefined> {
  const [warehouse] = await readOnly(system.database, ctx, (tx) => findWarehouses(tx, ctx.orgId, { ids: [shipment.warehouse_id] }))
  if (warehouse === undefined) return undefined
  const { line1, city } = warehouse.address
  return { name: warehouse.name, address: [line1, [warehouse.postcode, city].filter(Boolean).join(' ')].filter(Boolean).join(', ') }
}

/** An order as the API shows it. @throws `orders.not_found` */
export function readOrder(system: Pick<System, 'database'>, ctx: Context, orderId: string): Promise<Order> {
  return runQuery(system, ctx, getOrder, { order_id: orderId })
}

/** A shipment as the API shows it. @throws `warehouse.not_found` */
export function readShipment(system: Pick<System, 'database'>, ctx: Context, shipmentId: string): Promise<Shipment> {
  return runQuery(system, ctx, getShipment, { shipment_id: shipmentId })
}
