import { type RawBuilder, sql } from 'kysely'
import type { Tx } from './database.ts'
import type { CheckFinding } from './verify.ts'

/**
 * Runs one look of a check: `faults` selects the disagreeing rows, `rows` counts what was looked at. Both may use the named queries of `given`.
 */
export async function findFault(
  tx: Tx,
  look: { given?: RawBuilder<unknown>; faults: RawBuilder<unknown>; rows: RawBuilder<unknown> },
): Promise<CheckFinding> {
  const { rows } = await sql<{ rows: number; counterexample: Record<string, unknown> | null }>`
    ${look.given === undefined ? sql`` : sql`with ${look.given}`}
    select (${look.rows})::bigint as rows, (select to_jsonb(f) from (${look.faults} limit 1) f) as counterexample`.execute(tx)
  return { rows: rows[0]?.rows ?? 0, counterexample: rows[0]?.counterexample ?? null }
}

/** Several looks of one check as one: rows add up, the first counterexample counts. */
export async function inTurn(looks: readonly (() => Promise<CheckFinding>)[]): Promise<CheckFinding> {
  let rows = 0
  for (const look of looks) {
    // oxlint-disable-next-line no-await-in-loop -- one statement after another on one connection
    const found = await look()
    rows += found.rows
    if (found.counterexample !== null) return { rows, counterexample: found.counterexample }
  }
  return { rows, counterexample: null }
}
