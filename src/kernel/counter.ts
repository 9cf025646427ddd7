import { sql } from 'kysely'
import type { Tx } from './database.ts'
import { arrayText, type Part, safeInteger, writePart } from './statement.ts'

/**
 * Takes `count` document numbers of a kind and answers the first. The counter's row stays locked until the commit,
 * so numbers have no gaps; take them last, after all other locks.
 */
export async function takeNumbers(tx: Tx, orgId: number, name: string, count: number): Promise<number> {
  const { rows } = await sql<{ last: number }>`
    insert into kernel.counter (org_id, name, last) values (${orgId}, ${name}, ${count})
    on conflict (org_id, name) do update set last = kernel.counter.last + excluded.last returning last`.execute(tx)
  return (rows[0]?.last ?? count) - count + 1
}

/** Locks counters until the commit and answers the last number of each; see {@link moveCounters}. For who learns only later how many it takes. */
export function lockCounters<N extends string>(orgId: number, names: readonly N[]): Part<Record<N, number>> {
  return {
    call: sql`kernel.lock_counters(${orgId}::integer, ${arrayText(names)}::text[])`,
    read: (answer) =>
      Object.fromEntries(names.map((name) => [name, safeInteger((answer as Record<string, unknown>)[name])])) as Record<N, number>,
  }
}

/** Says how far locked counters were used: the last number taken of each. */
export function moveCounters(orgId: number, last: Readonly<Record<string, number>>): Part<void> {
  return writePart(
    sql`kernel.move_counters(${orgId}::integer, ${arrayText(Object.keys(last))}::text[], ${arrayText(Object.values(last))}::bigint[])`,
  )
}
