import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'

const head = {
  id: Uuid,
  number: Type.Integer(),
  warehouse_id: Uuid,
  warehouse_code: Type.String(),
  scope: Type.String(),
  note: Type.String(),
  task_id: nullable(Uuid),
  counted_at: Instant,
  recorded_at: Instant,
  line_count: Type.Integer(),
  difference_count: Type.Integer(),
}
const CountRow = exactly(head)
type CountRow = Static<typeof CountRow>

const CountLine = exactly({
  id: Uuid,
  line_no: Type.Integer(),
  item_id: Uuid,
  sku: Type.String(),
  name: Type.String(),
  unit: Type.String(),
  unit_scale: Type.Integer(),
  location_id: Uuid,
  location_code: Type.String(),
  counted: Type.Integer(),
  expected: Type.Integer(),
  difference: Type.Integer(),
  scanned_at: Instant,
  reason: Type.String(),
  listed: Type.Boolean(),
})

async function readCounts(tx: Tx, orgId: number, conditions: readonly RawBuilder<unknown>[], limit: number): Promise<CountRow[]> {
  const { rows } = await sql<Omit<CountRow, 'counted_at' | 'recorded_at'> & { counted_at: Date; recorded_at: Date }>`
    select c.id, c.number, c.warehouse_id, w.code as warehouse_code, c.scope, c.note, c.task_id, c.counted_at, c.recorded_at, l.*
      from inventory.stock_count c join inventory.warehouse w on w.org_id = c.org_id and w.id = c.warehouse_id
      cross join lateral (select count(*)::int as line_count, (count(*) filter (where x.difference <> 0))::int as difference_count from inventory.stock_count_line x where x.org_id = c.org_id and x.stock_count_id = c.id) l
     where ${sql.join([sql`c.org_id = ${orgId}`, ...conditions], sql` and `)} order by c.number desc limit ${limit}`.execute(tx)
  return rows.map((row) => ({ ...row, counted_at: row.counted_at.toISOString(), recorded_at: row.recorded_at.toISOString() }))
}

/** Counts of stock, newest first. */
export const listCounts = defineQuery({
  name: 'inventory.list_counts',
  permission: 'inventory.read',
  summary: 'List stock counts',
  input: exactly({ warehouse_id: Type.Optional(Uuid), task_id: Type.Optional(Uuid), ...pageInput }),
  output: pageOf(CountRow),

  async run({ tx, ctx }, { warehouse_id, task_id, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['number'])
    const conditions: RawBuilder<unknown>[] = []
    if (warehouse_id !== undefined) conditions.push(sql`c.warehouse_id = ${warehouse_id}::uuid`)
    if (task_id !== undefined) conditions.push(sql`c.task_id = ${task_id}::uuid`)
    if (after !== null) conditions.push(sql`c.number < ${after[0]}::bigint`)
    return toPage(await readCounts(tx, ctx.orgId, conditions, limit + 1), limit, (row) => [row.number])
  },
})

/**
 * One count with its lines.
 * @throws `inventory.not_found`
 */
export const getCount = defineQuery({
  name: 'inventory.get_count',
  permission: 'inventory.read',
  summary: 'Get a stock count',
  input: exactly({ stock_count_id: Uuid }),
  output: exactly({ ...head, lines: Type.Array(CountLine) }),
  errors: ['inventory.not_found'],

  async run({ tx, ctx }, { stock_count_id }) {
    const [count] = await readCounts(tx, ctx.orgId, [sql`c.id = ${stock_count_id}::uuid`], 1)
    if (count === undefined) throw notFound('inventory.stock_count', stock_count_id)
    const { rows } = await sql<Omit<Static<typeof CountLine>, 'scanned_at'> & { scanned_at: Date }>`
      select l.id, l.line_no, l.item_id, i.sku, i.name, i.unit, i.unit_scale, l.location_id, c.code as location_code, l.counted, l.expected, l.difference, l.scanned_at, l.reason, l.listed
        from inventory.stock_count_line l
        join catalog.item i on i.org_id = l.org_id and i.id = l.item_id
        join inventory.location c on c.org_id = l.org_id and c.id = l.location_id
       where l.org_id = ${ctx.orgId} and l.stock_count_id = ${stock_count_id}::uuid order by l.line_no limit 6000`.execute(tx)
    return { ...count, lines: rows.map((line) => ({ ...line, scanned_at: line.scanned_at.toISOString() })) }
  },
})
