import { sql } from 'kysely'
import type { Tx } from './database.ts'
import { type CheckResult, runCheck } from './verify.ts'

/** A consumer of the outbox is late when it has not moved for this long while older events wait. */
const LATE_AFTER = '10 minutes'

/** A delivery that has failed for this long is past its limit. */
const FAILING_AT_MOST = '24 hours'

/** V12: every event belongs to a whole command with an actor, and none waits for delivery past its limit. */
export function verifyEvents(tx: Tx, orgId: number, now: Date = new Date()): Promise<CheckResult> {
  return runCheck('V12', 'No event without its command, all events of a command there, none undelivered past its limit.', async () => {
    const { rows } = await sql<{ rows: number; counterexample: Record<string, unknown> | null }>`
      with broken as (
        select e.command_id, min(e.command) as command, count(*) as events, max(e.of_events) as of_events from kernel.event e where e.org_id = ${orgId} group by e.command_id
        having count(*) <> max(e.of_events) or min(e.of_events) <> max(e.of_events) or count(distinct e.ordinal) <> count(*) or max(e.ordinal) <> max(e.of_events)
            or count(distinct e.command) > 1 or min(e.command) = '' or bool_or(e.actor_kind in ('user', 'api_key') and e.actor_id is null)),
      late as (
        select c.consumer, c.moved_at, x.seq as event_seq, x.recorded_at from kernel.event_cursor c
         cross join lateral (
           select e.seq, e.recorded_at from kernel.event e
            where (e.xid, e.seq) > (c.xid, c.seq) and e.org_id = ${orgId} and e.xid < pg_snapshot_xmin(pg_current_snapshot()) and e.recorded_at < ${now}::timestamptz - interval ${sql.lit(LATE_AFTER)}
            order by e.xid, e.seq limit 1) x
         where c.moved_at < ${now}::timestamptz - interval ${sql.lit(LATE_AFTER)}),
      failing as (select consumer, event_seq, attempts, first_failed_at, last_error from kernel.event_failure where org_id = ${orgId} and first_failed_at < ${now}::timestamptz - interval ${sql.lit(FAILING_AT_MOST)})
      select (select count(*) from kernel.event where org_id = ${orgId}) as rows,
             coalesce((select jsonb_build_object('fault', 'the events of a command are not whole') || to_jsonb(b) from broken b limit 1),
                      (select jsonb_build_object('fault', 'events wait for this consumer longer than 10 minutes') || to_jsonb(l) from late l limit 1),
                      (select jsonb_build_object('fault', 'a delivery has failed for more than 24 hours') || to_jsonb(f) from failing f limit 1)) as counterexample`.execute(
      tx,
    )
    return { rows: rows[0]?.rows ?? 0, counterexample: rows[0]?.counterexample ?? null }
  })
}
