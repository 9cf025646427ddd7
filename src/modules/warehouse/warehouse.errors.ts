import { DomainError } from '../../kernel/errors.ts'

/** The shipment's step forbids what was asked; says what it is and what would be needed. */
export function wrongStep(shipment: { id: string; number: number; status: string }, wanted: string, fix: string): DomainError {
  return new DomainError(
    'rule',
    'warehouse.wrong_step',
    `Shipment S-${shipment.number} is ${shipment.status} and cannot be ${wanted}. ${fix}`,
    { detail: { shipment_id: shipment.id, status: shipment.status } },
  )
}

/** A batch changes each shipment once. */
export function shipmentRepeated(id: string): DomainError {
  return new DomainError(
    'invalid',
    'warehouse.shipment_repeated',
    `Shipment ${id} stands twice in this request; say all that concerns it in one element.`,
    { detail: { shipment_id: id } },
  )
}

/** A document is taken back once. */
export function alreadyReversed(number: number): DomainError {
  return new DomainError(
    'conflict',
    'warehouse.already_reversed',
    `Goods receipt R-${number} was reversed before. Make a new receipt for goods that came after all.`,
    { detail: { number } },
  )
}

/** An order behind the shipment is held. */
export function shipmentHeld(shipment: { id: string; number: number }): DomainError {
  return new DomainError(
    'rule',
    'warehouse.held',
    `Shipment S-${shipment.number} waits: its order is held. Release the hold on the order first.`,
    { detail: { shipment_id: shipment.id } },
  )
}

/** The promised goods are on hand, but no free bin to pick them from was found. */
export function noBin(shipment: { id: string; number: number }, short: readonly { item_id: string; quantity: number }[]): DomainError {
  return new DomainError(
    'rule',
    'warehouse.no_bin',
    `For shipment S-${shipment.number} no unblocked bin has the goods free to pick. Move them to a bin or unblock it.`,
    { detail: { shipment_id: shipment.id, short } },
  )
}

/** More was asked than the line still has. */
export function moreThanOpen(what: string, id: string, wanted: number, open: number): DomainError {
  return new DomainError(
    'rule',
    'warehouse.more_than_open',
    `${what} ${id} has ${open} left where ${wanted} were asked. Lower the quantity.`,
    { detail: { id, wanted, open } },
  )
}

/** More comes back than was shipped and is not back yet. */
export function moreThanShipped(lineId: string, wanted: number, open: number): DomainError {
  return new DomainError(
    'rule',
    'warehouse.more_than_shipped',
    `Of line ${lineId} only ${open} can still come back, not ${wanted}. Lower the quantity, or name another sale.`,
    { detail: { line_id: lineId, wanted, open } },
  )
}

/** More is decided over than stands at the stage. */
export function moreThanAtStage(lineId: string, stage: string, wanted: number, there: number): DomainError {
  return new DomainError(
    'rule',
    'warehouse.more_than_at_stage',
    `Of return line ${lineId} only ${there} stand at the stage ${stage}, not ${wanted}. Lower the quantity or name another stage.`,
    { detail: { receipt_line_id: lineId, stage, wanted, available: there } },
  )
}

/** More is found than is still lost. */
export function moreThanLost(claimNumber: number, lineId: string): DomainError {
  return new DomainError(
    'rule',
    'warehouse.more_than_lost',
    `Claim ${claimNumber} has less of line ${lineId} still lost than that. Lower the quantity, or name a line of the claim.`,
    { detail: { line_id: lineId } },
  )
}

/** Nothing of the claim is lost any more. */
export function nothingLost(claimNumber: number): DomainError {
  return new DomainError(
    'rule',
    'warehouse.nothing_lost',
    `Of claim ${claimNumber} nothing is lost any more: all of it was found. Reload it.`,
  )
}
