import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'

const HoldRow = exactly({
  id: Uuid,
  warehouse_id: Uuid,
  item_id: Uuid,
  sku: Type.String(),
  quantity: Type.Integer(),
  reference: Type.String(),
  expires_at: Instant,
  created_at: Instant,
})

/** Checkout holds, latest first. */
export const listHolds = defineQuery({
  name: 'inventory.list_holds',
  permission: 'inventory.read',
  summary: 'List stock holds',
  input: exactly({ item_id: Type.Optional(Uuid), warehouse_id: Type.Optional(Uuid), ...pageInput }),
  output: pageOf(HoldRow),

  async run({ tx, ctx }, { item_id, warehouse_id, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['string'])
    const conditions = [sql`h.org_id = ${ctx.orgId}`]
    if (item_id !== undefined) conditions.push(sql`h.item_id = ${item_id}`)
    if (warehouse_id !== undefined) conditions.push(sql`h.warehouse_id = ${warehouse_id}`)
    if (after !== null) conditions.push(sql`h.id < ${after[0]}::uuid`)
    const { rows } = await sql<Omit<Static<typeof HoldRow>, 'expires_at' | 'created_at'> & { expires_at: Date; created_at: Date }>`
      select h.id, h.warehouse_id, h.item_id, i.sku, h.quantity, h.reference, h.expires_at, h.created_at
        from inventory.stock_hold h join catalog.item i on i.org_id = h.org_id and i.id = h.item_id
       where ${sql.join(conditions, sql` and `)} order by h.id desc limit ${limit + 1}`.execute(tx)
    const page = toPage(rows, limit, (row) => [row.id])
    return {
      ...page,
      data: page.data.map((row) => ({ ...row, expires_at: row.expires_at.toISOString(), created_at: row.created_at.toISOString() })),
    }
  },
})
