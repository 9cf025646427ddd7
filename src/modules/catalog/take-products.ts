import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'

/** Finds active products by name and makes those that are missing; ids by name. Of two products with one name the older counts. */
export async function takeProducts({ tx, ctx, now, newId, emit }: CommandRun, names: readonly string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(names)]
  if (wanted.length === 0) return new Map()
  const { rows } = await sql<{ id: string; name: string }>`
    select distinct on (name) id, name from catalog.product
     where org_id = ${ctx.orgId} and status = 'active' and name = any(${wanted}::text[]) order by name, id`.execute(tx)
  const ids = new Map(rows.map((row) => [row.name, row.id]))
  const missing = wanted.filter((name) => !ids.has(name)).map((name) => ({ id: newId(), name }))
  if (missing.length === 0) return ids
  await sql`
    insert into catalog.product (org_id, id, name, created_at, updated_at)
    select ${ctx.orgId}, w.id, w.name, ${now}, ${now} from ${rowsOf(missing, { id: 'uuid', name: 'text' }, 'w')}`.execute(tx)
  for (const { id, name } of missing) {
    ids.set(name, id)
    emit({ type: 'catalog.product_created', documentType: 'catalog.product', documentId: id, payload: { name } })
  }
  return ids
}
