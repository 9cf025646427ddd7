import { Type } from 'typebox'
import { invalidField } from '../../kernel/errors.ts'

/** Shared pieces of the wire contract (docs/architecture.md, Contracts). */
export const Quantity = Type.Integer({
  minimum: 1,
  maximum: 1_000_000_000_000,
  description: "integer in the item's base unit at its scale",
})
export const Reason = Type.String({ minLength: 1, maxLength: 500 })
export const UnitCost = Type.Object(
  {
    amount: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }),
    scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
  },
  { additionalProperties: false, description: 'integer with `scale` decimals (default 2), in the currency of the document' },
)

export const Code = Type.String({ minLength: 1, maxLength: 60 })
export const Currency = Type.String({ pattern: '^[A-Z]{3}$' })
export const Money = Type.Object(
  { amount: Type.Integer(), currency: Type.String() },
  { additionalProperties: false, description: 'minor units of the currency' },
)

/** Clocks of other machines run this far ahead at most. */
const CLOCK_SKEW_MS = 5 * 60_000

/**
 * When a fact happened: as said, else now.
 * @throws `kernel.invalid_input` at `pointer` when it lies in the future
 */
export function instantOf(said: string | undefined, now: Date, pointer = '/happened_at'): Date {
  if (said === undefined) return now
  if (liesAhead(said, now)) throw invalidField(pointer, 'in_future', IN_FUTURE)
  return new Date(said)
}

/** What is said of a fact that has not happened yet. */
export const IN_FUTURE = 'lies in the future; a fact has already happened'

/** Whether an instant lies in the future, by more than clocks differ. */
export function liesAhead(said: string, now: Date): boolean {
  return new Date(said).getTime() > now.getTime() + CLOCK_SKEW_MS
}
