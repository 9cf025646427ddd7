import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { externalIdTaken } from '../parties.errors.ts'
import { replaceAddresses, replaceTaxIds } from '../parties.repo.ts'
import { checkParty, NewParty } from '../party.ts'

/** What an answer kept for replay may hold of a party: no personal values. */
export const PartyWritten = exactly({ id: Uuid, version: Type.Integer() })

/**
 * Takes a customer or supplier into the books of addresses.
 * @throws `kernel.invalid_input` (role, e-mail, tax numbers, country), `parties.external_id_taken` (conflict)
 */
export const createParty = defineCommand({
  name: 'parties.create_party',
  permission: 'parties.write',
  summary: 'Create a customer or supplier',
  input: NewParty,
  output: PartyWritten,
  errors: ['parties.external_id_taken'],
  constraints: { party_org_id_external_id_key: externalIdTaken },

  async run({ tx, ctx, now, newId, emit }, input) {
    checkParty(input)
    const id = newId()
    await sql`
      insert into parties.party (org_id, id, external_id, name, company, email, phone, is_customer, is_supplier, note, created_at, updated_at)
      values (${ctx.orgId}, ${id}, ${input.external_id ?? null}, ${input.name}, ${input.company ?? null}, ${input.email ?? null}, ${input.phone ?? null},
              ${input.is_customer}, ${input.is_supplier}, ${input.note ?? null}, ${now}, ${now})`.execute(tx)
    await replaceTaxIds(tx, ctx.orgId, new Map([[id, input.tax_ids ?? []]]))
    await replaceAddresses(tx, ctx.orgId, new Map([[id, input.addresses ?? []]]), now)
    const { is_customer, is_supplier, ...personal } = input
    emit({ type: 'parties.party_created', documentType: 'parties.party', documentId: id, payload: { is_customer, is_supplier }, personal })
    return { id, version: 1 }
  },
})
