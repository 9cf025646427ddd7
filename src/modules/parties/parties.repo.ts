import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'
import type { Address } from './address.ts'
import { normalizeTaxId, type TaxId } from './tax-id.ts'

/** Replaces the tax numbers of parties with those given, normalized. */
export async function replaceTaxIds(tx: Tx, orgId: number, lists: ReadonlyMap<string, readonly TaxId[]>): Promise<void> {
  if (lists.size === 0) return
  await sql`delete from parties.party_tax_id where org_id = ${orgId} and party_id = any(${[...lists.keys()]}::uuid[])`.execute(tx)
  const rows = [...lists].flatMap(([party_id, taxIds]) => taxIds.map((taxId) => ({ party_id, ...normalizeTaxId(taxId) })))
  if (rows.length === 0) return
  await sql`
    insert into parties.party_tax_id (org_id, party_id, scheme, value)
    select ${orgId}, t.party_id, t.scheme, t.value from ${rowsOf(rows, { party_id: 'uuid', scheme: 'text', value: 'text' }, 't')}
    on conflict do nothing`.execute(tx)
}

/** Replaces the addresses of parties; the first of each is the default one. */
export async function replaceAddresses(tx: Tx, orgId: number, lists: ReadonlyMap<string, readonly Address[]>, now: Date): Promise<void> {
  if (lists.size === 0) return
  await sql`delete from parties.address where org_id = ${orgId} and party_id = any(${[...lists.keys()]}::uuid[])`.execute(tx)
  const rows = [...lists].flatMap(([party_id, addresses]) => addresses.map((address, index) => addressRow(party_id, address, index === 0)))
  if (rows.length === 0) return
  const columns = {
    id: 'uuid',
    party_id: 'uuid',
    name: 'text',
    company: 'text',
    line1: 'text',
    line2: 'text',
    city: 'text',
    region: 'text',
    postcode: 'text',
    country: 'text',
    phone: 'text',
    is_default: 'boolean',
  } as const
  await sql`
    insert into parties.address (org_id, id, party_id, name, company, line1, line2, city, region, postcode, country, phone, is_default, created_at)
    select ${orgId}, a.id, a.party_id, a.name, a.company, a.line1, a.line2, a.city, a.region, a.postcode, a.country, a.phone, a.is_default, ${now}
      from ${rowsOf(rows, columns, 'a')}`.execute(tx)
}

function addressRow(party_id: string, address: Address, is_default: boolean) {
  return {
    id: newId(),
    party_id,
    is_default,
    name: address.name,
    company: address.company,
    line1: address.line1,
    line2: address.line2,
    city: address.city,
    region: address.region,
    postcode: address.postcode,
    country: address.country,
    phone: address.phone,
  }
}
