import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { noteWaiting } from './note-waiting.ts'
import { lockPositions, type PositionKey, positionKey } from './stock.repo.ts'

/** What a document line expects to bring: more (positive) or less than before, at `expectedAt`. */
export interface ExpectedChange extends PositionKey {
  sourceType: string
  sourceId: string
  sourceLineId: string
  quantity: number
  expectedAt: Date | null
}

/**
 * Changes what documents still expect to bring, and the incoming of positions with it. Locks the positions. The dates that waiting
 * lines were promised follow at the end of the transaction (`inventory.waiting_changed`).
 */
export async function changeExpected(run: CommandRun, changes: readonly ExpectedChange[]): Promise<void> {
  const parts = [...Map.groupBy(changes, (change) => change.sourceLineId).values()]
    .flatMap((group) => (group[0] === undefined ? [] : [{ ...group[0], quantity: group.reduce((sum, part) => sum + part.quantity, 0) }]))
    .filter((part) => part.quantity !== 0)
  if (parts.length === 0) return
  const { tx, ctx } = run
  await lockPositions(tx, ctx.orgId, parts)
  await addSupply(
    run,
    parts.filter((part) => part.quantity > 0),
  )
  await takeSupply(
    run,
    parts.filter((part) => part.quantity < 0),
  )
  const positions = [...Map.groupBy(parts, positionKey).values()].flatMap((group) =>
    group[0] === undefined ? [] : [{ ...group[0], quantity: group.reduce((sum, part) => sum + part.quantity, 0) }],
  )
  await sql`
    update inventory.stock_position p set incoming = p.incoming + c.quantity
      from ${rowsOf(positions, { itemId: 'uuid', warehouseId: 'uuid', ownerId: 'uuid', quantity: 'bigint' }, 'c')}
     where p.org_id = ${ctx.orgId} and p.item_id = c.itemId and p.warehouse_id = c.warehouseId and p.owner_id = c.ownerId`.execute(tx)
  await noteWaiting(
    run,
    parts.map((part) => part.itemId),
  )
}

/** What a document still expects comes at another time. Locks the positions; promised dates follow. */
export async function changeExpectedDate(run: CommandRun, sourceId: string, expectedAt: Date | null): Promise<void> {
  const { tx, ctx } = run
  const { rows } = await sql<PositionKey>`
    select distinct item_id as "itemId", warehouse_id as "warehouseId", owner_id as "ownerId" from inventory.expected_supply where org_id = ${ctx.orgId} and source_id = ${sourceId}::uuid`.execute(
    tx,
  )
  if (rows.length === 0) return
  await lockPositions(tx, ctx.orgId, rows)
  await sql`update inventory.expected_supply set expected_at = ${expectedAt} where org_id = ${ctx.orgId} and source_id = ${sourceId}::uuid`.execute(
    tx,
  )
  await noteWaiting(
    run,
    rows.map((row) => row.itemId),
  )
}

async function addSupply({ tx, ctx }: CommandRun, parts: readonly ExpectedChange[]): Promise<void> {
  if (parts.length === 0) return
  await sql`
    insert into inventory.expected_supply as s (org_id, source_line_id, source_id, source_type, item_id, warehouse_id, owner_id, quantity, expected_at)
    select ${ctx.orgId}, c.sourceLineId, c.sourceId, c.sourceType, c.itemId, c.warehouseId, c.ownerId, c.quantity, c.expectedAt
      from ${rowsOf(parts, { sourceLineId: 'uuid', sourceId: 'uuid', sourceType: 'text', itemId: 'uuid', warehouseId: 'uuid', ownerId: 'uuid', quantity: 'bigint', expectedAt: 'timestamptz' }, 'c')}
    on conflict (org_id, source_line_id) do update set quantity = s.quantity + excluded.quantity`.execute(tx)
}

async function takeSupply({ tx, ctx }: CommandRun, parts: readonly ExpectedChange[]): Promise<void> {
  if (parts.length === 0) return
  const source = rowsOf(
    parts.map((part) => ({ id: part.sourceLineId, quantity: -part.quantity })),
    { id: 'uuid', quantity: 'bigint' },
    'c',
  )
  await sql`delete from inventory.expected_supply s using ${source} where s.org_id = ${ctx.orgId} and s.source_line_id = c.id and s.quantity = c.quantity`.execute(
    tx,
  )
  await sql`update inventory.expected_supply s set quantity = s.quantity - c.quantity from ${source} where s.org_id = ${ctx.orgId} and s.source_line_id = c.id and s.quantity > c.quantity`.execute(
    tx,
  )
}
