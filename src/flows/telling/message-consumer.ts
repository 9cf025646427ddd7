import type { Context } from '../../kernel/context.ts'
import { readOnly } from '../../kernel/database.ts'
import type { OutboxConsumer, StoredEvent } from '../../kernel/outbox-delivery.ts'
import { runCommand, runQuery, type System } from '../../kernel/runner.ts'
import { findWarehouses } from '../../modules/inventory/index.ts'
import {
  type CustomerKind,
  isSwitchedOn,
  messageLanguage,
  type MessageLanguage,
  openTrackingPage,
  queueMessage,
  readSender,
  readSwitches,
} from '../../modules/messaging/index.ts'
import { listChannels } from '../../modules/orders/index.ts'
import { factsOf, type Occasion, type Order, readOrder, readShipment, type Shipment } from './order-facts.ts'
import { rememberQuiet } from './quiet.ts'

/** Orders that were placed longer ago are history that somebody brought in: nobody is thanked for them now. */
const FRESH_DAYS = 7
const DAY_MS = 86_400_000

/** What an event asks to tell, order by order. */
interface Telling extends Occasion {
  kind: CustomerKind
  order: Order
}

const writes = async (system: System, ctx: Context) => (await readOnly(system.database, ctx, (tx) => readSender(tx, ctx.orgId))).is_on
const isQuiet = rememberQuiet(writes)

/** Tells customers what happened to their orders, by e-mail: queues a message for each event and kind, once. */
export const messageConsumer: OutboxConsumer = {
  name: 'messaging.messages',
  types: [
    'orders.order_placed',
    'warehouse.shipment_shipped',
    'warehouse.shipment_packed',
    'orders.payment_recorded',
    'orders.promise_changed',
  ],
  awaits: writes,
  async handle(system, ctx, event) {
    if (await isQuiet(system, ctx, event.recordedAt)) return
    const sender = await readOnly(system.database, ctx, (tx) => readSender(tx, ctx.orgId))
    if (!sender.is_on || sender.on_since === null || event.recordedAt < sender.on_since) return
    for (const telling of await tellingsOf(system, ctx, event)) {
      // oxlint-disable-next-line no-await-in-loop -- one message after another; a shipment seldom serves two orders
      await tell(system, ctx, { event, telling, language: sender.language as MessageLanguage | 'auto' })
    }
  },
}

async function tellingsOf(system: System, ctx: Context, event: StoredEvent): Promise<Telling[]> {
  switch (event.type) {
    case 'orders.order_placed': {
      const order = await readOrder(system, ctx, event.documentId)
      const isFresh = event.recordedAt.getTime() - new Date(order.placed_at).getTime() < FRESH_DAYS * DAY_MS
      return isFresh ? [{ kind: 'order_received', order }] : []
    }
    case 'warehouse.shipment_shipped':
    case 'warehouse.shipment_packed':
      return ofShipment(system, ctx, event)
    case 'orders.payment_recorded': {
      const { kind, amount, currency } = event.payload as { kind: string; amount: number; currency: string }
      if (kind !== 'refunded') return []
      return [{ kind: 'refunded', order: await readOrder(system, ctx, event.documentId), refund: { amount, currency } }]
    }
    case 'orders.promise_changed':
      return ofPromise(system, ctx, event)
    default:
      return []
  }
}

async function ofShipment(system: System, ctx: Context, event: StoredEvent): Promise<Telling[]> {
  const shipment = await readShipment(system, ctx, event.documentId)
  const orders = await Promise.all(shipment.order_ids.map((id) => readOrder(system, ctx, id)))
  const kind = event.type === 'warehouse.shipment_packed' ? 'ready' : 'shipped'
  const pickups = await Promise.all(orders.map((order) => isPickup(system, ctx, shipment, order)))
  // Who collects is told when it is packed, others when it has left.
  return orders.flatMap((order, index) => (pickups[index] === (kind === 'ready') ? [{ kind, order, shipment } satisfies Telling] : []))
}

/** A customer collects a shipment from a store when its service, or a tag of its order, is `pickup`. */
async function isPickup(system: System, ctx: Context, shipment: Shipment, order: Order): Promise<boolean> {
  const asked =
    shipment.service === 'pickup' || shipment.parcels.some((parcel) => parcel.service === 'pickup') || order.tags.includes('pickup')
  if (!asked) return false
  const [warehouse] = await readOnly(system.database, ctx, (tx) => findWarehouses(tx, ctx.orgId, { ids: [shipment.warehouse_id] }))
  return warehouse?.kind === 'store'
}

/** A date that moved back, was lost, or lies behind what was promised. An earlier date is no news to write about. */
async function ofPromise(system: System, ctx: Context, event: StoredEvent): Promise<Telling[]> {
  const { expected_at: [before = null, now = null] = [], promised_at: promised = null } = event.payload as {
    expected_at?: [string | null, string | null]
    promised_at?: string | null
  }
  const told = before ?? promised
  if (told === null || (now !== null && now <= told)) return []
  const order = await readOrder(system, ctx, event.documentId)
  return order.state === 'open' ? [{ kind: 'delayed', order, promise: { before: told, now } }] : []
}

async function tell(
  system: System,
  ctx: Context,
  { event, telling, language: setting }: { event: StoredEvent; telling: Telling; language: MessageLanguage | 'auto' },
): Promise<void> {
  const { kind, order } = telling
  const recipient = order.customer.email
  if (recipient === null || !/^[^\s@<>",;:\\]+@[^\s@<>",;:\\]+$/.test(recipient)) return
  const { data: channels } = await runQuery(system, ctx, listChannels, { limit: 200 })
  const channel = channels.find(({ id }) => id === order.channel.id) ?? { id: order.channel.id, kind: 'shop' }
  if (!isSwitchedOn(await readOnly(system.database, ctx, (tx) => readSwitches(tx, ctx.orgId, kind)), channel)) return
  const language = messageLanguage(setting, order.ship_to.country, ctx.org.language)
  const facts = await factsOf(system, ctx, { ...telling, language, trackingPageUrl: await openTrackingPage(system, ctx, order.id) })
  await runCommand(system, ctx, queueMessage, { kind, language, event_seq: event.seq, order_id: order.id, recipient, facts })
}
