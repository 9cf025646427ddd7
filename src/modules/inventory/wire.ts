import { Type } from 'typebox'
import { invalidField } from '../../kernel/errors.ts'
import { Uuid } from '../../kernel/schema.ts'

/** An item named by its SKU or its id, one of the two. */
export const itemReference = { sku: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })), item_id: Type.Optional(Uuid) }

/** A quantity in the item's base unit at its scale. */
export const Quantity = Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 })

/** A unit price: integer with `scale` decimals (2 when not said). */
export const UnitCost = Type.Object(
  {
    amount: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }),
    scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
  },
  { additionalProperties: false },
)

export const Code = Type.String({ minLength: 1, maxLength: 60, pattern: String.raw`^\S(.*\S)?$` })
export const LotCode = Type.String({ minLength: 1, maxLength: 60, pattern: String.raw`^\S(.*\S)?$` })
export const Note = Type.Optional(Type.String({ maxLength: 2000 }))

/** Clocks of other machines run this far ahead at most. */
const CLOCK_SKEW_MS = 5 * 60_000

/**
 * When a fact happened: as said, else now.
 * @throws `kernel.invalid_input` when it lies in the future
 */
export function happenedAtOf(said: string | undefined, now: Date): Date {
  if (said === undefined) return now
  const at = new Date(said)
  if (at.getTime() > now.getTime() + CLOCK_SKEW_MS)
    throw invalidField('/happened_at', 'in_future', 'lies in the future; a fact has already happened')
  return at
}
