import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { ZERO_ID } from '../../kernel/ids.ts'
import { type LevelKey, lockPositions } from './stock.repo.ts'

/** A counted line with what the system had at the instant of its scan. */
export interface CountedLine extends LevelKey {
  id: string
  counted: number
  expected: number
  difference: number
  scannedAt: Date
  reason: string
  listed: boolean
}

/** A count about to be written. */
export interface CountDocument {
  id: string
  number: number
  warehouseId: string
  scope: 'lines' | 'location' | 'item'
  note: string
  taskId: string | null
  countedAt: Date
}

/** Locks the positions of counted items, so that nothing moves while expected and counted are compared. */
export async function lockCounted(tx: Tx, orgId: number, warehouseId: string, itemIds: readonly string[]): Promise<void> {
  await lockPositions(
    tx,
    orgId,
    itemIds.map((itemId) => ({ itemId, warehouseId, ownerId: ZERO_ID })),
  )
}

/** Our own goods in the counted locations (or of the counted items in the warehouse) that no line names. */
export async function readScope(
  tx: Tx,
  orgId: number,
  { warehouseId, scope, lines }: { warehouseId: string; scope: 'location' | 'item'; lines: readonly LevelKey[] },
): Promise<LevelKey[]> {
  const named =
    scope === 'location'
      ? sql`l.location_id = any(${lines.map((line) => line.locationId)}::uuid[])`
      : sql`l.item_id = any(${lines.map((line) => line.itemId)}::uuid[])`
  const { rows } = await sql<LevelKey>`
    select l.item_id as "itemId", l.location_id as "locationId", l.lot_id as "lotId", l.owner_id as "ownerId"
      from inventory.stock_level l join inventory.location c on c.org_id = l.org_id and c.id = l.location_id and c.warehouse_id = ${warehouseId}::uuid
     where l.org_id = ${orgId} and l.owner_id = ${ZERO_ID} and l.on_hand > 0 and ${named} order by l.item_id, l.location_id, l.lot_id limit 5000`.execute(
    tx,
  )
  const said = new Set(lines.map((line) => `${line.itemId}/${line.locationId}/${line.lotId}`))
  return rows.filter((row) => !said.has(`${row.itemId}/${row.locationId}/${row.lotId}`))
}

/** Adds what each level held at the instant of the scan: what it holds now, less what moved since (by happened_at). */
export async function readExpected(
  tx: Tx,
  orgId: number,
  lines: readonly Omit<CountedLine, 'expected' | 'difference'>[],
): Promise<CountedLine[]> {
  const columns = { id: 'uuid', itemId: 'uuid', locationId: 'uuid', lotId: 'uuid', ownerId: 'uuid', scannedAt: 'timestamptz' } as const
  const { rows } = await sql<{ id: string; expected: number }>`
    select k.id, (coalesce((select l.on_hand from inventory.stock_level l
               where l.org_id = ${orgId} and l.item_id = k.itemId and l.location_id = k.locationId and l.lot_id = k.lotId and l.owner_id = k.ownerId), 0)
           - coalesce((select sum(case when m.to_location_id = k.locationId then m.quantity else -m.quantity end) from inventory.stock_movement m
               where m.org_id = ${orgId} and m.item_id = k.itemId and m.lot_id = k.lotId and m.owner_id = k.ownerId and m.happened_at > k.scannedAt and k.locationId in (m.from_location_id, m.to_location_id)), 0))::bigint as expected
      from ${rowsOf(lines, columns, 'k')}`.execute(tx)
  const expectedOf = new Map(rows.map((row) => [row.id, row.expected]))
  return lines.map((line) => {
    const expected = expectedOf.get(line.id) ?? 0
    return { ...line, expected, difference: line.counted - expected }
  })
}

/** Writes a count with its lines. */
export async function insertCount({ tx, ctx, now }: CommandRun, count: CountDocument, lines: readonly CountedLine[]): Promise<void> {
  await sql`
    insert into inventory.stock_count (org_id, id, number, warehouse_id, scope, note, task_id, counted_at, recorded_at)
    values (${ctx.orgId}, ${count.id}, ${count.number}, ${count.warehouseId}, ${count.scope}, ${count.note}, ${count.taskId}::uuid, ${count.countedAt}, ${now})`.execute(
    tx,
  )
  const rows = lines.map((line, index) => ({ ...line, lineNo: index + 1 }))
  const columns = {
    id: 'uuid',
    lineNo: 'integer',
    locationId: 'uuid',
    itemId: 'uuid',
    lotId: 'uuid',
    ownerId: 'uuid',
    counted: 'bigint',
    expected: 'bigint',
    difference: 'bigint',
    scannedAt: 'timestamptz',
    reason: 'text',
    listed: 'boolean',
  } as const
  await sql`
    insert into inventory.stock_count_line (org_id, id, stock_count_id, line_no, location_id, item_id, lot_id, owner_id, counted, expected, difference, scanned_at, reason, listed)
    select ${ctx.orgId}, l.id, ${count.id}, l.lineNo, l.locationId, l.itemId, l.lotId, l.ownerId, l.counted, l.expected, l.difference, l.scannedAt, l.reason, l.listed
      from ${rowsOf(rows, columns, 'l')}`.execute(tx)
}
