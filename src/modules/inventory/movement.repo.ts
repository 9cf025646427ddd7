import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import type { RecordedMovement } from './goods-posting.ts'
import type { NewLayer, NewUse, ValuedMovement } from './value-movements.ts'

/** Inserts movements in one statement and answers their sequences in the same order. */
export async function insertMovements(
  run: CommandRun,
  movements: readonly ValuedMovement[],
  entryOf: readonly (string | null)[],
): Promise<number[]> {
  if (movements.length === 0) return []
  const { ctx } = run
  const rows = movements.map((movement, index) => ({
    ...movement,
    place: index,
    entryId: entryOf[index] ?? null,
    serialId: null,
    reversesSeq: movement.reversesSeq ?? null,
  }))
  const { rows: written } = await sql<{ seq: number }>`
    insert into inventory.stock_movement (org_id, item_id, lot_id, owner_id, quantity, from_location_id, to_location_id, happened_at, recorded_at,
      actor_kind, actor_id, reason, source_type, source_id, source_line_id, reverses_seq, entry_id, command_id)
    select ${ctx.orgId}, m.itemId, m.lotId, m.ownerId, m.quantity, m.fromLocationId, m.toLocationId, m.happenedAt, ${run.now},
      ${ctx.actor.kind}, ${ctx.actor.id}::uuid, m.reason, m.sourceType, m.sourceId, m.sourceLineId, m.reversesSeq, m.entryId, ${run.commandId}::uuid
      from ${rowsOf(rows, { place: 'integer', itemId: 'uuid', lotId: 'uuid', ownerId: 'uuid', quantity: 'bigint', fromLocationId: 'uuid', toLocationId: 'uuid', happenedAt: 'timestamptz', reason: 'text', sourceType: 'text', sourceId: 'uuid', sourceLineId: 'uuid', reversesSeq: 'bigint', entryId: 'uuid' }, 'm')}
     order by m.place returning seq`.execute(run.tx)
  // Sequences are drawn in the order of the rows.
  return written.map((row) => row.seq).toSorted((a, b) => a - b)
}

interface CostRows {
  movement: RecordedMovement
  layers: readonly NewLayer[]
  uses: readonly NewUse[]
}

/** Writes what movements opened and took: layers, uses, and the remainders of the layers taken from. */
export async function writeCosts(run: CommandRun, costs: readonly CostRows[]): Promise<void> {
  const { tx, ctx } = run
  const layers = costs.flatMap(({ movement, layers: opened }) =>
    opened.map((layer) => ({
      ...layer,
      receivedAt: movement.happenedAt,
      movementSeq: movement.seq,
      sourceType: movement.sourceType,
      sourceLineId: movement.sourceLineId,
    })),
  )
  if (layers.length > 0) {
    await sql`
      insert into inventory.cost_layer (org_id, id, owner_id, warehouse_id, item_id, lot_id, received_at, quantity, value_minor, remaining_quantity, remaining_value_minor,
        provisional, assumed, origin_layer_id, movement_seq, source_type, source_line_id, recorded_at)
      select ${ctx.orgId}, l.id, l.ownerId, l.warehouseId, l.itemId, l.lotId, l.receivedAt, l.quantity, l.valueMinor, l.quantity, l.valueMinor,
        l.provisional, l.assumed, l.originLayerId, l.movementSeq, l.sourceType, l.sourceLineId, ${run.now}
        from ${rowsOf(layers, { id: 'uuid', ownerId: 'uuid', warehouseId: 'uuid', itemId: 'uuid', lotId: 'uuid', receivedAt: 'timestamptz', quantity: 'bigint', valueMinor: 'bigint', provisional: 'boolean', assumed: 'boolean', originLayerId: 'uuid', movementSeq: 'bigint', sourceType: 'text', sourceLineId: 'uuid' }, 'l')}
       order by l.movementSeq`.execute(tx)
  }
  const uses = costs.flatMap(({ movement, uses: taken }) => taken.map((use) => ({ ...use, movementSeq: movement.seq })))
  if (uses.length === 0) return
  await sql`
    insert into inventory.cost_use (org_id, layer_id, movement_seq, kind, quantity, value_minor, into_layer_id, of_use_seq)
    select ${ctx.orgId}, u.layerId, u.movementSeq, u.kind, u.quantity, u.valueMinor, u.intoLayerId, u.ofUseSeq
      from ${rowsOf(uses, { layerId: 'uuid', movementSeq: 'bigint', kind: 'text', quantity: 'bigint', valueMinor: 'bigint', intoLayerId: 'uuid', ofUseSeq: 'bigint' }, 'u')}
     order by u.movementSeq`.execute(tx)
  const taken = uses.filter((use) => use.kind !== 'returned' && use.kind !== 'lost')
  if (taken.length === 0) return
  await sql`
    update inventory.cost_layer l set remaining_quantity = l.remaining_quantity - t.quantity, remaining_value_minor = l.remaining_value_minor - t.value
      from (select u.layerId, sum(u.quantity)::bigint as quantity, sum(u.valueMinor)::bigint as value
              from ${rowsOf(taken, { layerId: 'uuid', quantity: 'bigint', valueMinor: 'bigint' }, 'u')} group by u.layerId) t
     where l.org_id = ${ctx.orgId} and l.id = t.layerId`.execute(tx)
}
