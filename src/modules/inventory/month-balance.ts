import { type RawBuilder, sql } from 'kysely'
import { type Database, inTransaction, type Tx } from '../../kernel/database.ts'

/**
 * Stock at the start of each month (UTC) by happened_at, over movements up to `upToSeq`: one row a month and key whose stock
 * is not zero, from the month after its first movement to the month of `now`.
 */
export function monthBalanceRows(
  orgId: number,
  upToSeq: number | RawBuilder<unknown>,
  throughMonth: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const side = (column: 'from_location_id' | 'to_location_id', sign: 1 | -1) => sql`
    select item_id, ${sql.ref(column)} as location_id, lot_id, owner_id, date_trunc('month', happened_at at time zone 'UTC')::date as month, ${sql.lit(sign)} * sum(quantity) as quantity
      from inventory.stock_movement where org_id = ${orgId} and seq <= ${upToSeq} group by 1, 2, 3, 4, 5`
  return sql`
    select s.item_id, s.location_id, s.lot_id, s.owner_id, g.month::date as month, s.on_hand::bigint as on_hand
      from (select item_id, location_id, lot_id, owner_id, month,
                   sum(sum(quantity)) over (partition by item_id, location_id, lot_id, owner_id order by month) as on_hand,
                   lead(month) over (partition by item_id, location_id, lot_id, owner_id order by month) as next_month
              from (${side('to_location_id', 1)} union all ${side('from_location_id', -1)}) d
              join inventory.location c on c.org_id = ${orgId} and c.id = d.location_id and c.kind = 'real'
             group by item_id, location_id, lot_id, owner_id, month) s
     cross join lateral generate_series(s.month + interval '1 month', least(coalesce(s.next_month, ${throughMonth}), ${throughMonth}), interval '1 month') g(month)
     where s.on_hand <> 0`
}

/**
 * Keeps the month balances of an organization: rolls movements that are sealed (so that none can appear behind them) into
 * every month's start up to the current one. Late recordings change the months after their happened_at.
 * @returns rows written; 0 when nothing was new
 */
export function rollMonthBalances(database: Database, orgId: number, now: Date): Promise<number> {
  return inTransaction(database, orgId, async (tx) => {
    const upToSeq = await lastSealedMovement(tx, orgId)
    const thisMonth = sql`date_trunc('month', ${now}::timestamptz at time zone 'UTC')::date`
    const { rows } = await sql<{ current: boolean }>`
      select exists (select from inventory.month_balance where org_id = ${orgId} and up_to_seq >= ${upToSeq} and month = ${thisMonth}) as current`.execute(
      tx,
    )
    if (upToSeq === 0 || rows[0]?.current === true) return 0
    await sql`delete from inventory.month_balance where org_id = ${orgId}`.execute(tx)
    const written = await sql`
      insert into inventory.month_balance (org_id, item_id, location_id, lot_id, owner_id, month, on_hand, up_to_seq)
      select ${orgId}, b.item_id, b.location_id, b.lot_id, b.owner_id, b.month, b.on_hand, ${upToSeq} from (${monthBalanceRows(orgId, upToSeq, thisMonth)}) b`.execute(
      tx,
    )
    return Number(written.numAffectedRows ?? 0n)
  })
}

async function lastSealedMovement(tx: Tx, orgId: number): Promise<number> {
  const { rows } = await sql<{
    seq: number
  }>`select coalesce(max(last_seq), 0) as seq from kernel.seal where org_id = ${orgId} and chain = 'stock_movement'`.execute(tx)
  return rows[0]?.seq ?? 0
}
