/** What a rule can wait for. */
export interface Trigger {
  id: TriggerId
  /** Events of the feed that are an occurrence of it. */
  events: readonly string[]
  /** What the event is about: decides which fields a condition may use. */
  about: 'order' | 'shipment'
  /** Asked in the transaction that raises the event, so that a hold is there before anybody can release the order. */
  atOnce: boolean
}

export const TRIGGER_IDS = [
  'order_placed',
  'order_changed',
  'order_canceled',
  'payment_recorded',
  'hold_released',
  'backordered',
  'backorder_reserved',
  'promise_changed',
  'shipment_planned',
  'shipment_shipped',
  'shipment_delivered',
  'return_requested',
  'order_returned',
] as const
export type TriggerId = (typeof TRIGGER_IDS)[number]

const trigger = (id: TriggerId, events: readonly string[], about: Trigger['about'] = 'order', atOnce = false): Trigger => ({
  id,
  events,
  about,
  atOnce,
})

/** Every trigger with the events it hears. */
export const TRIGGERS: Readonly<Record<TriggerId, Trigger>> = {
  order_placed: trigger('order_placed', ['orders.order_placed'], 'order', true),
  order_changed: trigger('order_changed', ['orders.order_changed']),
  order_canceled: trigger('order_canceled', ['orders.order_canceled']),
  payment_recorded: trigger('payment_recorded', ['orders.payment_recorded']),
  hold_released: trigger('hold_released', ['orders.hold_released']),
  backordered: trigger('backordered', ['orders.promise_lost']),
  backorder_reserved: trigger('backorder_reserved', ['orders.backorder_reserved']),
  promise_changed: trigger('promise_changed', ['orders.promise_changed']),
  shipment_planned: trigger('shipment_planned', ['warehouse.shipment_planned'], 'shipment'),
  shipment_shipped: trigger('shipment_shipped', ['warehouse.shipment_shipped'], 'shipment'),
  shipment_delivered: trigger('shipment_delivered', ['warehouse.shipment_delivered'], 'shipment'),
  return_requested: trigger('return_requested', ['orders.return_requested']),
  order_returned: trigger('order_returned', ['orders.order_returned']),
}

/** Triggers that an event is an occurrence of. */
export function triggersOf(eventType: string): Trigger[] {
  return Object.values(TRIGGERS).filter((one) => one.events.includes(eventType))
}

/** Every event that some trigger hears. */
export const HEARD_EVENTS: readonly string[] = [...new Set(Object.values(TRIGGERS).flatMap((one) => one.events))]
