import Type from 'typebox'

/** Shared pieces of the wire contract (docs/architecture.md, Contracts). */
export const Uuid = Type.String({ format: 'uuid' })
export const Instant = Type.String({ format: 'date-time', description: 'ISO 8601 instant, e.g. 2026-11-03T14:22:00Z' })
export const Quantity = Type.Integer({ minimum: 1, maximum: 1_000_000_000_000, description: "integer in the item's base unit at its scale" })
export const Reason = Type.String({ minLength: 1, maxLength: 500 })
export const UnitCost = Type.Object(
  { amount: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }), scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })) },
  { additionalProperties: false, description: 'integer with `scale` decimals (default 2), in the currency of the document' },
)
export const Closed = { additionalProperties: false } as const
