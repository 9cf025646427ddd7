import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { containing, decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly } from '../../../kernel/schema.ts'
import { barcodeForms } from '../gtin.ts'
import { Item, ItemKind, ItemStatus, Sku } from '../item.ts'
import { itemColumns } from '../items.repo.ts'

/** Items by name. `q` looks into name and SKU, and finds a barcode that is given whole; `sku` is exact. */
export const listItems = defineQuery({
  name: 'catalog.list_items',
  permission: 'catalog.read',
  summary: 'List items',
  input: exactly({
    q: Type.Optional(Type.String({ maxLength: 200 })),
    sku: Type.Optional(Sku),
    status: Type.Optional(ItemStatus),
    kind: Type.Optional(ItemKind),
    ...pageInput,
  }),
  output: pageOf(Item),
  async run({ tx, ctx }, { q, sku, status, kind, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['string', 'string'])
    const conditions = [sql`i.org_id = ${ctx.orgId}`]
    if (sku !== undefined) conditions.push(sql`i.sku = ${sku}`)
    if (status !== undefined) conditions.push(sql`i.status = ${status}`)
    if (kind !== undefined) conditions.push(sql`i.kind = ${kind}`)
    if (q !== undefined && q.trim() !== '') {
      const wanted = containing(q.trim())
      conditions.push(sql`(i.name ilike ${wanted} or i.sku ilike ${wanted} or i.id in (
        select b.item_id from catalog.barcode b where b.org_id = ${ctx.orgId} and b.code = any(${barcodeForms(q.trim())}::text[])))`)
    }
    if (after !== null) conditions.push(sql`(i.name collate "und-x-icu", i.id) > (${after[0]}, ${after[1]}::uuid)`)
    const { rows } = await sql<Item>`
      select ${itemColumns} from catalog.item i where ${sql.join(conditions, sql` and `)}
       order by i.name collate "und-x-icu", i.id limit ${limit + 1}`.execute(tx)
    return toPage(rows, limit, (row) => [row.name, row.id])
  },
})
