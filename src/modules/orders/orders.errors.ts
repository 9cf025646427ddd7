import { DomainError } from '../../kernel/errors.ts'

/** The external id is known with other content. */
export function externalIdTaken(channel: string, externalId: string, orderId: string): DomainError {
  return new DomainError(
    'conflict',
    'orders.external_id_taken',
    `Channel ${channel} already has an order ${externalId} with other content. The same order again must be sent unchanged; another order needs another external_id.`,
    { detail: { order_id: orderId } },
  )
}

/** Another process is taking in the same order at this moment. */
export function inFlight(externalId: string): DomainError {
  return new DomainError(
    'conflict',
    'orders.in_flight',
    `Order ${externalId} is being taken in at this moment. Send it again; the same order is taken once.`,
  )
}

/** The sourcing policy refuses orders that stock does not cover. */
export function notEnoughStock(missing: readonly { sku: string; quantity: number }[]): DomainError {
  return new DomainError(
    'rule',
    'orders.insufficient_stock',
    `Not in stock: ${missing
      .slice(0, 5)
      .map((part) => `${part.quantity} × ${part.sku}`)
      .join(', ')}. The policy of this channel takes no backorders.`,
    { detail: { missing } },
  )
}

/** More is to be canceled than is still open. */
export function moreThanOpen(lineId: string, wanted: number, open: number): DomainError {
  return new DomainError(
    'rule',
    'orders.more_than_open',
    `Of line ${lineId} only ${open} can still be canceled, not ${wanted}. What was shipped comes back by a return.`,
    { detail: { line_id: lineId, wanted, open } },
  )
}

/** Nothing of the order is open any more. */
export function nothingOpen(number: number): DomainError {
  return new DomainError(
    'rule',
    'orders.nothing_open',
    `Order ${number} has nothing left to cancel: all of it was shipped or canceled before.`,
  )
}

/** The hold is not on this order, or was released before. */
export function holdNotOpen(id: string): DomainError {
  return new DomainError('conflict', 'orders.hold_not_open', `The hold ${id} is not open on this order. Reload to see what holds it now.`)
}

/** The order is done or canceled: its lines stand. */
export function notOpen(number: number, state: string): DomainError {
  return new DomainError(
    'rule',
    'orders.not_open',
    `Order ${number} is ${state} and not changed any more. What was shipped comes back by a return; money goes back by a refund.`,
    { detail: { state } },
  )
}

/** Somebody changed the order between reading and locking it. */
export function changedMeanwhile(number: number): DomainError {
  return new DomainError(
    'conflict',
    'orders.changed_meanwhile',
    `Order ${number} was changed at this moment by somebody else. Send it again.`,
  )
}
