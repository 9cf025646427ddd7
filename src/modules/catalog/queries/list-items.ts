import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { ListTotal, totalOf } from '../../../kernel/list-total.ts'
import { containing, decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly } from '../../../kernel/schema.ts'
import { barcodeForms } from '../gtin.ts'
import { Item, ItemKind, ItemStatus, Sku } from '../item.ts'
import { itemColumns } from '../items.repo.ts'

const filters = {
  q: Type.Optional(Type.String({ maxLength: 200 })),
  sku: Type.Optional(Sku),
  status: Type.Optional(ItemStatus),
  kind: Type.Optional(ItemKind),
}
const Filters = exactly(filters)

function conditionsOf(orgId: number, { q, sku, status, kind }: Static<typeof Filters>): RawBuilder<unknown>[] {
  const conditions = [sql`i.org_id = ${orgId}`]
  if (sku !== undefined) conditions.push(sql`i.sku = ${sku}`)
  if (status !== undefined) conditions.push(sql`i.status = ${status}`)
  if (kind !== undefined) conditions.push(sql`i.kind = ${kind}`)
  if (q !== undefined && q.trim() !== '') {
    const wanted = containing(q.trim())
    conditions.push(sql`(i.name ilike ${wanted} or i.sku ilike ${wanted} or i.id in (
      select b.item_id from catalog.barcode b where b.org_id = ${orgId} and b.code = any(${barcodeForms(q.trim())}::text[])))`)
  }
  return conditions
}

/** Items by name. `q` looks into name and SKU, and finds a barcode that is given whole; `sku` is exact. */
export const listItems = defineQuery({
  name: 'catalog.list_items',
  permission: 'catalog.read',
  summary: 'List items',
  input: exactly({ ...filters, ...pageInput }),
  output: pageOf(Item),
  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor, ...filter }) {
    const after = decodeCursor(cursor, ['string', 'string'])
    const conditions = conditionsOf(ctx.orgId, filter)
    if (after !== null) conditions.push(sql`(i.name collate "und-x-icu", i.id) > (${after[0]}, ${after[1]}::uuid)`)
    const { rows } = await sql<Item>`
      select ${itemColumns} from catalog.item i where ${sql.join(conditions, sql` and `)}
       order by i.name collate "und-x-icu", i.id limit ${limit + 1}`.execute(tx)
    return toPage(rows, limit, (row) => [row.name, row.id])
  },
})

/** How many items a filter finds. */
export const totalItems = defineQuery({
  name: 'catalog.total_items',
  permission: 'catalog.read',
  summary: 'Count the items that a filter finds',
  input: Filters,
  output: ListTotal,
  run: ({ tx, ctx }, input) =>
    totalOf(
      tx,
      sql`select null::bigint as amount, null::text as currency from catalog.item i where ${sql.join(conditionsOf(ctx.orgId, input), sql` and `)}`,
    ),
})
