import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'

const idOrNull = Type.Union([Uuid, Type.Null()])

const Adjustment = exactly({
  id: Uuid,
  number: Type.Integer(),
  warehouse_id: Uuid,
  warehouse_code: Type.String(),
  kind: Type.String(),
  note: Type.String(),
  happened_at: Instant,
  recorded_at: Instant,
  reverses_id: idOrNull,
  reversed_by_id: idOrNull,
  lines: Type.Array(
    exactly({
      id: Uuid,
      line_no: Type.Integer(),
      item_id: Uuid,
      sku: Type.String(),
      location_id: Uuid,
      location_code: Type.String(),
      lot_id: Uuid,
      quantity: Type.Integer(),
      needs_recount: Type.Boolean(),
    }),
  ),
})
type Adjustment = Static<typeof Adjustment>

/** Adjustments with their lines, newest first. */
export const listAdjustments = defineQuery({
  name: 'inventory.list_adjustments',
  permission: 'inventory.read',
  summary: 'List adjustments',
  input: exactly({ warehouse_id: Type.Optional(Uuid), ...pageInput }),
  output: pageOf(Adjustment),

  async run({ tx, ctx }, { warehouse_id, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['number'])
    const conditions = [sql`a.org_id = ${ctx.orgId}`]
    if (warehouse_id !== undefined) conditions.push(sql`a.warehouse_id = ${warehouse_id}`)
    if (after !== null) conditions.push(sql`a.number < ${after[0]}`)
    const rows = await readAdjustments(tx, sql`${sql.join(conditions, sql` and `)} order by a.number desc limit ${limit + 1}`)
    return toPage(rows, limit, (row) => [row.number])
  },
})

/**
 * One adjustment with its lines.
 * @throws `inventory.not_found`
 */
export const getAdjustment = defineQuery({
  name: 'inventory.get_adjustment',
  permission: 'inventory.read',
  summary: 'Get an adjustment',
  input: exactly({ adjustment_id: Uuid }),
  output: Adjustment,
  errors: ['inventory.not_found'],

  async run({ tx, ctx }, { adjustment_id }) {
    const [found] = await readAdjustments(tx, sql`a.org_id = ${ctx.orgId} and a.id = ${adjustment_id}`)
    if (found === undefined) throw notFound('inventory.adjustment', adjustment_id)
    return found
  },
})

async function readAdjustments(tx: Tx, where: RawBuilder<unknown>): Promise<Adjustment[]> {
  const { rows } = await sql<Omit<Adjustment, 'happened_at' | 'recorded_at'> & { happened_at: Date; recorded_at: Date }>`
    select a.id, a.number, a.warehouse_id, w.code as warehouse_code, a.kind, a.note, a.happened_at, a.recorded_at, a.reverses_id,
           (select r.id from inventory.adjustment r where r.org_id = a.org_id and r.reverses_id = a.id) as reversed_by_id,
           (select jsonb_agg(jsonb_build_object('id', l.id, 'line_no', l.line_no, 'item_id', l.item_id, 'sku', i.sku, 'location_id', l.location_id, 'location_code', c.code,
                                                'lot_id', l.lot_id, 'quantity', l.quantity, 'needs_recount', l.needs_recount) order by l.line_no)
              from inventory.adjustment_line l
              join catalog.item i on i.org_id = l.org_id and i.id = l.item_id
              join inventory.location c on c.org_id = l.org_id and c.id = l.location_id
             where l.org_id = a.org_id and l.adjustment_id = a.id) as lines
      from inventory.adjustment a join inventory.warehouse w on w.org_id = a.org_id and w.id = a.warehouse_id
     where ${where}`.execute(tx)
  return rows.map((row) => ({ ...row, happened_at: row.happened_at.toISOString(), recorded_at: row.recorded_at.toISOString() }))
}
