import { type Static, Type } from 'typebox'
import { ROLES } from './roles.ts'

export const RoleName = Type.Enum([...ROLES])

/** A member of the organization, as the API shows them. */
export const User = Type.Object({
  id: Type.String({ format: 'uuid' }),
  email: Type.String(),
  name: Type.String(),
  role: RoleName,
  disabled: Type.Boolean(),
  created_at: Type.String({ format: 'date-time' }),
})
export type User = Static<typeof User>

/** An address as people type it, loosely: one @, a dot behind it, nothing blank. Delivery proves the rest. */
export const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })
