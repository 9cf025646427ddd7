import { type Static, Type } from 'typebox'
import type { Outcome } from '../../kernel/command.ts'
import { type DomainError, invariant } from '../../kernel/errors.ts'
import { problemOf } from '../../kernel/http/problem.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'

/** How one shipment of a command over several came out; a refusal says why as a problem document. */
export const ShipmentOutcome = exactly({
  shipment_id: Uuid,
  ok: Type.Boolean(),
  error: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})
export type ShipmentOutcome = Static<typeof ShipmentOutcome>

/** The outcome of a shipment as the API says it. */
export function shipmentOutcome(shipmentId: string, outcome: { ok: true } | { ok: false; error: DomainError }): ShipmentOutcome {
  return outcome.ok
    ? { shipment_id: shipmentId, ok: true }
    : { shipment_id: shipmentId, ok: false, error: { ...problemOf(outcome.error, null) } }
}

/** The value of the only outcome of a batch of one. @throws its refusal */
export function onlyOf<T>(outcomes: readonly Outcome<T>[]): T {
  const [outcome] = outcomes
  invariant(outcome !== undefined, 'one element has one outcome')
  if (!outcome.ok) throw outcome.error
  return outcome.value
}
