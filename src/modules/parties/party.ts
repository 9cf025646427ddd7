import { type Static, Type } from 'typebox'
import { type FieldProblem, invalidInput } from '../../kernel/errors.ts'
import { exactly, nullable, Uuid } from '../../kernel/schema.ts'
import { Address, addressProblems } from './address.ts'
import { TaxId, taxIdProblems } from './tax-id.ts'

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength })
const TaxIds = Type.Array(TaxId, { maxItems: 20 })
const Addresses = Type.Array(Address, { maxItems: 100 })

/** A new customer, supplier or both. */
export const NewParty = exactly({
  name: text(300),
  company: Type.Optional(text(300)),
  email: Type.Optional(text(320)),
  phone: Type.Optional(text(50)),
  external_id: Type.Optional(text(200)),
  is_customer: Type.Boolean(),
  is_supplier: Type.Boolean(),
  note: Type.Optional(text(5000)),
  tax_ids: Type.Optional(TaxIds),
  addresses: Type.Optional(Addresses),
})
export type NewParty = Static<typeof NewParty>

/** What an edit may change; null empties a field, tax numbers and addresses are replaced as a whole. The first address is the default one. */
export const partyChanges = {
  name: Type.Optional(text(300)),
  company: Type.Optional(nullable(text(300))),
  email: Type.Optional(nullable(text(320))),
  phone: Type.Optional(nullable(text(50))),
  external_id: Type.Optional(nullable(text(200))),
  is_customer: Type.Optional(Type.Boolean()),
  is_supplier: Type.Optional(Type.Boolean()),
  note: Type.Optional(nullable(text(5000))),
  tax_ids: Type.Optional(TaxIds),
  addresses: Type.Optional(Addresses),
}

/** A party as lists show it. */
export const PartyRow = exactly({
  id: Uuid,
  name: Type.String(),
  company: nullable(Type.String()),
  email: nullable(Type.String()),
  phone: nullable(Type.String()),
  external_id: nullable(Type.String()),
  is_customer: Type.Boolean(),
  is_supplier: Type.Boolean(),
  version: Type.Integer(),
})
export type PartyRow = Static<typeof PartyRow>

/** A party with everything known of it. */
export const Party = exactly({
  ...PartyRow.properties,
  note: nullable(Type.String()),
  tax_ids: TaxIds,
  addresses: Addresses,
  created_at: Type.String(),
  updated_at: Type.String(),
})
export type Party = Static<typeof Party>

interface Checked {
  email?: string | null
  is_customer: boolean
  is_supplier: boolean
  tax_ids?: TaxId[]
  addresses?: Address[]
}

/**
 * What the schema cannot say of a party: it has a role, an e-mail address has an @, tax numbers and countries are right.
 * @throws `kernel.invalid_input` with every bad field
 */
export function checkParty(party: Checked): void {
  const problems: FieldProblem[] = []
  if (!party.is_customer && !party.is_supplier) {
    problems.push({
      pointer: '/is_customer',
      code: 'role',
      message: 'a party is a customer, a supplier or both; set is_customer or is_supplier to true',
    })
  }
  if (typeof party.email === 'string' && !isEmail(party.email)) {
    problems.push({ pointer: '/email', code: 'email', message: 'is not an e-mail address such as ana@example.com' })
  }
  problems.push(...taxIdProblems(party.tax_ids ?? [], '/tax_ids'))
  problems.push(...(party.addresses ?? []).flatMap((address, index) => addressProblems(address, `/addresses/${index}`)))
  if (problems.length > 0) throw invalidInput(problems)
}

/** Whether a text looks like an e-mail address: one @, something on both sides, no spaces. Only sending a letter proves more. */
export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text)
}
