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

/**
 * Stock does not cover the order, and what is missing may not wait: the channel takes no backorders, or a preorder is limited to what
 * is expected (`expected` says how much of it is left).
 */
export function shortOfStock(missing: readonly { sku: string; quantity: number; expected?: number | null }[]): DomainError {
  return new DomainError(
    'rule',
    'orders.insufficient_stock',
    `Not in stock: ${missing
      .slice(0, 5)
      .map((part) =>
        typeof part.expected === 'number'
          ? `${part.quantity} × ${part.sku} (of what is expected ${part.expected} can still be promised)`
          : `${part.quantity} × ${part.sku}`,
      )
      .join(', ')}. These take no further backorders; lower the quantity.`,
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

/** Nothing is left that could be refunded so. */
export function nothingToRefund(number: number): DomainError {
  return new DomainError(
    'rule',
    'orders.nothing_to_refund',
    `Nothing of order ${number} is left to refund this way. Name lines, charges or an amount, or lower the restocking fee.`,
  )
}

/** The authorization belongs to another order. */
export function rmaOfOtherOrder(id: string): DomainError {
  return new DomainError('rule', 'orders.rma_of_other_order', `The authorization ${id} is of another order. Refund the order it names.`, {
    detail: { rma_id: id },
  })
}

/** More is to come back than is with the customer and not announced yet. */
export function moreThanReturnable(lineId: string, wanted: number, available: number): DomainError {
  return new DomainError(
    'rule',
    'orders.more_than_returnable',
    `Of line ${lineId} only ${available} are with the customer and not announced yet, not ${wanted}. Lower the quantity.`,
    { detail: { line_id: lineId, wanted, available } },
  )
}

/** The authorization's state forbids it. */
export function rmaState(number: number, state: string, action: string): DomainError {
  return new DomainError(
    'rule',
    'orders.rma_state',
    `Return RMA-${number} is ${state}; ${action} is not possible then. Reload to see what is.`,
    {
      detail: { state, action },
    },
  )
}

/** The channel is said to have sent more than is still open. */
export function moreThanOpenElsewhere(lineId: string, wanted: number, open: number): DomainError {
  return new DomainError(
    'rule',
    'orders.more_than_open',
    `Of line ${lineId} only ${open} are still open, so ${wanted} cannot have been sent by the channel. Lower the quantity, or raise the order's first.`,
    { detail: { line_id: lineId, wanted, open } },
  )
}

/** There is no warehouse to count it at. */
export function noWarehouse(number: number): DomainError {
  return new DomainError(
    'rule',
    'orders.no_warehouse',
    `No active warehouse may serve order ${number}, so there is none to count its shipment at. Add one to the channel first.`,
  )
}
