import { sql } from 'kysely'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound, versionConflict } from '../../../kernel/errors.ts'
import { exactly, ExpectedVersion, Uuid } from '../../../kernel/schema.ts'
import { externalIdTaken, partyErased } from '../parties.errors.ts'
import { replaceAddresses, replaceTaxIds } from '../parties.repo.ts'
import { checkParty, partyChanges } from '../party.ts'
import { PartyWritten } from './create-party.ts'

interface StoredParty {
  name: string
  company: string | null
  email: string | null
  phone: string | null
  external_id: string | null
  is_customer: boolean
  is_supplier: boolean
  note: string | null
  version: number
  erased_at: Date | null
}

/**
 * Changes what is given of a party and leaves the rest. Orders keep their copies: they never change by this.
 * @throws `parties.not_found`, `kernel.version_conflict`, `kernel.invalid_input`, `parties.external_id_taken` (conflict), `parties.erased` (rule)
 */
export const updateParty = defineCommand({
  name: 'parties.update_party',
  permission: 'parties.write',
  summary: 'Change a customer or supplier',
  input: exactly({ party_id: Uuid, expected_version: ExpectedVersion, ...partyChanges }),
  output: PartyWritten,
  errors: ['parties.not_found', 'parties.external_id_taken', 'parties.erased'],
  constraints: { party_org_id_external_id_key: externalIdTaken },

  async run({ tx, ctx, now, emit }, { party_id, expected_version, ...changes }) {
    const { rows } = await sql<StoredParty>`
      select name, company, email, phone, external_id, is_customer, is_supplier, note, version, erased_at
        from parties.party where org_id = ${ctx.orgId} and id = ${party_id} for update`.execute(tx)
    const stored = rows[0]
    if (stored === undefined) throw notFound('parties.party', party_id)
    if (expected_version !== undefined && expected_version !== stored.version) throw versionConflict(expected_version, stored.version)
    if (stored.erased_at !== null) throw partyErased(party_id)

    const { tax_ids, addresses, ...fields } = changes
    const next = { ...stored, ...fields }
    checkParty({ ...next, tax_ids, addresses })
    await sql`
      update parties.party set name = ${next.name}, company = ${next.company}, email = ${next.email}, phone = ${next.phone}, external_id = ${next.external_id},
             is_customer = ${next.is_customer}, is_supplier = ${next.is_supplier}, note = ${next.note}, updated_at = ${now}, version = version + 1
       where org_id = ${ctx.orgId} and id = ${party_id}`.execute(tx)
    if (tax_ids !== undefined) await replaceTaxIds(tx, ctx.orgId, new Map([[party_id, tax_ids]]))
    if (addresses !== undefined) await replaceAddresses(tx, ctx.orgId, new Map([[party_id, addresses]]), now)

    const version = stored.version + 1
    emit({
      type: 'parties.party_changed',
      documentType: 'parties.party',
      documentId: party_id,
      payload: { version, changed: Object.keys(changes) },
      personal: changes,
    })
    return { id: party_id, version }
  },
})
