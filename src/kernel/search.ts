import { type RawBuilder, sql } from 'kysely'
import type { Tx } from './database.ts'

/**
 * Rows that a search may find and still be collected and sorted. Beyond, a list is walked in its order and each row is asked: a page of 51
 * then passes about 51 × rows ÷ matches. Both ways cost alike near √(51 × rows), 7,000 of a million.
 */
const COLLECTED_AT_MOST = 5_000

/** A search in a list, said in two ways. */
export interface Search {
  /** The column of the list that `matching` answers, such as `o.id`. */
  id: RawBuilder<unknown>
  /** Ids of what is found, each branch by an index of its own; a branch that can stop early stops at `atMost`. */
  matching(atMost: number): RawBuilder<unknown>
  /** The same asked of one row of the list. */
  itself: RawBuilder<unknown>
  /** How many are collected at most, where that is not 5,000. */
  collected?: number
}

/**
 * The condition of a search in the form that is quick for how much it finds. Few are read by key, from an array, because of a subquery the
 * planner expects far too many rows; of many, the first in the list's order are found by walking it.
 */
export async function searchCondition(
  tx: Tx,
  { id, matching, itself, collected = COLLECTED_AT_MOST }: Search,
): Promise<RawBuilder<unknown>> {
  const { rows } = await sql<{
    found: number
  }>`select count(*)::integer as found from (${matching(collected + 1)} limit ${collected + 1}) m`.execute(tx)
  return (rows[0]?.found ?? 0) > collected ? itself : sql`${id} = any(array(${matching(collected + 1)}))`
}
