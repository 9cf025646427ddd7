import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { PastRow, stockAtRows } from './list-stock-at.ts'

const LevelRow = exactly({
  location_id: Uuid,
  location_code: Type.String(),
  warehouse_id: Uuid,
  item_id: Uuid,
  sku: Type.String(),
  lot_id: Uuid,
  lot: Type.Union([Type.String(), Type.Null()]),
  owner_id: Uuid,
  on_hand: Type.Integer(),
  allocated: Type.Union([Type.Integer(), Type.Null()]),
  recorded_late: Type.Optional(Type.Boolean()),
})
type LevelRow = Static<typeof LevelRow>

/** What stands in which bin now; with `at` or `known_at` as it was then (allocated is null: only goods have a past). */
export const listLevels = defineQuery({
  name: 'inventory.list_levels',
  permission: 'inventory.read',
  summary: 'List stock by location and lot, now or at a past instant',
  input: exactly({
    item_id: Type.Optional(Uuid),
    warehouse_id: Type.Optional(Uuid),
    location_id: Type.Optional(Uuid),
    at: Type.Optional(Instant),
    known_at: Type.Optional(Instant),
    ...pageInput,
  }),
  output: pageOf(LevelRow),

  async run({ tx, ctx, now }, input) {
    const { item_id, warehouse_id, location_id, limit = DEFAULT_LIMIT, cursor } = input
    if (input.at !== undefined || input.known_at !== undefined) {
      const page = await stockAtRows(tx, ctx.orgId, now, input)
      return { data: page.data.map((row) => ({ ...row, allocated: null })), next_cursor: page.next_cursor }
    }
    const after = decodeCursor(cursor, ['string', 'string', 'string', 'string'])
    const conditions = [sql`l.org_id = ${ctx.orgId}`, sql`(l.on_hand <> 0 or l.allocated <> 0)`]
    if (item_id !== undefined) conditions.push(sql`l.item_id = ${item_id}`)
    if (location_id !== undefined) conditions.push(sql`l.location_id = ${location_id}`)
    if (warehouse_id !== undefined) conditions.push(sql`c.warehouse_id = ${warehouse_id}`)
    if (after !== null)
      conditions.push(
        sql`(l.item_id, l.location_id, l.lot_id, l.owner_id) > (${after[0]}::uuid, ${after[1]}::uuid, ${after[2]}::uuid, ${after[3]}::uuid)`,
      )
    const { rows } = await sql<LevelRow>`
      select l.location_id, c.code as location_code, c.warehouse_id, l.item_id, i.sku, l.lot_id, case when l.lot_id <> ${ZERO_ID} then t.code end as lot, l.owner_id, l.on_hand, l.allocated
        from inventory.stock_level l
        join inventory.location c on c.org_id = l.org_id and c.id = l.location_id
        join catalog.item i on i.org_id = l.org_id and i.id = l.item_id
        join inventory.lot t on t.org_id = l.org_id and t.id = l.lot_id
       where ${sql.join(conditions, sql` and `)} order by l.item_id, l.location_id, l.lot_id, l.owner_id limit ${limit + 1}`.execute(tx)
    return toPage(rows, limit, (row) => [row.item_id, row.location_id, row.lot_id, row.owner_id])
  },
})

/** Stock of real locations at a past instant; what turned negative only because something was recorded late is marked so. */
export const listStockAt = defineQuery({
  name: 'inventory.list_stock_at',
  permission: 'inventory.read',
  summary: 'List stock at a past instant, as it was or as it was known',
  input: exactly({
    at: Type.Optional(Instant),
    known_at: Type.Optional(Instant),
    item_id: Type.Optional(Uuid),
    warehouse_id: Type.Optional(Uuid),
    location_id: Type.Optional(Uuid),
    ...pageInput,
  }),
  output: pageOf(PastRow),

  run: ({ tx, ctx, now }, input) => stockAtRows(tx, ctx.orgId, now, input),
})
