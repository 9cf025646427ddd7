import { Type } from 'typebox'
import { exactly, Instant, Uuid } from '../../kernel/schema.ts'

const Facts = Type.Record(Type.String(), Type.Unknown())

/** A run of verify with the outcome of each check, on the wire. */
export const VerificationAnswer = exactly({
  id: Uuid,
  ok: Type.Boolean(),
  started_at: Instant,
  finished_at: Instant,
  checks: Type.Array(
    exactly({
      id: Type.String(),
      sentence: Type.String(),
      ok: Type.Boolean(),
      rows: Type.Integer(),
      empty: Type.Boolean(),
      ms: Type.Integer(),
      counterexample: Type.Union([Facts, Type.Null()]),
      detail: Type.Optional(Facts),
    }),
  ),
})
