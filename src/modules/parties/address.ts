import { type Static, Type } from 'typebox'
import type { FieldProblem } from '../../kernel/errors.ts'
import { exactly } from '../../kernel/schema.ts'
import { isCountry } from './country.ts'

/** A postal address as on the wire; orders and shipments keep copies of this shape. `country` is ISO 3166-1 alpha-2. */
export const Address = exactly({
  name: Type.String({ minLength: 1, maxLength: 300 }),
  company: Type.Optional(Type.String({ maxLength: 300 })),
  line1: Type.String({ minLength: 1, maxLength: 300 }),
  line2: Type.Optional(Type.String({ maxLength: 300 })),
  city: Type.String({ minLength: 1, maxLength: 200 }),
  region: Type.Optional(Type.String({ maxLength: 200 })),
  postcode: Type.Optional(Type.String({ maxLength: 20 })),
  country: Type.String({ minLength: 2, maxLength: 2 }),
  phone: Type.Optional(Type.String({ maxLength: 50 })),
})
export type Address = Static<typeof Address>

/** What the schema cannot say of an address; `pointer` is where it stands in the input. */
export function addressProblems(address: Address, pointer: string): FieldProblem[] {
  if (isCountry(address.country)) return []
  const upper = address.country.toUpperCase()
  const fix = address.country === 'UK' ? 'GB' : isCountry(upper) ? upper : 'a code such as RS, DE or GB'
  return [
    { pointer: `${pointer}/country`, code: 'country', message: `is not a country code of ISO 3166-1 (two capital letters); use ${fix}` },
  ]
}
