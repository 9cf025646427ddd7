import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'

/** What other rooms need to know of a party. */
export interface PartySummary {
  id: string
  name: string
  is_supplier: boolean
}

/** Parties by id; unknown ones are missing from the answer. One statement. */
export async function findPartiesById(tx: Tx, orgId: number, ids: readonly string[]): Promise<Map<string, PartySummary>> {
  if (ids.length === 0) return new Map()
  const { rows } =
    await sql<PartySummary>`select id, name, is_supplier from parties.party where org_id = ${orgId} and id = any(${[...new Set(ids)]}::uuid[])`.execute(
      tx,
    )
  return new Map(rows.map((row) => [row.id, row]))
}

/** Suppliers by name, upper and lower case not told apart; of several the first made. Keys are the names in lower case. */
export async function findSuppliersByName(tx: Tx, orgId: number, names: readonly string[]): Promise<Map<string, string>> {
  if (names.length === 0) return new Map()
  const { rows } = await sql<{ id: string; name: string }>`
    select distinct on (lower(name)) id, lower(name) as name from parties.party
     where org_id = ${orgId} and is_supplier and lower(name) = any(${[...new Set(names.map((name) => name.toLowerCase()))]}::text[]) order by lower(name), created_at, id`.execute(
    tx,
  )
  return new Map(rows.map((row) => [row.name, row.id]))
}
