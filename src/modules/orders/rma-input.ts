import { Type } from 'typebox'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { RMA_OUTCOMES } from './rma.ts'

export const Note = Type.String({ maxLength: 2000 })
export const ReasonCode = Type.String({ minLength: 1, maxLength: 40 })

export const RmaLineInput = exactly({
  line_id: Uuid,
  quantity: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
  reason: ReasonCode,
  outcome: Type.Optional(Type.Enum([...RMA_OUTCOMES])),
  note: Type.Optional(Type.String({ maxLength: 1000 })),
})

/** What commands on an authorization answer. */
export const RmaWritten = exactly({ id: Uuid, number: Type.Integer(), state: Type.String() })
