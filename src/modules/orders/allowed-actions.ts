import type { AllowedAction } from './order-view.ts'

/** What decides which actions an order allows now. */
export interface ActionFacts {
  state: string
  openQuantity: number
  backordered: number
  returnable: number
  openHolds: number
  captured: number
  refunded: number
  shipments: readonly { status: string; held: boolean; ready: boolean }[]
}

/** Permission that each action needs. */
const PERMISSION: Readonly<Record<string, string>> = {
  release: 'warehouse.release',
  change: 'orders.change',
  cancel: 'orders.cancel',
  hold: 'orders.hold',
  release_hold: 'orders.hold',
  pay: 'orders.pay',
  refund: 'orders.pay',
  return: 'warehouse.return',
}

/** What one may do with an order now, and why not: every action is listed, so that a screen can show it disabled with its reason. */
export function allowedActions(facts: ActionFacts, may: (permission: string) => boolean): AllowedAction[] {
  const reasons: Record<string, string | null> = {
    release: whyNotRelease(facts),
    change: facts.state === 'open' ? null : 'Only an open order can be changed. What was shipped comes back by a return.',
    cancel:
      facts.openQuantity > 0
        ? null
        : 'Nothing is open any more: all of it was shipped or canceled. What was shipped comes back by a return.',
    hold: facts.state === 'open' ? null : 'Only an open order can be held.',
    release_hold: facts.openHolds > 0 ? null : 'Nothing holds this order.',
    pay: null,
    refund: facts.captured > facts.refunded ? null : 'Nothing was captured that could be refunded.',
    return: facts.returnable > 0 ? null : 'Nothing of it is with the customer.',
  }
  return Object.entries(reasons).map(([action, reason]): AllowedAction => {
    const permission = PERMISSION[action] ?? ''
    if (!may(permission)) return { action, allowed: false, reason: `This needs the permission ${permission}.` }
    return reason === null ? { action, allowed: true } : { action, allowed: false, reason }
  })
}

function whyNotRelease(facts: ActionFacts): string | null {
  if (facts.openHolds > 0) return 'The order is held. Release its holds first.'
  const planned = facts.shipments.filter((shipment) => shipment.status === 'planned')
  if (planned.some((shipment) => !shipment.held && shipment.ready)) return null
  if (planned.some((shipment) => !shipment.ready)) return 'It is sent whole, and not all of it is in stock yet.'
  if (facts.backordered > 0) return 'It waits for stock.'
  return 'No shipment of it is planned.'
}
