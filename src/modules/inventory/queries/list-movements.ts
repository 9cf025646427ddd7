import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { ListTotal, totalOf } from '../../../kernel/list-total.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import type { Tx } from '../../../kernel/database.ts'
import { searchCondition } from '../../../kernel/search.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { barcodeForms } from '../../catalog/index.ts'

const idOrNull = Type.Union([Uuid, Type.Null()])

const MovementRow = exactly({
  seq: Type.Integer(),
  item_id: Uuid,
  sku: Type.String(),
  lot_id: Uuid,
  owner_id: Uuid,
  quantity: Type.Integer(),
  unit_scale: Type.Integer(),
  from_location_id: Uuid,
  from_location_code: Type.String(),
  to_location_id: Uuid,
  to_location_code: Type.String(),
  happened_at: Instant,
  recorded_at: Instant,
  reason: Type.String(),
  source_type: Type.String(),
  source_id: Uuid,
  source_line_id: Uuid,
  reverses_seq: Type.Union([Type.Integer(), Type.Null()]),
  entry_id: idOrNull,
  actor: exactly({ kind: Type.String(), id: idOrNull }),
})
type MovementRow = Static<typeof MovementRow>

/** An instant, or a day, which begins at midnight UTC. */
const InstantOrDay = Type.Union([Instant, Type.String({ format: 'date' })])

const filters = {
  q: Type.Optional(Type.String({ maxLength: 200, description: 'SKU or barcode, given whole' })),
  item_id: Type.Optional(Uuid),
  location_id: Type.Optional(Uuid),
  source_id: Type.Optional(Uuid),
  source_line_id: Type.Optional(Uuid),
  from: Type.Optional(InstantOrDay),
  to: Type.Optional(InstantOrDay),
}
const Filters = exactly(filters)

function conditionsOf(orgId: number, filter: Static<typeof Filters>): RawBuilder<unknown>[] {
  const { q, item_id, location_id, source_id, source_line_id, from, to } = filter
  const conditions = [sql`m.org_id = ${orgId}`]
  if (q !== undefined && q.trim() !== '')
    conditions.push(sql`m.item_id = any(array(
      select i.id from catalog.item i where i.org_id = ${orgId} and i.sku = ${q.trim()}
      union select b.item_id from catalog.barcode b where b.org_id = ${orgId} and b.code = any(${barcodeForms(q.trim())}::text[])))`)
  if (item_id !== undefined) conditions.push(sql`m.item_id = ${item_id}`)
  if (location_id !== undefined) conditions.push(sql`(m.from_location_id = ${location_id} or m.to_location_id = ${location_id})`)
  if (source_id !== undefined) conditions.push(sql`m.source_id = ${source_id}`)
  if (source_line_id !== undefined) conditions.push(sql`m.source_line_id = ${source_line_id}`)
  if (from !== undefined) conditions.push(sql`m.happened_at >= ${new Date(from)}`)
  if (to !== undefined) conditions.push(sql`m.happened_at < ${new Date(to)}`)
  return conditions
}

/** Movements of a longer window are not collected: the list is walked, newest first. */
const WINDOW_AT_MOST = 50_000

/**
 * Movements of a window of time, by what they have collected. Walking from the newest on would pass all since the window before the first row
 * of it is met, which the planner does not know.
 */
function searchWindow(tx: Tx, orgId: number, from: string, to: string): Promise<RawBuilder<unknown>> {
  return searchCondition(tx, {
    id: sql`m.seq`,
    matching: () =>
      sql`select w.seq from inventory.stock_movement w where w.org_id = ${orgId} and w.happened_at >= ${new Date(from)} and w.happened_at < ${new Date(to)}`,
    itself: sql`true`,
    collected: WINDOW_AT_MOST,
  })
}

/** Stock movements, newest recorded first. `from` and `to` go by happened_at, `from` included, `to` not. */
export const listMovements = defineQuery({
  name: 'inventory.list_movements',
  permission: 'inventory.read',
  summary: 'List stock movements',
  input: exactly({ ...filters, ...pageInput }),
  output: pageOf(MovementRow),

  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor, ...filter }) {
    const after = decodeCursor(cursor, ['number'])
    const conditions = conditionsOf(ctx.orgId, filter)
    if (filter.from !== undefined && filter.to !== undefined) conditions.push(await searchWindow(tx, ctx.orgId, filter.from, filter.to))
    if (after !== null) conditions.push(sql`m.seq < ${after[0]}`)
    const { rows } = await sql<Omit<MovementRow, 'happened_at' | 'recorded_at'> & { happened_at: Date; recorded_at: Date }>`
      select m.seq, m.item_id, i.sku, m.lot_id, m.owner_id, m.quantity, i.unit_scale, m.from_location_id, f.code as from_location_code, m.to_location_id, t.code as to_location_code,
             m.happened_at, m.recorded_at, m.reason, m.source_type, m.source_id, m.source_line_id, m.reverses_seq, m.entry_id, jsonb_build_object('kind', m.actor_kind, 'id', m.actor_id) as actor
        from inventory.stock_movement m
        join catalog.item i on i.org_id = m.org_id and i.id = m.item_id
        join inventory.location f on f.org_id = m.org_id and f.id = m.from_location_id
        join inventory.location t on t.org_id = m.org_id and t.id = m.to_location_id
       where ${sql.join(conditions, sql` and `)} order by m.seq desc limit ${limit + 1}`.execute(tx)
    const page = toPage(rows, limit, (row) => [row.seq])
    return {
      ...page,
      data: page.data.map((row) => ({ ...row, happened_at: row.happened_at.toISOString(), recorded_at: row.recorded_at.toISOString() })),
    }
  },
})

/** How many movements a filter finds. */
export const totalMovements = defineQuery({
  name: 'inventory.total_movements',
  permission: 'inventory.read',
  summary: 'Count the stock movements that a filter finds',
  input: Filters,
  output: ListTotal,
  run: ({ tx, ctx }, input) =>
    totalOf(
      tx,
      sql`select null::bigint as amount, null::text as currency from inventory.stock_movement m where ${sql.join(conditionsOf(ctx.orgId, input), sql` and `)}`,
    ),
})
