import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { ZERO_ID } from '../../kernel/ids.ts'
import { type DatedSupply, type Peg, pegSupply, type WaitingLine } from './peg-supply.ts'

/** When expected supply covers all that waits of a line; null when a part of it has no date, or nothing waits. */
export interface PromiseDate {
  sourceLineId: string
  expectedAt: Date | null
}

/** Waiting lines looked at for one item; those behind them have no date yet. */
const MAX_WAITING = 20_000

/**
 * Derives anew what expected supply the waiting lines of items are promised, and answers the dates of every line that had or has
 * one. To be called once the queue is final (end of the transaction): locks the promises of the items (advisory, by item),
 * because supply and backorders of one item stand at several positions.
 */
export async function promiseDates(run: Pick<CommandRun, 'tx' | 'ctx'>, itemIds: readonly string[]): Promise<PromiseDate[]> {
  const { tx, ctx } = run
  const ids = [...new Set(itemIds)].toSorted()
  if (ids.length === 0) return []
  await sql`select pg_advisory_xact_lock(hashtextextended('promise/' || i.id, ${ctx.orgId})) from unnest(${ids}::text[]) with ordinality as i (id, place) order by i.place`.execute(
    tx,
  )
  const { rows: supplies } = await sql<DatedSupply>`
    select source_line_id as "supplyLineId", item_id as "itemId", warehouse_id as "warehouseId", quantity, expected_at as "expectedAt"
      from inventory.expected_supply where org_id = ${ctx.orgId} and item_id = any(${ids}::uuid[]) and owner_id = ${ZERO_ID} and expected_at is not null`.execute(
    tx,
  )
  const { rows: waiting } = await sql<WaitingLine>`
    select source_line_id as "sourceLineId", item_id as "itemId", quantity, warehouse_ids as "warehouseIds"
      from inventory.backorder where org_id = ${ctx.orgId} and item_id = any(${ids}::uuid[]) and owner_id = ${ZERO_ID}
     order by item_id, priority, waiting_since, source_line_id limit ${MAX_WAITING}`.execute(tx)
  const { rows: before } = await sql<Peg>`
    select source_line_id as "sourceLineId", supply_line_id as "supplyLineId", item_id as "itemId", warehouse_id as "warehouseId", quantity, expected_at as "expectedAt"
      from inventory.line_promise where org_id = ${ctx.orgId} and item_id = any(${ids}::uuid[])`.execute(tx)
  const pegs = pegSupply(waiting, supplies)
  await replacePegs(run, before, pegs)
  const wanted = new Map(waiting.map((line) => [line.sourceLineId, line.quantity]))
  const bySource = Map.groupBy(pegs, (peg) => peg.sourceLineId)
  return [...new Set([...before, ...pegs].map((peg) => peg.sourceLineId))].map((sourceLineId) => {
    const own = bySource.get(sourceLineId) ?? []
    const covered = own.reduce((sum, peg) => sum + peg.quantity, 0)
    const latest = Math.max(...own.map((peg) => peg.expectedAt.getTime()))
    return { sourceLineId, expectedAt: covered > 0 && covered === wanted.get(sourceLineId) ? new Date(latest) : null }
  })
}

/** Writes only what differs. */
async function replacePegs({ tx, ctx }: Pick<CommandRun, 'tx' | 'ctx'>, before: readonly Peg[], after: readonly Peg[]): Promise<void> {
  const key = (peg: Peg) => `${peg.sourceLineId}/${peg.supplyLineId}/${peg.quantity}/${peg.expectedAt.getTime()}`
  const kept = new Set(before.map(key))
  const wanted = new Set(after.map(key))
  const gone = before.filter((peg) => !wanted.has(key(peg)))
  const fresh = after.filter((peg) => !kept.has(key(peg)))
  if (gone.length > 0)
    await sql`
      delete from inventory.line_promise p using ${rowsOf(gone, { sourceLineId: 'uuid', supplyLineId: 'uuid' }, 'g')}
       where p.org_id = ${ctx.orgId} and p.source_line_id = g.sourceLineId and p.supply_line_id = g.supplyLineId`.execute(tx)
  if (fresh.length > 0)
    await sql`
      insert into inventory.line_promise (org_id, source_line_id, supply_line_id, item_id, warehouse_id, quantity, expected_at)
      select ${ctx.orgId}, f.sourceLineId, f.supplyLineId, f.itemId, f.warehouseId, f.quantity, f.expectedAt
        from ${rowsOf(fresh, { sourceLineId: 'uuid', supplyLineId: 'uuid', itemId: 'uuid', warehouseId: 'uuid', quantity: 'bigint', expectedAt: 'timestamptz' }, 'f')}`.execute(
      tx,
    )
}
