import type { Context } from '../../kernel/context.ts'
import { readOnly } from '../../kernel/database.ts'
import type { System } from '../../kernel/runner.ts'
import { readOrganization } from '../../modules/identity/index.ts'
import {
  findTrackedOrder,
  messageLanguage,
  type MessageLanguage,
  MESSAGE_LANGUAGES,
  readSender,
  type TrackedOrder,
} from '../../modules/messaging/index.ts'
import { dayText, firstName, type Order, readOrder, readShipment, type Shipment } from './order-facts.ts'

const SENT = ['shipped', 'delivered', 'refused', 'lost']
const DONE = ['packed', ...SENT]
const MOST_SHIPMENTS = 20

/** The page behind a link: what it shows, in which language. `wanted` is what the reader asked for, else it goes by the order's address. */
export async function readTrackingPage(
  system: System,
  contextOf: (orgId: number) => Promise<Context>,
  link: { token: string; wanted: string | undefined },
): Promise<{ order: TrackedOrder; language: MessageLanguage } | undefined> {
  const found = await findTrackedOrder(system.database, link.token)
  if (found === undefined) return undefined
  const ctx = await contextOf(found.orgId)
  const order = await readOrder(system, ctx, found.orderId)
  const { sender, name } = await readOnly(system.database, ctx, async (tx) => ({
    sender: await readSender(tx, ctx.orgId),
    name: (await readOrganization(tx)).name,
  }))
  const open = order.shipments.filter((shipment) => !['canceled', 'voided'].includes(shipment.status)).slice(0, MOST_SHIPMENTS)
  const shipments = await Promise.all(open.map((shipment) => readShipment(system, ctx, shipment.id)))
  const language =
    MESSAGE_LANGUAGES.find((one) => one === link.wanted) ??
    messageLanguage(sender.language as MessageLanguage | 'auto', order.ship_to.country, ctx.org.language)
  return { order: trackedOrder({ order, shipments, shopName: name, language, timeZone: ctx.org.timeZone }), language }
}

/** What a page says of an order: days, parcels, first name and city; nothing else of a person. */
export function trackedOrder(about: {
  order: Order
  shipments: readonly Shipment[]
  shopName: string
  language: MessageLanguage
  timeZone: string
}): TrackedOrder {
  const { order, shipments, shopName, language, timeZone } = about
  const day = (instant: string | null): string | null => (instant === null ? null : dayText(instant, language, timeZone))
  const isOver = order.fulfillment_status === 'shipped' || order.fulfillment_status === 'delivered'
  const sent = shipments.filter((shipment) => SENT.includes(shipment.status))
  return {
    shopName,
    orderNumber: String(order.number),
    firstName: firstName(order.customer.name ?? order.ship_to.name),
    city: order.ship_to.city,
    isCanceled: order.state === 'canceled',
    partlyShipped: sent.length > 0 && !isOver,
    steps: {
      received: day(order.placed_at),
      packed: day(
        firstOf(
          shipments.filter((shipment) => DONE.includes(shipment.status)).map((shipment) => shipment.packed_at ?? shipment.shipped_at),
        ),
      ),
      shipped: day(firstOf(sent.map((shipment) => shipment.shipped_at))),
      delivered: order.fulfillment_status === 'delivered' ? day(lastOf(shipments.map((shipment) => shipment.delivered_at))) : null,
    },
    promisedOn: isOver || order.state === 'canceled' ? null : day(order.promised_at),
    parcels: sent.flatMap((shipment) =>
      shipment.parcels.map((parcel) => ({
        carrier: parcel.carrier ?? '',
        trackingNumber: parcel.tracking_number ?? '',
        trackingUrl: parcel.tracking_url,
        status: shipment.status === 'delivered' ? ('delivered' as const) : ('shipped' as const),
      })),
    ),
  }
}

function firstOf(instants: readonly (string | null)[]): string | null {
  return instants.filter((instant) => instant !== null).toSorted()[0] ?? null
}

function lastOf(instants: readonly (string | null)[]): string | null {
  return (
    instants
      .filter((instant) => instant !== null)
      .toSorted()
      .at(-1) ?? null
  )
}
