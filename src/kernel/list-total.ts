import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Tx } from './database.ts'
import { exactly } from './schema.ts'

/** Rows up to which a list is counted and summed exactly; beyond, its length is the planner's estimate. */
export const COUNTED_AT_MOST = 10_000

/**
 * What stands above a list: its rows, and what they come to by currency. `exact` is false when there are more than 10,000 rows: then
 * `count` is an estimate and `amounts` is empty, because a sum of a part would be taken for the whole.
 */
export const ListTotal = exactly({
  count: Type.Integer(),
  exact: Type.Boolean(),
  amounts: Type.Array(exactly({ amount: Type.Integer(), currency: Type.String() })),
})
export type ListTotal = Static<typeof ListTotal>

/**
 * Counts and sums the rows of a list. `rows` selects `amount` (minor units) and `currency`, both null where a list has no money, and
 * has no limit and no order of its own.
 */
export async function totalOf(tx: Tx, rows: RawBuilder<unknown>): Promise<ListTotal> {
  const { rows: groups } = await sql<{ count: number; currency: string | null; amount: number | null }>`
    select count(*)::integer as count, r.currency, sum(r.amount)::bigint as amount
      from (${rows} limit ${COUNTED_AT_MOST + 1}) r group by r.currency order by count(*) desc, r.currency`.execute(tx)
  const count = groups.reduce((sum, group) => sum + group.count, 0)
  if (count > COUNTED_AT_MOST) return { count: Math.max(count, await estimate(tx, rows)), exact: false, amounts: [] }
  const amounts = groups.flatMap(({ currency, amount }) => (currency === null || amount === null ? [] : [{ amount, currency }]))
  return { count, exact: true, amounts }
}

/** How many rows the planner expects, from the statistics of the tables. */
async function estimate(tx: Tx, rows: RawBuilder<unknown>): Promise<number> {
  const { rows: plans } = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`explain (format json) ${rows}`.execute(tx)
  return Math.round(plans[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0)
}
