import { sql } from 'kysely'
import type { Context } from '../../kernel/context.ts'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { invariant } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import type { Address } from './address.ts'
import { replaceAddresses, replaceTaxIds } from './parties.repo.ts'
import type { TaxId } from './tax-id.ts'

/** A customer or supplier as another system names it. Values are taken as they are: the caller has checked them. */
export interface PartyFromOutside {
  external_id: string
  name: string
  company?: string | undefined
  email?: string | undefined
  phone?: string | undefined
  is_customer?: boolean
  is_supplier?: boolean
  tax_ids?: readonly TaxId[]
  addresses?: readonly Address[]
}

/**
 * Finds or makes parties by external id, set-based, and answers their ids by external id. For intake, importers and the demo.
 *
 * A party that exists keeps what people wrote: only a missing role or an empty field is filled in, and its addresses
 * and tax numbers stay. The last row of one external id counts. The caller's own event tells of it.
 */
export async function upsertParties(
  tx: Tx,
  ctx: Pick<Context, 'orgId'>,
  rows: readonly PartyFromOutside[],
  now: Date,
): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map()
  // In key order, so that two intakes at once wait for each other instead of dying in a deadlock.
  const wanted = [...new Map(rows.map((row) => [row.external_id, row])).values()]
    .toSorted((a, b) => (a.external_id < b.external_id ? -1 : 1))
    .map((row) => ({
      id: newId(),
      ...row,
      is_customer: row.is_customer ?? row.is_supplier !== true,
      is_supplier: row.is_supplier ?? false,
    }))
  const columns = {
    id: 'uuid',
    external_id: 'text',
    name: 'text',
    company: 'text',
    email: 'text',
    phone: 'text',
    is_customer: 'boolean',
    is_supplier: 'boolean',
  } as const
  const inserted = await sql<{ id: string; external_id: string }>`
    insert into parties.party (org_id, id, external_id, name, company, email, phone, is_customer, is_supplier, created_at, updated_at)
    select ${ctx.orgId}, w.id, w.external_id, w.name, w.company, w.email, w.phone, w.is_customer, w.is_supplier, ${now}, ${now}
      from ${rowsOf(wanted, columns, 'w')} order by w.external_id
    on conflict (org_id, external_id) do nothing returning id, external_id`.execute(tx)
  const ids = new Map(inserted.rows.map((row) => [row.external_id, row.id]))

  const fresh = wanted.filter((row) => ids.get(row.external_id) === row.id)
  await replaceTaxIds(
    tx,
    ctx.orgId,
    new Map(fresh.flatMap((row) => ((row.tax_ids ?? []).length === 0 ? [] : [[row.id, row.tax_ids ?? []]]))),
  )
  await replaceAddresses(
    tx,
    ctx.orgId,
    new Map(fresh.flatMap((row) => (row.addresses === undefined ? [] : [[row.id, row.addresses]]))),
    now,
  )

  const known = wanted.filter((row) => !ids.has(row.external_id))
  for (const [externalId, id] of await fillKnown(tx, ctx.orgId, known, now)) ids.set(externalId, id)
  invariant(ids.size === wanted.length, 'every external id has a party after the upsert')
  return ids
}

async function fillKnown(
  tx: Tx,
  orgId: number,
  known: readonly (PartyFromOutside & { is_customer: boolean; is_supplier: boolean })[],
  now: Date,
): Promise<Map<string, string>> {
  if (known.length === 0) return new Map()
  const columns = {
    external_id: 'text',
    company: 'text',
    email: 'text',
    phone: 'text',
    is_customer: 'boolean',
    is_supplier: 'boolean',
  } as const
  const source = rowsOf(known, columns, 'w')
  await sql`
    update parties.party p
       set company = coalesce(p.company, w.company), email = coalesce(p.email, w.email), phone = coalesce(p.phone, w.phone),
           is_customer = p.is_customer or w.is_customer, is_supplier = p.is_supplier or w.is_supplier, updated_at = ${now}, version = p.version + 1
      from ${source}
     where p.org_id = ${orgId} and p.external_id = w.external_id and p.erased_at is null
       and ((p.company is null and w.company is not null) or (p.email is null and w.email is not null) or (p.phone is null and w.phone is not null)
            or (w.is_customer and not p.is_customer) or (w.is_supplier and not p.is_supplier))`.execute(tx)
  const { rows } = await sql<{ id: string; external_id: string }>`
    select id, external_id from parties.party where org_id = ${orgId} and external_id = any(${known.map((row) => row.external_id)}::text[])`.execute(
    tx,
  )
  return new Map(rows.map((row) => [row.external_id, row.id]))
}
