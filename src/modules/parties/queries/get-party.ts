import { sql } from 'kysely'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { Party } from '../party.ts'

/**
 * One party with its tax numbers and addresses, the default address first.
 * @throws `parties.not_found`
 */
export const getParty = defineQuery({
  name: 'parties.get_party',
  permission: 'parties.read',
  summary: 'Get a customer or supplier',
  input: exactly({ party_id: Uuid }),
  output: Party,
  errors: ['parties.not_found'],

  async run({ tx, ctx }, { party_id }) {
    const { rows } = await sql<Omit<Party, 'created_at' | 'updated_at'> & { created_at: Date; updated_at: Date }>`
      select p.id, p.name, p.company, p.email, p.phone, p.external_id, p.is_customer, p.is_supplier, p.version, p.note, p.created_at, p.updated_at,
             coalesce((select jsonb_agg(jsonb_build_object('scheme', t.scheme, 'value', t.value) order by t.scheme, t.value)
                         from parties.party_tax_id t where t.org_id = p.org_id and t.party_id = p.id), '[]') as tax_ids,
             coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', a.name, 'company', a.company, 'line1', a.line1, 'line2', a.line2, 'city', a.city,
                                          'region', a.region, 'postcode', a.postcode, 'country', a.country, 'phone', a.phone)) order by a.is_default desc, a.id)
                         from parties.address a where a.org_id = p.org_id and a.party_id = p.id), '[]') as addresses
        from parties.party p where p.org_id = ${ctx.orgId} and p.id = ${party_id}`.execute(tx)
    const party = rows[0]
    if (party === undefined) throw notFound('parties.party', party_id)
    return { ...party, created_at: party.created_at.toISOString(), updated_at: party.updated_at.toISOString() }
  },
})
